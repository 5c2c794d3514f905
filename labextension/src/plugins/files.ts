import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, showErrorMessage } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { FileBrowser, IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import { historyIcon, refreshIcon } from '@jupyterlab/ui-components';

import { ChangesModel } from '../models/changes';
import { HistoryModel } from '../models/history';
import { messageOf } from '../models/message';
import type { ProjectModel } from '../models/project';
import { dominoIcon } from '../panels/icons';
import type { ISyncResult } from '../schema';
import { IDominoFiles, IDominoProject, IDominoServer } from '../tokens';
import { CATEGORY, CommandIDs, described } from './commands';
import { inProject, OpenDocuments } from './documents';
import { notice } from './notices';
import { savesFirst } from './settings';
import { selectedFile } from './selection';

export const files: JupyterFrontEndPlugin<IDominoFiles> = {
  id: 'jupyter-domino:files',
  description: 'Provides changed files and history, and syncs them.',
  autoStart: true,
  requires: [IDominoServer, IDominoProject],
  optional: [
    ICommandPalette,
    IDefaultFileBrowser,
    IDocumentManager,
    ISettingRegistry,
    ITranslator
  ],
  provides: IDominoFiles,
  activate: (
    app: JupyterFrontEnd,
    server: IDominoServer,
    project: ProjectModel,
    palette: ICommandPalette | null,
    browser: FileBrowser | null,
    documents: IDocumentManager | null,
    settings: ISettingRegistry | null,
    translator: ITranslator | null
  ): IDominoFiles => {
    const trans = (translator ?? nullTranslator).load('jupyter_domino');
    const { client, events } = server;
    const changes = new ChangesModel({ client, events, project });
    const history = new HistoryModel({ client, events, project });
    const open = new OpenDocuments(app.shell, documents);

    app.commands.addCommand(CommandIDs.syncProject, {
      label: trans.__('Sync Project'),
      caption: trans.__('Store what changed as a new revision'),
      icon: dominoIcon,
      describedBy: described({
        message: {
          type: 'string',
          description: trans.__('Message of the revision')
        }
      }),
      isEnabled: () => project.project !== null && !changes.isSyncing,
      execute: async args => {
        const root = project.project?.root ?? '';
        try {
          if (await savesFirst(settings)) {
            await open.save(inProject(root));
          }
          const message =
            typeof args.message === 'string' ? args.message : undefined;
          const result = await changes.sync(message);
          await open.reload(brought(root, result));
          tell(result, trans);
        } catch (reason) {
          await showErrorMessage(trans.__('Not synced'), messageOf(reason));
        }
      }
    });
    app.commands.addCommand(CommandIDs.refreshProject, {
      label: trans.__('Look for Changes'),
      icon: refreshIcon,
      describedBy: described(),
      isEnabled: () => project.project !== null,
      execute: () => Promise.all([changes.refresh(), history.refresh()])
    });
    app.commands.addCommand(CommandIDs.showHistory, {
      label: trans.__('History'),
      caption: trans.__('Revisions of the project, or those of one file'),
      isVisible: () => project.project !== null,
      icon: historyIcon,
      describedBy: described({
        path: {
          type: 'string',
          description: trans.__(
            'A path of the project; without it, what is selected in the file browser'
          )
        },
        revision: {
          type: 'string',
          description: trans.__('Id of a revision to open')
        }
      }),
      isEnabled: () => project.project !== null,
      execute: async args => {
        const { revision, path } = args;
        const selected = selectedFile(browser, project);
        history.file =
          typeof path === 'string' ? path : revision ? null : selected;
        history.selected = typeof revision === 'string' ? revision : null;
        await app.commands.execute(CommandIDs.openPanel, { section: 'files' });
      }
    });
    for (const command of [
      CommandIDs.syncProject,
      CommandIDs.refreshProject,
      CommandIDs.showHistory
    ]) {
      palette?.addItem({ command, category: CATEGORY });
    }
    return { changes, history };
  }
};

/** Documents whose files a sync has brought from elsewhere. */
function brought(root: string, result: ISyncResult): (path: string) => boolean {
  const prefix = root ? `${root}/` : '';
  const paths = new Set(result.incoming.map(({ path }) => `${prefix}${path}`));
  return path => paths.has(path);
}

function tell(result: ISyncResult, trans: TranslationBundle): void {
  const name = `r${result.number}`;
  const count =
    result.files_added + result.files_changed + result.files_deleted;
  const said = result.created
    ? trans._n('Synced %1 file as %2.', 'Synced %1 files as %2.', count, name)
    : trans.__('Nothing had changed since %1.', name);
  const got = result.incoming_total
    ? trans._n(
        '%1 file was brought in.',
        '%1 files were brought in.',
        result.incoming_total
      )
    : '';
  if (result.conflicts.length) {
    const kept = trans.__(
      'Edited on both sides, both kept: %1',
      result.conflicts.join(', ')
    );
    notice([said, got, kept].join(' '), 'warning');
  } else {
    notice([said, got].join(' ').trim(), 'success');
  }
}
