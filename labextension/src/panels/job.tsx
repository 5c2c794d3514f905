import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import React from 'react';

import type { JobModel } from '../models/job';
import { IJob, isLive } from '../schema';
import type { IJobsActions } from './actions';
import { JobFacts } from './jobfacts';
import { CellProgress, StateBadge } from './jobstate';
import { LogView } from './log';

export interface IJobViewProps {
  model: JobModel;
  actions: IJobsActions;
  /** The name of a revision by its id. */
  nameOf: (revision: string) => string;
  trans: TranslationBundle;
}

/** One job in the main area; it owns its model. */
export class JobWidget extends ReactWidget {
  constructor(private readonly _props: IJobViewProps) {
    super();
    this.addClass('jp-domino-main');
    void this.model.refresh();
  }

  get model(): JobModel {
    return this._props.model;
  }

  dispose(): void {
    this.model.dispose();
    super.dispose();
  }

  protected render(): JSX.Element {
    return <JobView {...this._props} />;
  }
}

/** One job: its state, what it ran and made, and its log as it grows. */
export function JobView(props: IJobViewProps): JSX.Element {
  const { model, trans } = props;
  return (
    <UseSignal signal={model.changed}>
      {() => (
        <div className="jp-domino-job-view">
          {model.error && (
            <p className="jp-domino-error" role="alert">
              {model.error}
            </p>
          )}
          {model.job ? (
            <>
              <Head {...props} job={model.job} />
              <Failure job={model.job} trans={trans} />
              <JobFacts {...props} job={model.job} />
              <LogView
                text={model.log}
                live={isLive(model.job.state)}
                trans={trans}
              />
            </>
          ) : (
            !model.error && <p>{trans.__('Reading…')}</p>
          )}
        </div>
      )}
    </UseSignal>
  );
}

function Head(props: IJobViewProps & { job: IJob }): JSX.Element {
  const { job, actions, trans } = props;
  const { notebook } = job;
  const stoppable = isLive(job.state) && job.state !== 'StopRequested';
  return (
    <header className="jp-domino-job-head">
      <h2>
        <span className="jp-domino-number">#{job.job}</span> {job.title}
      </h2>
      <StateBadge state={job.state} trans={trans} />
      <CellProgress job={job} trans={trans} />
      <span className="jp-domino-spacer" />
      {notebook && (
        <button
          className="jp-mod-styled jp-domino-button"
          onClick={() => actions.openFrom({ job: job.job }, notebook)}
        >
          {isLive(job.state)
            ? trans.__('Open notebook live')
            : trans.__('Open executed notebook')}
        </button>
      )}
      {stoppable && (
        <>
          <button
            className="jp-mod-styled jp-domino-button"
            title={trans.__('What the job wrote becomes a revision')}
            onClick={() => actions.stop(job.job, false)}
          >
            {trans.__('Stop')}
          </button>
          <button
            className="jp-mod-styled jp-mod-warn jp-domino-button"
            title={trans.__('What the job wrote is thrown away')}
            onClick={() => actions.stop(job.job, true)}
          >
            {trans.__('Stop and discard…')}
          </button>
        </>
      )}
    </header>
  );
}

function Failure(props: {
  job: IJob;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { job, trans } = props;
  const { failure, reason } = job;
  if (!failure && !reason) {
    return null;
  }
  return (
    <div className="jp-domino-failure" role="alert">
      {reason && <p>{reason}</p>}
      {failure && (
        <>
          <p>
            {failure.cell !== null && (
              <strong>{trans.__('Cell %1:', failure.cell)} </strong>
            )}
            <code>
              {failure.name}: {failure.message}
            </code>
          </p>
          <details>
            <summary>{trans.__('Traceback')}</summary>
            <pre>{failure.traceback}</pre>
          </details>
        </>
      )}
    </div>
  );
}
