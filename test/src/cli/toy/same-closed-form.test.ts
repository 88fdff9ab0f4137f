import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatNumber } from '../../../../src/text/output.js';
import { firstToy, type ToySettings } from '../../../../tui/data/toy-messages.js';
import type { Figure } from '../../../../tui/figure/figure.js';
import { barFigures } from '../../../../tui/views/figures/bars.js';
import { diagramFigures } from '../../../../tui/views/figures/diagram.js';
import { lossFigures } from '../../../../tui/views/figures/loss.js';
import type { Scene } from '../../../../tui/views/scene.js';
import { toyFacts } from '../../../../tui/views/toy-facts.js';
import { json, regimes } from '../../../cli.js';
import { HARD, sceneWith } from '../../../tui/recorded.js';
import { textOf } from '../../../tui/text.js';

/** Wide enough for every sentence. */
const WIDTH = 200;
const base = sceneWith(HARD.typical!, {});

const sceneOf = (toy: ToySettings, toyElr: number): Scene => ({ ...base, state: { ...base.state, toy }, toyElr });

/** The closed form on the terminal: what stands in the column of numbers, and the bars of ESS and norm shares. */
function onTerminal(scene: Scene) {
  const [head, , loss, egn, ess] = textOf(toyFacts(scene, WIDTH));
  const numberOf = (line: string | undefined): string => line!.trim().split(/ +/)[1]!;
  const bars = barFigures(scene).toy.map(({ series }) => series.find(({ kind }) => kind === 'predicted bars')!);
  const [groupEss, shares] = bars.map(({ points }) => points.map(({ y }) => y));
  return { head: head!, numbers: [loss, egn, ess].map(numberOf), groupEss: groupEss!, shares: shares! };
}

const words = ({ alpha, noise, weightDecay }: ToySettings, elr: number): string[] => [
  ...['--alpha', alpha.join(','), weightDecay > 0 ? '--lr' : '--elr', `${elr}`],
  ...(weightDecay > 0 ? ['--weight-decay', `${weightDecay}`] : []),
  ...(noise > 0 ? ['--noise', `${noise}`] : []),
  ...['--tolerance', `${base.tolerance}`],
];

/** A number as tables have it; null is what is not known. */
const shown = (value: unknown): string => (value === null ? '-' : formatNumber(value as number));

const orNone = (most: number) =>
  fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: most, noNaN: true, noDefaultInfinity: true }));
const settings = fc.record({
  alpha: fc.array(fc.double({ min: 0.1, max: 10, noNaN: true }), { minLength: 1, maxLength: 4 }),
  steps: fc.constant(100),
  noise: orNone(0.3),
  weightDecay: orNone(2),
});
const ratio = fc.double({ min: 0.1, max: 20, noNaN: true });

it('toy equilibrium, toy simulate, toy sweep and the terminal tell the same of the same motion', async () => {
  const seen = new Map<string, number>();
  await fc.assert(
    fc.asyncProperty(settings, ratio, async (drawn, k) => {
      const toy = { ...firstToy(drawn.alpha), ...drawn };
      const elr = k / toy.alpha.reduce((sum, value) => sum + value, 0);
      const terminal = onTerminal(sceneOf(toy, elr));
      const given = words(toy, elr);
      const { code, out, err } = await regimes('toy', 'equilibrium', ...given, '--json');
      const simulated = await regimes('toy', 'simulate', ...given, '--steps', '20');
      const columns = simulated.out.match(/^loss +(\S+) +[-+.\de]+$/m);
      const sweep = async (quantity: string): Promise<unknown> => {
        const range = given.with(given.indexOf('--elr') + 1, `${elr}`);
        const { points } = await json('toy', 'sweep', ...range, '--quantity', quantity, '--steps', '20');
        return (points as { predicted: unknown }[])[0]!.predicted;
      };
      const kind = code !== 0 ? 'none' : toy.weightDecay > 0 ? 'T8' : toy.noise > 0 ? 'T11' : k > 1 ? 'T4' : 'T3';
      seen.set(kind, (seen.get(kind) ?? 0) + 1);
      if (code !== 0) {
        expect(code).toBe(2);
        expect(err.trim()).toContain(terminal.head);
        expect(terminal.numbers).toEqual(['-', '-', '-']);
        // A decay of the whole norm is no motion to simulate.
        if (simulated.code === 0) expect(columns![1]).toBe('-');
        if (toy.weightDecay === 0) expect(await sweep('loss')).toBeNull();
        return;
      }
      const state = JSON.parse(out) as Record<'loss' | 'egn' | 'ess' | 'shares' | 'noiseFloor', unknown>;
      expect(terminal.numbers).toEqual([state.loss, state.egn, state.ess].map(shown));
      expect(terminal.shares).toEqual(state.shares);
      expect(terminal.groupEss).toEqual(toy.alpha.map(() => state.ess ?? Number.NaN));
      expect(columns![1]).toBe(shown(state.loss));
      if (kind === 'T11') expect(state.noiseFloor).toBe(state.loss);
      if (toy.weightDecay > 0) return;
      expect(await sweep('loss')).toBe(state.loss);
      expect(await sweep('ess')).toBe(state.ess);
      expect(await sweep('share1')).toBe((state.shares as number[])[0]);
    }),
    { seed: 3, numRuns: 60 },
  );
  // Every branch that the terminal can be set to was met.
  expect([...seen.keys()].sort()).toEqual(['T11', 'T3', 'T4', 'T8', 'none']);
}, 120_000);

it.each([
  ['plain steps', {}, 2, 2],
  // The first mark, 1 / S, is where T11 ends.
  ['phase noise', { noise: 0.1 }, 0, 1],
  ['weight decay', { weightDecay: 0.1 }, 0, 0],
])('the thresholds of T3 and T6 are drawn where they hold: %s', async (_, motion, curves, marks) => {
  const toy = { ...firstToy([1, 1]), steps: 20, ...motion };
  const scene = sceneWith(HARD.typical!, { view: 'diagram', toy });
  const theory = (figures: readonly Figure[]) => figures[0]!.series.filter(({ kind }) => kind === 'theory');
  expect(theory(diagramFigures(scene).toy)).toHaveLength(curves);
  expect(lossFigures(scene).toy[0]!.marks).toHaveLength(marks);
  if (toy.weightDecay > 0) return;
  const axes = ['--x', 'elr=0.05:50:20', '--y', 'alpha2=0.5:5:10', '--steps', '20'];
  const { out } = await regimes(
    'toy',
    'phase',
    '--alpha',
    '1,1',
    ...axes,
    ...(toy.noise > 0 ? ['--noise', '0.1'] : []),
  );
  expect(out.includes('closed form')).toBe(curves > 0);
});
