import { Event, EventManager, ServerConnection } from '@jupyterlab/services';
import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import type { IFilesEvent, IJobEvent, IProjectEvent } from './schema';

const SCHEMA = 'https://schema.jupyter-domino.org/jupyter_domino/';

/** What the server tells the page, and when the page may have missed some of it. */
export interface IDominoEvents {
  readonly project: ISignal<IDominoEvents, IProjectEvent>;
  readonly files: ISignal<IDominoEvents, IFilesEvent>;
  readonly job: ISignal<IDominoEvents, IJobEvent>;
  /** The line is open, for the first time or again: read anew what is shown. */
  readonly connected: ISignal<IDominoEvents, void>;
}

/**
 * Our events of the server's event bus. The application's own event manager
 * does not tell when it has connected again, so this has one of its own.
 */
export class DominoEvents implements IDominoEvents, IDisposable {
  constructor(serverSettings: ServerConnection.ISettings) {
    const connected = () => this._connected.emit();
    const WebSocket = observed(serverSettings.WebSocket, connected);
    this._manager = new EventManager({
      serverSettings: { ...serverSettings, WebSocket }
    });
    this._manager.stream.connect(this._dispatch, this);
  }

  get project(): ISignal<this, IProjectEvent> {
    return this._project;
  }

  get files(): ISignal<this, IFilesEvent> {
    return this._files;
  }

  get job(): ISignal<this, IJobEvent> {
    return this._job;
  }

  get connected(): ISignal<this, void> {
    return this._connected;
  }

  get isDisposed(): boolean {
    return this._manager.isDisposed;
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._manager.stream.disconnect(this._dispatch, this);
    this._manager.dispose();
    Signal.clearData(this);
  }

  private _dispatch(_: Event.IManager, event: Event.Emission): void {
    // the server validates events against their schemas before it sends them
    switch (event.schema_id) {
      case `${SCHEMA}project/v1`:
        this._project.emit(event as unknown as IProjectEvent);
        break;
      case `${SCHEMA}files/v1`:
        this._files.emit(event as unknown as IFilesEvent);
        break;
      case `${SCHEMA}job/v1`:
        this._job.emit(event as unknown as IJobEvent);
        break;
    }
  }

  private readonly _manager: EventManager;
  private readonly _project = new Signal<this, IProjectEvent>(this);
  private readonly _files = new Signal<this, IFilesEvent>(this);
  private readonly _job = new Signal<this, IJobEvent>(this);
  private readonly _connected = new Signal<this, void>(this);
}

/** A WebSocket class that tells of each opening. */
function observed(
  Base: typeof WebSocket,
  opened: () => void
): typeof WebSocket {
  return class extends Base {
    constructor(url: string | URL, protocols?: string | string[]) {
      super(url, protocols);
      this.addEventListener('open', opened);
    }
  };
}
