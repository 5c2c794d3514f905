import type { SidePanel } from '@jupyterlab/ui-components';
import { Token } from '@lumino/coreutils';

import type { IDominoClient } from './client';
import type { IDominoEvents } from './events';
import type { ChangesModel } from './models/changes';
import type { HistoryModel } from './models/history';
import type { JobsModel } from './models/jobs';
import type { ProjectModel } from './models/project';
import type { RunFormModel } from './models/runform';

/** The way to the server extension. */
export interface IDominoServer {
  readonly client: IDominoClient;
  readonly events: IDominoEvents;
}

export const IDominoServer = new Token<IDominoServer>(
  'jupyter-domino:IDominoServer',
  'Requests to the Domino server extension, and its events.'
);

/** The project the user looks at. */
export const IDominoProject = new Token<ProjectModel>(
  'jupyter-domino:IDominoProject',
  'The project that the current folder belongs to.'
);

/** The files of the current project. */
export interface IDominoFiles {
  readonly changes: ChangesModel;
  readonly history: HistoryModel;
}

export const IDominoFiles = new Token<IDominoFiles>(
  'jupyter-domino:IDominoFiles',
  'Changed files and history of the current project.'
);

/** The jobs of the current project. */
export interface IDominoJobs {
  readonly jobs: JobsModel;
  readonly form: RunFormModel;
}

export const IDominoJobs = new Token<IDominoJobs>(
  'jupyter-domino:IDominoJobs',
  'Jobs of the current project, and the form that starts one.'
);

/** The panel in the left side bar. */
export const IDominoPanel = new Token<SidePanel>(
  'jupyter-domino:IDominoPanel',
  'The Domino side panel, to which sections can be added.'
);
