import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import type { IDominoClient } from '../client';
import type { IJob, IJobRequest, IParameter, ITiers } from '../schema';
import type { JobsModel } from './jobs';
import { defaultText, ParameterError, parseValue } from './parameters';
import { messageOf } from './message';
import type { ProjectModel } from './project';

/** One row of the environment table. */
export interface IVariable {
  readonly name: string;
  readonly value: string;
}

/** What the user fills in to run the open notebook or script. */
export class RunFormModel implements IDisposable {
  constructor(options: RunFormModel.IOptions) {
    this._client = options.client;
    this._project = options.project;
    this._jobs = options.jobs;
    this._project.projectChanged.connect(this._onProject, this);
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  /** API path of the open notebook or script, in whatever project. */
  get document(): string | null {
    return this._document;
  }

  set document(value: string | null) {
    if (value !== this._document) {
      this._document = value;
      void this.refresh();
    }
  }

  /** The file, relative to the project; null when it cannot be run from here. */
  get file(): string | null {
    const { project } = this._project;
    if (!project || this._document === null) {
      return null;
    }
    const prefix = project.root ? `${project.root}/` : '';
    return this._document.startsWith(prefix)
      ? this._document.slice(prefix.length)
      : null;
  }

  get parameters(): readonly IParameter[] {
    return this._parameters;
  }

  get tiers(): ITiers | null {
    return this._tiers;
  }

  get error(): string | null {
    return this._error;
  }

  /** Names of parameters whose text is not of their type. */
  get invalid(): ReadonlySet<string> {
    return this._invalid;
  }

  get isSubmitting(): boolean {
    return this._isSubmitting;
  }

  /** Whether the user has the form open. */
  get isOpen(): boolean {
    return this._isOpen;
  }

  set isOpen(value: boolean) {
    if (value !== this._isOpen) {
      this._isOpen = value;
      this._changed.emit();
    }
  }

  /** Empty: the server makes one of the file's name. */
  get title(): string {
    return this._title;
  }

  set title(value: string) {
    this._title = value;
    this._changed.emit();
  }

  /** Empty: the default tier. */
  get tier(): string {
    return this._tier || (this._tiers?.default ?? '');
  }

  set tier(value: string) {
    this._tier = value;
    this._changed.emit();
  }

  /** Empty: sync first, then run what is in the folder. */
  get revision(): string {
    return this._revision;
  }

  set revision(value: string) {
    this._revision = value;
    this._changed.emit();
  }

  get environment(): readonly IVariable[] {
    return this._environment;
  }

  set environment(value: readonly IVariable[]) {
    this._environment = value;
    this._changed.emit();
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** The text of a parameter's field. */
  text(parameter: IParameter): string {
    return this._texts.get(parameter.name) ?? defaultText(parameter);
  }

  /** The user has typed into a parameter's field. */
  type(parameter: IParameter, text: string): void {
    this._texts.set(parameter.name, text);
    this._invalid = new Set(
      [...this._invalid].filter(name => name !== parameter.name)
    );
    this._changed.emit();
  }

  /** Read the parameters of the file again; what was typed stays. */
  async refresh(): Promise<void> {
    const { file } = this;
    const root = this._project.project?.root ?? '';
    if (file !== this._asked) {
      this._forget();
    }
    this._asked = file;
    this._changed.emit();
    if (file === null) {
      return;
    }
    try {
      this._tiers ??= await this._client.tiers();
      const parameters = await this._declared(root, file);
      if (file === this._asked) {
        this._parameters = parameters;
        this._error = null;
      }
    } catch (reason) {
      this._error = messageOf(reason);
    }
    this._changed.emit();
  }

  /** Start the job; null, with `invalid` told, when a value is of the wrong type. */
  async submit(): Promise<IJob | null> {
    const request = this._request();
    if (!request) {
      this._changed.emit();
      return null;
    }
    this._isSubmitting = true;
    this._error = null;
    this._changed.emit();
    try {
      return await this._jobs.submit(request);
    } catch (reason) {
      this._error = messageOf(reason);
      return null;
    } finally {
      this._isSubmitting = false;
      this._changed.emit();
    }
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._project.projectChanged.disconnect(this._onProject, this);
    Signal.clearData(this);
  }

  /** What a notebook declares; other files have no parameters. */
  private async _declared(
    root: string,
    file: string
  ): Promise<readonly IParameter[]> {
    if (!file.endsWith('.ipynb')) {
      return [];
    }
    const { parameters } = await this._client.parameters(root, file);
    return parameters;
  }

  private _request(): IJobRequest | null {
    const { file, tier } = this;
    const parameters = this._values();
    if (file === null || !parameters) {
      return null;
    }
    const named = this._environment.filter(({ name }) => name.trim());
    return {
      path: this._project.project?.root ?? '',
      target: { file },
      parameters,
      environment: Object.fromEntries(
        named.map(({ name, value }) => [name.trim(), value])
      ),
      ...(tier && { tier }),
      ...(this._title.trim() && { title: this._title.trim() }),
      ...(this._revision && { revision: this._revision })
    };
  }

  /** The values that were typed, of the right types; null when one is not. */
  private _values(): Record<string, unknown> | null {
    const values: Record<string, unknown> = {};
    const invalid = new Set<string>();
    for (const parameter of this._parameters) {
      const text = this._texts.get(parameter.name);
      if (text === undefined || text === defaultText(parameter)) {
        continue;
      }
      try {
        values[parameter.name] = parseValue(parameter, text);
      } catch (reason) {
        if (!(reason instanceof ParameterError)) {
          throw reason;
        }
        invalid.add(parameter.name);
      }
    }
    this._invalid = invalid;
    return invalid.size ? null : values;
  }

  private _forget(): void {
    this._texts.clear();
    this._parameters = [];
    this._invalid = new Set();
    this._title = '';
    this._error = null;
  }

  private _onProject(): void {
    this._revision = '';
    void this.refresh();
  }

  private readonly _client: IDominoClient;
  private readonly _project: ProjectModel;
  private readonly _jobs: JobsModel;
  private readonly _changed = new Signal<this, void>(this);
  private readonly _texts = new Map<string, string>();
  private _document: string | null = null;
  private _asked: string | null = null;
  private _parameters: readonly IParameter[] = [];
  private _tiers: ITiers | null = null;
  private _isOpen = false;
  private _title = '';
  private _tier = '';
  private _revision = '';
  private _environment: readonly IVariable[] = [];
  private _invalid: ReadonlySet<string> = new Set();
  private _error: string | null = null;
  private _isSubmitting = false;
  private _isDisposed = false;
}

export namespace RunFormModel {
  export interface IOptions {
    client: IDominoClient;
    project: ProjectModel;
    jobs: JobsModel;
  }
}
