import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentRegistry } from '@jupyterlab/docregistry';

/** Whether a document is meant, by its path with its drive's name. */
export type Belongs = (path: string) => boolean;

/** The documents that are open in the main area. */
export class OpenDocuments {
  constructor(
    private readonly _shell: JupyterFrontEnd.IShell,
    private readonly _manager: IDocumentManager | null
  ) {}

  /** Paths of documents with edits that are not on disk. */
  unsaved(belongs: Belongs): string[] {
    return this._contexts(belongs)
      .filter(context => context.model.dirty)
      .map(context => context.path);
  }

  /** Save those with edits that are not on disk. */
  async save(belongs: Belongs): Promise<void> {
    const dirty = this._contexts(belongs).filter(
      ({ model, contentsModel }) => model.dirty && contentsModel?.writable
    );
    await Promise.all(dirty.map(context => context.save()));
  }

  /** Read from disk again what is open. */
  async reload(belongs: Belongs): Promise<void> {
    const ready = this._contexts(belongs).filter(({ isReady }) => isReady);
    await Promise.all(ready.map(context => context.revert()));
  }

  private _contexts(belongs: Belongs): DocumentRegistry.Context[] {
    const contexts = new Set<DocumentRegistry.Context>();
    for (const widget of this._shell.widgets('main')) {
      const context = this._manager?.contextForWidget(widget);
      if (context && belongs(context.path)) {
        contexts.add(context);
      }
    }
    return [...contexts];
  }
}

/** Documents of a project's folder. */
export function inProject(root: string): Belongs {
  const prefix = root ? `${root}/` : '';
  return path => !onDrive(path) && path.startsWith(prefix);
}

/** Documents at or below one of some paths, relative to the project; none means all. */
export function atPaths(root: string, paths: readonly string[]): Belongs {
  const belongs = inProject(root);
  const full = paths.map(path => (root ? `${root}/${path}` : path));
  return path =>
    belongs(path) &&
    (!full.length ||
      full.some(given => path === given || path.startsWith(`${given}/`)));
}

function onDrive(path: string): boolean {
  return /^[^/]+:/.test(path) && !path.startsWith('RTC:');
}
