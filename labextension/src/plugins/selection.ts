import type { FileBrowser } from '@jupyterlab/filebrowser';

import type { ProjectModel } from '../models/project';

/** The path, relative to the project, of what is selected in the file browser. */
export function selectedFile(
  browser: FileBrowser | null,
  project: ProjectModel
): string | null {
  const item = browser?.selectedItems().next();
  const root = project.project?.root;
  if (!item || item.done || root === undefined) {
    return null;
  }
  const path = item.value.path.replace(/^RTC:/, '');
  const prefix = root ? `${root}/` : '';
  return path.startsWith(prefix) ? path.slice(prefix.length) : null;
}
