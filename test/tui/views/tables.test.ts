import { describe, expect, it } from 'vitest';
import { cutWords, fitTable, wrapWords } from '../../../src/text/narrow-table.js';
import { predictionTable } from '../../../src/text/verification/prediction-table.js';
import { rowStatement } from '../../../src/text/verification/row-formulas.js';
import { runTable, verificationText } from '../../../src/text/verification/verification-text.js';
import type { Sort } from '../../../tui/state/state.js';
import { explanationLines } from '../../../tui/views/explanation.js';
import { predictionView, runTable as runView } from '../../../tui/views/tables.js';
import { ELRS, HARD, sceneWith, sweepSnapshotOf, typicalRun } from '../recorded.js';
import { textOf } from '../text.js';

const { verification } = HARD.typical!;
const { predictions } = verification;
const size = { width: 80, height: 21 };
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
    for (const { name } of predictions)
      expect(names).toContain(name.replace('0.00001', '1e-5').replace('0.0001', '1e-4'));
  });

  it('is as wide as it needs in a pipe, with what is allowed and where it is derived', () => {
    const head = bodyOf(predictionTable(predictions))[0]!;
    expect(head).toMatch(/error +allowed +from$/);
    expect(bodyOf(predictionTable(predictions)).length).toBe(predictions.length + 1);
  });

  it('says why a row is untested', () => {
    const none = sweepSnapshotOf([typicalRun(1e-3)]).verification.predictions;
    const note = none.find(({ holds }) => holds === null)!.note!;
    expect(predictionTable(none, 80)).toContain(`untested: ${note}`);
  });

  it('keeps the chosen row in view under its head, and ends with the count', () => {
    const count = HARD.typical!.verification.predictions.length;
    const shown = (row: number): string[] =>
      textOf(predictionView(sceneWith(HARD.typical!, { view: 'table', row }), size)).map((line) => line.trimEnd());
    for (const row of [0, Math.floor(count / 2), count - 1, 1000]) {
      const lines = shown(row);
      expect(lines).toHaveLength(size.height);
      expect(lines[0]).toBe(shown(0)[0]);
      expect(lines.filter((line) => /^> (holds|FAILS|untested)/.test(line))).toHaveLength(1);
      expect(lines.at(-1)).toMatch(
        /^\d+ predictions hold, \d+ fail, \d+ untested\. Enter explains a row, \/ filters\.$/,
      );
    }
    const marked = (row: number): string => shown(row).find((line) => line.startsWith('> '))!;
    expect(marked(1000)).toBe(marked(count - 1));
    expect(marked(0)).toMatch(/three regimes.* {2}\(Enter\)/);
    expect(shown(0).join('\n')).not.toContain('see below');
  });
});

describe('the filter of the predictions', () => {
  const filtered = (rowFilter: string, row = 0, width = 120) =>
    textOf(predictionView(sceneWith(HARD.typical!, { view: 'table', rowFilter, row }), { width, height: 60 })).map(
      (line) => line.trimEnd(),
    );
  const verdictsIn = (lines: readonly string[]): (string | undefined)[] =>
    lines.flatMap((line) => /^[> ] (holds|FAILS|untested) /.exec(line)?.[1] ?? []);

  it('leaves the rows with a verdict, a label as a whole, an ELR as it is shown or has it, or all of these', () => {
    const failed = predictions.filter(({ holds }) => holds === false);
    expect(verdictsIn(filtered('fail'))).toEqual(failed.map(() => 'FAILS'));
    const withLabel = (label: string) => predictions.filter(({ source }) => source.split(', ').includes(label)).length;
    for (const label of ['T1', 'T4', 'T14', 'K4']) expect(verdictsIn(filtered(label))).toHaveLength(withLabel(label));
    expect(verdictsIn(filtered('1e-5'))).toEqual(verdictsIn(filtered('0.00001')));
    expect(verdictsIn(filtered('1e-5'))).toHaveLength(1);
    expect(filtered('floor 0.003').filter((line) => line.includes('noise floor'))).toHaveLength(1);
    expect(filtered('fail').at(-1)).toBe(
      `"fail": ${failed.length} of ${predictions.length}: 0 hold, ${failed.length} fail, 0 untested; Esc shows all.`,
    );
  });

  it('is what the explanation goes by, and says where nothing is left', () => {
    const scene = sceneWith(HARD.typical!, { view: 'table', rowFilter: 'fail', row: 1, explained: true });
    const second = predictions.filter(({ holds }) => holds === false)[1]!;
    expect(textOf(explanationLines(scene, 100))[0]).toBe(second.name);
    const none = filtered('nothing like it');
    expect(none).toContain('  No prediction matches the filter.');
    expect(none.at(-1)).toBe(
      `"nothing like it": 0 of ${predictions.length}: 0 hold, 0 fail, 0 untested; Esc shows all.`,
    );
    expect(filtered('fail', 1000).filter((line) => line.startsWith('> '))).toHaveLength(1);
  });
});

