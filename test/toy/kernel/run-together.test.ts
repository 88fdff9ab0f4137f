import { afterEach, describe, expect, it, vi } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import { randomGrowth } from '../../../toy/chaos/lyapunov.js';
import { createEnsemble, type Ensemble, randomPositions } from '../../../toy/dynamics/ensemble.js';
import { NoiseShareAverage } from '../../../toy/dynamics/noise-share.js';
import { runEnsemble } from '../../../toy/dynamics/run.js';
import { EnsembleStatistics } from '../../../toy/dynamics/running-averages.js';
import { composeStep, learningRates, type StepOptions } from '../../../toy/dynamics/step.js';
import { sumOfRatiosEach } from '../../../toy/function/toy-function.js';
import { kernelFor, type Measured, runTogether, stepTogether } from '../../../toy/kernel/run-together.js';
import { evaluateCells } from '../../../toy/phase/cells.js';
import { runOneByOne } from '../../../toy/phase/run-measured.js';

const spread = (from: number, to: number, replicas: number): Float64Array =>
  Float64Array.from({ length: replicas }, (_, i) => from * (to / from) ** (i / Math.max(1, replicas - 1)));

/** Replicas with alphas and starts of their own. */
function ensembleOf(groups: number, replicas: number): Ensemble {
  const alphas = Array.from({ length: replicas }, (_, r) =>
    Array.from({ length: groups }, (_, i) => 1 + ((3 * r + i) % 5)),
  );
  const fn = sumOfRatiosEach(alphas);
  return createEnsemble(
    fn,
    randomPositions(
      fn,
      Array.from({ length: replicas }, (_, i) => randomSource(i)),
    ),
  );
}

function measuredOf(ensemble: Ensemble, stepping: StepOptions, steps: number, lyapunov: boolean): Measured {
  const { replicas, fn } = ensemble;
  const learningRate = learningRates(stepping, replicas);
  const hasFixedElr = stepping.elr !== undefined;
  const randomLoss = new Float64Array(replicas).fill((3 * fn.groups.length) / 2);
  return {
    statistics: new EnsembleStatistics(ensemble, { steps, learningRate, hasFixedElr, randomLoss, tolerance: 0.05 }),
    noiseShare: new NoiseShareAverage(ensemble, { steps, learningRate, hasFixedElr, randomLoss }),
    ...(lyapunov && { tangents: randomGrowth(ensemble, 1) }),
  };
}

/** Every number that a run leaves behind. */
function resultOf({ position, update, loss, replicas }: Ensemble, { statistics, noiseShare, tangents }: Measured) {
  const { floors, losses, ratios, counts } = noiseShare;
  return {
    ...{ position, update, loss, floors, losses, ratios, counts, tangents },
    ...{ sums: statistics.sums, shares: statistics.shareSums },
    summaries: Array.from({ length: replicas }, (_, replica) => statistics.summary(replica)),
  };
}

interface Case {
  readonly groups?: number;
  readonly replicas?: number;
  readonly steps?: number;
  readonly lyapunov?: boolean;
  readonly start?: (position: Float64Array) => void;
}

/** The same run by a kernel, and one replica after another. */
function bothWays(
  options: (replicas: number) => StepOptions,
  { groups = 3, replicas = 7, steps = 300, lyapunov = false, start = () => {} }: Case = {},
) {
  const stepping = options(replicas);
  const prepared = [0, 1].map(() => {
    const ensemble = ensembleOf(groups, replicas);
    start(ensemble.position);
    return { ensemble, measured: measuredOf(ensemble, stepping, steps, lyapunov) };
  });
  const [together, alone] = prepared as [(typeof prepared)[number], (typeof prepared)[number]];
  const kernel = kernelFor(together.ensemble, stepping, { lyapunov });
  runTogether(kernel!, together.ensemble, stepping, together.measured);
  runOneByOne(alone.ensemble, { stepping, steps, random: [] }, alone.measured);
  return [resultOf(together.ensemble, together.measured), resultOf(alone.ensemble, alone.measured)] as const;
}

/** From convergence through chaos to divergence. */
const elr = (replicas: number): StepOptions => ({ elr: spread(0.01, 30, replicas) });

