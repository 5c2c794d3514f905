/** A line of a unified diff, with its numbers on the two sides. */
export interface IDiffLine {
  readonly kind: 'hunk' | 'same' | 'added' | 'deleted' | 'note';
  readonly text: string;
  readonly oldLine?: number;
  readonly newLine?: number;
}

const HUNK = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@/;

/** The lines of a unified diff, without its file header. */
export function parseDiff(text: string): IDiffLine[] {
  const lines: IDiffLine[] = [];
  let oldLine = 0;
  let newLine = 0;
  const raw = text.endsWith('\n') ? text.slice(0, -1) : text;
  for (const line of raw.split('\n')) {
    const hunk = HUNK.exec(line);
    if (hunk) {
      oldLine = Number(hunk[1]);
      newLine = Number(hunk[2]);
      lines.push({ kind: 'hunk', text: line });
    } else if (!lines.length) {
      continue; // the file header ends where the first hunk begins
    } else if (line.startsWith('+')) {
      lines.push({ kind: 'added', text: line.slice(1), newLine: newLine++ });
    } else if (line.startsWith('-')) {
      lines.push({ kind: 'deleted', text: line.slice(1), oldLine: oldLine++ });
    } else if (line.startsWith('\\')) {
      lines.push({ kind: 'note', text: line.slice(2) });
    } else {
      const sides = { oldLine: oldLine++, newLine: newLine++ };
      lines.push({ kind: 'same', text: line.slice(1), ...sides });
    }
  }
  return lines;
}