describe('a row of the predictions explained', () => {
  const { verification } = HARD.typical!;
  const explained = (start: string, width = 100): string => {
    const row = verification.predictions.findIndex(({ name }) => name.startsWith(start));
    const scene = sceneWith(HARD.typical!, { view: 'table', explained: true, row });
    return textOf(explanationLines(scene, width)).join('\n');
  };

  it('has its formula, both numbers, the run behind it and the reason', () => {
    const text = explained('loss = noise floor (R = 1), ELR 0.003');
    expect(text).toContain('loss = ELR E|g|^2 / 4, that is R = 1 (T14 in docs/theory.md)');
    // 0.01 / (4 x 0.003), beside the loss 10 (1 - 2/3).
    expect(text).toMatch(/predicted +0\.833/);
    expect(text).toMatch(/measured +3\.33\d* \+-/);
    expect(text).toMatch(
      /error +a factor 4, allowed a factor 1\.25\nreason +the error is beyond what is allowed; R = 0\.25/,
    );
    expect(text).toContain('The run behind it');
    expect(text.match(/chaotic equilibrium/g)).toHaveLength(1);
  });

  it('of a threshold has the runs that bracket it and those that it is read from, and says why it is untested', () => {
    const text = explained('convergence threshold, from the losses of two runs');
    expect(text).toContain('The 3 runs behind it');
    for (const elr of ['0.001', '0.003', '0.004']) expect(text).toMatch(new RegExp(`^ *${elr} +`, 'm'));
    expect(text).toMatch(/reason +bracket a factor 3 wide/);
  });

  it('knows a formula for every row of every sweep, and is never wider than the screen', () => {
    for (const sweep of Object.values(HARD)) {
      for (const [row, { name }] of sweep.verification.predictions.entries()) {
        expect(rowStatement(name), name).toBeDefined();
        const lines = textOf(explanationLines(sceneWith(sweep, { row }), 60));
        expect(Math.max(...lines.map((line) => line.length)), name).toBeLessThanOrEqual(60);
      }
    }
    expect(explanationLines(sceneWith(HARD['nothing planned']!), 60)).toEqual([]);
  });
});

