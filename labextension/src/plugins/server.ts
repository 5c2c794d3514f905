import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';

import { DominoClient } from '../client';
import { DominoEvents } from '../events';
import { IDominoServer } from '../tokens';

export const server: JupyterFrontEndPlugin<IDominoServer> = {
  id: 'jupyter-domino:server',
  description: 'Provides the way to the Domino server extension.',
  autoStart: true,
  provides: IDominoServer,
  activate: (app: JupyterFrontEnd): IDominoServer => {
    const { serverSettings } = app.serviceManager;
    return {
      client: new DominoClient(serverSettings),
      events: new DominoEvents(serverSettings)
    };
  }
};
