import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, showErrorMessage } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { FileBrowser, IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import type { Contents } from '@jupyterlab/services';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { DRIVE, parseDrivePath } from '../drive';
import { messageOf } from '../models/message';
import { ProjectModel } from '../models/project';
import { dominoIcon } from '../panels/icons';
import { IDominoProject, IDominoServer } from '../tokens';
import { CATEGORY, CommandIDs, described } from './commands';

export const project: JupyterFrontEndPlugin<ProjectModel> = {
  id: 'jupyter-domino:project',
  description: 'Provides the project that the current folder belongs to.',
  autoStart: true,
  requires: [IDominoServer],
  optional: [
    ICommandPalette,
    IDefaultFileBrowser,
    IDocumentManager,
    ISettingRegistry,
    ITranslator
  ],
  provides: IDominoProject,
  activate: async (
    app: JupyterFrontEnd,
    server: IDominoServer,
    palette: ICommandPalette | null,
    browser: FileBrowser | null,
    documents: IDocumentManager | null,
    settings: ISettingRegistry | null,
    translator: ITranslator | null
  ): Promise<ProjectModel> => {
    const trans = (translator ?? nullTranslator).load('jupyter_domino');
    const version = await releaseOfPage(settings);
    const model = new ProjectModel({ ...server, version });
    if (browser) {
      followBrowser(browser, model, app.serviceManager.contents);
    }
    if (documents) {
      suggestDocument(app, documents, model);
    }
    app.commands.addCommand(CommandIDs.initProject, {
      label: trans.__('Initialise Project in the Current Folder'),
      icon: dominoIcon,
      describedBy: described(),
      isEnabled: () => model.state.kind === 'none' && model.folder !== null,
      execute: async () => {
        try {
          await model.initialise();
        } catch (reason) {
          const title = trans.__('No project was made');
          await showErrorMessage(title, messageOf(reason));
        }
      }
    });
    palette?.addItem({ command: CommandIDs.initProject, category: CATEGORY });
    return model;
  }
};

/** The release of the built extension; null where there are no settings to tell. */
async function releaseOfPage(
  registry: ISettingRegistry | null
): Promise<string | null> {
  if (!registry) {
    return null;
  }
  try {
    const { version } = await registry.load('jupyter-domino:files');
    return version || null;
  } catch {
    // the plugin of these settings is switched off: nothing to compare with
    return null;
  }
}

/** Let the model look at the folder that the file browser shows. */
function followBrowser(
  browser: FileBrowser,
  model: ProjectModel,
  contents: Contents.IManager
): void {
  const follow = () => void model.open(folderOf(browser.model.path, contents));
  browser.model.pathChanged.connect(follow, model);
  browser.disposed.connect(() => {
    browser.model.pathChanged.disconnect(follow, model);
  }, model);
  void browser.model.restored.then(follow);
}

/** Where the folder is in no project, suggest that of the document in front. */
function suggestDocument(
  app: JupyterFrontEnd,
  documents: IDocumentManager,
  model: ProjectModel
): void {
  const { shell, serviceManager } = app;
  const suggest = () => {
    const widget = shell.currentWidget;
    const context = widget && documents.contextForWidget(widget);
    const path = context
      ? projectPathOf(context.path, serviceManager.contents)
      : null;
    if (path !== null) {
      void model.suggest(path);
    }
  };
  model.changed.connect(suggest, model);
  shell.currentChanged?.connect(suggest, model);
}

/** A path by which the project of a document is found; null on a foreign drive. */
function projectPathOf(
  path: string,
  contents: Contents.IManager
): string | null {
  return contents.driveName(path) === DRIVE
    ? (parseDrivePath(contents.localPath(path))?.project ?? null)
    : folderOf(path, contents);
}

/** The API path; null on a drive of another extension. */
export function folderOf(
  path: string,
  contents: Contents.IManager
): string | null {
  const name = contents.driveName(path);
  return name === '' || name === 'RTC' ? contents.localPath(path) : null;
}
