import type { ReadonlyJSONObject } from '@lumino/coreutils';

/** The commands of the extension. */
export namespace CommandIDs {
  export const openPanel = 'jupyter-domino:open-panel';
  export const initProject = 'jupyter-domino:init-project';
  export const refreshProject = 'jupyter-domino:refresh-project';
  export const syncProject = 'jupyter-domino:sync-project';
  export const showHistory = 'jupyter-domino:show-history';
  export const openDiff = 'jupyter-domino:open-diff';
  export const openFile = 'jupyter-domino:open-file';
  export const revertFiles = 'jupyter-domino:revert-files';
  export const revertTo = 'jupyter-domino:revert-to';
  export const runJob = 'jupyter-domino:run-job';
  export const submitJob = 'jupyter-domino:submit-job';
  export const openJob = 'jupyter-domino:open-job';
  export const stopJob = 'jupyter-domino:stop-job';
}

/** Category of the commands in the palette. */
export const CATEGORY = 'Domino';

/** Arguments of a command as JSON schema, for `describedBy`. */
export function described(
  properties: ReadonlyJSONObject = {},
  required: string[] = []
): { args: ReadonlyJSONObject } {
  return { args: { type: 'object', properties, required } };
}
