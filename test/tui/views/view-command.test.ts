import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runDirectory } from '../../../src/sweep/directory.js';
import { SweepFollower } from '../../../tui/data/sweep-follower.js';
import type { SweepSnapshot } from '../../../tui/data/sweep-snapshot.js';
import { answerToy } from '../../../tui/data/toy-answer.js';
import { firstToy } from '../../../tui/data/toy-messages.js';
import type { Figure } from '../../../tui/figure/figure.js';
import { type AppState, VIEWS } from '../../../tui/state/state.js';
import { figuresOf } from '../../../tui/views/figures.js';
import { type Scene, toyTaskOf } from '../../../tui/views/scene.js';
import { viewCommand } from '../../../tui/views/view-command.js';
import { regimes, temporaryFolder } from '../../cli.js';
import { ALPHA, HARD, sceneWith, TYPICAL, writeSweep } from '../recorded.js';

const folder = temporaryFolder();
afterAll(folder.remove);
/** A name that no shell takes as it is. */
const SWEEP = folder.path("it's a sweep");
let sweep: SweepSnapshot;

beforeAll(() => {
  mkdirSync(dirname(SWEEP), { recursive: true });
  writeSweep(SWEEP, TYPICAL);
  sweep = new SweepFollower(SWEEP).look();
});

/** The scene with the toy computed to its end, as keys have chosen. */
function sceneOf(chosen: Partial<AppState>): Scene {
  const scene = sceneWith(sweep, chosen, { toy: undefined });
  return { ...scene, data: { ...scene.data, toy: answerToy({ ...toyTaskOf(scene), quick: false }) } };
}

/** The words of a command as a shell reads them; of several the last. */
function wordsOf(line: string): string[] {
  const quoted = SWEEP.replaceAll("'", "'\\''");
  const last = line.split(' && ').at(-1)!;
  expect(last).toMatch(/^npx regimes /);
  return last
    .replace('npx regimes ', '')
    .replace(`'${quoted}'`, 'SWEEP')
    .split(' ')
    .map((word) => (word === 'SWEEP' ? SWEEP : word));
}

