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
    if (!this._awaited.has(key)) {
      this._awaited.add(key);
      setTimeout(() => {
        this._awaited.delete(key);
        void this._reload(event);
      }, SAVED_WITHIN);
    }
  }

  private _reload(event: IJobEvent): Promise<void> {
    return this._documents.reload(path => isOf(event, path));
  }

  private readonly _awaited = new Set<string>();
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
