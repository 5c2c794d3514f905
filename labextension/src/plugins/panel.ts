import {
  ILabShell,
  ILayoutRestorer,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import type { SidePanel } from '@jupyterlab/ui-components';

import type { ProjectModel } from '../models/project';
import { RevisionModel } from '../models/revision';
import { dominoIcon } from '../panels/icons';
import { DominoPanel } from '../panels/side';
import type { IRevision } from '../schema';
import {
  IDominoFiles,
  IDominoJobs,
  IDominoPanel,
  IDominoProject,
  IDominoServer
} from '../tokens';
import { filesActions, jobsActions } from './actions';
import { CATEGORY, CommandIDs, described } from './commands';

/** Place in the side bar; extensions of third parties have 501 to 899. */
const RANK = 501;

export const panel: JupyterFrontEndPlugin<SidePanel> = {
  id: 'jupyter-domino:panel',
  description: 'Adds the Domino side panel.',
  autoStart: true,
  requires: [IDominoServer, IDominoProject, IDominoFiles, IDominoJobs],
  optional: [ICommandPalette, ILabShell, ILayoutRestorer, ITranslator],
  provides: IDominoPanel,
  activate: (
    app: JupyterFrontEnd,
    server: IDominoServer,
    project: ProjectModel,
    files: IDominoFiles,
    jobs: IDominoJobs,
    palette: ICommandPalette | null,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    translator: ITranslator | null
  ): SidePanel => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load('jupyter_domino');
    const root = () => project.project?.root ?? '';
    const side = new DominoPanel({
      project,
      files,
      jobs,
      filesActions: filesActions(commands, path => {
        const full = PathExt.join(root(), path);
        void commands.execute('docmanager:open', { path: full });
      }),
      jobsActions: jobsActions(commands),
      openRevision: (revision: IRevision) => {
        if (!project.project) {
          throw new Error('a revision without a project');
        }
        return new RevisionModel(server.client, project.project, revision);
      },
      onInitialise: () => void commands.execute(CommandIDs.initProject),
      onRefresh: () => void commands.execute(CommandIDs.refreshProject),
      translator: translator ?? nullTranslator
    });
    app.shell.add(side, 'left', { rank: RANK, type: 'Domino' });
    restorer?.add(side, side.id);

    commands.addCommand(CommandIDs.openPanel, {
      label: trans.__('Show the Domino Panel'),
      icon: dominoIcon,
      describedBy: described({
        section: {
          type: 'string',
          description: trans.__('The section to open'),
          enum: ['files', 'jobs']
        }
      }),
      execute: args => {
        if (args.section === 'files' || args.section === 'jobs') {
          side.expand(args.section);
        }
        if (labShell) {
          labShell.expandLeft();
        }
        app.shell.activateById(side.id);
      }
    });
    palette?.addItem({ command: CommandIDs.openPanel, category: CATEGORY });
    return side;
  }
};
