import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { DominoDrive, drivePath } from '../drive';
import { IDominoProject, IDominoServer } from '../tokens';
import type { ProjectModel } from '../models/project';
import { CommandIDs, described } from './commands';
import { OpenDocuments } from './documents';
import { LiveDocuments } from './live';

/** A notebook of a past revision or of a job has no kernel. */
const NO_KERNEL = {
  autoStartDefault: false,
  canStart: false,
  shouldStart: false
};

export const drive: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-domino:drive',
  description: 'Opens files of revisions and jobs, read-only.',
  autoStart: true,
  requires: [IDominoServer, IDominoProject, IDocumentManager],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    server: IDominoServer,
    project: ProjectModel,
    documents: IDocumentManager,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_domino');
    const { contents, serverSettings } = app.serviceManager;
    contents.addDrive(new DominoDrive(server.client, serverSettings));

    app.commands.addCommand(CommandIDs.openFile, {
      label: trans.__('Open File of a Revision or Job'),
      describedBy: described(
        {
          path: { type: 'string' },
          project: { type: 'string', description: trans.__('API path') },
          revision: { type: 'string' },
          job: { type: 'number' }
        },
        ['path']
      ),
      execute: args => {
        const { job, revision } = args;
        const path = drivePath({
          project: `${args.project ?? project.project?.root ?? ''}`,
          source:
            typeof job === 'number' ? { job } : { revision: `${revision}` },
          file: `${args.path}`
        });
        return documents.openOrReveal(
          path,
          undefined,
          undefined,
          undefined,
          NO_KERNEL
        );
      }
    });
    const open = new OpenDocuments(app.shell, documents);
    new LiveDocuments(open, server.events);
  }
};
