import { describe, expect, it } from 'vitest';
import { epochNoiseShare } from '../../../toy/theory/replacement.js';
import { frameLines } from '../../../tui/app/frame.js';
import { bottomLines, headerLine, keyLine, settingsLine } from '../../../tui/app/frame-lines.js';
import type { SweepSnapshot } from '../../../tui/data/sweep-snapshot.js';
import { firstToy } from '../../../tui/data/toy-messages.js';
import { lineText } from '../../../tui/line/styled.js';
import { halfWidth } from '../../../tui/line/view-options.js';
import { type AppState, VIEWS } from '../../../tui/state/state.js';
import { figuresOf } from '../../../tui/views/figures.js';
import { networkFacts } from '../../../tui/views/network-facts.js';
import { NO_DATA, type Scene, type SceneData } from '../../../tui/views/scene.js';
import { statusText } from '../../../tui/views/sweep-status.js';
import { toyFacts } from '../../../tui/views/toy-facts.js';
import { ELRS, HARD, sceneWith } from '../recorded.js';
import { textOf } from '../text.js';

const SIZES = [
  [80, 24],
  [120, 40],
  [60, 20],
  [60, 16],
  [250, 80],
  [40, 10],
  [1, 1],
] as const;
const typical = HARD.typical!;
const PAGES: Partial<AppState>[] = [...VIEWS.map((view) => ({ view })), { help: true }];

const framed = (scene: Scene, columns: number, rows: number): string[] =>
  textOf(frameLines({ scene, title: 'a title', columns, rows }));
const wide = (lines: readonly string[], columns: number): string[] =>
  lines.filter((line) => [...line.trimEnd()].length > columns);

/** Places of the cursor: every run of a small sweep, some of a large one. */
const elrsToTry = ({ runs }: SweepSnapshot): (number | undefined)[] =>
  runs.length === 0 ? [undefined] : runs.filter((_, i) => i % 7 === 0).map(({ elr }) => elr);

describe.each(Object.entries(HARD))('every screen of a sweep with %s', (_, hard) => {
  it.each(SIZES)('fits into %i columns and one row less than %i', (columns, terminalRows) => {
    const rows = terminalRows - 1;
    for (const page of PAGES)
      for (const elr of elrsToTry(hard)) {
        const lines = framed(sceneWith(hard, { ...page, elr, scroll: 3 }), columns, rows);
        expect(lines).toHaveLength(rows);
        expect(wide(lines, columns), `${JSON.stringify(page)}, ELR ${elr}`).toEqual([]);
      }
  });

  it('cuts no number and no word of its facts at 80 columns, nor at 60', () => {
    for (const width of [80, 60])
      for (const elr of elrsToTry(hard)) {
        const half = halfWidth(width);
        const scene = sceneWith(hard, { elr });
        const lines = textOf([...toyFacts(scene, half), ...networkFacts(scene, half)]);
        expect(wide(lines, half)).toEqual([]);
      }
  });
});

describe('while nothing is known', () => {
  it('it says that it reads, and every page fits', () => {
    for (const page of PAGES) {
      const lines = framed(sceneWith(undefined, page), 80, 23);
      expect(lines).toHaveLength(23);
      if (!page.help) expect(lines.join('\n')).toContain('Reading the sweep ...');
    }
  });

  it('it says what is wrong and that it is tried again', () => {
    const text = framed(sceneWith(undefined, {}, { problem: 'runs/a is not a sweep' }), 80, 23).join('\n');
    expect(text).toContain('The sweep cannot be read');
    expect(text).toContain('runs/a is not a sweep');
    expect(text).toContain('Retrying continuously; q quits.');
  });

  it('without a planned run it says how to begin some', () => {
    const text = framed(sceneWith(HARD['nothing planned']!), 80, 23).join('\n');
    expect(text).toContain('regimes sweep --elr 1e-5:1:11 --out runs/recorded');
  });

  it('without the toy its place is there, and says that it is on its way', () => {
    const lines = framed(sceneWith(typical, {}, { toy: undefined }), 80, 23);
    expect(lines.join('\n')).toMatch(/loss +1\.16\d* +\.\.\./);
    expect(framed(sceneWith(typical, { view: 'diagram' }, { toy: undefined }), 80, 23).join('\n')).toContain(
      'the phase diagram is being computed',
    );
  });
});

