import { PathExt } from '@jupyterlab/coreutils';
import { Contents, ServerConnection } from '@jupyterlab/services';
import { ISignal, Signal } from '@lumino/signaling';

import type { ContentsSource, IDominoClient } from './client';
import type { IContents } from './schema';

/** Name of the drive, in front of its paths. */
export const DRIVE = 'domino';

/** A read-only file: of which project, of which revision or job, and its path. */
export interface IDrivePlace {
  /** API path of the project's folder. */
  readonly project: string;
  readonly source: ContentsSource;
  readonly file: string;
}

/** The path under which Jupyter's viewers open a read-only file. */
export function drivePath(place: IDrivePlace): string {
  const { project, source, file } = place;
  const kind =
    'job' in source ? `jobs/${source.job}` : `revisions/${source.revision}`;
  return `${DRIVE}:@${encodeURIComponent(project)}/${kind}/${file}`;
}

/** The reverse of `drivePath`, without the drive's name; null for other paths. */
export function parseDrivePath(localPath: string): IDrivePlace | null {
  const form = /^\/?@([^/]*)\/(revisions|jobs)\/([^/]+)\/?(.*)$/;
  const match = form.exec(localPath);
  if (!match) {
    return null;
  }
  const [, project, kind, id, file] = match;
  const source = kind === 'jobs' ? { job: Number(id) } : { revision: id };
  return { project: decodeURIComponent(project), source, file };
}

/** Files of revisions and of jobs as a drive on which nothing can be written. */
export class DominoDrive implements Contents.IDrive {
  constructor(
    private readonly _client: IDominoClient,
    readonly serverSettings: ServerConnection.ISettings
  ) {}

  readonly name = DRIVE;

  /** Never emits: what the drive shows does not change by way of it. */
  get fileChanged(): ISignal<this, Contents.IChangedArgs> {
    return this._fileChanged;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  async get(
    localPath: string,
    options: Contents.IFetchOptions = {}
  ): Promise<Contents.IModel> {
    const place = parseDrivePath(localPath);
    if (!place) {
      return folder(localPath);
    }
    const { content, type, format } = options;
    const contents = await this._client.contents(
      place.project,
      place.source,
      place.file,
      { content, type, format: format ?? undefined }
    );
    return model(contents, localPath);
  }

  async getDownloadUrl(localPath: string): Promise<string> {
    const { content, mimetype } = await this.get(localPath, {
      type: 'file',
      format: 'base64'
    });
    return `data:${mimetype || 'application/octet-stream'};base64,${content}`;
  }

  newUntitled(): Promise<Contents.IModel> {
    return refuse();
  }

  delete(): Promise<void> {
    return refuse();
  }

  rename(): Promise<Contents.IModel> {
    return refuse();
  }

  save(): Promise<Contents.IModel> {
    return refuse();
  }

  copy(): Promise<Contents.IModel> {
    return refuse();
  }

  createCheckpoint(): Promise<Contents.ICheckpointModel> {
    return refuse();
  }

  async listCheckpoints(): Promise<Contents.ICheckpointModel[]> {
    return [];
  }

  restoreCheckpoint(): Promise<void> {
    return refuse();
  }

  deleteCheckpoint(): Promise<void> {
    return refuse();
  }

  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private readonly _fileChanged = new Signal<this, Contents.IChangedArgs>(this);
  private _isDisposed = false;
}

function refuse(): Promise<never> {
  return Promise.reject(
    new Error('Files of a revision or a job cannot be changed.')
  );
}

/** The contents as Jupyter's model of the path it was asked under. */
function model(contents: IContents, path: string): Contents.IModel {
  const { content } = contents;
  return {
    ...contents,
    path,
    name: PathExt.basename(path),
    mimetype: contents.mimetype ?? '',
    size: contents.size ?? undefined,
    content: Array.isArray(content)
      ? content.map(child => model(child, PathExt.join(path, child.name)))
      : content
  };
}

/** An empty folder, for the paths above a revision. */
function folder(path: string): Contents.IModel {
  const time = new Date(0).toISOString();
  return {
    name: PathExt.basename(path),
    path,
    type: 'directory',
    writable: false,
    created: time,
    last_modified: time,
    mimetype: '',
    format: 'json',
    content: []
  };
}
