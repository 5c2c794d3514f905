import { Signal } from '@lumino/signaling';

import { ContentsSource, IDominoClient, RequestError } from '../src/client';
import type { IDominoEvents } from '../src/events';
import { ProjectModel } from '../src/models/project';
import type * as wire from '../src/schema';
import { change, job, PROJECT, revision, status } from './values';

/** Events that a test sends itself. */
export class FakeEvents implements IDominoEvents {
  readonly project = new Signal<this, wire.IProjectEvent>(this);
  readonly files = new Signal<this, wire.IFilesEvent>(this);
  readonly job = new Signal<this, wire.IJobEvent>(this);
  readonly connected = new Signal<this, void>(this);

  tellFiles(action: wire.IFilesEvent['action'], project = PROJECT.id): void {
    this.files.emit({ action, project, path: PROJECT.root });
  }

  tellJob(event: Partial<wire.IJobEvent>): void {
    this.job.emit({
      action: 'state',
      project: PROJECT.id,
      path: PROJECT.root,
      job: 1,
      state: 'Running',
      ...event
    });
  }
}

/** A server with one project in memory; `calls` has the requests in their order. */
export class FakeClient implements IDominoClient {
  readonly calls: string[] = [];
  version = '0.1.0';
  statusNow = status([]);
  history: wire.IRevision[] = [revision(2), revision(1)];
  jobList: wire.IJob[] = [];
  logText = '';
  declared: wire.IParameter[] = [];
  submitted: wire.IJobRequest | null = null;
  fails: RequestError | null = null;

  async config(): Promise<wire.IConfig> {
    this._call('config');
    return {
      version: this.version,
      home: '/home/ada',
      projects_here: true,
      watching: 'events',
      user: 'ada',
      limits: { contents_bytes: 1000 }
    };
  }

  async project(path: string): Promise<wire.IProject> {
    this._call(`project ${path}`);
    if (path.startsWith(PROJECT.root)) {
      return PROJECT;
    }
    throw new RequestError('No project here.', 404, 'project-not-found');
  }

  async initialise(request: wire.IInitRequest): Promise<wire.IProject> {
    this._call(`initialise ${request.path}`);
    return PROJECT;
  }

  async status(path: string): Promise<wire.IStatus> {
    this._call(`status ${path}`);
    return this.statusNow;
  }

  async sync(request: wire.ISyncRequest): Promise<wire.ISyncResult> {
    this._call(`sync ${request.message}`);
    this.statusNow = status([]);
    return {
      revision: revision(3).id,
      number: 3,
      parent: revision(2).id,
      files_added: 1,
      files_changed: 0,
      files_deleted: 0,
      bytes_stored: 10,
      seconds: 0.1,
      created: true,
      merged: false,
      incoming: [],
      incoming_total: 0,
      conflicts: [],
      problems: [],
      dry_run: false
    };
  }

  async revisions(
    path: string,
    options: { limit?: number; before?: number; file?: string } = {}
  ): Promise<wire.IRevisionPage> {
    const { limit = 1000, before = Infinity, file } = options;
    this._call(`revisions ${path}${file ? ` of ${file}` : ''}`);
    const older = this.history.filter(({ number }) => (number ?? 0) < before);
    const page = older.slice(0, limit);
    const last = page[page.length - 1]?.number ?? null;
    return { revisions: page, next: older.length > limit ? last : null };
  }

  async revision(path: string, id: string): Promise<wire.IRevisionDetail> {
    this._call(`revision ${id}`);
    const found = this.history.find(candidate => candidate.id === id);
    const changes = [change('data/a.csv', 'changed'), change('b.txt', 'added')];
    return {
      revision: found ?? revision(1),
      changes,
      next: null,
      total: changes.length
    };
  }

  async files(): Promise<wire.IEntryPage> {
    this._call('files');
    return { entries: [change('data/a.csv', 'changed').new!], next: null };
  }

  async diff(path: string, a?: string, b?: string): Promise<wire.IDiff> {
    this._call(`diff ${a} ${b}`);
    const changes = [change('data/a.csv', 'changed')];
    return { a: a ?? null, b: b ?? null, changes, next: null, total: 1 };
  }

  async fileDiff(path: string, file: string): Promise<wire.IFileDiff> {
    this._call(`fileDiff ${file}`);
    const text = '--- a\n+++ b\n@@ -1 +1 @@\n-old\n+new\n';
    return {
      path: file,
      is_notebook: false,
      text: file.endsWith('.png') ? null : text,
      reason: null,
      binary: file.endsWith('.png'),
      old_size: 4,
      new_size: 4
    };
  }

  async revert(request: wire.IRevertRequest): Promise<wire.IRevertResult> {
    this._call(`revert ${request.revision}`);
    throw new Error('no test reverts');
  }

  async contents(
    path: string,
    source: ContentsSource,
    file: string
  ): Promise<wire.IContents> {
    this._call(`contents ${JSON.stringify(source)} ${file}`);
    return {
      name: file,
      path: file,
      type: 'file',
      writable: false,
      created: '2026-11-21T20:00:00Z',
      last_modified: '2026-11-21T20:00:00Z',
      mimetype: 'text/plain',
      format: 'text',
      content: `content of ${file}`,
      size: 10
    };
  }

  async parameters(): Promise<wire.IParameters> {
    this._call('parameters');
    return { parameters: this.declared, kernel: 'python3' };
  }

  async tiers(): Promise<wire.ITiers> {
    this._call('tiers');
    const tiers = [
      { id: 'small', cores: 1, memory: 2 ** 31 },
      { id: 'medium', cores: 2, memory: 2 ** 32 }
    ];
    return { tiers, default: 'medium' };
  }

  async jobs(): Promise<wire.IJobPage> {
    this._call('jobs');
    return { jobs: this.jobList, next: null };
  }

  async job(path: string, number: number): Promise<wire.IJob> {
    this._call(`job ${number}`);
    const found = this.jobList.find(candidate => candidate.job === number);
    if (!found) {
      throw new RequestError('No such job.', 404, 'job-not-found');
    }
    return found;
  }

  async submit(request: wire.IJobRequest): Promise<wire.IJob> {
    this._call('submit');
    this.submitted = request;
    return job(this.jobList.length + 1, 'Queued');
  }

  async log(path: string, n: number, offset: number): Promise<wire.ILogPart> {
    this._call(`log from ${offset}`);
    const text = this.logText.slice(offset);
    return { text, offset, next: this.logText.length, complete: false };
  }

  async stop(path: string, number: number, discard: boolean) {
    this._call(`stop ${number} ${discard}`);
    return job(number, 'StopRequested');
  }

  private _call(name: string): void {
    this.calls.push(name);
    if (this.fails) {
      throw this.fails;
    }
  }
}

/** A project model that already looks at the fake project. */
export async function openProject(
  client: FakeClient,
  events: FakeEvents
): Promise<ProjectModel> {
  const project = new ProjectModel({ client, events, version: null });
  await project.open(PROJECT.root);
  return project;
}

/** Let everything that was asked for be answered. */
export function settled(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 0));
}
