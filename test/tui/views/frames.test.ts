import { describe, expect, it } from 'vitest';
import { frameLines } from '../../../tui/app/frame.js';
import type { SweepSnapshot } from '../../../tui/data/sweep-snapshot.js';
import { answerToy } from '../../../tui/data/toy-answer.js';
import { type AppState, VIEWS } from '../../../tui/state/state.js';
import { figuresOf } from '../../../tui/views/figures.js';
import { helpLines } from '../../../tui/views/help.js';
import { toyTaskOf } from '../../../tui/views/scene.js';
import { falling, HARD, level, sceneWith, sweepSnapshotOf, TYPICAL, typicalRun } from '../recorded.js';
import { textOf } from '../text.js';

/** What each view says of each state of a sweep, at every size: content, not layout. */

const SIZES = [
  [60, 16],
  [80, 24],
  [120, 40],
  [200, 60],
] as const;

/** Too noisy a level, and steps too few, to be any regime. */
const undecided = (elr: number) => ({ elr, losses: level(3, 6) });

const SWEEPS: Readonly<Record<string, SweepSnapshot>> = {
  decided: HARD.typical!,
  'half undecided': sweepSnapshotOf(
    TYPICAL.map((spec, i) => (i % 2 === 0 ? typicalRun(spec.elr) : undecided(spec.elr))),
  ),
  running: sweepSnapshotOf(
    [typicalRun(1e-4), { ...typicalRun(1e-3), status: 'running', losses: falling(2, 30) }],
    TYPICAL.map(({ elr }) => elr),
  ),
  damaged: HARD['a stopped and a damaged run']!,
  failed: sweepSnapshotOf([
    typicalRun(1e-4),
    { elr: 1e-3, status: 'failed', losses: level(3, 6), failure: 'out of memory' },
    { elr: 3e-3, status: 'failed', losses: [], failure: 'out of memory' },
    { elr: 4e-3, status: 'failed', state: 'damaged', losses: [], failure: 'manifest.json is not a manifest' },
  ]),
  empty: HARD['no runs']!,
};

/** How a legend names a state, shortened as far as it may be. */
const WORD: Readonly<Record<string, RegExp>> = {
  convergence: /o conv/,
  'chaotic equilibrium': /\* (chaotic )?equi/,
  divergence: /x dive/,
  undecided: /\? unde/,
  unfinished: /% unfinished/,
  failed: /F failed/,
};
/** How it names a line. */
const LINE: Readonly<Record<string, RegExp>> = {
  'R 0.1, 1, 10': /─ R 0\.1, 1, 10/,
  'noise floor': /─ (noise )?floor/,
  'line through two equilibria': /─ ─ (line through two equilibria|T4)/,
};

const frames = new Map<string, string>();

/** Drawn once: the same scene has the same frame. */
function frame(
  sweep: string,
  chosen: Partial<AppState>,
  [columns, rows]: readonly [number, number],
  news = {},
): string {
  const key = JSON.stringify([sweep, chosen, columns, rows, news]);
  const draw = (): string =>
    textOf(frameLines({ scene: sceneWith(SWEEPS[sweep]!, chosen, news), title: '', columns, rows }))
      .map((line) => line.trimEnd())
      .join('\n');
  frames.set(key, frames.get(key) ?? draw());
  return frames.get(key)!;
}

