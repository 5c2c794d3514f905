import {
  ILayoutRestorer,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { MainAreaWidget, WidgetTracker } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { ProjectModel } from '../models/project';
import { runJobIcon } from '../panels/icons';
import type { JobWidget } from '../panels/job';
import { IDominoFiles, IDominoProject, IDominoServer } from '../tokens';
import { jobsActions } from './actions';
import { CommandIDs, described } from './commands';
import { nameIn } from './names';

export const job: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-domino:job',
  description: 'Shows one job with its log.',
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
    const tracker = new WidgetTracker<MainAreaWidget<JobWidget>>({
      namespace: 'jupyter-domino-job'
    });
    const create = async (path: string, number: number) => {
      const { JobModel } = await import('../models/job');
      const { JobWidget } = await import('../panels/job');
      const model = new JobModel({ ...server, path, number });
      const nameOf = (id: string) => nameIn(files, id);
      const actions = jobsActions(app.commands, path);
      const content = new JobWidget({ model, actions, nameOf, trans });
      const widget = new MainAreaWidget({ content });
      widget.id = idOf(path, number);
      widget.title.icon = runJobIcon;
      widget.title.label = trans.__('Job %1', number);
      return widget;
    };

    app.commands.addCommand(CommandIDs.openJob, {
      label: trans.__('Show a Job'),
      icon: runJobIcon,
      describedBy: described(
        {
          job: { type: 'number' },
          path: {
            type: 'string',
            description: trans.__('API path of the project')
          }
        },
        ['job']
      ),
      execute: async args => {
        const path = `${args.path ?? project.project?.root ?? ''}`;
        const number = Number(args.job);
        const id = idOf(path, number);
        const open = tracker.find(widget => widget.id === id);
        const widget = open ?? (await create(path, number));
        if (!open) {
          app.shell.add(widget, 'main');
          await tracker.add(widget);
        }
        app.shell.activateById(id);
      }
    });
    if (restorer) {
      void restorer.restore(tracker, {
        command: CommandIDs.openJob,
        args: ({ content: { model } }) => ({
          path: model.path,
          job: model.number
        }),
        name: widget => widget.id
      });
    }
  }
};

function idOf(path: string, number: number): string {
  return `jupyter-domino-job:${path}:${number}`;
}
