import type { CommandRegistry } from '@lumino/commands';
import type { PartialJSONObject } from '@lumino/coreutils';

import type { IFilesActions, IJobsActions } from '../panels/actions';
import { CommandIDs } from './commands';

/** What the files section asks for, as commands. */
export function filesActions(
  commands: CommandRegistry,
  openInFolder: (path: string) => void
): IFilesActions {
  const run = runner(commands);
  return {
    sync: () => run(CommandIDs.syncProject),
    openInFolder,
    openFrom: (source, path) => run(CommandIDs.openFile, { ...source, path }),
    openDiff: (file, a, b) => run(CommandIDs.openDiff, { file, a, b }),
    revert: (revision, paths) =>
      run(CommandIDs.revertFiles, { revision, paths: [...paths] }),
    openJob: job => run(CommandIDs.openJob, { job })
  };
}

/** What the views of jobs ask for, as commands; `project` is its folder's API path. */
export function jobsActions(
  commands: CommandRegistry,
  project?: string
): IJobsActions {
  const run = runner(commands);
  return {
    run: () => run(CommandIDs.submitJob),
    openJob: job => run(CommandIDs.openJob, { job }),
    openFrom: (source, path) =>
      run(CommandIDs.openFile, { ...source, path, project }),
    showRevision: revision => run(CommandIDs.showHistory, { revision }),
    stop: (job, discard) =>
      run(CommandIDs.stopJob, { job, discard, path: project })
  };
}

/** Execute commands; each shows its own failure. */
function runner(
  commands: CommandRegistry
): (id: string, args?: PartialJSONObject) => void {
  return (id, args) => void commands.execute(id, args);
}
