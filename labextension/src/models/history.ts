import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import type { IDominoClient } from '../client';
import type { IDominoEvents } from '../events';
import type { IFilesEvent, IRevision } from '../schema';
import { messageOf } from './message';
import type { ProjectModel } from './project';
import { Refresh } from './refresh';

/** Revisions a page of the history holds. */
const PAGE = 50;

/** The revisions of the project, newest first, or those that changed one path. */
export class HistoryModel implements IDisposable {
  constructor(options: HistoryModel.IOptions) {
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

  get revisions(): readonly IRevision[] {
    return this._revisions;
  }

  get hasMore(): boolean {
    return this._next !== null;
  }

  get isLoaded(): boolean {
    return this._isLoaded;
  }

  get error(): string | null {
    return this._error;
  }

  /** Only revisions that changed this file or folder are listed; null lists all. */
  get file(): string | null {
    return this._file;
  }

  set file(value: string | null) {
    if (this._file !== value) {
      this._file = value;
      this._clear();
      void this.refresh();
    }
  }

  /** Id of the revision that is open in the list. */
  get selected(): string | null {
    return this._selected;
  }

  set selected(value: string | null) {
    this._selected = value;
    this._changed.emit();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Read the newest revisions again; older ones that were read stay. */
  refresh(): Promise<void> {
    return this._refresh.ask();
  }

  /** Read the next page of older revisions. */
  async more(): Promise<void> {
    const { project } = this._project;
    if (!project || this._next === null) {
      return;
    }
    const { _file: file, _next: before } = this;
    const page = await this._client.revisions(project.root, {
      limit: PAGE,
      before,
      file: file ?? undefined
    });
    if (file === this._file && before === this._next) {
      this._revisions = [...this._revisions, ...page.revisions];
      this._next = page.next;
      this._changed.emit();
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
    const { _file: file } = this;
    if (!project || this._isDisposed) {
      return;
    }
    try {
      const page = await this._client.revisions(project.root, {
        limit: PAGE,
        file: file ?? undefined
      });
      if (project.id === this._project.project?.id && file === this._file) {
        this._merge(page.revisions, page.next);
      }
    } catch (reason) {
      this._error = messageOf(reason);
      this._changed.emit();
    }
  }

  /** Put the newest page in front of the older revisions that were read before. */
  private _merge(newest: readonly IRevision[], next: number | null): void {
    const last = newest[newest.length - 1]?.id;
    const seen = this._revisions.findIndex(revision => revision.id === last);
    const older = seen === -1 ? [] : this._revisions.slice(seen + 1);
    if (!older.length) {
      this._next = next;
    }
    this._revisions = [...newest, ...older];
    this._error = null;
    this._isLoaded = true;
    this._changed.emit();
  }

  private _clear(): void {
    this._revisions = [];
    this._next = null;
    this._selected = null;
    this._error = null;
    this._isLoaded = false;
    this._changed.emit();
  }

  private _onProject(): void {
    this._file = null;
    this._clear();
    void this.refresh();
  }

  private _onFiles(_: IDominoEvents, event: IFilesEvent): void {
    const ours = event.project === this._project.project?.id;
    if (ours && event.action !== 'changed') {
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
  private _revisions: readonly IRevision[] = [];
  private _next: number | null = null;
  private _isLoaded = false;
  private _error: string | null = null;
  private _file: string | null = null;
  private _selected: string | null = null;
  private _isDisposed = false;
}

export namespace HistoryModel {
  export interface IOptions {
    client: IDominoClient;
    events: IDominoEvents;
    project: ProjectModel;
  }
}