describe('the facts below the figures', () => {
  const lines = (scene: Scene) => textOf([...toyFacts(scene, 39), ...networkFacts(scene, 39)]);

  it('are those of the run under the cursor and of the toy at the same k, by hand arithmetic', () => {
    // The run at 0.001 has R = 0.5, so k = 1 at 0.002 and 1.5 here; S = 7, elr = k / S, loss = S/2 (1 - 1/k), R = (k + 1) / 2.
    const [k, elr, loss, egn, ess, share, shares, , network, measured, noise] = lines(
      sceneWith(typical, { elr: 3e-3 }),
    );
    expect(k).toMatch(/^k 1\.5\d* \* chaotic equilibrium$/);
    expect(elr).toMatch(/^ELR 0\.214\d* +closed +last half$/);
    expect(Number(loss!.split(/ +/)[1])).toBeCloseTo((7 / 2) * (1 - 1 / 1.5), 1);
    expect(Number(egn!.split(/ +/)[1])).toBeCloseTo(7 * Math.sqrt(1 - 1 / 1.5 ** 2), 1);
    expect(Number(ess!.split(/ +/)[1])).toBeCloseTo(Math.sqrt(1.5 ** 2 - 1), 1);
    expect(share).toMatch(/^R +1\.25 +1\.25$/);
    expect(shares).toBe('shares  0.143 0.286 0.571');
    expect(network).toBe('ELR 0.003: * chaotic equilibrium');
    expect(measured).toMatch(/^loss 3\.3\d*( \+-[\d.e-]+)?, (at )?random( points)? 10$/);
    // ESS 0.1, so the floor is 0.01 / (4 x 0.003), and R that over the loss 10 (1 - 1/1.5).
    const [, share3, floor] = /^R ([\d.]+) \+-[\de.-]+, noise floor ([\d.]+)$/.exec(noise!)!.map(Number);
    expect(floor).toBeCloseTo(0.01 / 0.012, 2);
    expect(share3).toBeCloseTo(0.01 / 0.012 / (10 / 3), 2);
    // Of the run whose R is a k this is said.
    expect(textOf(networkFacts(sceneWith(typical, { elr: 1e-3 }), 39))[2]).toMatch(
      /^R 0\.5.* = k, noise floor 0\.058\d*$/,
    );
  });

  it('say between two runs where the nearest is', () => {
    const text = lines(sceneWith(typical, { elr: 5e-3 }));
    expect(text).toContain('ELR 0.005: no run there');
    expect(text).toContain('the nearest is at 0.004: ← or →');
  });

  const factsAt = (name: string, elr: number) => textOf(networkFacts(sceneWith(HARD[name]!, { elr }), 39));

  it('say how far a run is: not started, starting, running, stopped, failed or damaged with the reason', () => {
    expect(factsAt('no runs', 1e-4)).toEqual(['ELR 1e-4: . not started']);
    expect(factsAt('a run without a step', 1e-3)).toEqual(['ELR 0.001: % starting of 400']);
    expect(factsAt('a run that is going', 1e-3)[0]).toBe('ELR 0.001: % running, step 3 of 400');
    expect(factsAt('a stopped and a damaged run', 1e-3)[0]).toBe('ELR 0.001: % stopped, step 3');
    expect(factsAt('a stopped and a damaged run', 3e-3)).toEqual([
      'ELR 0.003: D damaged',
      'manifest.json is not a manifest',
    ]);
    expect(factsAt('a failed run', 3e-3).slice(0, 2)).toEqual([
      'ELR 0.003: * failed, step 400',
      'the process ended: no memory left no',
    ]);
    expect(factsAt('a failed run', 1)).toEqual(['ELR 1: F failed at once', 'x'.repeat(39), 'x'.repeat(39)]);
    expect(factsAt('loss that is no number', 1).slice(0, 2)).toEqual([
      'ELR 1: ? undecided',
      'loss nan, at random points 10',
    ]);
  });

  it('of noise and of weight decay are those of T11 and T8', () => {
    const noisy = { ...firstToy([1, 2, 4]), steps: 100, noise: 0.1 };
    // S sigma^2 k / (1 - k) at k = 1/2: 7 * 0.01.
    const below = sceneWith(typical, { elr: 1e-3, toy: noisy });
    expect(textOf(toyFacts(below, 39))[2]).toMatch(/^loss +0\.07/);
    // S/2 eta lambda.
    const decaying = sceneWith(typical, { elr: 3e-3, toy: { ...noisy, noise: 0, weightDecay: 0.1 } });
    const [head, rate, loss] = textOf(toyFacts(decaying, 39));
    expect(head).toMatch(/in full space, closed form T8$/);
    expect(rate).toMatch(/^rate 0\.214/);
    expect(Number(loss!.split(/ +/)[1])).toBeCloseTo(3.5 * decaying.toyElr! * 0.1, 4);
    const tooMuch = sceneWith(typical, { elr: 1, toy: { ...noisy, noise: 0, weightDecay: 0.1 } });
    expect(textOf(toyFacts(tooMuch, 39))[0]).toBe('rate x weight decay is 1 or more');
  });
});

