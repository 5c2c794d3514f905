import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import { IDominoClient, RequestError } from '../client';
import type { IDominoEvents } from '../events';
import type { IConfig, IProject, IProjectEvent } from '../schema';
import { messageOf } from './message';

/** Whether there is a project here, and if not, why. */
export type ProjectState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'ready'; readonly project: IProject }
  /** The folder belongs to no project. */
  | { readonly kind: 'none' }
  /** The server extension is not installed or not enabled. */
  | { readonly kind: 'missing' }
  /** Server and page are of different releases. */
  | {
      readonly kind: 'mismatch';
      readonly server: string;
      readonly page: string;
    }
  | { readonly kind: 'failed'; readonly message: string };

/** The project that the folder the user looks at belongs to. */
export class ProjectModel implements IDisposable {
  constructor(options: ProjectModel.IOptions) {
    this._client = options.client;
    this._events = options.events;
    this._version = options.version;
    this._events.connected.connect(this._onConnected, this);
    this._events.project.connect(this._onProject, this);
  }

  /** The state, or only the folder, changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** Another project is current, or none. */
  get projectChanged(): ISignal<this, IProject | null> {
    return this._projectChanged;
  }

  get state(): ProjectState {
    return this._state;
  }

  get project(): IProject | null {
    return this._state.kind === 'ready' ? this._state.project : null;
  }

  /** API path of the folder; null where no project can be, as on a foreign drive. */
  get folder(): string | null {
    return this._folder;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Look at another folder. */
  open(folder: string | null): Promise<void> {
    if (folder === this._folder && this._state.kind !== 'loading') {
      return Promise.resolve();
    }
    this._folder = folder;
    this._suggested.clear();
    const asked = this.refresh();
    this._changed.emit();
    return asked;
  }

  /** Ask the server again; of several askings at once the last one counts. */
  async refresh(): Promise<void> {
    const asking = ++this._asking;
    const state = await this._ask(this._folder);
    if (asking === this._asking && !this.isDisposed) {
      this._answered = asking;
      this._enter(state);
    }
  }

  /**
   * Where the folder has no project, take that of another path, such as of the
   * document in front. The folder stays what it is.
   */
  async suggest(path: string): Promise<void> {
    const asking = this._asking;
    const isOpen = this._state.kind === 'none' && this._answered === asking;
    if (!isOpen || this._suggested.has(path)) {
      return;
    }
    this._suggested.add(path);
    const state = await this._ask(path);
    if (asking === this._asking && state.kind === 'ready' && !this.isDisposed) {
      this._enter(state);
    }
  }

  /** Make the current folder a project. */
  async initialise(): Promise<IProject> {
    const project = await this._client.initialise({ path: this._folder ?? '' });
    this._answered = ++this._asking;
    this._enter({ kind: 'ready', project });
    return project;
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._events.connected.disconnect(this._onConnected, this);
    this._events.project.disconnect(this._onProject, this);
    Signal.clearData(this);
  }

  private async _ask(folder: string | null): Promise<ProjectState> {
    try {
      this._config = this._config ?? (await this._client.config());
      const { version } = this._config;
      if (this._version && this._version !== version) {
        return { kind: 'mismatch', server: version, page: this._version };
      }
      if (folder === null) {
        return { kind: 'none' };
      }
      return { kind: 'ready', project: await this._client.project(folder) };
    } catch (reason) {
      return failure(reason);
    }
  }

  private _enter(state: ProjectState): void {
    const before = this.project?.id;
    this._state = state;
    this._changed.emit();
    if (this.project?.id !== before) {
      this._projectChanged.emit(this.project);
    }
  }

  private _onConnected(): void {
    this._config = null;
    this._suggested.clear();
    void this.refresh();
  }

  private _onProject(_: IDominoEvents, event: IProjectEvent): void {
    void this.refresh();
  }

  private readonly _client: IDominoClient;
  private readonly _events: IDominoEvents;
  private readonly _version: string | null;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _projectChanged = new Signal<this, IProject | null>(this);
  /** Paths that were asked for in vain, so as not to ask again. */
  private readonly _suggested = new Set<string>();
  private _config: IConfig | null = null;
  private _state: ProjectState = { kind: 'loading' };
  private _folder: string | null = '';
  private _asking = 0;
  private _answered = 0;
  private _isDisposed = false;
}

export namespace ProjectModel {
  export interface IOptions {
    client: IDominoClient;
    events: IDominoEvents;
    /** Release of the page; null when unknown, and then not compared. */
    version: string | null;
  }
}

function failure(reason: unknown): ProjectState {
  if (reason instanceof RequestError && reason.status === 404) {
    // our own 404s have a code, those of a server without the extension none
    return { kind: reason.code ? 'none' : 'missing' };
  }
  return { kind: 'failed', message: messageOf(reason) };
}
