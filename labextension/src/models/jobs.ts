import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import type { IDominoClient } from '../client';
import type { IDominoEvents } from '../events';
import { IJob, IJobEvent, IJobRequest, isLive } from '../schema';
import { messageOf } from './message';
import type { ProjectModel } from './project';
import { Refresh } from './refresh';

/** Jobs a page of the list holds. */
const PAGE = 50;

/** The jobs of the project, newest first, kept true by events. */
export class JobsModel implements IDisposable {
  constructor(options: JobsModel.IOptions) {
    this._client = options.client;
    this._events = options.events;
    this._project = options.project;
    this._refresh = new Refresh(() => this._read());
    this._project.projectChanged.connect(this._onProject, this);
    this._events.job.connect(this._onJob, this);
    this._events.connected.connect(this._onConnected, this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** A job that was seen alive has ended. */
  get ended(): ISignal<this, IJob> {
    return this._ended;
  }

  get jobs(): readonly IJob[] {
    return this._jobs;
  }

  get live(): readonly IJob[] {
    return this._jobs.filter(job => isLive(job.state));
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

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Read the newest jobs again. */
  refresh(): Promise<void> {
    return this._refresh.ask();
  }

  /** Read the next page of older jobs. */
  async more(): Promise<void> {
    const { project } = this._project;
    const { _next: before } = this;
    if (!project || before === null) {
      return;
    }
    const page = await this._client.jobs(project.root, { limit: PAGE, before });
    if (before === this._next) {
      this._jobs = [...this._jobs, ...page.jobs];
      this._next = page.next;
      this._changed.emit();
    }
  }

  /** Start a job; it stands in the list when this resolves. */
  async submit(request: IJobRequest): Promise<IJob> {
    const job = await this._client.submit(request);
    this._put(job);
    return job;
  }

  /**
   * Ask a job to stop; with `discard` what it wrote is thrown away. The job
   * may be of another project, whose folder's API path `root` then is.
   */
  async stop(number: number, discard: boolean, root?: string): Promise<void> {
    const current = this._project.project?.root ?? '';
    const path = root ?? current;
    const job = await this._client.stop(path, number, discard);
    if (path === current) {
      this._put(job);
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._project.projectChanged.disconnect(this._onProject, this);
    this._events.job.disconnect(this._onJob, this);
    this._events.connected.disconnect(this._onConnected, this);
    Signal.clearData(this);
  }

  private async _read(): Promise<void> {
    const { project } = this._project;
    if (!project || this._isDisposed) {
      return;
    }
    try {
      const page = await this._client.jobs(project.root, { limit: PAGE });
      if (project.id !== this._project.project?.id) {
        return;
      }
      this._tellEnds(page.jobs);
      this._jobs = page.jobs;
      this._next = page.next;
      this._error = null;
      this._isLoaded = true;
    } catch (reason) {
      this._error = messageOf(reason);
    }
    this._changed.emit();
  }

  private _put(job: IJob): void {
    this._tellEnds([job]);
    const others = this._jobs.filter(other => other.job !== job.job);
    this._jobs = [job, ...others].sort((a, b) => b.job - a.job);
    this._changed.emit();
  }

  private _tellEnds(jobs: readonly IJob[]): void {
    for (const job of jobs) {
      const before = this._jobs.find(other => other.job === job.job);
      if (before && isLive(before.state) && !isLive(job.state)) {
        this._ended.emit(job);
      }
    }
  }

  private _onProject(): void {
    this._readers.clear();
    this._jobs = [];
    this._next = null;
    this._error = null;
    this._isLoaded = false;
    this._changed.emit();
    void this.refresh();
  }

  private _onConnected(): void {
    void this.refresh();
  }

  private _onJob(_: IDominoEvents, event: IJobEvent): void {
    const { project } = this._project;
    if (event.project !== project?.id) {
      return;
    }
    const known = this._jobs.find(job => job.job === event.job);
    if (event.action === 'state' || !known) {
      this._readOne(project.root, event.job);
    } else if (event.action === 'progress') {
      const { cell, cells, elapsed = 0 } = event;
      if (cell !== undefined && cells !== undefined) {
        this._put({ ...known, progress: { cell, cells, elapsed } });
      }
    }
  }

  /** Read one job again; its answers come in the order of the questions. */
  private _readOne(root: string, number: number): void {
    const refresh = new Refresh(async () => {
      try {
        const job = await this._client.job(root, number);
        if (root === this._project.project?.root) {
          this._put(job);
        }
      } catch (reason) {
        this._error = messageOf(reason);
        this._changed.emit();
      }
    });
    const reader = this._readers.get(number) ?? refresh;
    this._readers.set(number, reader);
    void reader.ask();
  }

  private readonly _client: IDominoClient;
  private readonly _events: IDominoEvents;
  private readonly _project: ProjectModel;
  private readonly _refresh: Refresh;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _ended = new Signal<this, IJob>(this);
  private readonly _readers = new Map<number, Refresh>();
  private _jobs: readonly IJob[] = [];
  private _next: number | null = null;
  private _isLoaded = false;
  private _error: string | null = null;
  private _isDisposed = false;
}

export namespace JobsModel {
  export interface IOptions {
    client: IDominoClient;
    events: IDominoEvents;
    project: ProjectModel;
  }
}
