import type { TranslationBundle } from '@jupyterlab/translation';
import React from 'react';

/** Distance to the end, in pixels, within which the view follows the log. */
const NEAR = 24;

export interface ILogViewProps {
  text: string;
  live: boolean;
  trans: TranslationBundle;
}

/** A log that stays at its end as it grows, unless the user has scrolled up. */
export function LogView(props: ILogViewProps): JSX.Element {
  const { text, live, trans } = props;
  const element = React.useRef<HTMLPreElement>(null);
  const follows = React.useRef(true);
  React.useLayoutEffect(() => {
    if (element.current && follows.current) {
      element.current.scrollTop = element.current.scrollHeight;
    }
  }, [text]);
  return (
    <section className="jp-domino-log" aria-label={trans.__('Log')}>
      <h3>
        {trans.__('Log')}
        {live && <span className="jp-domino-badge">{trans.__('live')}</span>}
      </h3>
      <pre
        ref={element}
        tabIndex={0}
        onScroll={event => {
          const { scrollHeight, scrollTop, clientHeight } = event.currentTarget;
          follows.current = scrollHeight - scrollTop - clientHeight < NEAR;
        }}
      >
        {text || (live ? '' : trans.__('The job wrote nothing.'))}
      </pre>
    </section>
  );
}
