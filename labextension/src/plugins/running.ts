import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { IRunningSessionManagers, IRunningSessions } from '@jupyterlab/running';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { stopIcon } from '@jupyterlab/ui-components';

import { runJobIcon } from '../panels/icons';
import { stateWord } from '../panels/words';
import { IDominoJobs } from '../tokens';
import { CommandIDs } from './commands';

export const running: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-domino:running',
  description: 'Lists running jobs among the running sessions.',
  autoStart: true,
  requires: [IDominoJobs, IRunningSessionManagers],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    domino: IDominoJobs,
    managers: IRunningSessionManagers,
    translator: ITranslator | null
  ): void => {
    const trans = (translator ?? nullTranslator).load('jupyter_domino');
    const { jobs } = domino;
    const item = (number: number): IRunningSessions.IRunningItem => {
      const job = () => jobs.jobs.find(({ job }) => job === number);
      const act = (command: string) => () =>
        void app.commands.execute(command, { job: number });
      return {
        icon: () => runJobIcon,
        label: () => trans.__('%1 (job %2)', job()?.title ?? '', number),
        labelTitle: () => job()?.command.file ?? '',
        detail: () => {
          const state = job()?.state;
          return state ? stateWord(state, trans) : '';
        },
        open: act(CommandIDs.openJob),
        shutdown: act(CommandIDs.stopJob)
      };
    };
    managers.add({
      name: trans.__('Domino Jobs'),
      running: () => jobs.live.map(({ job }) => item(job)),
      runningChanged: jobs.changed,
      refreshRunning: () => void jobs.refresh(),
      shutdownAll: () => jobs.live.forEach(({ job }) => item(job).shutdown?.()),
      shutdownItemIcon: stopIcon,
      shutdownLabel: trans.__('Stop'),
      shutdownAllLabel: trans.__('Stop All'),
      shutdownAllConfirmationText: trans.__(
        'Stop all jobs? What they wrote so far becomes a revision.'
      )
    });
  }
};
