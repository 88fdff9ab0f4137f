import { describe, expect, it } from 'vitest';
import { cutWords, fitTable, wrapWords } from '../../src/text/narrow-table.js';
import { predictionTable, runTable, verificationText } from '../../src/text/verification-text.js';
import { runs, table } from '../../tui/tables.js';
import { HARD, typicalRun, viewOf } from './recorded.js';
import { textOf } from './text.js';

const { verification } = HARD.typical!;
const { predictions } = verification;
const options = { width: 80, height: 21, cursor: 3, scroll: 0 };
const linesOf = (text: string): string[] => text.split('\n');
/** Without the remarks below it. */
const bodyOf = (text: string): string[] => linesOf(text.split('\n\n')[0]!);

describe('the table of predictions', () => {
  it.each([60, 80, 100, 120])('at %i columns shows verdict, predicted, measured and error of every row', (width) => {
    const [head, ...rows] = bodyOf(predictionTable(predictions, width));
    expect(head).toMatch(/^verdict +prediction +predicted +(\+- +)?measured +(\+- +)?error/);
    expect(linesOf(predictionTable(predictions, width)).every((line) => line.length <= width)).toBe(true);
    const verdicts = rows.filter((line) => !line.startsWith(' '));
    expect(verdicts).toHaveLength(predictions.length);
    for (const [i, line] of verdicts.entries()) {
      const { holds, name } = predictions[i]!;
      expect(line).toMatch(new RegExp(`^${holds === null ? 'untested' : holds ? 'holds' : 'FAILS'} `));
      expect(line).toContain(name.split(' ')[0]!);
      expect(line.slice(10).trim().split(/ {2,}/).length).toBeGreaterThanOrEqual(4);
    }
  });

  it('loses no word of a name that is wrapped', () => {
    const [head, ...rows] = bodyOf(predictionTable(predictions, 60));
    const [from, to] = [head!.indexOf('prediction'), head!.indexOf('predicted')];
    const names = rows.map((line) => line.slice(from, to).trim()).join(' ');
    for (const { name } of predictions) expect(names).toContain(name);
  });

  it('is as wide as it needs in a pipe, with what is allowed and where it is derived', () => {
    const head = bodyOf(predictionTable(predictions))[0]!;
    expect(head).toMatch(/error +allowed +from$/);
    expect(bodyOf(predictionTable(predictions)).length).toBe(predictions.length + 1);
  });

  it('says why a row is untested', () => {
    const none = viewOf([typicalRun(1e-3)]).verification.predictions;
    const note = none.find(({ holds }) => holds === null)!.note!;
    expect(predictionTable(none, 80)).toContain(`untested: ${note}`);
  });

  it('scrolls under its head and ends with the count', () => {
    const first = textOf(table(HARD.typical!, options)).map((line) => line.trimEnd());
    const last = textOf(table(HARD.typical!, { ...options, scroll: 1000 }));
    expect(first[0]).toBe(last[0]!.trimEnd());
    expect(first.at(-1)).toMatch(/^\d+ more lines: down or j$/);
    expect(last.join('\n')).toMatch(/\d+ predictions hold, \d+ fail, \d+ untested\./);
    expect(first).toHaveLength(options.height);
    expect(last).toHaveLength(options.height);
  });
});

describe('the table of runs', () => {
  it('shows every run, the cursor, and the reason in full', () => {
    const lines = textOf(runs(HARD.typical!, options)).map((line) => line.trimEnd());
    expect(lines.filter((line) => /^[> ] +[\d.e-]+ {2}[o*x] /.test(line))).toHaveLength(7);
    expect(lines.filter((line) => line.startsWith('>'))).toEqual([expect.stringMatching(/^> +0\.003 {2}\* chaotic/)]);
    expect(lines).toContain('ELR 0.003: the loss stays at a level below that of random points');
  });

  it('follows the cursor where there are too many', () => {
    for (const cursor of [0, 14, 29]) {
      const lines = textOf(runs(HARD['thirty runs']!, { ...options, cursor }));
      expect(lines.filter((line) => line.startsWith('>'))).toHaveLength(1);
    }
  });

  it('shows runs to come and failed ones', () => {
    const waiting = textOf(runs(HARD['no runs']!, options)).join('\n');
    expect(waiting.match(/\. not started/g)).toHaveLength(7);
    const failed = textOf(runs(HARD['a failed run']!, { ...options, cursor: 1 })).join('\n');
    expect(failed).toMatch(/ELR 0\.003 failed: the process ended: no memory/);
  });

  it('as text cuts the reason at a word before it loses a number', () => {
    for (const width of [80, 100]) {
      const lines = linesOf(runTable(verification.runs, width));
      expect(lines.every((line) => line.length <= width)).toBe(true);
      expect(lines[0]).toMatch(/ELR +regime +loss +accuracy +EGN +ESS +why/);
      expect(lines[1]).toMatch(/ the loss( keeps( falling)?)?…?$/);
    }
    expect(linesOf(runTable(verification.runs, 50)).every((line) => line.length <= 50)).toBe(true);
  });

  it('verification as a whole keeps to the terminal, and to nothing in a pipe', () => {
    expect(linesOf(verificationText(verification, 80)).every((line) => line.length <= 80)).toBe(true);
    expect(verificationText(verification)).toContain('the loss stays at a level below that of random points');
  });
});

describe('tables that have to fit', () => {
  it('wraps words, breaks long ones, cuts at words', () => {
    expect(wrapWords('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrapWords('abcdefgh i', 3)).toEqual(['abc', 'def', 'gh', 'i']);
    expect(wrapWords('', 3)).toEqual(['']);
    expect(cutWords('one two three', 9)).toBe('one two…');
    expect(cutWords('one two', 7)).toBe('one two');
  });

  it('first shrinks, then drops in the order asked for', () => {
    const columns = [
      { title: 'a', shrink: { by: 'wrapping' as const, minimum: 12 } },
      { title: 'second', dropOrder: 2 },
      { title: 'first', dropOrder: 1 },
    ];
    const rows = [['several words in a cell', '2', '1']];
    const heads = [40, 30, 20, 12].map((width) => fitTable(columns, rows, width).split('\n')[0]!.split(/ +/));
    expect(heads).toEqual([['a', 'second', 'first'], ['a', 'second', 'first'], ['a', 'second'], ['a']]);
  });
});
