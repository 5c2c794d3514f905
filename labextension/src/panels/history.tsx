import type { TranslationBundle } from '@jupyterlab/translation';
import {
  caretDownIcon,
  caretRightIcon,
  closeIcon,
  UseSignal
} from '@jupyterlab/ui-components';
import React from 'react';

import type { HistoryModel } from '../models/history';
import type { RevisionModel } from '../models/revision';
import type { IRevision } from '../schema';
import type { IFilesActions } from './actions';
import { IconButton } from './filelist';
import { RevisionView } from './revision';
import { formatAgo, formatTime, revisionName } from './words';

export interface IHistoryViewProps {
  model: HistoryModel;
  /** The model of a revision that is opened; disposed by the view when it closes. */
  openRevision: (revision: IRevision) => RevisionModel;
  actions: IFilesActions;
  trans: TranslationBundle;
}

/** The revisions, newest first; one of them can be open. */
export function HistoryView(props: IHistoryViewProps): JSX.Element {
  const { model, trans } = props;
  return (
    <UseSignal signal={model.changed}>
      {() => (
        <section aria-label={trans.__('History')} className="jp-domino-history">
          <h3 className="jp-domino-heading">
            {trans.__('History')}
            {model.file !== null && (
              <span className="jp-domino-badge jp-domino-file-badge">
                <span title={model.file}>{model.file}</span>
                <IconButton
                  icon={closeIcon}
                  label={trans.__('Show the history of all files')}
                  onClick={() => {
                    model.file = null;
                  }}
                />
              </span>
            )}
          </h3>
          {model.error && (
            <p className="jp-domino-error" role="alert">
              {model.error}
            </p>
          )}
          {model.isLoaded && !model.revisions.length && (
            <p className="jp-domino-muted">
              {trans.__('No revision yet: the first sync makes one.')}
            </p>
          )}
          <ol className="jp-domino-revisions">
            {model.revisions.map(revision => (
              <RevisionItem key={revision.id} {...props} revision={revision} />
            ))}
          </ol>
          {model.hasMore && (
            <button
              className="jp-domino-link"
              onClick={() => void model.more()}
            >
              {trans.__('Show older revisions')}
            </button>
          )}
        </section>
      )}
    </UseSignal>
  );
}

function RevisionItem(
  props: IHistoryViewProps & { revision: IRevision }
): JSX.Element {
  const { model, revision, trans, actions } = props;
  const isOpen = model.selected === revision.id;
  const caret = isOpen ? caretDownIcon : caretRightIcon;
  return (
    <li className="jp-domino-revision" data-open={isOpen}>
      <button
        className="jp-domino-revision-row"
        aria-expanded={isOpen}
        onClick={() => {
          model.selected = isOpen ? null : revision.id;
        }}
      >
        <caret.react tag="span" height="16px" width="16px" />
        <span className="jp-domino-revision-text">
          <span className="jp-domino-line">
            <span className="jp-domino-number">{revisionName(revision)}</span>
            <span className="jp-domino-message" title={revision.message}>
              {revision.message || trans.__('(no message)')}
            </span>
          </span>
          <span className="jp-domino-line jp-domino-muted">
            <span
              className="jp-domino-byline"
              title={formatTime(revision.time)}
            >
              {revision.author} · {formatAgo(revision.time)}
            </span>
            {revision.job_number !== null && (
              <span className="jp-domino-badge">
                {trans.__('job %1', revision.job_number)}
              </span>
            )}
            {revision.conflicts.length > 0 && (
              <span className="jp-domino-badge jp-mod-warn">
                {trans._n(
                  '%1 conflict',
                  '%1 conflicts',
                  revision.conflicts.length
                )}
              </span>
            )}
          </span>
        </span>
      </button>
      {isOpen && (
        <RevisionView
          openRevision={props.openRevision}
          revision={revision}
          others={model.revisions}
          actions={actions}
          trans={trans}
        />
      )}
    </li>
  );
}
