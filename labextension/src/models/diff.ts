import { PathExt } from '@jupyterlab/coreutils';
import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import type { IDominoClient } from '../client';
import type { IDominoEvents } from '../events';
import type { IFileDiff, IFilesEvent } from '../schema';
import { messageOf } from './message';
import { Refresh } from './refresh';

/** Endings of images that a browser shows, and their types. */
const IMAGES = new Map([
  ['.gif', 'image/gif'],
  ['.jpeg', 'image/jpeg'],
  ['.jpg', 'image/jpeg'],
  ['.png', 'image/png'],
  ['.webp', 'image/webp']
]);

/** The two sides of an image as `data:` URLs; null where absent. */
export interface IImages {
  readonly oldImage: string | null;
  readonly newImage: string | null;
}

/** A file, and the two states of it that are compared. */
export interface ISides {
  /** API path of the project's folder. */
  readonly path: string;
  /** Path of the file, relative to the project. */
  readonly file: string;
  /** Older revision; without it the one the folder is based on. */
  readonly a?: string;
  /** Newer revision; without it the folder. */
  readonly b?: string;
}

/** How one file differs; a diff against the folder is kept true. */
export class DiffModel implements IDisposable {
  constructor(private readonly _options: DiffModel.IOptions) {
    this._refresh = new Refresh(() => this._read());
    if (_options.sides.b === undefined) {
      _options.events.files.connect(this._onFiles, this);
    }
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get sides(): ISides {
    return this._options.sides;
  }

  /** Id of the older side; null when the folder is based on no revision. */
  get older(): string | null {
    return this.sides.a ?? this._options.base();
  }

  /** Null until read. */
  get diff(): IFileDiff | null {
    return this._diff;
  }

  /** Null when the file is no image. */
  get images(): IImages | null {
    return this._images;
  }

  get error(): string | null {
    return this._error;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  refresh(): Promise<void> {
    return this._refresh.ask();
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._options.events.files.disconnect(this._onFiles, this);
    Signal.clearData(this);
  }

  private async _read(): Promise<void> {
    const { client } = this._options;
    const { path, file, a, b } = this.sides;
    try {
      const diff = await client.fileDiff(path, file, a, b);
      const type = IMAGES.get(PathExt.extname(file).toLowerCase());
      this._images = type ? await this._readImages(diff, type) : null;
      this._diff = diff;
      this._error = null;
    } catch (reason) {
      this._error = messageOf(reason);
    }
    this._changed.emit();
  }

  private async _readImages(diff: IFileDiff, type: string): Promise<IImages> {
    const { older } = this;
    const absent = Promise.resolve(null);
    const [oldImage, newImage] = await Promise.all([
      diff.old_size === null || !older ? absent : this._readRevision(older),
      diff.new_size === null ? absent : this._readNewer()
    ]);
    const url = (content: string | null) =>
      content && `data:${type};base64,${content}`;
    return { oldImage: url(oldImage), newImage: url(newImage) };
  }

  private _readNewer(): Promise<string> {
    const { b } = this.sides;
    return b ? this._readRevision(b) : this._options.readFolder();
  }

  private async _readRevision(revision: string): Promise<string> {
    const { client } = this._options;
    const { path, file } = this.sides;
    const options = { type: 'file', format: 'base64' };
    const { content } = await client.contents(
      path,
      { revision },
      file,
      options
    );
    return `${content}`;
  }

  private _onFiles(_: IDominoEvents, event: IFilesEvent): void {
    if (event.path === this.sides.path) {
      void this.refresh();
    }
  }

  private readonly _refresh: Refresh;
  private readonly _changed = new Signal<this, void>(this);
  private _diff: IFileDiff | null = null;
  private _images: IImages | null = null;
  private _error: string | null = null;
  private _isDisposed = false;
}

export namespace DiffModel {
  export interface IOptions {
    client: IDominoClient;
    events: IDominoEvents;
    sides: ISides;
    /** Id of the revision the folder is based on. */
    base: () => string | null;
    /** The file as it is in the folder, in base64. */
    readFolder: () => Promise<string>;
  }
}
