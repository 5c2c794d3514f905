import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IDocumentManager } from '@jupyterlab/docmanager';
import {
  FileBrowser,
  FilterFileBrowserModel,
  IFileBrowserFactory
} from '@jupyterlab/filebrowser';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { DominoDrive, DRIVE, drivePath } from '../drive';
import type { ProjectModel } from '../models/project';
import { IDominoProject, IDominoServer } from '../tokens';
import { CommandIDs, described } from './commands';
import { OpenDocuments } from './documents';
import { LiveDocuments } from './live';

export const drive: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-domino:drive',
  description: 'Opens files of revisions and jobs, read-only.',
  autoStart: true,
  requires: [IDominoServer, IDominoProject, IDocumentManager],
  optional: [IFileBrowserFactory, INotebookTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    server: IDominoServer,
    project: ProjectModel,
    documents: IDocumentManager,
    browsers: IFileBrowserFactory | null,
    notebooks: INotebookTracker | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_domino');
    const { contents, serverSettings } = app.serviceManager;
    contents.addDrive(new DominoDrive(server.client, serverSettings));
    new LiveDocuments(new OpenDocuments(app.shell, documents), server.events);
    if (browsers) {
      addBrowser(browsers, documents);
    }
    if (notebooks) {
      keepFromKernels(notebooks);
    }

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
        return documents.openOrReveal(path);
      }
    });
  }
};

/**
 * A file browser that is never shown: JupyterLab looks for one of the drive
 * when a page is loaded whose address names a file of it.
 */
function addBrowser(
  browsers: IFileBrowserFactory,
  manager: IDocumentManager
): void {
  const model = new FilterFileBrowserModel({
    auto: false,
    driveName: DRIVE,
    manager,
    refreshStandby: () => true
  });
  const browser = new FileBrowser({
    id: 'jupyter-domino-browser',
    model,
    restore: false
  });
  // injected rather than added, so that it does not become the current one
  void browsers.tracker.inject(browser);
}

/** A notebook of a revision or of a job is for reading: no kernel starts for it. */
function keepFromKernels(notebooks: INotebookTracker): void {
  const keep = (_: INotebookTracker, { context }: NotebookPanel) => {
    if (context.path.startsWith(`${DRIVE}:`)) {
      const { sessionContext } = context;
      sessionContext.kernelPreference = {
        ...sessionContext.kernelPreference,
        autoStartDefault: false,
        canStart: false,
        shouldStart: false
      };
    }
  };
  notebooks.widgetAdded.connect(keep, notebooks);
}
