import type { TranslationBundle } from '@jupyterlab/translation';
import { UseSignal } from '@jupyterlab/ui-components';
import React from 'react';

import type { ChangesModel } from '../models/changes';
import type { ProjectModel } from '../models/project';
import type { IProject, IStatus } from '../schema';
import { dominoIcon } from './icons';
import { revisionName, shortId } from './words';

export interface IProjectViewProps {
  project: ProjectModel;
  changes: ChangesModel;
  trans: TranslationBundle;
  onInitialise: () => void;
}

/** The top of the panel: which project, or why there is none. */
export function ProjectView(props: IProjectViewProps): JSX.Element {
  const { project, changes, trans } = props;
  return (
    <UseSignal signal={project.changed}>
      {() => {
        const { state } = project;
        if (state.kind !== 'ready') {
          return <NoProject {...props} />;
        }
        return (
          <UseSignal signal={changes.changed}>
            {() => (
              <Header
                project={state.project}
                status={changes.status}
                trans={trans}
              />
            )}
          </UseSignal>
        );
      }}
    </UseSignal>
  );
}

function NoProject(props: IProjectViewProps): JSX.Element {
  const { project, trans, onInitialise } = props;
  const { state, folder } = project;
  switch (state.kind) {
    case 'missing':
      return (
        <Plain>
          {trans.__(
            'The Domino server extension does not answer. Enable it with “jupyter server extension enable jupyter_domino” and start the server again.'
          )}
        </Plain>
      );
    case 'mismatch':
      return (
        <Plain>
          {trans.__(
            'The page is of release %1 and the server of release %2. Restart the server and reload the page.',
            state.page,
            state.server
          )}
        </Plain>
      );
    case 'failed':
      return (
        <Plain>
          <p>{state.message}</p>
          <button
            className="jp-mod-styled jp-domino-button"
            onClick={() => void project.refresh()}
          >
            {trans.__('Try again')}
          </button>
        </Plain>
      );
    case 'none':
      return (
        <Plain>
          <p>
            {trans.__('This folder is not part of a project.')}{' '}
            <span className="jp-domino-muted">
              {trans.__(
                'A project keeps every version of its files and runs its notebooks as jobs.'
              )}
            </span>
          </p>
          <code className="jp-domino-folder">/{folder ?? ''}</code>
          <button
            className="jp-mod-styled jp-mod-accept jp-domino-button"
            disabled={folder === null}
            onClick={onInitialise}
          >
            {trans.__('Initialise project here')}
          </button>
        </Plain>
      );
    default:
      return <Plain>{trans.__('Looking for a project…')}</Plain>;
  }
}

function Plain(props: { children: React.ReactNode }): JSX.Element {
  return (
    <div className="jp-domino-plain" role="status">
      {props.children}
    </div>
  );
}

function Header(props: {
  project: IProject;
  status: IStatus | null;
  trans: TranslationBundle;
}): JSX.Element {
  const { project, status, trans } = props;
  const behind = status?.incoming_total ?? 0;
  return (
    <div className="jp-domino-header" title={`${project.store}`}>
      <div className="jp-domino-line">
        <dominoIcon.react tag="span" height="16px" width="16px" />
        <strong className="jp-domino-project-name">{project.name}</strong>
        <span className="jp-domino-badge">
          {project.kind === 'git' ? trans.__('git') : trans.__('files')}
        </span>
      </div>
      {status && (
        <div className="jp-domino-line jp-domino-muted">
          <span title={status.base?.id}>
            {status.base
              ? trans.__(
                  '%1 on %2',
                  revisionName(status.base),
                  status.base.branch ?? trans.__('no branch')
                )
              : trans.__('Nothing synced yet')}
          </span>
          {behind > 0 && (
            <span className="jp-domino-badge jp-mod-warn">
              {trans._n(
                'behind: sync brings %1 file',
                'behind: sync brings %1 files',
                behind
              )}
            </span>
          )}
        </div>
      )}
      {status?.git && (
        <div className="jp-domino-line jp-domino-muted">
          <span>
            {trans.__('git')} {status.git.branch}{' '}
            {status.git.head && <code>{shortId(status.git.head)}</code>}
          </span>
          {status.git.dirty && (
            <span className="jp-domino-badge jp-mod-warn">
              {trans.__('uncommitted changes')}
            </span>
          )}
        </div>
      )}
    </div>
  );
}
