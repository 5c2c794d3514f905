import type { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { diff } from './plugins/diff';
import { drive } from './plugins/drive';
import { files } from './plugins/files';
import { job } from './plugins/job';
import { jobs } from './plugins/jobs';
import { panel } from './plugins/panel';
import { project } from './plugins/project';
import { revert } from './plugins/revert';
import { running } from './plugins/running';
import { server } from './plugins/server';
import { statusBar } from './plugins/statusbar';

export * from './tokens';

const plugins: JupyterFrontEndPlugin<unknown>[] = [
  server,
  project,
  drive,
  files,
  revert,
  diff,
  jobs,
  job,
  panel,
  statusBar,
  running
];

export default plugins;
