import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import React from 'react';

import type { ChangesModel } from '../models/changes';
import type { JobsModel } from '../models/jobs';
import type { ProjectModel } from '../models/project';
import { dominoIcon } from './icons';
import { revisionName } from './words';

export interface IStatusItemProps {
  project: ProjectModel;
  changes: ChangesModel;
  jobs: JobsModel;
  trans: TranslationBundle;
  onClick: () => void;
}

/** Revision, number of changed files and running jobs, in the status bar. */
export class StatusItem extends ReactWidget {
  constructor(private readonly _props: IStatusItemProps) {
    super();
    this.addClass('jp-mod-highlighted');
    this.addClass('jp-domino-status');
  }

  protected render(): JSX.Element {
    const { changes, jobs } = this._props;
    return (
      <UseSignal signal={changes.changed}>
        {() => (
          <UseSignal signal={jobs.changed}>
            {() => <StatusText {...this._props} />}
          </UseSignal>
        )}
      </UseSignal>
    );
  }
}

/** The text of the item, which opens the panel. */
export function StatusText(props: IStatusItemProps): JSX.Element {
  const { project, changes, jobs, trans, onClick } = props;
  const { status } = changes;
  const live = jobs.live.length;
  const parts = [
    status?.base ? revisionName(status.base) : trans.__('not synced'),
    status && trans._n('%1 changed', '%1 changed', status.total),
    changes.isSyncing && trans.__('syncing…'),
    live > 0 && trans._n('%1 job running', '%1 jobs running', live)
  ];
  return (
    <button
      className="jp-domino-status-button"
      title={trans.__('Project %1', project.project?.name ?? '')}
      onClick={onClick}
    >
      <dominoIcon.react tag="span" height="14px" width="14px" />
      {parts.filter(Boolean).join(' · ')}
    </button>
  );
}
