/** Characters of a log that are kept; more would make the page slow. */
export const KEPT = 1_000_000;

// what terminals obey and do not show: colours, cursor moves, titles
const ESCAPES = new RegExp(
  // eslint-disable-next-line no-control-regex
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007]*\u0007|[@-Z\\-_])/g
);

/**
 * The log with a part more, as a terminal would leave it: without escape
 * sequences, and with a line written over by what followed a carriage return.
 */
export function appendLog(log: string, part: string): string {
  const start = log.lastIndexOf('\n') + 1;
  const open = log.slice(start) + part.replace(ESCAPES, '');
  const lines = open.replace(/\r+\n/g, '\n').split('\n');
  const text = log.slice(0, start) + lines.map(lastWritten).join('\n');
  return text.length > KEPT ? text.slice(text.length - KEPT) : text;
}

/** What stays of a line; a return at its end waits for what comes next. */
function lastWritten(line: string): string {
  const returned = line.lastIndexOf('\r', line.length - 2);
  return line.slice(returned + 1);
}