describe('the figures of a view', () => {
  it('have the cursor at the same k on both sides', () => {
    const scene = sceneWith(typical, { elr: 4e-3 });
    const { toy, network } = figuresOf(scene)!;
    const cursor = (figures: typeof toy) => figures[0]!.marks.find(({ kind }) => kind === 'cursor')!.x;
    expect(cursor(network)).toBe(4e-3);
    // k is the ELR over the threshold, and the toy's ELR times 7.
    expect(cursor(toy) * 7).toBeCloseTo(4e-3 / scene.threshold!, 12);
    expect(scene.threshold!).toBeCloseTo(2e-3, 4);
  });

  it('have k = 1 of the toy in the middle of its axis where no R tells a k, and say so', () => {
    const scene = sceneWith(HARD['two equilibria']!, { elr: 4e-3 });
    expect(scene.threshold).toBeUndefined();
    // Between 0.003 and 0.004.
    expect(scene.scale * 7 * Math.sqrt(1.2e-5)).toBeCloseTo(1, 12);
    const { network } = figuresOf(scene)!;
    expect(network[0]!.marks.map(({ kind }) => kind)).toEqual(['cursor']);
    expect(network[0]!.notes[0]).toMatch(/^no k: /);
    expect(framed(scene, 120, 40).join('\n')).not.toContain('at the same k');
    expect(framed(sceneWith(typical), 120, 40).join('\n')).toContain(
      'Runs by ELR, with the regime of the toy at the same k',
    );
  });

  it('have the noise floor over the losses of the network, and T4 dashed to be compared with', () => {
    const [figure] = figuresOf(sceneWith(typical))!.network;
    const theory = figure!.series.filter(({ kind }) => kind === 'theory');
    expect(theory.map(({ name, look }) => [name, look])).toEqual([
      ['noise floor', undefined],
      ['line through two equilibria', 'dashed'],
    ]);
    // R = ELR / 0.002 of the converging runs; ESS 0.1 of those in equilibrium, so the floor is 0.01 / (4 ELR); of 10. None in divergence.
    const [floor] = theory;
    const drawn = floor!.points.filter(({ y }) => Number.isFinite(y));
    expect(drawn.map(({ x }) => x)).toEqual([1e-5, 1e-4, 1e-3, 3e-3, 4e-3]);
    for (const { x, y } of drawn.slice(3)) expect(y).toBeCloseTo(0.01 / (4 * x) / 10, 9);
    const { loss } = HARD.typical!.verification.runs[2]!;
    expect(floor!.points[2]!.y).toBeCloseTo((0.5 * loss) / 10, 6);
    // The run of the curves has its floor too.
    const [curve] = figuresOf(sceneWith(typical, { view: 'curves', elr: 3e-3 }))!.network;
    expect(curve!.series.at(-1)).toMatchObject({
      name: 'noise floor',
      points: [{ y: expect.closeTo(0.01 / 0.012, 9) }, {}],
    });
  });

  it('show R, loss or ESS in the cells of the diagram, as v asks', () => {
    const figure = figuresOf(sceneWith(typical, { view: 'diagram', phaseQuantity: 'noiseShare' }))!.toy[0]!;
    expect(figure.cells).toMatchObject({ kind: 'numbers', label: 'log10 noise share R' });
  });

  it('are of a toy with factors, and of batches of a set, where the settings ask for them', () => {
    const settings = { ...firstToy([1]), steps: 400, noise: 0.1, samples: 8, batch: 2, sampling: 'without' } as const;
    const scene = sceneWith(typical, { elr: 4e-4, toy: settings });
    expect(figuresOf(scene)!.toy[0]!.title).toMatch(
      /^toy, alpha 1, noise 0\.1, batches of 2 from 8, without replacement: /,
    );
    // Four batches an epoch at k = 0.2.
    const share = textOf(toyFacts(scene, 39)).find((line) => line.startsWith('R '))!;
    expect(Number(share.split(/ +/)[1])).toBeCloseTo(epochNoiseShare(0.4, 4), 3);
    const factors = sceneWith(typical, { elr: 4e-4, toy: { ...firstToy([1]), law: 'lognormal', secondMoment: 2 } });
    expect(figuresOf(factors)!.toy[0]!.title).toMatch(/^toy, alpha 1, factors lognormal:2: /);
    // k m.
    expect(textOf(toyFacts(factors, 39)).find((line) => line.startsWith('R '))).toMatch(/^R +0\.4 /);
    const noisy = sceneWith(typical, { elr: 4e-4, toy: { ...firstToy([1]), noise: 0.1 } });
    expect(textOf(toyFacts(noisy, 39))[0]).toBe('k 0.2 o convergence onto a noise floor');
    expect(textOf(toyFacts(noisy, 29))[0]).toBe('k 0.2 o noise floor');
  });

  it('have the points of the toy at the same k as those of the network', () => {
    const scene = sceneWith(typical);
    const { toy, network } = figuresOf(scene)!;
    const xs = (figures: typeof toy) =>
      figures[0]!.series.find(({ kind }) => kind === 'points')!.points.map(({ x }) => x);
    expect(xs(network)).toEqual(ELRS);
    xs(toy).forEach((x, i) => {
      expect(x / ELRS[i]!).toBeCloseTo(scene.scale, 12);
    });
  });

  it('follow the keys: theory, axes, quantity', () => {
    const kinds = (scene: Scene) => figuresOf(scene)!.network[0]!.series.map(({ kind }) => kind);
    expect(kinds(sceneWith(typical))).toContain('theory');
    expect(kinds(sceneWith(typical, { theory: false }))).not.toContain('theory');
    const flipped = sceneWith(typical, { flipped: { x: ['overview'], y: ['overview'] } });
    expect(figuresOf(flipped)!.network[0]!.x.scale).toBe('linear');
    expect(figuresOf(flipped)!.network[0]!.y.scale).toBe('logarithmic');
    const curves = sceneWith(typical, { view: 'curves', quantity: 'egn', clock: 'epoch' });
    const [figure] = figuresOf(curves)!.network;
    expect([figure!.x.label, figure!.y.label]).toEqual(['epoch', 'EGN']);
  });

  it('say of the phase diagram of the toy which runs have no place on it', () => {
    const scene = sceneWith(typical, { view: 'diagram' });
    const [figure] = figuresOf(scene)!.toy;
    const points = figure!.series.find(({ kind }) => kind === 'points')!.points;
    // The run at 0.001 has R = 0.5, in proportion to its loss: k = 0.5.
    expect(points).toEqual([{ x: expect.closeTo(0.5 / 7, 9), y: 4, regime: 'convergence', key: expect.any(String) }]);
    const count = ELRS.length;
    expect(figure!.notes).toEqual([`${count - 1} of ${count} runs have no place: their noise share R determines no k`]);
    expect(figure!.cells!.values.flat().filter((cell) => cell === null)).toEqual([]);
  });
});

