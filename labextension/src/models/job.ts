import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import type { IDominoClient } from '../client';
import type { IDominoEvents } from '../events';
import { IJob, IJobEvent, isLive } from '../schema';
import { appendLog } from './logtext';
import { messageOf } from './message';
import { Refresh } from './refresh';

/** One job with its log, both kept true by events. */
export class JobModel implements IDisposable {
  constructor(options: JobModel.IOptions) {
    this.path = options.path;
    this.number = options.number;
    this._client = options.client;
    this._events = options.events;
    this._job = new Refresh(() => this._readJob());
    this._log = new Refresh(() => this._readLog());
    this._events.job.connect(this._onJob, this);
    this._events.connected.connect(this._onConnected, this);
  }

  /** API path of the project's folder. */
  readonly path: string;

  readonly number: number;

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Null until it was read. */
  get job(): IJob | null {
    return this._value;
  }

  /** The log so far, its end when it is very long. */
  get log(): string {
    return this._text;
  }

  get error(): string | null {
    return this._error;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Read the job, and what its log has more than before. */
  async refresh(): Promise<void> {
    await Promise.all([this._job.ask(), this._log.ask()]);
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._events.job.disconnect(this._onJob, this);
    this._events.connected.disconnect(this._onConnected, this);
    Signal.clearData(this);
  }

  private async _readJob(): Promise<void> {
    try {
      this._value = await this._client.job(this.path, this.number);
      this._error = null;
    } catch (reason) {
      this._error = messageOf(reason);
    }
    this._changed.emit();
  }

  private async _readLog(): Promise<void> {
    try {
      for (;;) {
        const part = await this._client.log(
          this.path,
          this.number,
          this._offset
        );
        this._offset = part.next;
        this._text = appendLog(this._text, part.text);
        if (part.next === part.offset || this._isDisposed) {
          break;
        }
      }
    } catch (reason) {
      this._error = messageOf(reason);
    }
    this._changed.emit();
  }

  private _onJob(_: IDominoEvents, event: IJobEvent): void {
    if (event.job !== this.number || event.path !== this.path) {
      return;
    }
    const { cell, cells, elapsed = 0 } = event;
    if (event.action === 'state') {
      void this._job.ask();
    }
    if (event.action === 'log' || !isLive(event.state)) {
      void this._log.ask();
    } else if (this._value && cell !== undefined && cells !== undefined) {
      this._value = { ...this._value, progress: { cell, cells, elapsed } };
      this._changed.emit();
    }
  }

  private _onConnected(): void {
    void this.refresh();
  }

  private readonly _client: IDominoClient;
  private readonly _events: IDominoEvents;
  private readonly _job: Refresh;
  private readonly _log: Refresh;
  private readonly _changed = new Signal<this, void>(this);
  private _value: IJob | null = null;
  private _text = '';
  private _offset = 0;
  private _error: string | null = null;
  private _isDisposed = false;
}

export namespace JobModel {
  export interface IOptions {
    client: IDominoClient;
    events: IDominoEvents;
    path: string;
    number: number;
  }
}
