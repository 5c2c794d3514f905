import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  Dialog,
  ICommandPalette,
  showDialog,
  showErrorMessage
} from '@jupyterlab/apputils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import { stopIcon } from '@jupyterlab/ui-components';

import { JobsModel } from '../models/jobs';
import { messageOf } from '../models/message';
import type { ProjectModel } from '../models/project';
import { RunFormModel } from '../models/runform';
import { runJobIcon } from '../panels/icons';
import { stateWord } from '../panels/words';
import type { IJob } from '../schema';
import { IDominoJobs, IDominoProject, IDominoServer } from '../tokens';
import { CATEGORY, CommandIDs, described } from './commands';
import { inProject, OpenDocuments } from './documents';
import { notice } from './notices';
import { savesFirst, tellsEnds } from './settings';

/** Files that can be run as they are. */
const RUNNABLE = /\.(ipynb|jl|py|r|sh)$/i;

export const jobs: JupyterFrontEndPlugin<IDominoJobs> = {
  id: 'jupyter-domino:jobs',
  description: 'Provides the jobs of the project, and starts and stops them.',
  autoStart: true,
  requires: [IDominoServer, IDominoProject],
  optional: [ICommandPalette, IDocumentManager, ISettingRegistry, ITranslator],
  provides: IDominoJobs,
  activate: (
    app: JupyterFrontEnd,
    server: IDominoServer,
    project: ProjectModel,
    palette: ICommandPalette | null,
    documents: IDocumentManager | null,
    settings: ISettingRegistry | null,
    translator: ITranslator | null
  ): IDominoJobs => {
    const trans = (translator ?? nullTranslator).load('jupyter_domino');
    const { client, events } = server;
    const list = new JobsModel({ client, events, project });
    const form = new RunFormModel({ client, project, jobs: list });
    const open = new OpenDocuments(app.shell, documents);
    if (documents) {
      followDocument(app.shell, documents, form);
    }
    notifyOfEnds(app, list, settings, trans);

    app.commands.addCommand(CommandIDs.runJob, {
      label: trans.__('Run as Job…'),
      caption: trans.__('Run this notebook or script as a job of its project'),
      icon: runJobIcon,
      describedBy: described(),
      isEnabled: () => project.project !== null,
      execute: async () => {
        form.isOpen = true;
        await app.commands.execute(CommandIDs.openPanel, { section: 'jobs' });
        // the cell that declares the parameters may have been edited just now
        await saveDocument(form, open);
        await form.refresh();
      }
    });
    app.commands.addCommand(CommandIDs.submitJob, {
      label: trans.__('Start the Job of the Run Form'),
      icon: runJobIcon,
      describedBy: described(),
      isEnabled: () => form.file !== null && !form.isSubmitting,
      execute: async () => {
        if (await savesFirst(settings)) {
          await open.save(inProject(project.project?.root ?? ''));
        }
        const job = await form.submit();
        if (job) {
          await app.commands.execute(CommandIDs.openJob, { job: job.job });
        }
      }
    });
    app.commands.addCommand(CommandIDs.stopJob, {
      label: trans.__('Stop a Job'),
      icon: stopIcon,
      describedBy: described(
        {
          job: { type: 'number' },
          path: {
            type: 'string',
            description: trans.__('API path of the project')
          },
          discard: {
            type: 'boolean',
            description: trans.__('Throw away what the job wrote')
          }
        },
        ['job']
      ),
      execute: async args => {
        const job = Number(args.job);
        const discard = args.discard === true;
        const path = typeof args.path === 'string' ? args.path : undefined;
        try {
          if (!discard || (await confirmsDiscard(job, trans))) {
            await list.stop(job, discard, path);
          }
        } catch (reason) {
          const title = trans.__('Job %1 was not stopped', job);
          await showErrorMessage(title, messageOf(reason));
        }
      }
    });
    palette?.addItem({ command: CommandIDs.runJob, category: CATEGORY });
    return { jobs: list, form };
  }
};

/** Offer the document in front, when it is a notebook or a script, to be run. */
function followDocument(
  shell: JupyterFrontEnd.IShell,
  documents: IDocumentManager,
  form: RunFormModel
): void {
  const follow = () => {
    const widget = shell.currentWidget;
    const path = widget && documents.contextForWidget(widget)?.path;
    // while a job or a diff is in front, the document before it stays on offer
    if (path && RUNNABLE.test(path) && !/^(?!RTC:)[^/]+:/.test(path)) {
      form.document = path.replace(/^RTC:/, '');
    }
  };
  shell.currentChanged?.connect(follow, form);
}

async function saveDocument(
  form: RunFormModel,
  open: OpenDocuments
): Promise<void> {
  const { document } = form;
  await open.save(path => path.replace(/^RTC:/, '') === document);
}

/** Tell of jobs that end while the page is open, unless the user wants it otherwise. */
function notifyOfEnds(
  app: JupyterFrontEnd,
  list: JobsModel,
  settings: ISettingRegistry | null,
  trans: TranslationBundle
): void {
  const tell = async (_: JobsModel, job: IJob) => {
    if (!(await tellsEnds(settings))) {
      return;
    }
    const said = trans.__(
      'Job %1 (%2): %3',
      job.job,
      job.title,
      stateWord(job.state, trans)
    );
    notice(said, job.state === 'Succeeded' ? 'success' : 'warning', [
      {
        label: trans.__('Show'),
        callback: () =>
          void app.commands.execute(CommandIDs.openJob, { job: job.job })
      }
    ]);
  };
  // the model lives as long as the page

  list.ended.connect(tell, list);
}

async function confirmsDiscard(
  job: number,
  trans: TranslationBundle
): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Stop job %1 and discard?', job),
    body: trans.__('What the job has written so far is thrown away.'),
    buttons: [
      Dialog.cancelButton(),
      Dialog.warnButton({ label: trans.__('Stop and discard') })
    ]
  });
  return button.accept;
}
