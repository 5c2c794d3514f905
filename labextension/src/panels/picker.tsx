import type { Dialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';

import type { IRevision } from '../schema';
import { formatAgo, formatTime, revisionName } from './words';

export interface IRevisionPickerProps {
  revisions: readonly IRevision[];
  trans: TranslationBundle;
  onPick: (revision: string) => void;
}

/** One revision of several, by radio buttons. */
export function RevisionPicker(props: IRevisionPickerProps): JSX.Element {
  const { revisions, trans, onPick } = props;
  return (
    <fieldset
      className="jp-domino-picker"
      aria-label={trans.__('Revisions that changed it')}
    >
      {revisions.map((revision, index) => (
        <label key={revision.id} title={formatTime(revision.time)}>
          <input
            type="radio"
            name="jp-domino-revision"
            defaultChecked={index === 0}
            onChange={() => onPick(revision.id)}
          />
          <span className="jp-domino-number">{revisionName(revision)}</span>
          <span className="jp-domino-message">
            {revision.message || trans.__('(no message)')}
          </span>
          <span className="jp-domino-muted">
            {revision.author} · {formatAgo(revision.time)}
          </span>
        </label>
      ))}
    </fieldset>
  );
}

/** The picker as the body of a dialog, which gives the id of the revision. */
export class PickerBody
  extends ReactWidget
  implements Dialog.IBodyWidget<string>
{
  constructor(
    private readonly _revisions: readonly IRevision[],
    private readonly _trans: TranslationBundle
  ) {
    super();
    this._picked = _revisions[0]?.id ?? '';
  }

  getValue(): string {
    return this._picked;
  }

  protected render(): JSX.Element {
    return (
      <RevisionPicker
        revisions={this._revisions}
        trans={this._trans}
        onPick={revision => {
          this._picked = revision;
        }}
      />
    );
  }

  private _picked: string;
}