const wordsOf = (text: string): string[] => text.match(/[A-Za-z][a-z'-]{3,}/g) ?? [];
/** Names that are shortened on purpose, and words of the frame itself. */
const SHORT = new Set(
  'conv equi dive unde thresh done stopped groups converge wander diverge lines down above trains First time'.split(
    ' ',
  ),
);

/** What stands before an ellipsis, from the column or the figure that it is in. */
const cutTexts = (text: string): string[] =>
  [...text.matchAll(/([^\n…]*)…/g)].map(([, before]) =>
    before!
      .split(/ {2,}|[│┤] ?/)
      .at(-1)!
      .trim(),
  );

describe.each(SIZES)('at %i x %i', (...size) => {
  it.each(Object.keys(SWEEPS))('every view of a sweep that is %s fills the screen and no more', (name) => {
    for (const view of VIEWS) {
      const lines = frame(name, { view }, size).split('\n');
      expect(lines).toHaveLength(size[1]);
      expect(Math.max(...lines.map((line) => [...line].length))).toBeLessThanOrEqual(size[0]);
      // The page that is shown is marked in the line of keys.
      expect(lines.at(-1)).toMatch(/\[.\w*|\[. \w+\]/);
    }
  });

  it.each(Object.keys(SWEEPS))(
    'every figure of a sweep that is %s has room for a plot, and a legend of all that it shows',
    (name) => {
      for (const view of VIEWS) {
        const scene = sceneWith(SWEEPS[name]!, { view });
        const figures = figuresOf(scene);
        const text = frame(name, { view }, size);
        expect(text).not.toContain('no room for a plot');
        if (figures === undefined || name === 'empty') continue;
        for (const { series, marks } of [...figures.toy.slice(0, 1), ...figures.network.slice(0, 1)]) {
          const judged = series.flatMap((one) => [one, ...one.points]).filter(({ regime }) => regime !== undefined);
          const states = judged.map(({ regime, ending }) => (regime === 'undecided' ? (ending ?? regime) : regime)!);
          // With its first letters at least; in the smallest terminal the names of lines may have no room.
          for (const state of new Set(states)) expect(text, `${view}: ${state}`).toMatch(WORD[state]!);
          if (size[0] < 80) continue;
          const drawn = series.filter(({ kind, points }) => kind === 'theory' && points.length > 0);
          for (const { name: own, legend = own } of drawn)
            expect(text, `${view}: ${legend}`).toMatch(LINE[legend] ?? /closed form/);
          if (marks.some(({ kind }) => kind === 'threshold'))
            expect(text, view).toMatch(/┊ (thresh|k = 1|loss of random|random)|thresholds 0\.143/);
        }
      }
    },
  );

  it('no text is cut, in the smallest terminals none that the help, which every frame names, does not have in full', () => {
    for (const name of Object.keys(SWEEPS))
      for (const view of VIEWS)
        for (const chosen of size[0] < 80
          ? [{ view }, { view, elr: 1 }, { view, quantity: 'group-ess' as const }]
          : [{ view }]) {
          const shown = frame(name, chosen, size);
          const cut = cutTexts(shown);
          if (size[0] >= 80) expect(cutTexts(shown.replace(/.*\n/, '')), `${name}, ${view}`).toEqual([]);
          if (size[0] >= 80 && cut.length === 0) continue;
          expect(shown.split('\n').at(-1)).toContain('? help');
          const full = textOf(helpLines(sceneWith(SWEEPS[name]!, chosen), size[0])).join(' ');
          for (const text of cut)
            expect(full.replace(/\s+/g, ' '), `${name}, ${view}`).toContain(text.replace(/\s+/g, ' '));
          // No word is cut where no ellipsis says so. Rows of tables are there in full where the cursor is.
          const known = new Set(wordsOf(full));
          if (view === 'table' || view === 'runs') continue;
          expect(
            wordsOf(shown).filter((word) => !known.has(word) && !SHORT.has(word) && !/^[ox]+$/.test(word)),
          ).toEqual([]);
        }
  });

  it('the reasons in the explanation of a prediction are there to their ends', () => {
    const scene = { view: 'table', explained: true, row: 0 } as const;
    expect(frame('decided', scene, size)).not.toContain('…');
  });

  it('the overview says in its first lines what was found, above the plots', () => {
    const text = frame('decided', { elr: 3e-3 }, size);
    const [before, after] = text.split('network: loss');
    expect(before).toMatch(size[0] === 60 ? /converges to 0\.001\.\.0\.003, diverges from 0\.004\.\.0\.08/ : /0\.08/);
    if (size[0] >= 80) expect(before).toMatch(/Weights on a sphere.*converge/);
    if (size[0] >= 120) expect(before).toMatch(/theory from the noise share: 0\.002, inside[\s\S]*10 times as\s+large/);
    // Numbers at the cursor, in the smallest terminal too.
    expect(after).toMatch(/0\.003: \* chaotic equilibrium/);
    expect(after).toMatch(/loss 3\.333/);
    expect(after).toMatch(/R 0\.25.*floor 0\.833/);
  });

  it('says what is not known yet, and the key that would tell', () => {
    if (size[0] === 60) return;
    expect(frame('half undecided', {}, size)).toMatch(/Not known.*undecided.*L trains longer\)/);
    expect(frame('damaged', {}, size)).toMatch(/Not known.*1 (run is not finished|unfinished) \(w trains\)/);
    expect(frame('running', {}, size)).toMatch(/Not known.*6 (runs are not finished|unfinished)\./);
  });

  it('each state of a run has its own mark and word', () => {
    const rows = frame('running', { view: 'runs' }, size);
    expect(rows).toMatch(/o convergence/);
    expect(rows).toMatch(/% running, step 30/);
    expect(rows).toMatch(/\. not started/);
    expect(rows).not.toContain('?  ');
    const work = { work: { state: 'stopping', text: 'stopping' } } as const;
    expect(frame('running', { view: 'runs' }, size, work)).toMatch(/% stopping, step 30/);
    expect(frame('failed', { view: 'runs' }, size)).toMatch(/F failed, step 6[\s\S]*F failed at once[\s\S]*D damaged/);
    expect(frame('failed', {}, size)).toMatch(/F failed/);
    expect(frame('damaged', { view: 'runs' }, size)).toMatch(/% stopped, step 3[\s\S]*D damaged/);
    expect(frame('half undecided', { view: 'runs' }, size)).toMatch(/\? undecided/);
    // In the plot the legend names them.
    expect(frame('running', {}, size)).toMatch(/% unfinished/);
    expect(frame('half undecided', {}, size)).toMatch(/\? unde/);
  });

  it('the reason of a row is there to its end', () => {
    const run = SWEEPS['half undecided']!.runs.find(({ measured }) => measured?.regime === 'undecided')!;
    const text = frame('half undecided', { view: 'runs', elr: run.elr }, size).replace(/\s+/g, ' ');
    expect(text).toContain(`: ${run.measured!.evidence.reason}`);
  });

  it('y puts both sides on one axis that ends at 1e-4, and counts what lies below', () => {
    const text = frame('decided', { flipped: { x: [], y: ['overview'] } }, size);
    expect(text).not.toMatch(/1e-(1\d\d|[5-9]\d|[5-9]\b)┤/);
    const axes = text.split('\n').filter((line) => /┤.*┤/.test(line));
    expect(axes.length).toBeGreaterThan(0);
    for (const line of axes) {
      const [toy, network] = [...line.matchAll(/([\d.e-]+)┤/g)].map(([, label]) => label);
      expect(toy).toBe(network);
    }
  });
});

describe('the curves', () => {
  it('say what a point is the mean of, where that is more than one step', () => {
    const curves = (steps: number): string => {
      const sweep = sweepSnapshotOf([{ ...typicalRun(3e-3), losses: level(3, steps) }]);
      const scene = sceneWith(sweep, { view: 'curves', elr: 3e-3 });
      return textOf(frameLines({ scene, title: '', columns: 120, rows: 40 })).join('\n');
    };
    // At most 600 points.
    expect(curves(1300).replace(/\s+/g, ' ')).toContain('means of 3 steps, their range in grey');
    expect(curves(1300)).toContain('─ range of 3 steps');
    expect(curves(600)).not.toContain('each point');
  });
});

describe('bars of a toy that converges', () => {
  it('are no higher than its closed form, which is 0, however small the last step was', () => {
    // k = 0.3: after 3,000 steps an ESS far below what rounding leaves of 1.
    const scene = sceneWith(HARD.typical!, { view: 'bars', elr: 6e-4 }, { toy: undefined });
    const toy = answerToy({ ...toyTaskOf(scene), quick: false });
    const largest = Math.max(...toy.run!.groupEss);
    expect(largest).toBeGreaterThan(0);
    expect(largest).toBeLessThan(1e-12);
    const [ess] = figuresOf({ ...scene, data: { ...scene.data, toy } })!.toy;
    expect(ess!.series.map(({ kind, points }) => [kind, points.map(({ y }) => y)])).toEqual([
      ['measured bars', [0, 0, 0]],
      ['predicted bars', [0, 0, 0]],
    ]);
  });
});

describe('the error of the toy', () => {
  it('is none: the network has the whole width, and a note says so', () => {
    const text = frame('decided', { view: 'curves', quantity: 'error', elr: 3e-3 }, [120, 40]);
    expect(text).toContain('the toy classifies nothing and has no error');
    expect(text).not.toContain('not finite');
    // One frame of a plot, to the right edge; the losses have two.
    const axesIn = (shown: string): string[] => shown.split('\n').filter((line) => line.includes('└'));
    expect(axesIn(text)).toEqual([expect.stringMatching(/^ *└[─┬]{100,}$/)]);
    expect(axesIn(frame('decided', { view: 'curves', elr: 3e-3 }, [120, 40]))).toEqual([expect.stringMatching(/└.*└/)]);
  });
});

describe('groups', () => {
  it('can be told apart where names have no room', () => {
    const names = ['conv_layers.0.weight', 'conv_layers.3.weight', 'conv_layers.12.weight', 'conv_layers.15.weight'];
    const sweep = SWEEPS.decided!;
    const runs = sweep.runs.map((run) => ({ ...run, groups: names }));
    for (const [columns, rows] of SIZES.slice(1)) {
      const scene = sceneWith({ ...sweep, runs }, { view: 'bars', elr: 3e-3 });
      const lines = textOf(frameLines({ scene, title: '', columns, rows }));
      expect(lines.some((line) => /(conv )?0 +(conv )?3 +(conv )?12 +(conv )?15/.test(line))).toBe(true);
    }
  });
});
