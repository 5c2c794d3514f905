import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, UseSignal } from '@jupyterlab/ui-components';
import React from 'react';

import type { DiffModel } from '../models/diff';
import { IDiffLine, parseDiff } from '../models/difftext';
import type { ChangeKind, IFileDiff } from '../schema';
import { ChangeBadge } from './filelist';
import { formatBytes } from './words';

/** Lines that are drawn; a longer diff is cut, since the page would stall. */
const DRAWN = 5_000;

export interface IDiffViewProps {
  model: DiffModel;
  /** The name of a revision by its id. */
  nameOf: (revision: string) => string;
  trans: TranslationBundle;
}

/** The diff of one file in the main area; it owns its model. */
export class DiffWidget extends ReactWidget {
  constructor(private readonly _props: IDiffViewProps) {
    super();
    this.addClass('jp-domino-main');
    void this.model.refresh();
  }

  get model(): DiffModel {
    return this._props.model;
  }

  dispose(): void {
    this.model.dispose();
    super.dispose();
  }

  protected render(): JSX.Element {
    return <DiffView {...this._props} />;
  }
}

/** How one file differs between two states. */
export function DiffView(props: IDiffViewProps): JSX.Element {
  const { model, trans } = props;
  return (
    <UseSignal signal={model.changed}>
      {() => (
        <div className="jp-domino-diff">
          <header className="jp-domino-diff-head">
            <strong>{model.sides.file}</strong>
            <span className="jp-domino-muted">
              {oldName(props)} → {newName(props)}
            </span>
            {model.diff && (
              <ChangeBadge kind={kindOf(model.diff)} trans={trans} />
            )}
            {model.diff?.is_notebook && (
              <span className="jp-domino-badge">
                {trans.__('sources of the cells')}
              </span>
            )}
          </header>
          {model.error && (
            <p className="jp-domino-error" role="alert">
              {model.error}
            </p>
          )}
          {model.diff && <Body {...props} diff={model.diff} />}
        </div>
      )}
    </UseSignal>
  );
}

function oldName(props: IDiffViewProps): string {
  const { model, nameOf, trans } = props;
  return model.older ? nameOf(model.older) : trans.__('nothing');
}

function newName(props: IDiffViewProps): string {
  const { model, nameOf, trans } = props;
  return model.sides.b ? nameOf(model.sides.b) : trans.__('the folder now');
}

function Body(props: IDiffViewProps & { diff: IFileDiff }): JSX.Element {
  const { model, diff, trans } = props;
  if (model.images) {
    const { oldImage, newImage } = model.images;
    return (
      <div className="jp-domino-images">
        <Side name={oldName(props)} image={oldImage} trans={trans} />
        <Side name={newName(props)} image={newImage} trans={trans} />
      </div>
    );
  }
  if (diff.text === null) {
    return (
      <p className="jp-domino-muted">
        {diff.reason} {size(diff.old_size, trans)} →{' '}
        {size(diff.new_size, trans)}
      </p>
    );
  }
  if (diff.text === '') {
    return (
      <p className="jp-domino-muted">
        {trans.__('Nothing that is compared differs.')}
      </p>
    );
  }
  return <Lines text={diff.text} trans={trans} />;
}

function kindOf(diff: IFileDiff): ChangeKind {
  if (diff.old_size === null) {
    return 'added';
  }
  return diff.new_size === null ? 'deleted' : 'changed';
}

function size(bytes: number | null, trans: TranslationBundle): string {
  return bytes === null ? trans.__('absent') : formatBytes(bytes);
}

function Side(props: {
  name: string;
  image: string | null;
  trans: TranslationBundle;
}): JSX.Element {
  const { name, image, trans } = props;
  return (
    <figure>
      <figcaption>{name}</figcaption>
      {image ? (
        <img src={image} alt={name} />
      ) : (
        <p className="jp-domino-muted">{trans.__('absent')}</p>
      )}
    </figure>
  );
}

function Lines(props: { text: string; trans: TranslationBundle }): JSX.Element {
  const { text, trans } = props;
  const lines = React.useMemo(() => parseDiff(text), [text]);
  const more = lines.length - DRAWN;
  return (
    <>
      <table
        className="jp-domino-diff-lines"
        aria-label={trans.__('Differing lines')}
      >
        <tbody>
          {lines.slice(0, DRAWN).map((line, index) => (
            <Line key={index} line={line} />
          ))}
        </tbody>
      </table>
      {more > 0 && (
        <p className="jp-domino-muted">
          {trans._n('%1 line more', '%1 lines more', more)}
        </p>
      )}
    </>
  );
}

const SIGNS = { added: '+', deleted: '-', same: ' ', hunk: '', note: '' };

function Line(props: { line: IDiffLine }): JSX.Element {
  const { kind, text, oldLine, newLine } = props.line;
  return (
    <tr data-kind={kind}>
      <td className="jp-domino-diff-number">{oldLine}</td>
      <td className="jp-domino-diff-number">{newLine}</td>
      <td className="jp-domino-diff-sign">{SIGNS[kind]}</td>
      <td className="jp-domino-diff-text">{text}</td>
    </tr>
  );
}
