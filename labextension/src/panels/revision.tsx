import type { TranslationBundle } from '@jupyterlab/translation';
import { fileIcon, undoIcon, UseSignal } from '@jupyterlab/ui-components';
import React from 'react';

import type { Comparison, RevisionModel } from '../models/revision';
import type { IRevision } from '../schema';
import type { IFilesActions } from './actions';
import { FileList, IFileRow, IRowAction } from './filelist';
import { formatBytes, formatTime, revisionName, shortId } from './words';

export interface IRevisionViewProps {
  revision: IRevision;
  /** What it can be compared with. */
  others: readonly IRevision[];
  openRevision: (revision: IRevision) => RevisionModel;
  actions: IFilesActions;
  trans: TranslationBundle;
}

/** One revision: where it comes from, its changes and all of its files. */
export function RevisionView(props: IRevisionViewProps): JSX.Element | null {
  const { openRevision, revision } = props;
  const [model, setModel] = React.useState<RevisionModel | null>(null);
  React.useEffect(() => {
    const opened = openRevision(revision);
    setModel(opened);
    void opened.load();
    return () => opened.dispose();
  }, [revision.id]);
  return (
    model && (
      <UseSignal signal={model.changed}>
        {() => <Detail {...props} model={model} />}
      </UseSignal>
    )
  );
}

type DetailProps = IRevisionViewProps & { model: RevisionModel };

function Detail(props: DetailProps): JSX.Element {
  const { model, trans } = props;
  return (
    <div className="jp-domino-revision-detail">
      <Origin {...props} />
      <CompareSelect {...props} />
      {model.error && (
        <p className="jp-domino-error" role="alert">
          {model.error}
        </p>
      )}
      {model.changes === null && !model.error && (
        <p className="jp-domino-muted">{trans.__('Reading…')}</p>
      )}
      {model.changes?.length === 0 && (
        <p className="jp-domino-muted">{trans.__('No file differs.')}</p>
      )}
      <FileList
        rows={model.changes ?? []}
        label={trans.__('Differing files')}
        trans={trans}
        onOpen={row => openChange(props, row)}
        actions={rowActions(props)}
        marked={model.marked}
        onMark={path => model.toggle(path)}
      />
      <AllFiles {...props} />
      <RevertButtons {...props} />
    </div>
  );
}

function Origin(props: DetailProps): JSX.Element {
  const { revision, actions, trans } = props;
  const { git, job_number: job } = revision;
  return (
    <p className="jp-domino-origin jp-domino-muted">
      {formatTime(revision.time)} ·{' '}
      <code title={revision.id}>{shortId(revision.id)}</code>
      {' · '}
      {trans._n('%1 file', '%1 files', revision.files)},{' '}
      {formatBytes(revision.bytes)}
      {git?.head && (
        <>
          {' · '}
          {trans.__('git')} <code title={git.head}>{shortId(git.head)}</code>
          {git.dirty && ` ${trans.__('with uncommitted changes')}`}
        </>
      )}
      {job !== null && (
        <>
          {' · '}
          <button
            className="jp-domino-link"
            onClick={() => actions.openJob(job)}
          >
            {trans.__('made by job %1', job)}
          </button>
        </>
      )}
    </p>
  );
}

function CompareSelect(props: DetailProps): JSX.Element {
  const { model, revision, others, trans } = props;
  const { comparison } = model;
  const name = revisionName(revision);
  return (
    <select
      className="jp-mod-styled jp-domino-select"
      aria-label={trans.__('Compare with')}
      value={comparison.kind === 'revision' ? comparison.id : comparison.kind}
      onChange={event => void model.compare(comparisonOf(event.target.value))}
    >
      <option value="parent">{trans.__('What %1 changed', name)}</option>
      <option value="folder">{trans.__('%1 and the folder now', name)}</option>
      {others
        .filter(other => other.id !== revision.id)
        .map(other => (
          <option key={other.id} value={other.id}>
            {trans.__('From %1 to %2', revisionName(other), name)}
          </option>
        ))}
    </select>
  );
}

function comparisonOf(value: string): Comparison {
  return value === 'parent' || value === 'folder'
    ? { kind: value }
    : { kind: 'revision', id: value };
}

function openChange(props: DetailProps, row: IFileRow): void {
  const { model, actions, revision } = props;
  const { a, b } = model.sides;
  if (a === undefined) {
    actions.openFrom({ revision: revision.id }, row.path);
  } else {
    actions.openDiff(row.path, a, b);
  }
}

function rowActions(props: DetailProps): IRowAction[] {
  const { model, actions, revision, trans } = props;
  const inRevision = (row: IFileRow) =>
    model.comparison.kind === 'folder'
      ? row.kind !== 'added'
      : row.kind !== 'deleted';
  return [
    {
      icon: fileIcon,
      label: trans.__('Open as in %1', revisionName(revision)),
      run: row => actions.openFrom({ revision: revision.id }, row.path),
      appliesTo: inRevision
    },
    {
      icon: undoIcon,
      label: trans.__('Revert to %1', revisionName(revision)),
      run: row => actions.revert(revision.id, [row.path])
    }
  ];
}

function AllFiles(props: DetailProps): JSX.Element {
  const { model, revision, actions, trans } = props;
  const rows = model.files?.map(entry => ({
    path: entry.path,
    detail: formatBytes(entry.size)
  }));
  return (
    <details
      className="jp-domino-all-files"
      onToggle={event => {
        if (event.currentTarget.open && model.files === null) {
          void model.loadFiles();
        }
      }}
    >
      <summary>{trans.__('All files of %1', revisionName(revision))}</summary>
      {rows && (
        <FileList
          rows={rows}
          label={trans.__('All files of %1', revisionName(revision))}
          trans={trans}
          onOpen={row => actions.openFrom({ revision: revision.id }, row.path)}
          actions={rowActions(props)}
          marked={model.marked}
          onMark={path => model.toggle(path)}
        />
      )}
      {model.hasMoreFiles && (
        <button
          className="jp-domino-link"
          onClick={() => void model.loadFiles()}
        >
          {trans.__('Show more files')}
        </button>
      )}
    </details>
  );
}

function RevertButtons(props: DetailProps): JSX.Element {
  const { model, revision, actions, trans } = props;
  const count = model.marked.size;
  return (
    <div className="jp-domino-buttons">
      <button
        className="jp-mod-styled jp-domino-button"
        disabled={!count}
        onClick={() => actions.revert(revision.id, [...model.marked])}
      >
        {count
          ? trans._n('Revert %1 file…', 'Revert %1 files…', count)
          : trans.__('Revert marked…')}
      </button>
      <button
        className="jp-mod-styled jp-domino-button"
        onClick={() => actions.revert(revision.id, [])}
      >
        {trans.__('Revert all…')}
      </button>
    </div>
  );
}
