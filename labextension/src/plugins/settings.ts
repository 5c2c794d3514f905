import type { ISettingRegistry } from '@jupyterlab/settingregistry';

/** Whether open documents are saved before a sync or a run; by default they are. */
export async function savesFirst(
  registry: ISettingRegistry | null
): Promise<boolean> {
  const setting = await registry?.get('jupyter-domino:files', 'saveFirst');
  return setting?.composite !== false;
}

/** Whether the end of a job is told; by default it is. */
export async function tellsEnds(
  registry: ISettingRegistry | null
): Promise<boolean> {
  const setting = await registry?.get('jupyter-domino:jobs', 'notifyAtEnd');
  return setting?.composite !== false;
}
