import type { TranslationBundle } from '@jupyterlab/translation';
import { LabIcon } from '@jupyterlab/ui-components';
import React from 'react';
import { FixedSizeList, ListChildComponentProps } from 'react-window';

import type { ChangeKind } from '../schema';
import { baseName, changeLetter, changeWord, folderName } from './words';

/** Height of a row as in Jupyter's file browser, in pixels. */
const ROW = 24;

/** Rows that are seen at once before the list scrolls. */
const SHOWN = 12;

/** What a list shows of a path. */
export interface IFileRow {
  readonly path: string;
  readonly kind?: ChangeKind;
  /** More to say of it, such as its size. */
  readonly detail?: string;
}

/** A button at the end of a row, seen on hover and focus. */
export interface IRowAction {
  readonly icon: LabIcon;
  readonly label: string;
  readonly run: (row: IFileRow) => void;
  readonly appliesTo?: (row: IFileRow) => boolean;
}

export interface IFileListProps {
  rows: readonly IFileRow[];
  /** Accessible name of the list. */
  label: string;
  trans: TranslationBundle;
  onOpen: (row: IFileRow) => void;
  actions?: readonly IRowAction[];
  /** With marks each row has a checkbox. */
  marked?: ReadonlySet<string>;
  onMark?: (path: string) => void;
}

/** Paths, one a line; only those in sight are in the document. */
export function FileList(props: IFileListProps): JSX.Element {
  const { rows, label } = props;
  const outer = React.useMemo(() => labelled(label), [label]);
  return (
    <FixedSizeList
      className="jp-domino-files"
      height={Math.min(rows.length, SHOWN) * ROW}
      itemCount={rows.length}
      itemData={props}
      itemKey={(index: number) => rows[index].path}
      itemSize={ROW}
      outerElementType={outer}
      width="100%"
    >
      {Row}
    </FixedSizeList>
  );
}

/** The element around the rows, as a list with a name. */
function labelled(label: string) {
  return React.forwardRef<HTMLDivElement, React.HTMLProps<HTMLDivElement>>(
    (props, ref) => <div {...props} ref={ref} role="list" aria-label={label} />
  );
}

function Row(props: ListChildComponentProps<IFileListProps>): JSX.Element {
  const { rows, trans, onOpen, actions = [], marked, onMark } = props.data;
  const row = rows[props.index];
  const { path } = row;
  return (
    <div
      className="jp-domino-file"
      role="listitem"
      style={props.style}
      data-path={path}
    >
      {marked && (
        <input
          type="checkbox"
          checked={marked.has(path)}
          aria-label={trans.__('Mark %1', path)}
          onChange={() => onMark?.(path)}
        />
      )}
      <button
        className="jp-domino-file-name"
        title={path}
        onClick={() => onOpen(row)}
      >
        <span className="jp-domino-file-base">{baseName(path)}</span>
        <span className="jp-domino-file-folder">{folderName(path)}</span>
      </button>
      <span className="jp-domino-actions">
        {actions
          .filter(({ appliesTo }) => appliesTo?.(row) ?? true)
          .map(action => (
            <IconButton
              key={action.label}
              icon={action.icon}
              label={action.label}
              onClick={() => action.run(row)}
            />
          ))}
      </span>
      {row.detail && <span className="jp-domino-detail">{row.detail}</span>}
      {row.kind && <ChangeBadge kind={row.kind} trans={trans} />}
    </div>
  );
}

/** How a path differs: a letter, and the word where there is room. */
export function ChangeBadge(props: {
  kind: ChangeKind;
  trans: TranslationBundle;
}): JSX.Element {
  const word = changeWord(props.kind, props.trans);
  return (
    <span className="jp-domino-change" data-kind={props.kind} title={word}>
      <span className="jp-domino-change-word">{word}</span>
      <span className="jp-domino-change-letter" aria-hidden="true">
        {changeLetter(props.kind)}
      </span>
    </span>
  );
}

/** A button that shows only an icon. */
export function IconButton(props: {
  icon: LabIcon;
  label: string;
  onClick: () => void;
  disabled?: boolean;
}): JSX.Element {
  const { icon, label, onClick, disabled } = props;
  return (
    <button
      className="jp-domino-icon-button"
      title={label}
      aria-label={label}
      disabled={disabled}
      onClick={event => {
        event.stopPropagation();
        onClick();
      }}
    >
      <icon.react tag="span" height="14px" width="14px" />
    </button>
  );
}
