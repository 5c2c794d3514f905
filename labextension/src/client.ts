import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type {
  IConfig,
  IContents,
  IDiff,
  IEntryPage,
  IErrorBody,
  IFileDiff,
  IInitRequest,
  IJob,
  IJobPage,
  IJobRequest,
  ILogPart,
  IParameters,
  IProject,
  IRevertRequest,
  IRevertResult,
  IRevisionDetail,
  IRevisionPage,
  IStatus,
  ISyncRequest,
  ISyncResult,
  ITiers
} from './schema';

const NAMESPACE = 'jupyter-domino/api/v1';

/** A request the server answered with an error, in its own plain words. */
export class RequestError extends Error {
  constructor(
    message: string,
    readonly status: number,
    /** The stable code; empty when the answer was not of our server extension. */
    readonly code: string,
    readonly details: Record<string, unknown> = {}
  ) {
    super(message);
    this.name = 'RequestError';
  }
}

/** Where a read-only file comes from: a revision, or the folder of a job. */
export type ContentsSource =
  { readonly revision: string } | { readonly job: number };

/** How the content of a file is wanted. */
export interface IContentsOptions {
  content?: boolean;
  type?: string;
  format?: string;
}

/**
 * The server extension, one method a route. `path` is the API path of any
 * folder or file of the project. Every method rejects with a `RequestError`
 * that holds a sentence fit to be shown.
 */
export interface IDominoClient {
  config(): Promise<IConfig>;
  project(path: string): Promise<IProject>;
  initialise(request: IInitRequest): Promise<IProject>;
  status(path: string, limit: number): Promise<IStatus>;
  sync(request: ISyncRequest): Promise<ISyncResult>;
  revisions(
    path: string,
    options?: { limit?: number; before?: number; file?: string }
  ): Promise<IRevisionPage>;
  revision(
    path: string,
    revision: string,
    limit?: number
  ): Promise<IRevisionDetail>;
  files(
    path: string,
    revision: string,
    options?: { limit?: number; after?: string }
  ): Promise<IEntryPage>;
  /** Without `a` the revision the folder is based on, without `b` the folder. */
  diff(path: string, a?: string, b?: string, limit?: number): Promise<IDiff>;
  fileDiff(
    path: string,
    file: string,
    a?: string,
    b?: string
  ): Promise<IFileDiff>;
  revert(request: IRevertRequest): Promise<IRevertResult>;
  contents(
    path: string,
    source: ContentsSource,
    file: string,
    options?: IContentsOptions
  ): Promise<IContents>;
  parameters(path: string, file: string): Promise<IParameters>;
  tiers(): Promise<ITiers>;
  jobs(
    path: string,
    options?: { limit?: number; before?: number }
  ): Promise<IJobPage>;
  job(path: string, job: number): Promise<IJob>;
  submit(request: IJobRequest): Promise<IJob>;
  log(path: string, job: number, offset: number): Promise<ILogPart>;
  stop(path: string, job: number, discard: boolean): Promise<IJob>;
}

type Query = Record<string, string | number | undefined>;

/** The client over HTTP; the only place of the page that makes requests. */
export class DominoClient implements IDominoClient {
  constructor(readonly serverSettings: ServerConnection.ISettings) {}

  config(): Promise<IConfig> {
    return this._get('config');
  }

  project(path: string): Promise<IProject> {
    return this._get('project', { path });
  }

  initialise(request: IInitRequest): Promise<IProject> {
    return this._post('projects', request);
  }

  status(path: string, limit: number): Promise<IStatus> {
    return this._get('status', { path, limit });
  }

  sync(request: ISyncRequest): Promise<ISyncResult> {
    return this._post('sync', request);
  }

  revisions(
    path: string,
    options: { limit?: number; before?: number; file?: string } = {}
  ): Promise<IRevisionPage> {
    return this._get('revisions', { path, ...options });
  }

