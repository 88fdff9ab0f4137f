import { describe, expect, it } from 'vitest';
import { mean } from '../../src/averages.js';
import { curves, lossChart } from '../../tui/curves.js';
import { networkFacts, toyFacts } from '../../tui/facts.js';
import { frameLines } from '../../tui/frame.js';
import { MARGIN, TOP } from '../../tui/loss-plot.js';
import { networkThresholds, overview, toyThresholds } from '../../tui/overview.js';
import { halfWidth } from '../../tui/view-options.js';
import { PAGE, type Page } from '../../tui/views.js';
import { ELRS, HARD, RANDOM_LOSS, THRESHOLD, TYPICAL, typicalRun, viewOf } from './recorded.js';
import { placesOf, textOf } from './text.js';

const SIZES = [
  [80, 24],
  [120, 40],
  [60, 20],
  [60, 16],
  [200, 60],
  [40, 10],
  [10, 3],
  [1, 1],
] as const;
const PAGES = Object.keys(PAGE) as Page[];
const view = HARD.typical!;
const options = { width: 80, height: 21, cursor: 3, scroll: 0 };

describe.each(Object.entries(HARD))('every screen of a sweep with %s', (_, hard) => {
  it.each(SIZES)('fits into %i columns and one row less than %i', (columns, terminalRows) => {
    const rows = terminalRows - 1;
    for (const page of PAGES)
      for (let cursor = 0; cursor < Math.max(1, hard.elrs.length); cursor += 7) {
        const props = { view: hard, page, title: 'a title', status: 'a status', columns, rows, cursor, scroll: 3 };
        const lines = textOf(frameLines(props));
        expect(lines).toHaveLength(rows);
        const wide = lines.filter((line) => [...line.trimEnd()].length > columns);
        expect(wide, `${page}, ELR number ${cursor}`).toEqual([]);
      }
  });

  it('cuts no number and no word of what it says at 80 columns, nor at 60', () => {
    for (const width of [80, 60])
      hard.elrs.forEach((elr, i) => {
        if (i % 4 > 0 && hard.elrs.length > 10) return;
        const half = halfWidth(width);
        const lines = textOf([
          ...toyFacts(hard, hard.sides.toyElrs[i]!, half),
          ...networkFacts(hard, elr, half),
          toyThresholds(hard, half),
          networkThresholds(hard, half),
        ]);
        expect(lines.filter((line) => line.length > half)).toEqual([]);
      });
  });
});

describe('the overview', () => {
  /** Column and row on either side at 80 x 24: plots of 33 columns and 10 rows, the first one in line 3. */
  const COLUMNS = halfWidth(80) - MARGIN;
  const [ROWS, TOP_LINE] = [10, 3];
  const column = (elr: number): number => Math.round((Math.log10(elr / 1e-5) / 5) * (COLUMNS - 1));
  const row = (fraction: number): number => TOP_LINE + ROWS - 1 - Math.round((fraction / TOP) * (ROWS - 1));
  const lines = textOf(overview(view, options));
  const plot = lines.slice(0, TOP_LINE + ROWS);
  const network = plot.map((line) => line.slice(halfWidth(80) + 2));
  const toy = plot.map((line) => line.slice(0, halfWidth(80)));

  it('puts every run of the network at its ELR and its loss', () => {
    // 1 - THRESHOLD / elr but for the ripple, which decides at 3e-3: its row is as near to two.
    const fraction = (elr: number): number => mean(typicalRun(elr).losses) / RANDOM_LOSS;
    const equilibria = [3e-3, 4e-3].map((elr) => [row(fraction(elr)), MARGIN + column(elr)]);
    const diverged = [8e-2, 1].map((elr) => [row(1 - THRESHOLD / elr), MARGIN + column(elr)]);
    const converged = [1e-5, 1e-4, 1e-3].map((elr) => [row(0), MARGIN + column(elr)]);
    const shown = network.slice(TOP_LINE);
    const at = (mark: string) => placesOf(shown, mark).map(([r, c]) => [r + TOP_LINE, c]);
    expect(at('*')).toEqual(equilibria.reverse());
    expect(at('x')).toEqual(diverged);
    expect(at('o')).toEqual(converged);
  });

  it('puts the toy at the same k: the same columns as the network', () => {
    const columns = (side: string[]) =>
      side
        .slice(TOP_LINE)
        .flatMap((line) => [...line].flatMap((char, c) => ('o*x'.includes(char) ? [c] : [])))
        .sort((a, b) => a - b);
    expect(columns(toy)).toEqual(columns(network));
    expect(columns(toy)).toEqual(ELRS.map((elr) => MARGIN + column(elr)));
  });

  it('draws both thresholds of the closed form under each other', () => {
    const dotted = (side: string[]) => [...new Set(placesOf(side.slice(TOP_LINE), '┊').map(([, c]) => c))];
    const expected = [THRESHOLD, THRESHOLD / 0.4].map((elr) => MARGIN + column(elr));
    expect(dotted(network)).toEqual(expected);
    expect(dotted(toy)).toEqual(expected);
    expect(lines[2]).toContain('┊ thresholds 0.143 and 0.357');
    expect(lines[2]).toContain('┊ 0.002 and 0.005; seen 0.001..0.003');
  });

  it('explains the marks, and shows the cursor under its run', () => {
    expect(lines[0]!.trim()).toBe('o convergence  * chaotic equilibrium  x divergence  ? undecided  ┊ threshold');
    const axis = lines[TOP_LINE + ROWS]!;
    expect(placesOf([axis], '▲').map(([, c]) => c)).toEqual([
      MARGIN + column(3e-3),
      halfWidth(80) + 2 + MARGIN + column(3e-3),
    ]);
  });

  it('says what the run under the cursor and the toy at the same k do', () => {
    const facts = lines.slice(15);
    expect(facts[0]).toMatch(/^k 1\.5\d* \* chaotic equilibrium +ELR 0\.003: \* chaotic equilibrium *$/);
    expect(facts[1]).toMatch(/^ELR 0\.214\d* +closed simulated +loss 3\.3\d*, at random points 10 *$/);
    expect(facts[2]).toMatch(/^loss +1\.16\d* +1\.\d+ +EGN 33\.33 {2}ESS 0\.1 {2}accuracy 0\.5 *$/);
    expect(facts[4]).toMatch(/^shares {2}0\.143 0\.286 0\.571 +shares {2}0\.250 0\.250 0\.250 0\.250 *$/);
  });

  it('lists every run from 34 rows on, in a narrow terminal too', () => {
    for (const width of [80, 120]) {
      const tall = textOf(overview(view, { ...options, width, height: 31 })).join('\n');
      for (const [elr, text] of [
        ['1e-5', 'o convergence         toy o'],
        ['0.003', '* chaotic equilibrium toy *'],
        ['1', 'x divergence          toy x'],
      ] as const)
        expect(tall).toContain(`${elr.padEnd(8)} ${text}`);
      expect(tall.match(/ toy [o*x?]/g)).toHaveLength(ELRS.length);
      expect(tall.match(/^> | {2}> /gm)).toHaveLength(1);
    }
    expect(textOf(overview(view, { ...options, height: 30 })).join('\n')).not.toContain('Runs by ELR');
  });

  it('shows the runs around the cursor where there are too many for a list', () => {
    const many = HARD['thirty runs']!;
    for (const cursor of [0, 15, 29]) {
      const text = textOf(overview(many, { width: 80, height: 31, cursor, scroll: 0 })).join('\n');
      expect(text).toContain('20 of 30');
      expect(text.match(/ toy [o*x?]/g)).toHaveLength(20);
      expect(text).toMatch(/(^| {2})> \S+/m);
    }
  });
});

