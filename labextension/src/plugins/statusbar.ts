import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import type { ProjectModel } from '../models/project';
import { StatusItem } from '../panels/statusitem';
import { IDominoFiles, IDominoJobs, IDominoProject } from '../tokens';
import { CommandIDs } from './commands';

export const statusBar: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-domino:status-bar',
  description: 'Shows revision, changes and running jobs in the status bar.',
  autoStart: true,
  requires: [IDominoProject, IDominoFiles, IDominoJobs, IStatusBar],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    project: ProjectModel,
    files: IDominoFiles,
    jobs: IDominoJobs,
    bar: IStatusBar,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_domino');
    const item = new StatusItem({
      project,
      changes: files.changes,
      jobs: jobs.jobs,
      trans,
      onClick: () => void app.commands.execute(CommandIDs.openPanel)
    });
    bar.registerStatusItem('jupyter-domino:status', {
      item,
      align: 'left',
      rank: 50,
      isActive: () => project.project !== null,
      activeStateChanged: project.changed
    });
  }
};