  revision(
    path: string,
    revision: string,
    limit?: number
  ): Promise<IRevisionDetail> {
    return this._get(`revisions/${encode(revision)}`, { path, limit });
  }

  files(
    path: string,
    revision: string,
    options: { limit?: number; after?: string } = {}
  ): Promise<IEntryPage> {
    const route = `revisions/${encode(revision)}/files`;
    return this._get(route, { path, ...options });
  }

  diff(path: string, a?: string, b?: string, limit?: number): Promise<IDiff> {
    return this._get('diff', { path, a, b, limit });
  }

  fileDiff(
    path: string,
    file: string,
    a?: string,
    b?: string
  ): Promise<IFileDiff> {
    return this._get(`diff/${encode(file)}`, { path, a, b });
  }

  revert(request: IRevertRequest): Promise<IRevertResult> {
    return this._post('revert', request);
  }

  contents(
    path: string,
    source: ContentsSource,
    file: string,
    options: IContentsOptions = {}
  ): Promise<IContents> {
    const place =
      'job' in source
        ? `jobs/${source.job}`
        : `revisions/${encode(source.revision)}`;
    const route = `${place}/contents${file ? `/${encode(file)}` : ''}`;
    const { content, type, format } = options;
    return this._get(route, {
      path,
      type,
      format,
      content: content === false ? 0 : 1
    });
  }

  parameters(path: string, file: string): Promise<IParameters> {
    return this._get(`parameters/${encode(file)}`, { path });
  }

  tiers(): Promise<ITiers> {
    return this._get('tiers');
  }

  jobs(
    path: string,
    options: { limit?: number; before?: number } = {}
  ): Promise<IJobPage> {
    return this._get('jobs', { path, ...options });
  }

  job(path: string, job: number): Promise<IJob> {
    return this._get(`jobs/${job}`, { path });
  }

  submit(request: IJobRequest): Promise<IJob> {
    return this._post('jobs', request);
  }

  log(path: string, job: number, offset: number): Promise<ILogPart> {
    return this._get(`jobs/${job}/log`, { path, offset });
  }

  stop(path: string, job: number, discard: boolean): Promise<IJob> {
    return this._post(`jobs/${job}/stop`, { path, discard });
  }

  private _get<T>(route: string, query: Query = {}): Promise<T> {
    const given = Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `${name}=${encode(`${value}`)}`);
    return this._request(`${route}?${given.join('&')}`, { method: 'GET' });
  }

  private _post<T>(route: string, body: object): Promise<T> {
    return this._request(route, {
      method: 'POST',
      body: JSON.stringify(body)
    });
  }

  private async _request<T>(route: string, init: RequestInit): Promise<T> {
    const { serverSettings } = this;
    const url = URLExt.join(serverSettings.baseUrl, NAMESPACE, route);
    let response: Response;
    try {
      response = await ServerConnection.makeRequest(url, init, serverSettings);
    } catch (reason) {
      throw new RequestError(`The server does not answer (${reason}).`, 0, '');
    }
    if (response.ok) {
      return (await response.json()) as T;
    }
    throw await requestError(response);
  }
}

async function requestError(response: Response): Promise<RequestError> {
  const { status } = response;
  try {
    const body = (await response.json()) as IErrorBody;
    if (body.code) {
      return new RequestError(body.message, status, body.code, body.details);
    }
  } catch {
    // an HTML page of another handler or of a proxy: nothing worth showing
  }
  return new RequestError(`The server answered ${status}.`, status, '');
}

/**
 * Percent-encode all but the slashes. Bytes of a name that are not UTF-8 stand
 * in JSON as lone surrogates U+DC80 to U+DCFF and in a URL as themselves.
 */
function encode(path: string): string {
  return Array.from(path, character => {
    const code = character.codePointAt(0) ?? 0;
    if (code >= 0xdc80 && code <= 0xdcff) {
      return `%${(code - 0xdc00).toString(16)}`;
    }
    return character === '/' ? character : encodeURIComponent(character);
  }).join('');
}
