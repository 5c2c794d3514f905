import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import type { IDominoClient } from '../client';
import type { IDominoEvents } from '../events';
import type { IChange, IFilesEvent, IStatus, ISyncResult } from '../schema';
import { messageOf } from './message';
import type { ProjectModel } from './project';
import { Refresh } from './refresh';

/** Changed files that are asked for and listed; beyond them only the number is told. */
const LISTED = 10_000;

/** How the folder differs from its revision, and syncing it. */
export class ChangesModel implements IDisposable {
  constructor(options: ChangesModel.IOptions) {
    this._client = options.client;
    this._events = options.events;
    this._project = options.project;
    this._refresh = new Refresh(() => this._read());
    this._project.projectChanged.connect(this._onProject, this);
    this._events.files.connect(this._onFiles, this);
    this._events.connected.connect(this._onConnected, this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** A sync of this page has ended well. */
  get synced(): ISignal<this, ISyncResult> {
    return this._synced;
  }

  /** Null until it was read, and without a project. */
  get status(): IStatus | null {
    return this._status;
  }

  /** Why the last reading failed; null after one that went well. */
  get error(): string | null {
    return this._error;
  }

  get isReading(): boolean {
    return this._isReading;
  }

  get isSyncing(): boolean {
    return this._isSyncing;
  }

  /** What the user has typed for the next sync. */
  get message(): string {
    return this._message;
  }

  set message(value: string) {
    this._message = value;
    this._changed.emit();
  }

  /** Part of the paths to show; empty shows all. */
  get filter(): string {
    return this._filter;
  }

  set filter(value: string) {
    this._filter = value;
    this._changed.emit();
  }

  /** The changes that the filter lets through. */
  get shown(): readonly IChange[] {
    const changes = this._status?.changes ?? [];
    const part = this._filter.toLowerCase();
    return part
      ? changes.filter(change => change.path.toLowerCase().includes(part))
      : changes;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Read the status again. */
  refresh(): Promise<void> {
    return this._refresh.ask();
  }

  /** Store the changes as a new revision; the message is empty afterwards. */
  async sync(message: string = this._message): Promise<ISyncResult> {
    const path = this._project.project?.root ?? '';
    this._isSyncing = true;
    this._changed.emit();
    try {
      const result = await this._client.sync({ path, message });
      this._message = '';
      this._synced.emit(result);
      return result;
    } finally {
      this._isSyncing = false;
      this._changed.emit();
      void this.refresh();
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._project.projectChanged.disconnect(this._onProject, this);
    this._events.files.disconnect(this._onFiles, this);
    this._events.connected.disconnect(this._onConnected, this);
    Signal.clearData(this);
  }

  private async _read(): Promise<void> {
    const { project } = this._project;
    if (!project || this._isDisposed) {
      return;
    }
    this._isReading = true;
    this._changed.emit();
    try {
      const status = await this._client.status(project.root, LISTED);
      if (project.id === this._project.project?.id) {
        this._status = status;
        this._error = null;
      }
    } catch (reason) {
      this._error = messageOf(reason);
    }
    this._isReading = false;
    this._changed.emit();
  }

  private _onProject(): void {
    this._status = null;
    this._error = null;
    this._message = '';
    this._filter = '';
    this._changed.emit();
    void this.refresh();
  }

  private _onFiles(_: IDominoEvents, event: IFilesEvent): void {
    if (event.project === this._project.project?.id) {
      void this.refresh();
    }
  }

  private _onConnected(): void {
    void this.refresh();
  }

  private readonly _client: IDominoClient;
  private readonly _events: IDominoEvents;
  private readonly _project: ProjectModel;
  private readonly _refresh: Refresh;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _synced = new Signal<this, ISyncResult>(this);
  private _status: IStatus | null = null;
  private _error: string | null = null;
  private _message = '';
  private _filter = '';
  private _isReading = false;
  private _isSyncing = false;
  private _isDisposed = false;
}

export namespace ChangesModel {
  export interface IOptions {
    client: IDominoClient;
    events: IDominoEvents;
    project: ProjectModel;
  }
}
