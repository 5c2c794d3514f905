import { parseDiff } from '../src/models/difftext';
import { appendLog, KEPT } from '../src/models/logtext';
import {
  defaultText,
  ParameterError,
  parseValue
} from '../src/models/parameters';
import { formatBytes, formatSeconds } from '../src/panels/words';

describe('appendLog', () => {
  it('joins parts', () => {
    expect(appendLog('one\ntw', 'o\nthree')).toBe('one\ntwo\nthree');
  });

  it('writes a line over after a carriage return, also across parts', () => {
    const log = appendLog('', ' 10%\r');
    expect(log).toBe(' 10%\r');
    expect(appendLog(log, ' 20%\r 30%')).toBe(' 30%');
  });

  it('keeps lines that end as on Windows', () => {
    expect(appendLog('', 'a\r\nb')).toBe('a\nb');
  });

  it('leaves out what a terminal would obey', () => {
    expect(appendLog('', '\u001b[31mred\u001b[0m \u001b]0;t\u0007x')).toBe(
      'red x'
    );
  });

  it('keeps the end of a very long log', () => {
    const log = appendLog('', 'x'.repeat(KEPT) + '\nend');
    expect(log.length).toBe(KEPT);
    expect(log.endsWith('\nend')).toBe(true);
  });
});

describe('parseDiff', () => {
  it('numbers the lines of both sides and drops the file header', () => {
    const text = '--- a/x\n+++ b/x\n@@ -3,2 +3,2 @@\n same\n-old\n+new\n';
    expect(parseDiff(text)).toEqual([
      { kind: 'hunk', text: '@@ -3,2 +3,2 @@' },
      { kind: 'same', text: 'same', oldLine: 3, newLine: 3 },
      { kind: 'deleted', text: 'old', oldLine: 4 },
      { kind: 'added', text: 'new', newLine: 4 }
    ]);
  });

  it('takes lines that look like a header as content once a hunk began', () => {
    const lines = parseDiff('@@ -1 +1 @@\n--- x\n+++ y\n');
    expect(lines.map(({ kind, text }) => [kind, text])).toEqual([
      ['hunk', '@@ -1 +1 @@'],
      ['deleted', '-- x'],
      ['added', '++ y']
    ]);
  });

  it('tells of a missing end of line', () => {
    const lines = parseDiff('@@ -1 +1 @@\n-a\n\\ No newline at end of file\n');
    expect(lines[2].kind).toBe('note');
  });
});

describe('parameters', () => {
  const parameter = (type: string | null, source = '') => ({
    name: 'x',
    type,
    default: source,
    help: ''
  });

  it.each([
    ['int', '12', 12],
    ['int', '-3', -3],
    ['float', '1e-3', 0.001],
    ['float', '2', 2],
    ['str', '12', '12'],
    ['bool', 'true', true],
    ['Optional[int]', '5', 5],
    ['List[int]', '[1, 2]', [1, 2]],
    [null, 'plain', 'plain'],
    [null, 'True', true],
    [null, '7', 7]
  ])('reads %s from %s', (type, text, value) => {
    expect(parseValue(parameter(type), text)).toEqual(value);
  });

  it.each([
    ['int', '1.5'],
    ['int', ''],
    ['float', 'fast']
  ])('refuses for %s the text “%s”', (type, text) => {
    expect(() => parseValue(parameter(type), text)).toThrow(ParameterError);
  });

  it.each([
    ['str', "'Adelie'", 'Adelie'],
    ['str', "'it\\'s'", "'it\\'s'"],
    ['bool', 'True', 'true'],
    ['float', '1e-3', '1e-3'],
    [null, '[1, 2]', '[1, 2]']
  ])('shows for %s the source %s as %s', (type, source, text) => {
    expect(defaultText(parameter(type, source))).toBe(text);
  });
});

describe('words', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1200, '1.2 kB'],
    [456_789, '457 kB'],
    [4.2e9, '4.2 GB']
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });

  it.each([
    [0.42, '0.4 s'],
    [59.7, '1 min 0 s'],
    [62.3, '1 min 2 s'],
    [7500, '2 h 5 min']
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });
});
