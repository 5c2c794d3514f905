import { DRIVE, parseDrivePath } from '../drive';
import type { IDominoEvents } from '../events';
import type { IJobEvent } from '../schema';
import type { OpenDocuments } from './documents';

/** An executed notebook is on disk at most so long after an output, in milliseconds. */
const SAVED_WITHIN = 6000;

/** Reads open documents of running jobs again as the jobs go on. */
export class LiveDocuments {
  constructor(
    private readonly _documents: OpenDocuments,
    events: IDominoEvents
  ) {
    // for as long as the page lives, as the events themselves
    events.job.connect(this._onJob, this);
  }

  private _onJob(_: IDominoEvents, event: IJobEvent): void {
    if (event.action !== 'log') {
      void this._reload(event);
      return;
    }
    // the log has an output before the notebook has it
    const key = `${event.path}#${event.job}`;
    const isWaiting = this._grown.has(key);
    this._grown.set(key, isWaiting);
    if (!isWaiting) {
      this._wait(key, event);
    }
  }

  /** Read when the notebook has what the log had, and once more if that grew on. */
  private _wait(key: string, event: IJobEvent): void {
    setTimeout(() => {
      void this._reload(event);
      if (this._grown.get(key)) {
        this._grown.set(key, false);
        this._wait(key, event);
      } else {
        this._grown.delete(key);
      }
    }, SAVED_WITHIN);
  }

  private _reload(event: IJobEvent): Promise<void> {
    return this._documents.reload(path => isOf(event, path));
  }

  /** Jobs that are waited for, and whether their logs have grown meanwhile. */
  private readonly _grown = new Map<string, boolean>();
}

/** Whether a document is a file of the job that an event is about. */
function isOf(event: IJobEvent, path: string): boolean {
  const prefix = `${DRIVE}:`;
  const place = path.startsWith(prefix)
    ? parseDrivePath(path.slice(prefix.length))
    : null;
  return (
    place !== null &&
    place.project === event.path &&
    'job' in place.source &&
    place.source.job === event.job
  );
}