describe('title, settings and keys', () => {
  const header = (title: string, status: string, width: number): string => lineText(headerLine(title, status, width));

  it('cuts the title before the status', () => {
    expect(header('convnet width 4', '3 of 10 runs', 60)).toBe('convnet width 4   3 of 10 runs');
    expect(header('convnet width 4, some data', '3 of 10 runs', 35)).toBe('convnet width 4,…   3 of 10 runs');
    for (let width = 0; width < 90; width++)
      expect(header('a title that is long', 'a status that is long', width).length).toBeLessThanOrEqual(width);
  });

  it('names every key and puts the page shown in brackets', () => {
    expect(lineText(keyLine('overview', 90))).toBe(
      '[o overview]  d diagram  n plane  b bars  c curves  t table  r runs  ? help  q quit',
    );
    expect(lineText(keyLine('plane', 80))).toBe(
      'o overview d diagram [n plane] b bars c curves t table r runs ? help q quit',
    );
    expect(lineText(keyLine('runs', 60))).toBe('o  d  n  b  c  t  [r]  ? help  q quit');
    expect(lineText(keyLine('help', 20))).toBe('[? help] q quit');
  });

  it('says how far the sweep is, and that w trains what is left while nobody does', () => {
    const status = (name: string) => statusText({ ...NO_DATA, sweep: HARD[name]! });
    expect(status('typical')).toBe('7 runs, finished');
    expect(status('a run that is going')).toBe('1 of 7 runs finished, 1 running');
    expect(status('a stopped and a damaged run')).toBe('1 of 3 runs finished, 1 interrupted, 1 damaged, w trains');
    const working = { state: 'working', text: '3 of 7 runs, 1:10 left' } as const;
    expect(statusText({ ...NO_DATA, sweep: typical, work: working })).toBe('3 of 7 runs, 1:10 left');
  });

  it('shows the settings of the toy, the chosen one inverse while the toy has the focus', () => {
    const scene = sceneWith(typical, { elr: 3e-3, side: 'toy', field: 2 });
    const line = settingsLine(scene, 120);
    expect(lineText(line)).toMatch(
      /^toy {2}ELR 0\.2\d+ {2}alpha1 1 {2}alpha2 2 {2}alpha3 4 {2}steps 3000 {2}noise 0 {2}factors none {2}samples 0 {2}weight decay 0 {2}\.\.\.$/,
    );
    expect(line.filter(({ inverse }) => inverse).map(({ text }) => text)).toEqual(['alpha2 2']);
    expect(settingsLine(sceneWith(typical, { field: 2 }), 120).some(({ inverse }) => inverse)).toBe(false);
    for (const width of [60, 80, 120]) expect(lineText(settingsLine(scene, width)).length).toBeLessThanOrEqual(width);
  });

  it('shows the first hint in its place, and what is typed in place of the keys', () => {
    expect(lineText(settingsLine(sceneWith(typical, { hint: true }), 120))).toMatch(
      /^First time here\? .*\? lists all keys\.$/,
    );
    const shown = (...given: [Partial<AppState>, Partial<SceneData>?]): string =>
      textOf(bottomLines(sceneWith(typical, ...given), 80)).join('\n');
    const edit = { field: 'alphas', text: '1,2', at: 3, complaint: undefined };
    expect(shown({ edit })).toBe('alphas: 1,2    Enter accepts, Esc cancels');
    const wrong = { ...edit, complaint: 'Allowed: positive numbers' };
    expect(shown({ edit: wrong })).toContain('Allowed: positive numbers');
    expect(shown({}, { message: 'done' })).toBe('done');
    // A long one takes the lines that it needs, and goes on to its end.
    const words = Array.from({ length: 30 }, (_, i) => `word${i}`).join(' ');
    const lines = shown({}, { message: words }).split('\n');
    expect(lines.join(' ')).toBe(words);
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(80);
  });
});
