import {
  ILayoutRestorer,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { Contents } from '@jupyterlab/services';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import type { ISides } from '../models/diff';
import type { ProjectModel } from '../models/project';
import type { DiffWidget } from '../panels/diff';
import { diffIcon } from '../panels/icons';
import { baseName } from '../panels/words';
import { IDominoFiles, IDominoProject, IDominoServer } from '../tokens';
import { CommandIDs, described } from './commands';
import { nameIn } from './names';

export const diff: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-domino:diff',
  description: 'Shows how a file differs between two states.',
  autoStart: true,
  requires: [IDominoServer, IDominoProject, IDominoFiles],
  optional: [ILayoutRestorer, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    server: IDominoServer,
    project: ProjectModel,
    files: IDominoFiles,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_domino');
    const { contents } = app.serviceManager;
    const tracker = new WidgetTracker<MainAreaWidget<DiffWidget>>({
      namespace: 'jupyter-domino-diff'
    });
    const create = async (
      sides: ISides
    ): Promise<MainAreaWidget<DiffWidget>> => {
      const { DiffModel } = await import('../models/diff');
      const { DiffWidget } = await import('../panels/diff');
      const model = new DiffModel({
        ...server,
        sides,
        base: () => files.changes.status?.base?.id ?? null,
        readFolder: () => readBase64(contents, sides)
      });
      const nameOf = (id: string) => nameIn(files, id);
      const content = new DiffWidget({ model, nameOf, trans });
      const widget = new MainAreaWidget({ content });
      widget.id = idOf(sides);
      widget.title.icon = diffIcon;
      widget.title.label = trans.__('%1 (diff)', baseName(sides.file));
      widget.title.caption = sides.file;
      return widget;
    };

    app.commands.addCommand(CommandIDs.openDiff, {
      label: trans.__('Show the Difference of a File'),
      icon: diffIcon,
      describedBy: described(
        {
          file: {
            type: 'string',
            description: trans.__('Path relative to the project')
          },
          path: {
            type: 'string',
            description: trans.__('API path of the project')
          },
          a: { type: 'string', description: trans.__('Older revision') },
          b: { type: 'string', description: trans.__('Newer revision') }
        },
        ['file']
      ),
      execute: async args => {
        const sides = sidesOf(args, project.project?.root ?? '');
        const open = tracker.find(widget => widget.id === idOf(sides));
        const widget = open ?? (await create(sides));
        if (!open) {
          app.shell.add(widget, 'main');
          await tracker.add(widget);
        }
        app.shell.activateById(widget.id);
      }
    });
    if (restorer) {
      void restorer.restore(tracker, {
        command: CommandIDs.openDiff,
        args: widget => ({ ...widget.content.model.sides }),
        name: widget => widget.id
      });
    }
  }
};

function sidesOf(args: ReadonlyPartialJSONObject, root: string): ISides {
  const text = (name: string) => {
    const value = args[name];
    return typeof value === 'string' ? value : undefined;
  };
  return {
    path: text('path') ?? root,
    file: text('file') ?? '',
    a: text('a'),
    b: text('b')
  };
}

function idOf({ path, file, a = '', b = '' }: ISides): string {
  return `jupyter-domino-diff:${path}:${a}:${b}:${file}`;
}

async function readBase64(
  contents: Contents.IManager,
  sides: ISides
): Promise<string> {
  const path = PathExt.join(sides.path, sides.file);
  const model = await contents.get(path, { type: 'file', format: 'base64' });
  return `${model.content}`;
}