describe('the table of runs', () => {
  const shown = (name: string, chosen = {}, height = 21): string[] =>
    textOf(runView(sceneWith(HARD[name]!, { view: 'runs', ...chosen }), { width: 80, height })).map((line) =>
      line.trimEnd(),
    );
  const elrsIn = (lines: readonly string[]): string[] =>
    lines.flatMap((line) => line.match(/^[> ][+ ][# ] +([\d.e-]+) {2}[o*x?.!%] /)?.[1] ?? []);

  it('shows every run, the cursor, and the reason in full', () => {
    const lines = shown('typical', { elr: 3e-3 });
    expect(elrsIn(lines)).toEqual(['1e-5', '1e-4', '0.001', '0.003', '0.004', '0.08', '1']);
    expect(lines.filter((line) => line.startsWith('>'))).toEqual([expect.stringMatching(/^> +0\.003 {2}\* chaotic/)]);
    expect(lines).toContain('ELR 0.003: the loss stays at a level below that of random points');
  });

  it('has R of every run', () => {
    const lines = shown('typical');
    const head = lines.find((line) => line.includes('regime') && line.includes('EGN'))!;
    expect(head).toMatch(/ESS +R$/);
    const end = head.length;
    const shares = ELRS.map((_, i) => lines[lines.indexOf(head) + 1 + i]!.slice(0, end).trim().split(/ +/).at(-1));
    // ELR / 0.002, then ESS^2 / (4 ELR loss).
    expect(shares).toEqual(['0.005', '0.05', '0.5', '0.25', '0.125', expect.any(String), expect.any(String)]);
  });

  it('follows the cursor where there are too many', () => {
    const { runs } = HARD['thirty runs']!;
    for (const place of [0, 14, 29]) {
      const lines = shown('thirty runs', { elr: runs[place]!.elr });
      expect(lines.filter((line) => line.startsWith('>'))).toHaveLength(1);
    }
  });

  it('shows runs to come, stopped, damaged and failed ones, with what to do', () => {
    expect(
      shown('no runs')
        .join('\n')
        .match(/\. not started/g),
    ).toHaveLength(7);
    expect(shown('a failed run', { elr: 3e-3 }).join('\n')).toMatch(/ELR 0\.003 failed: the process ended: no memory/);
    expect(shown('a stopped and a damaged run', { elr: 1e-3 })).toContain(
      'ELR 0.001: stopped at step 3 of 400; w continues it',
    );
    expect(shown('a stopped and a damaged run', { elr: 3e-3 })).toContain(
      'ELR 0.003 damaged: manifest.json is not a manifest',
    );
  });

  it('filters by any word of folder, state, regime and settings', () => {
    expect(elrsIn(shown('typical', { filter: 'diverg' }))).toEqual(['0.08', '1']);
    expect(elrsIn(shown('typical', { filter: 'batch=16 equilibrium' }))).toEqual(['0.003', '0.004']);
    expect(shown('typical', { filter: 'diverg' })).toContain('filter "diverg": 2 of 7 runs');
    expect(shown('typical', { filter: 'nothing like it' })).toContain('No run matches the filter; Esc clears it.');
  });

  it('sorts by a column, what has no number last either way', () => {
    const by = (falling: boolean) => elrsIn(shown('loss that is no number', { sort: { by: 'loss', falling } }));
    expect(by(false)).toEqual(['0.001', '1']);
    expect(by(true)).toEqual(['0.001', '1']);
  });

  it('sorts either way, runs that are equal by rising ELR', () => {
    const by = (name: Sort, falling: boolean) => elrsIn(shown('typical', { sort: { by: name, falling } }));
    const equilibria = ['0.003', '0.004', '0.08', '1'];
    const converged = ['1e-5', '1e-4', '0.001'];
    // The level of the loss rises with the ELR, 10 (1 - 0.002 / ELR); the three below the threshold have one and the same.
    expect(by('loss', false)).toEqual([...converged, ...equilibria]);
    expect(by('loss', true)).toEqual([...equilibria.toReversed(), ...converged]);
    // ESS: that of R = ELR / 0.002 of the converged ones, rising; 0.1 at 0.003 and 0.004, then 20000 ELR.
    expect(by('ess', false)).toEqual([...converged, ...equilibria]);
    expect(by('ess', true)).toEqual(['1', '0.08', '0.003', '0.004', ...converged.toReversed()]);
    // R: 0.005, 0.05, 0.5; 0.25 and 0.125 in equilibrium; ESS^2 / (4 ELR loss) beyond.
    expect(by('R', false)).toEqual(['1e-5', '1e-4', '0.004', '0.003', '0.001', '0.08', '1']);
    expect(by('elr', true)).toEqual([...converged, ...equilibria].toReversed());
    // By name: chaotic equilibrium, convergence, divergence.
    expect(by('regime', true)).toEqual(['0.08', '1', ...converged, '0.003', '0.004']);
    expect(by('regime', false)).toEqual(['0.003', '0.004', ...converged, '0.08', '1']);
  });

  it('of selected runs says only what differs, beside the baseline how many times its own', () => {
    const [first, second] = ['elr-0.003', 'elr-0.004'];
    const lines = shown('typical', { selected: [second], baseline: first }, 30);
    const from = lines.findIndex((line) => line.startsWith('only what differs'));
    expect(lines[from]).toMatch(/^only what differs +# 0\.003 +0\.004$/);
    const rows = Object.fromEntries(lines.slice(from + 1).map((line) => [line.split(/ {2,}/)[0], line]));
    expect(rows.elr).toMatch(/^elr +0\.003 +0\.004$/);
    expect(rows.batch).toBeUndefined();
    // Losses 10 (1 - 2/3) and 10 (1 - 2/4): half as much again.
    expect(rows.loss).toMatch(/ x1\.5$/);
    expect(lines.filter((line) => /^[> ]\+/.test(line))).toHaveLength(1);
    expect(lines.filter((line) => /^[> ][+ ]#/.test(line))).toHaveLength(1);
    expect(shown('typical', { selected: [second] }, 30).join('\n')).not.toContain('only what differs');
  });

  it('as text cuts the reason at a word before it loses a number but the accuracy', () => {
    for (const width of [80, 100]) {
      const lines = linesOf(runTable(verification.runs, width));
      expect(lines.every((line) => line.length <= width)).toBe(true);
      expect(lines[0]).toMatch(/ELR +regime +loss +R( +\+-)?( +accuracy)? +EGN +ESS +why/);
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
