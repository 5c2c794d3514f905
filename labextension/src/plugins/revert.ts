import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Dialog, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { FileBrowser, IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import { undoIcon } from '@jupyterlab/ui-components';

import type { IDominoClient } from '../client';
import { messageOf } from '../models/message';
import type { ProjectModel } from '../models/project';
import type { IRevertRequest } from '../schema';
import { IDominoProject, IDominoServer } from '../tokens';
import { CommandIDs, described } from './commands';
import { atPaths, OpenDocuments } from './documents';
import { notice } from './notices';
import { selectedFile } from './selection';

/** Revisions that can be picked; older ones are in the history. */
const PICKED = 200;

export const revert: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-domino:revert',
  description: 'Takes files back to a revision.',
  autoStart: true,
  requires: [IDominoServer, IDominoProject],
  optional: [IDefaultFileBrowser, IDocumentManager, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    server: IDominoServer,
    project: ProjectModel,
    browser: FileBrowser | null,
    documents: IDocumentManager | null,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_domino');
    const open = new OpenDocuments(app.shell, documents);
    const { client } = server;
    const guarded = async (work: () => Promise<void>): Promise<void> => {
      try {
        await work();
      } catch (reason) {
        await showErrorMessage(trans.__('Not reverted'), messageOf(reason));
      }
    };

    app.commands.addCommand(CommandIDs.revertFiles, {
      label: trans.__('Revert Files to a Revision'),
      describedBy: described(
        {
          revision: { type: 'string' },
          paths: { type: 'array', items: { type: 'string' } }
        },
        ['revision', 'paths']
      ),
      isEnabled: () => project.project !== null,
      execute: args =>
        guarded(async () => {
          const request = {
            path: project.project?.root ?? '',
            revision: `${args.revision}`,
            paths: args.paths as string[]
          };
          await askAndRevert({ client, open, request, trans });
        })
    });
    app.commands.addCommand(CommandIDs.revertTo, {
      label: trans.__('Revert to…'),
      caption: trans.__('Take the selected file back to a revision'),
      isVisible: () => project.project !== null,
      icon: undoIcon,
      describedBy: described({
        path: {
          type: 'string',
          description: trans.__(
            'A path of the project; without it, what is selected in the file browser'
          )
        }
      }),
      isEnabled: () => project.project !== null,
      execute: args =>
        guarded(async () => {
          const path =
            typeof args.path === 'string'
              ? args.path
              : selectedFile(browser, project);
          const root = project.project?.root ?? '';
          const revision =
            path === null ? null : await pick(client, root, path, trans);
          if (path !== null && revision) {
            const request = { path: root, revision, paths: [path] };
            await askAndRevert({ client, open, request, trans });
          }
        })
    });
  }
};

/** Let the user pick one of the revisions that changed a path; null when none was. */
async function pick(
  client: IDominoClient,
  root: string,
  file: string,
  trans: TranslationBundle
): Promise<string | null> {
  const options = { file, limit: PICKED };
  const { revisions } = await client.revisions(root, options);
  if (!revisions.length) {
    notice(trans.__('No revision has %1 yet.', file), 'info');
    return null;
  }
  const { PickerBody } = await import('../panels/picker');
  const result = await showDialog({
    title: trans.__('Revert %1 to…', file),
    body: new PickerBody(revisions, trans),
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: trans.__('Continue') })
    ]
  });
  return result.button.accept ? result.value : null;
}

interface IRevertWork {
  client: IDominoClient;
  open: OpenDocuments;
  request: IRevertRequest;
  trans: TranslationBundle;
}

/** Show what would be written, and write it when the user agrees. */
async function askAndRevert(work: IRevertWork): Promise<void> {
  const { client, open, request, trans } = work;
  const { path: root, paths } = request;
  const plan = await client.revert({ ...request, dry_run: true, force: true });
  if (!plan.changes_total) {
    notice(trans.__('The files are already as they were then.'), 'info');
    return;
  }
  const changed = plan.changes.map(change => change.path);
  const affected = atPaths(root, changed);
  const prefix = root ? root.length + 1 : 0;
  const unsaved = open.unsaved(affected).map(path => path.slice(prefix));
  const edits = plan.overwritten.length + unsaved.length > 0;
  const { RevertBody } = await import('../panels/revert');
  const { button } = await showDialog({
    title: paths.length
      ? trans.__('Revert files')
      : trans.__('Revert all files'),
    body: new RevertBody({ plan, unsaved, trans }),
    buttons: [
      Dialog.cancelButton(),
      Dialog.warnButton({
        label: edits ? trans.__('Sync edits and revert') : trans.__('Revert')
      })
    ]
  });
  if (!button.accept) {
    return;
  }
  await open.save(affected);
  const result = await client.revert({ ...request, force: edits });
  await open.reload(affected);
  const done = trans._n(
    'Reverted %1 file; the result is %2.',
    'Reverted %1 files; the result is %2.',
    result.changes_total,
    `r${result.number}`
  );
  notice(done, 'success');
}