// Both do the same operations on float64 numbers in the same order, and IEEE 754 leaves nothing open: no tolerance at all.
describe('a kernel leaves the bits that one replica after another leaves', () => {
  it.each([1, 2, 3, 5, 8, 20])('with %d groups', (groups) => {
    const [together, alone] = bothWays(elr, { groups });
    expect(together).toEqual(alone);
    expect(new Set(alone.summaries.map(({ decision }) => decision.regime)).size).toBeGreaterThan(1);
  });

  it.each([1, 2, 31, 256])('with %d replicas', (replicas) => {
    const [together, alone] = bothWays(elr, { replicas, steps: 70 });
    expect(together).toEqual(alone);
  });

  // With blocks of one step, of several, and steps that fill no block at either end.
  it.each([1, 2, 15, 16, 33, 64, 997])('over %d steps', (steps) => {
    const [together, alone] = bothWays(elr, { steps });
    expect(together).toEqual(alone);
  });

  const rates = (replicas: number) => spread(0.01, 2, replicas);
  const MOTIONS: Readonly<Record<string, (replicas: number) => StepOptions>> = {
    'a learning rate on the sphere': (n) => ({ learningRate: rates(n) }),
    'a learning rate in full space': (n) => ({ learningRate: rates(n), projection: 'none' }),
    'a fixed ELR in full space': (n) => ({ elr: rates(n), projection: 'none' }),
    'frozen norm shares': (n) => ({ elr: rates(n), projection: 'group' }),
    'weight decay': (n) => ({ learningRate: rates(n), weightDecay: spread(0.001, 0.3, n), projection: 'none' }),
    'momentum on the sphere': (n) => ({ elr: rates(n), momentum: spread(0.1, 0.95, n) }),
    'momentum in full space': (n) => ({ elr: rates(n), momentum: spread(0.1, 0.95, n), projection: 'none' }),
    'momentum and weight decay': (n) => ({
      learningRate: rates(n),
      weightDecay: 0.1,
      momentum: 0.9,
      projection: 'none',
    }),
    'momentum, weight decay and frozen shares': (n) => ({
      ...{ learningRate: rates(n), weightDecay: 0.1, momentum: 0.5, projection: 'group' },
    }),
  };
  it.each(Object.keys(MOTIONS))('with %s', (name) => {
    const [together, alone] = bothWays(MOTIONS[name]!);
    expect(together).toEqual(alone);
  });

  it('with Lyapunov exponents, whose tangents grow and shrink beyond every product', () => {
    const [together, alone] = bothWays(elr, { lyapunov: true, steps: 2000 });
    expect(together).toEqual(alone);
    expect(Math.max(...alone.tangents!.growth.sums)).toBeGreaterThan(300);
    // The only tangent of one group shrinks near the minimum.
    const [one, reference] = bothWays(elr, { lyapunov: true, steps: 2000, groups: 1 });
    expect(one).toEqual(reference);
    expect(Math.min(...one.tangents!.growth.sums)).toBeLessThan(-300);
  });

  it('with step sizes whose products overflow, and numbers that do', () => {
    const [together, alone] = bothWays((n) => ({ elr: spread(1e3, 1e307, n) }), { replicas: 9 });
    expect(together).toEqual(alone);
    expect(alone.sums.turning.sums.some((sum) => sum > 300)).toBe(true);
    expect(alone.sums.turning.sums.some(Number.isNaN)).toBe(true);
  });

  it('where the norm of a group has vanished, or is next to nothing', () => {
    const start = (position: Float64Array): void => {
      position.fill(0, 0, 2);
      position.fill(1e-160, 6, 8);
      position.fill(5e-324, 14, 16);
    };
    const [together, alone] = bothWays(elr, { start, lyapunov: true });
    expect(together).toEqual(alone);
  });

  it('without measuring', () => {
    const [together, alone] = [ensembleOf(3, 9), ensembleOf(3, 9)];
    stepTogether(kernelFor(together, elr(9))!, together, elr(9), 100);
    runEnsemble(alone, composeStep(alone, elr(9), []), 100);
    expect(together.position).toEqual(alone.position);
  });
});

describe('kernels', () => {
  afterEach(() => vi.restoreAllMocks());

  it('take no steps with noise, of more groups than are written out, or of more replicas than they hold', () => {
    const ensemble = ensembleOf(3, 4);
    expect(kernelFor(ensemble, { elr: 1 })).toBeDefined();
    expect(kernelFor(ensemble, { elr: 1, noise: 0.1 })).toBeUndefined();
    expect(kernelFor(ensembleOf(65, 2), { elr: 1 })).toBeUndefined();
    expect(kernelFor(ensembleOf(1, 257), { elr: 1 })).toBeUndefined();
  });

  it('are not there where WebAssembly has no pairs of numbers, and cells are the same', () => {
    const { WebAssembly } = globalThis as unknown as { WebAssembly: { validate(bytes: Uint8Array): boolean } };
    // Kernels stay open, so these numbers of groups are those of no other test.
    const alpha = Array.from({ length: 11 }, (_, i) => i + 1);
    const cells = [0.3, 1.2, 5].map((k) => ({ alpha, elr: k / 66 }));
    vi.spyOn(WebAssembly, 'validate').mockReturnValue(false);
    expect(kernelFor(ensembleOf(61, 2), { elr: 1 })).toBeUndefined();
    vi.restoreAllMocks();
    expect(kernelFor(ensembleOf(62, 2), { elr: 1 })).toBeDefined();
    const withKernel = evaluateCells(cells, { steps: 200 });
    const noise = evaluateCells(
      cells.map((cell) => ({ ...cell, probability: 1 })),
      { steps: 200 },
    );
    expect(withKernel.map(({ loss }) => loss)).toEqual(noise.map(({ loss }) => loss));
  });
});
