/** How values read on the page; nothing here draws. */
import { Time } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ChangeKind, IRevision, JobState } from '../schema';

/** The letter that stands for a kind of change. */
export function changeLetter(kind: ChangeKind): string {
  switch (kind) {
    case 'added':
      return 'A';
    case 'changed':
      return 'M';
    case 'deleted':
      return 'D';
    case 'mode':
      return 'P';
    case 'type':
      return 'T';
  }
}

export function changeWord(kind: ChangeKind, trans: TranslationBundle): string {
  switch (kind) {
    case 'added':
      return trans.__('added');
    case 'changed':
      return trans.__('changed');
    case 'deleted':
      return trans.__('deleted');
    case 'mode':
      return trans.__('permissions');
    case 'type':
      return trans.__('other type');
  }
}

export function stateWord(state: JobState, trans: TranslationBundle): string {
  switch (state) {
    case 'Queued':
      return trans.__('Queued');
    case 'Preparing':
      return trans.__('Preparing');
    case 'Running':
      return trans.__('Running');
    case 'Finishing':
      return trans.__('Finishing');
    case 'Succeeded':
      return trans.__('Succeeded');
    case 'Failed':
      return trans.__('Failed');
    case 'Error':
      return trans.__('Error');
    case 'StopRequested':
      return trans.__('Stopping');
    case 'Stopped':
      return trans.__('Stopped');
  }
}

/** `r3`, or the beginning of the id for a revision on no branch. */
export function revisionName(revision: IRevision): string {
  return revision.number === null
    ? shortId(revision.id)
    : `r${revision.number}`;
}

export function shortId(id: string): string {
  return id.slice(0, 8);
}

/** The file's own name. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The folder a path lies in; empty at the root. */
export function folderName(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

/** A size as `12.3 kB`, in powers of 1000 as Jupyter's file browser shows them. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit && value < 100 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** A size of memory as `4 GiB`. */
export function formatMemory(bytes: number): string {
  return `${Number((bytes / 2 ** 30).toFixed(1))} GiB`;
}

/** A duration as `4.2 s`, `3 min 5 s` or `2 h 7 min`. */
export function formatSeconds(seconds: number): string {
  if (seconds < 10) {
    return `${seconds.toFixed(1)} s`;
  }
  const whole = Math.round(seconds);
  if (whole < 60) {
    return `${whole} s`;
  }
  const minutes = Math.floor(whole / 60);
  return minutes < 60
    ? `${minutes} min ${whole % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A time as `2 minutes ago`. */
export function formatAgo(time: string): string {
  return Time.formatHuman(new Date(time));
}

/** A time in full. */
export function formatTime(time: string): string {
  return new Date(time).toLocaleString();
}
