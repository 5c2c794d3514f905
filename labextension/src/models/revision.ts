import { IDisposable } from '@lumino/disposable';
import { ISignal, Signal } from '@lumino/signaling';

import type { IDominoClient } from '../client';
import type { IChange, IEntry, IProject, IRevision } from '../schema';
import { messageOf } from './message';

/** Files on one page of a revision's list. */
const PAGE = 1000;

/** Changes of a revision that are listed; beyond them only the number is told. */
const LISTED = 10_000;

/** What the files of a revision are held against. */
export type Comparison =
  /** what the revision itself changed */
  | { readonly kind: 'parent' }
  /** the folder as it is now */
  | { readonly kind: 'folder' }
  | { readonly kind: 'revision'; readonly id: string };

/** The differing files of one revision, and all of its files; paths can be marked. */
export class RevisionModel implements IDisposable {
  constructor(
    private readonly _client: IDominoClient,
    readonly project: IProject,
    readonly revision: IRevision
  ) {}

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get comparison(): Comparison {
    return this._comparison;
  }

  /** The two sides of the comparison, as the diff of a file wants them. */
  get sides(): { readonly a?: string; readonly b?: string } {
    const { id, parents } = this.revision;
    switch (this._comparison.kind) {
      case 'parent':
        return { a: parents[0], b: id };
      case 'folder':
        return { a: id };
      case 'revision':
        return { a: this._comparison.id, b: id };
    }
  }

  /** Against the comparison's other side; null until read. */
  get changes(): readonly IChange[] | null {
    return this._changes;
  }

  /** Number of changes, more than `changes` has when there are very many. */
  get total(): number {
    return this._total;
  }

  /** All files as far as they were read; null before `loadFiles`. */
  get files(): readonly IEntry[] | null {
    return this._files;
  }

  get hasMoreFiles(): boolean {
    return this._nextFile !== null;
  }

  get error(): string | null {
    return this._error;
  }

  get marked(): ReadonlySet<string> {
    return this._marked;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Mark a path, or take its mark away. */
  toggle(path: string): void {
    const marked = new Set(this._marked);
    if (!marked.delete(path)) {
      marked.add(path);
    }
    this._marked = marked;
    this._changed.emit();
  }

  /** Hold the revision against something else. */
  compare(comparison: Comparison): Promise<void> {
    this._comparison = comparison;
    this._changes = null;
    this._changed.emit();
    return this.load();
  }

  /** Read the changes. */
  load(): Promise<void> {
    return this._attempt(async () => {
      const comparison = this._comparison;
      const { root } = this.project;
      const { a, b } = this.sides;
      const { changes, total } =
        comparison.kind === 'parent'
          ? await this._client.revision(root, this.revision.id, LISTED)
          : await this._client.diff(root, a, b, LISTED);
      if (comparison === this._comparison) {
        this._changes = changes;
        this._total = total;
      }
    });
  }

  /** Read the first, or the next, page of all files. */
  loadFiles(): Promise<void> {
    return this._attempt(async () => {
      const page = await this._client.files(
        this.project.root,
        this.revision.id,
        { limit: PAGE, after: this._nextFile ?? undefined }
      );
      this._files = [...(this._files ?? []), ...page.entries];
      this._nextFile = page.next;
    });
  }

  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private async _attempt(read: () => Promise<void>): Promise<void> {
    try {
      await read();
      this._error = null;
    } catch (reason) {
      this._error = messageOf(reason);
    }
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private _comparison: Comparison = { kind: 'parent' };
  private _changes: readonly IChange[] | null = null;
  private _total = 0;
  private _files: readonly IEntry[] | null = null;
  private _nextFile: string | null = null;
  private _error: string | null = null;
  private _marked: ReadonlySet<string> = new Set();
  private _isDisposed = false;
}
