import type { TranslationBundle } from '@jupyterlab/translation';
import { stopIcon, UseSignal } from '@jupyterlab/ui-components';
import React from 'react';

import type { JobsModel } from '../models/jobs';
import { IJob, isLive } from '../schema';
import type { IJobsActions } from './actions';
import { IconButton } from './filelist';
import { CellProgress, elapsedSeconds, StateBadge, Ticking } from './jobstate';
import { formatAgo, formatSeconds, formatTime } from './words';

export interface IJobListProps {
  model: JobsModel;
  actions: IJobsActions;
  trans: TranslationBundle;
}

/** The project's jobs, newest first. */
export function JobList(props: IJobListProps): JSX.Element {
  const { model, trans } = props;
  return (
    <UseSignal signal={model.changed}>
      {() => (
        <section aria-label={trans.__('Jobs')}>
          {model.error && (
            <p className="jp-domino-error" role="alert">
              {model.error}
            </p>
          )}
          {model.isLoaded && !model.jobs.length && (
            <p className="jp-domino-muted">{trans.__('No job yet.')}</p>
          )}
          <ol className="jp-domino-jobs">
            {model.jobs.map(job => (
              <JobItem key={job.id} {...props} job={job} />
            ))}
          </ol>
          {model.hasMore && (
            <button
              className="jp-domino-link"
              onClick={() => void model.more()}
            >
              {trans.__('Show older jobs')}
            </button>
          )}
        </section>
      )}
    </UseSignal>
  );
}

function JobItem(props: IJobListProps & { job: IJob }): JSX.Element {
  const { job, actions, trans } = props;
  const live = isLive(job.state);
  const since = job.started ?? job.created;
  return (
    <li className="jp-domino-job" data-job={job.job}>
      <button
        className="jp-domino-job-row"
        title={job.reason ?? job.title}
        onClick={() => actions.openJob(job.job)}
      >
        <span className="jp-domino-line">
          <span className="jp-domino-number">#{job.job}</span>
          <span className="jp-domino-message">{job.title}</span>
        </span>
        <span className="jp-domino-line jp-domino-muted">
          <StateBadge state={job.state} trans={trans} />
          <span className="jp-domino-byline" title={formatTime(since)}>
            <Ticking live={live}>{() => <Times job={job} />}</Ticking>
          </span>
        </span>
        <CellProgress job={job} trans={trans} />
      </button>
      {live && job.state !== 'StopRequested' && (
        <span className="jp-domino-actions">
          <IconButton
            icon={stopIcon}
            label={trans.__('Stop job %1', job.job)}
            onClick={() => actions.stop(job.job, false)}
          />
        </span>
      )}
    </li>
  );
}

/** When it started, and how long it has run. */
function Times(props: { job: IJob }): JSX.Element {
  const { started, created } = props.job;
  const seconds = elapsedSeconds(props.job);
  const ago = formatAgo(started ?? created);
  return <>{seconds === null ? ago : `${ago} · ${formatSeconds(seconds)}`}</>;
}
