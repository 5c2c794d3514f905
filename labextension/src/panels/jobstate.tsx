import type { TranslationBundle } from '@jupyterlab/translation';
import {
  checkIcon,
  circleEmptyIcon,
  circleIcon,
  errorIcon,
  LabIcon,
  stopIcon
} from '@jupyterlab/ui-components';
import React from 'react';

import { IJob, isLive, JobState } from '../schema';
import { stateWord } from './words';

/** The icon of a state. */
export function stateIcon(state: JobState): LabIcon {
  switch (state) {
    case 'Queued':
    case 'Preparing':
      return circleEmptyIcon;
    case 'Running':
    case 'Finishing':
      return circleIcon;
    case 'Succeeded':
      return checkIcon;
    case 'Failed':
    case 'Error':
      return errorIcon;
    case 'StopRequested':
    case 'Stopped':
      return stopIcon;
  }
}

/** A state, by icon and by word. */
export function StateBadge(props: {
  state: JobState;
  trans: TranslationBundle;
}): JSX.Element {
  const { state, trans } = props;
  const icon = stateIcon(state);
  return (
    <span className="jp-domino-state" data-state={state}>
      <icon.react tag="span" height="14px" width="14px" />
      {stateWord(state, trans)}
    </span>
  );
}

/** How far a live notebook job has come. */
export function CellProgress(props: {
  job: IJob;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { job, trans } = props;
  const { progress } = job;
  if (!progress || !isLive(job.state)) {
    return null;
  }
  const { cell, cells } = progress;
  const words = trans.__('cell %1 of %2', cell, cells);
  return (
    <span className="jp-domino-cells">
      <progress
        className="jp-domino-progress"
        // the cell that runs is not done yet
        value={Math.max(cell - 1, 0)}
        max={cells}
        aria-label={words}
      />
      <span className="jp-domino-muted">{words}</span>
    </span>
  );
}

/** Draws its child anew each second while a job is live, for the time that passes. */
export function Ticking(props: {
  live: boolean;
  children: () => JSX.Element;
}): JSX.Element {
  const [, setTick] = React.useState(0);
  React.useEffect(() => {
    if (!props.live) {
      return;
    }
    const timer = setInterval(() => setTick(tick => tick + 1), 1000);
    return () => clearInterval(timer);
  }, [props.live]);
  return props.children();
}

/** Seconds a job has taken, so far while it is live; null before it starts. */
export function elapsedSeconds(job: IJob): number | null {
  if (job.seconds !== null && !isLive(job.state)) {
    return job.seconds;
  }
  return job.started
    ? Math.max((Date.now() - Date.parse(job.started)) / 1000, 0)
    : null;
}