describe('runs that are not finished', () => {
  const factsAt = (name: string, elr: number) => textOf(networkFacts(HARD[name]!, elr, 39));

  it('say so: not started, starting, running, failed with the reason', () => {
    expect(factsAt('no runs', 1e-4)).toEqual(['ELR 1e-4: . not started']);
    expect(factsAt('a run without a step', 1e-3)).toEqual(['ELR 0.001: ? starting of 400']);
    expect(factsAt('a run that is going', 1e-3)[0]).toBe('ELR 0.001: ? running, step 3 of 400');
    expect(factsAt('a failed run', 3e-3).slice(0, 2)).toEqual([
      'ELR 0.003: * failed, step 400',
      'the process ended: no memory left no',
    ]);
    expect(factsAt('a failed run', 1)).toEqual(['ELR 1: ? failed at once', 'x'.repeat(39), 'x'.repeat(39)]);
  });

  it('have no closed form to be compared with before two runs are in equilibrium', () => {
    const lines = textOf(overview(HARD['no runs']!, options));
    expect(lines[2]).toContain('no threshold seen yet');
    expect(lines.slice(3, 13).every((line) => line.slice(41 + MARGIN).trim() === '')).toBe(true);
  });

  it('leave out a loss that is no number, and write it as nan', () => {
    const nan = HARD['loss that is no number']!;
    const [, , ...plot] = textOf(overview(nan, { ...options, cursor: 1 }));
    expect(
      placesOf(
        plot.slice(1, 11).map((line) => line.slice(41)),
        '?',
      ),
    ).toEqual([]);
    expect(textOf(networkFacts(nan, 1, 39)).slice(0, 2)).toEqual([
      'ELR 1: ? undecided',
      'loss nan, at random points 10',
    ]);
  });
});

describe('curves', () => {
  it('draw a falling loss from its first value above its last, and count the steps', () => {
    const lines = textOf(lossChart([8, 4, 2, 1], 39, 9));
    expect(lines).toHaveLength(9);
    expect(lines[0]).toMatch(/^ *8 ┼╮/);
    expect(lines[7]).toMatch(/^ *1 ┤ *╰/);
    expect(lines[8]!.trim()).toBe('step 0 4');
  });

  it.each([29, 39, 59])('use all of %i columns and no more', (width) => {
    const lines = textOf(lossChart(typicalRun(1e-5).losses, width, 12));
    expect(Math.max(...lines.map((line) => line.length))).toBe(width);
    expect(lines[11]).toMatch(/step 0 +400$/);
  });

  it('say where the loss stops being a number, in as many lines as asked for', () => {
    const losses = [...Array.from({ length: 100 }, (_, i) => i), ...Array.from({ length: 100 }, () => Number.NaN)];
    for (const width of [29, 39]) {
      const lines = textOf(lossChart(losses, width, 12));
      expect(lines).toHaveLength(12);
      expect(lines.join(' ')).toMatch(/\(not finite from \d+% of the\s+series on\)/);
    }
    expect(textOf(lossChart([Number.NaN], 39, 6))[0]).toBe('(not finite from 0% of the series on)');
    expect(textOf(lossChart([], 39, 6))[0]).toBe('no step yet');
  });

  it('name both sides and the steps', () => {
    const lines = textOf(curves(view, options));
    expect(lines[1]).toContain('toy, alpha 1,2,4: loss, 3000 steps');
    expect(lines[1]).toContain('network: loss against step, 400 steps');
  });
});

it('the network is measured as it was made: a tail mean and thresholds within a percent', () => {
  const { verification } = viewOf(TYPICAL);
  const run = verification.runs.find(({ elr }) => elr === 4e-3)!;
  expect(run.loss / (RANDOM_LOSS / 2)).toBeCloseTo(1, 2);
});
