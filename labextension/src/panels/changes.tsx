import type { TranslationBundle } from '@jupyterlab/translation';
import { undoIcon, UseSignal } from '@jupyterlab/ui-components';
import React from 'react';

import type { ChangesModel } from '../models/changes';
import type { IStatus } from '../schema';
import type { IFilesActions } from './actions';
import { FileList, IFileRow, IRowAction } from './filelist';
import { diffIcon } from './icons';
import { formatBytes } from './words';

/** Changes beyond which a filter field is worth its place. */
const FILTERED = 8;

export interface IChangesViewProps {
  model: ChangesModel;
  actions: IFilesActions;
  trans: TranslationBundle;
}

/** The message box, Sync, and what a sync would store. */
export function ChangesView(props: IChangesViewProps): JSX.Element {
  const { model, trans } = props;
  return (
    <UseSignal signal={model.changed}>
      {() => (
        <section aria-label={trans.__('Changes')} className="jp-domino-changes">
          <SyncBox {...props} />
          {model.error && (
            <p className="jp-domino-error" role="alert">
              {model.error}
            </p>
          )}
          {model.status ? (
            <StatusView {...props} status={model.status} />
          ) : (
            !model.error && (
              <p className="jp-domino-muted">
                {trans.__('Looking at the files…')}
              </p>
            )
          )}
        </section>
      )}
    </UseSignal>
  );
}

function SyncBox(props: IChangesViewProps): JSX.Element {
  const { model, actions, trans } = props;
  const { isSyncing, status } = model;
  return (
    <form
      className="jp-domino-sync"
      onSubmit={event => {
        event.preventDefault();
        actions.sync();
      }}
    >
      <textarea
        className="jp-mod-styled"
        rows={2}
        aria-label={trans.__('Message of the revision')}
        placeholder={trans.__('Message (Ctrl+Enter to sync)')}
        value={model.message}
        disabled={isSyncing}
        onChange={event => {
          model.message = event.target.value;
        }}
        onKeyDown={event => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            actions.sync();
          }
        }}
      />
      <button
        type="submit"
        className="jp-mod-styled jp-mod-accept jp-domino-button"
        disabled={isSyncing || !status}
      >
        {isSyncing ? trans.__('Syncing…') : trans.__('Sync')}
      </button>
      {isSyncing && (
        <progress
          className="jp-domino-progress"
          aria-label={trans.__('Syncing…')}
        />
      )}
    </form>
  );
}

function StatusView(
  props: IChangesViewProps & { status: IStatus }
): JSX.Element {
  const { model, actions, trans, status } = props;
  const rowActions: IRowAction[] = [
    {
      icon: diffIcon,
      label: trans.__('Show the difference'),
      run: row => actions.openDiff(row.path)
    },
    {
      icon: undoIcon,
      label: trans.__('Revert to the last revision'),
      run: row => status.base && actions.revert(status.base.id, [row.path]),
      appliesTo: row => status.base !== null && row.kind !== 'added'
    }
  ];
  const open = (row: IFileRow) =>
    row.kind === 'added'
      ? actions.openInFolder(row.path)
      : actions.openDiff(row.path);
  return (
    <>
      <Summary status={status} trans={trans} />
      {status.changes.length > FILTERED && (
        <input
          className="jp-mod-styled jp-domino-filter"
          type="search"
          aria-label={trans.__('Filter by path')}
          placeholder={trans.__('Filter by path')}
          value={model.filter}
          onChange={event => {
            model.filter = event.target.value;
          }}
        />
      )}
      <FileList
        rows={model.shown}
        label={trans.__('Changed files')}
        trans={trans}
        onOpen={open}
        actions={rowActions}
      />
      {status.total > status.changes.length && (
        <p className="jp-domino-muted">
          {trans.__('The first %1 are listed.', status.changes.length)}
        </p>
      )}
      <Problems status={status} trans={trans} />
    </>
  );
}

function Summary(props: {
  status: IStatus;
  trans: TranslationBundle;
}): JSX.Element {
  const { status, trans } = props;
  const { total } = status;
  if (!total) {
    return (
      <p className="jp-domino-muted">
        {trans.__('No changes since the last sync.')}
      </p>
    );
  }
  return (
    <p className="jp-domino-summary">
      {trans._n('%1 changed file', '%1 changed files', total)}
      <span className="jp-domino-muted">
        {' '}
        · {trans.__('up to %1 to store', formatBytes(status.bytes_to_store))}
      </span>
    </p>
  );
}

function Problems(props: {
  status: IStatus;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { status, trans } = props;
  if (!status.problems_total) {
    return null;
  }
  return (
    <details className="jp-domino-problems">
      <summary>
        {trans._n(
          '%1 path cannot be tracked',
          '%1 paths cannot be tracked',
          status.problems_total
        )}
      </summary>
      <ul>
        {status.problems.map(problem => (
          <li key={problem.path}>
            <code>{problem.path}</code>: {problem.reason}
          </li>
        ))}
      </ul>
    </details>
  );
}
