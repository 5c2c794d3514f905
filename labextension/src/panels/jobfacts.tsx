import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

import { IJob, isLive } from '../schema';
import type { IJobsActions } from './actions';
import { FileList } from './filelist';
import { elapsedSeconds, Ticking } from './jobstate';
import { formatSeconds, formatTime } from './words';

export interface IJobFactsProps {
  job: IJob;
  actions: IJobsActions;
  /** The name of a revision by its id. */
  nameOf: (revision: string) => string;
  trans: TranslationBundle;
}

/** What a job ran, on what, when, and what came of it. */
export function JobFacts(props: IJobFactsProps): JSX.Element {
  const { job, trans } = props;
  return (
    <>
      <dl className="jp-domino-facts">
        <Fact name={trans.__('Command')}>
          <code>{job.command.file ?? job.command.argv.join(' ')}</code>
        </Fact>
        <Pairs name={trans.__('Parameters')} values={job.command.parameters} />
        <Fact name={trans.__('Tier')}>{job.tier}</Fact>
        <Pairs name={trans.__('Environment')} values={job.environment} />
        <Fact name={trans.__('User')}>{job.user}</Fact>
        <Fact name={trans.__('Started')}>
          {job.started && formatTime(job.started)}
        </Fact>
        <Fact name={trans.__('Duration')}>
          <Ticking live={isLive(job.state)}>
            {() => <>{duration(job)}</>}
          </Ticking>
        </Fact>
        <Fact name={trans.__('Exit code')}>{job.exit_code}</Fact>
        <Fact name={trans.__('Input')}>
          <RevisionLink {...props} revision={job.input_revision} />
        </Fact>
        <Fact name={trans.__('Output')}>
          <RevisionLink {...props} revision={job.output_revision} />
        </Fact>
        <Pairs name={trans.__('Statistics')} values={job.statistics ?? {}} />
      </dl>
      <Results {...props} />
    </>
  );
}

function duration(job: IJob): string {
  const seconds = elapsedSeconds(job);
  return seconds === null ? '' : formatSeconds(seconds);
}

/** A fact; nothing where there is nothing to tell. */
function Fact(props: {
  name: string;
  children: React.ReactNode;
}): JSX.Element | null {
  const { name, children } = props;
  if (children === null || children === undefined || children === '') {
    return null;
  }
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Pairs(props: {
  name: string;
  values: Record<string, unknown>;
}): JSX.Element | null {
  const pairs = Object.entries(props.values);
  if (!pairs.length) {
    return null;
  }
  return (
    <Fact name={props.name}>
      {pairs.map(([name, value]) => (
        <code className="jp-domino-pair" key={name}>
          {name}={typeof value === 'string' ? value : JSON.stringify(value)}
        </code>
      ))}
    </Fact>
  );
}

function RevisionLink(
  props: IJobFactsProps & { revision: string | null }
): JSX.Element {
  const { revision, actions, nameOf } = props;
  if (revision === null) {
    return <>–</>;
  }
  return (
    <button
      className="jp-domino-link"
      title={revision}
      onClick={() => actions.showRevision(revision)}
    >
      <code>{nameOf(revision)}</code>
    </button>
  );
}

function Results(props: IJobFactsProps): JSX.Element | null {
  const { job, actions, trans } = props;
  if (!job.results.length && !job.conflicts.length) {
    return null;
  }
  return (
    <section className="jp-domino-results" aria-label={trans.__('Results')}>
      <h3>{trans.__('Results')}</h3>
      <FileList
        rows={job.results.map(path => ({ path }))}
        label={trans.__('Results')}
        trans={trans}
        onOpen={row => actions.openFrom({ job: job.job }, row.path)}
      />
      {job.conflicts.length > 0 && (
        <p className="jp-domino-warning">
          {trans.__(
            'Edited on both sides, both kept: %1',
            job.conflicts.join(', ')
          )}
        </p>
      )}
    </section>
  );
}