async function printed(scene: Scene, ...words: string[]): Promise<string> {
  const { code, out, err } = await regimes(...wordsOf(viewCommand(scene)!), ...words);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

const jsonOf = async (scene: Scene) => JSON.parse(await printed(scene, '--json'));

describe('the command of a view', () => {
  it('has the tolerance with which the runs were judged, where it is not the usual one', () => {
    const given = (chosen: Partial<AppState>, tolerance: number) => viewCommand({ ...sceneOf(chosen), tolerance });
    for (const view of ['overview', 'plane', 'bars', 'curves', 'table', 'diagram'] as const) {
      const chosen = { view, elr: 3e-3, side: 'network' } as const;
      expect(given(chosen, 0.1)).toContain(' --tolerance 0.1');
      expect(given(chosen, 0.4)).not.toContain('--tolerance');
    }
  });

  it.each<[string, Partial<AppState>]>([
    ['loss', { view: 'overview' }],
    ['loss on other axes without theory', { view: 'overview', flipped: { x: ['overview'], y: [] }, theory: false }],
    ['curves', { view: 'curves', elr: 3e-3 }],
    ['smoothed curves of another quantity', { view: 'curves', elr: 4e-3, quantity: 'ess', smoothing: 0.8 }],
    ['the last tenth of curves', { view: 'curves', elr: 3e-3, lastPart: 0.1 }],
    ['curves on a linear axis', { view: 'curves', elr: 3e-3, flipped: { x: [], y: ['curves'] } }],
    ['plane', { view: 'plane' }],
    ['bars', { view: 'bars', elr: 3e-3 }],
  ])('draws what the network shows: %s', async (_, chosen) => {
    const scene = sceneOf(chosen);
    const shown = figuresOf(scene)!.network.at(-1)!;
    const drawn: Figure = await jsonOf(scene);
    const scalesOf = ({ x, y }: Figure) => [x.scale, y.scale];
    expect(scalesOf(drawn)).toEqual(scalesOf(shown));
    // JSON has null for what is no number.
    const pointsOf = ({ series }: Figure) =>
      JSON.parse(JSON.stringify(series.map(({ kind, points }) => [kind, points.map(({ x, y }) => [x, y])])));
    const measured = (figure: Figure) =>
      pointsOf(figure).filter(([kind]: [string]) => kind !== 'theory' && kind !== 'guide');
    expect(measured(drawn)).toEqual(measured(shown));
  });

  it.each<[string, Partial<AppState['toy']>]>([
    ['as it is at first', {}],
    ['with noise', { noise: 0.2, steps: 500 }],
    ['with a law', { secondMoment: 2, steps: 500 }],
    ['with weight decay', { weightDecay: 0.01, steps: 500 }],
    ['with a set of samples', { noise: 0.2, samples: 20, batch: 2, sampling: 'without', steps: 500 }],
  ])('computes the same toy %s', async (_, changed) => {
    const chosen = { side: 'toy', elr: 3e-3, toy: { ...firstToy(ALPHA), ...changed } } as const;
    const run = sceneOf({ ...chosen, view: 'curves' });
    expect((await jsonOf(run)).loss.mean).toBeCloseTo(run.data.toy!.run!.loss, 12);
    const all = sceneOf({ ...chosen, view: 'overview' });
    // No command sweeps the toy over learning rates.
    expect(viewCommand(all) === undefined).toBe(changed.weightDecay !== undefined);
    if (viewCommand(all) === undefined) return;
    const { points } = (await jsonOf(all)) as { points: { simulated: number }[] };
    const wanted = all.data.toy!.points.map(({ loss }) => loss);
    points.forEach(({ simulated }, i) => void expect(simulated).toBeCloseTo(wanted[i]!, 12));
    expect(points).toHaveLength(wanted.length);
  });

  it('is verify and runs list of tables, whichever side has the focus, and none of the help', async () => {
    for (const side of ['toy', 'network'] as const) {
      expect(await printed(sceneOf({ view: 'table', side }))).toMatch(/predictions hold, /);
      expect(await printed(sceneOf({ view: 'runs', side }))).toMatch(/chaotic equilibrium/);
    }
    expect(viewCommand(sceneOf({ view: 'runs', help: true }))).toBeUndefined();
    expect(viewCommand(sceneWith(undefined))).toBeUndefined();
  });

  it('has a diagram of every toy', () => {
    const quick = (chosen: Partial<AppState>) => sceneWith(sweep, { view: 'diagram', ...chosen });
    expect(wordsOf(viewCommand(quick({}))!)).toEqual(['figure', 'phase', SWEEP, '--alpha', '1,2,4']);
    const noisy = viewCommand(quick({ toy: { ...firstToy(ALPHA), noise: 0.2 } }))!;
    expect(noisy).toMatch(
      / toy phase --alpha 1,2,4 --steps 1000 .*--noise 0\.2 --x elr=[\d.e-]+:[\d.e-]+:\d+ --y alpha3=0\.25:64:\d+ --quantity regime$/,
    );
  });

  it('names a run alone by its folder, and a setting by its conditions', () => {
    const one = new SweepFollower(SWEEP, { where: [{ name: 'run', value: 'elr-3e-3' }] }).look();
    // The quotation mark of the folder as a shell takes it.
    expect(viewCommand(sceneWith(one, { view: 'table' }))!.replaceAll("'\\''", "'")).toBe(
      `npx regimes verify '${runDirectory(SWEEP, 3e-3)}'`,
    );
    const some = new SweepFollower(SWEEP, { where: [{ name: 'elr', value: '1e-3', relation: '>' }] }).look();
    expect(viewCommand(sceneWith(some, { view: 'table' }))).toMatch(/ --where 'elr>1e-3'$/);
  });

  it('never fails, whatever is shown', () => {
    for (const hard of Object.values(HARD))
      for (const view of VIEWS)
        for (const side of ['toy', 'network'] as const)
          expect(viewCommand(sceneWith(hard, { view, side })) ?? 'npx regimes').not.toMatch(/undefined|NaN|null|false/);
  });
});
