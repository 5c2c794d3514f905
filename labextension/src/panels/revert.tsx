import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import React from 'react';

import type { IRevertResult } from '../schema';
import { FileList } from './filelist';

export interface IRevertPlanProps {
  /** The result of a dry run with force. */
  plan: IRevertResult;
  /** Paths open with edits that are not yet on disk. */
  unsaved: readonly string[];
  trans: TranslationBundle;
}

/** What a revert would write, and which edits it would overwrite. */
export function RevertPlan(props: IRevertPlanProps): JSX.Element {
  const { plan, unsaved, trans } = props;
  const edited = [...new Set([...plan.overwritten, ...unsaved])];
  return (
    <div className="jp-domino-plan">
      <p>
        {trans._n(
          '%1 file will be written:',
          '%1 files will be written:',
          plan.changes_total
        )}
      </p>
      <FileList
        rows={plan.changes}
        label={trans.__('Files that will be written')}
        trans={trans}
        onOpen={() => undefined}
      />
      {edited.length > 0 && (
        <>
          <p className="jp-domino-warning">
            {trans._n(
              '%1 of them has edits that no revision holds. They are synced as a revision of their own first, so that nothing is lost:',
              '%1 of them have edits that no revision holds. They are synced as a revision of their own first, so that nothing is lost:',
              edited.length
            )}
          </p>
          <ul>
            {edited.map(path => (
              <li key={path}>
                <code>{path}</code>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}

/** The plan as the body of a dialog. */
export class RevertBody extends ReactWidget {
  constructor(private readonly _props: IRevertPlanProps) {
    super();
  }

  protected render(): JSX.Element {
    return <RevertPlan {...this._props} />;
  }
}
