/** Trajectories whose regime is known because they are made of it: what the classifier is examined with. */
import { mean } from '../src/numerics/means.js';
import { type RandomSource, randomSource } from '../src/numerics/random.js';
import type { Trajectory } from '../src/regime/classifier.js';
import type { Regime } from '../src/regime/regime.js';

/** The loss of random points, in units of which the others are. */
export const RANDOM_LOSS = 1;
/** A loss within this fraction of it counts as divergence, as for networks. */
export const TOLERANCE = 0.4;
const STEP = 0.1;

/** The components of log(loss), for a run of a number of steps. */
type Recipe = (steps: number, random: RandomSource) => (step: number) => number;

export interface Family {
  readonly truth: Regime;
  readonly name: string;
  /** log(loss) step by step. */
  readonly recipe: Recipe;
}

const between = (random: RandomSource, low: number, high: number): number => low + (high - low) * random.uniform();
const logBetween = (random: RandomSource, low: number, high: number): number =>
  Math.exp(between(random, Math.log(low), Math.log(high)));

/** Gaussian noise of unit variance that forgets by a factor e in `memory` steps: AR(1), stationary from the start. */
function correlatedNoise(memory: number, random: RandomSource): () => number {
  const keep = memory > 0 ? Math.exp(-1 / memory) : 0;
  let value = random.gaussian();
  return () => {
    const now = value;
    value = keep * value + Math.sqrt(1 - keep * keep) * random.gaussian();
    return now;
  };
}

/** Jumps at random, one in `interval` steps, each of an exponentially distributed height that relaxes in `memory` steps. */
function bursts(interval: number, height: number, memory: number, random: RandomSource): () => number {
  let value = 0;
  return () => {
    value *= Math.exp(-1 / memory);
    if (random.uniform() < 1 / interval) value -= height * Math.log(1 - random.uniform());
    return value;
  };
}

/** The start of a run that finds its level: a fall from random points within its first part. */
function transient(steps: number, level: number, random: RandomSource): (step: number) => number {
  const time = steps * between(random, 0.01, 0.08);
  return (step) => -level * Math.exp(-step / time);
}

/**
 * A level between 3% and 40% of a random loss, which the run falls to from there, and what happens on top of it: the level
 * is that of the mean loss, whatever is on top.
 */
const levelWith =
  (noise: (steps: number, random: RandomSource) => (step: number) => number): Recipe =>
  (steps, random) => {
    const level = Math.log(logBetween(random, 0.03, 0.4));
    const start = transient(steps, level, random);
    const next = noise(steps, random);
    const more = Array.from({ length: steps }, (_, step) => next(step));
    const excess = Math.log(mean(more.map(Math.exp)));
    return (step) => level + start(step) + more[step]! - excess;
  };

/** A fall over the second half of a run by between 0.3 and 3 nats. */
const fallingWith =
  (
    shape: (steps: number, fall: number) => (step: number) => number,
    sizes: readonly [number, number],
    memory: number,
  ): Recipe =>
  (steps, random) => {
    const curve = shape(steps, logBetween(random, 0.3, 3));
    const size = logBetween(random, ...sizes);
    const noise = correlatedNoise(memory, random);
    return (step) => curve(step) + size * noise();
  };

/** From a third of a random loss on. */
const exponential = (steps: number, fall: number) => (step: number) => -Math.log(3) - (2 * fall * step) / steps;
/** (1 + t)^-p falls by p log 2 over the second half, by so much that it begins there below a third of a random loss. */
const power = (steps: number, fall: number) => (step: number) =>
  -Math.log(3) - (fall / Math.LN2) * Math.log((1 + step) / (1 + steps / 4));

const noise = (low: number, high: number, memories: readonly [number, number]) =>
  levelWith((_, random) => {
    const size = logBetween(random, low, high);
    const next = correlatedNoise(logBetween(random, ...memories), random);
    return () => size * next();
  });

/** What a small network at a large ELR does: slow wandering, and jumps every few hundred steps that relax as slowly. */
const burstingLevel = (memories: readonly [number, number]): Recipe =>
  levelWith((_, random) => {
    const wander = correlatedNoise(logBetween(random, ...memories), random);
    const jumps = bursts(
      logBetween(random, 200, 1000),
      between(random, 0.2, 0.8),
      logBetween(random, ...memories),
      random,
    );
    const quick = correlatedNoise(0, random);
    return () => 0.1 * wander() + jumps() + 0.3 * quick();
  });

/** A fall with such jumps on top of it: what a converging network does where noise limits it. */
const burstingFall =
  (memories: readonly [number, number]): Recipe =>
  (steps, random) => {
    const curve = power(steps, logBetween(random, 0.3, 3));
    const jumps = bursts(
      logBetween(random, 200, 1000),
      between(random, 0.2, 0.8),
      logBetween(random, ...memories),
      random,
    );
    const quick = correlatedNoise(0, random);
    return (step) => curve(step) + jumps() + 0.3 * quick();
  };

const spikes: Recipe = levelWith((_, random) => {
  const jumps = bursts(logBetween(random, 20, 200), between(random, 0.2, 0.6), logBetween(random, 1, 20), random);
  const quick = correlatedNoise(0, random);
  return () => jumps() + 0.2 * quick();
});

/** Up or down by at most 0.05 nats over the second half: less than what convergence has to show. */
const slowDrift: Recipe = levelWith((steps, random) => {
  const drift = between(random, -0.1, 0.1);
  const quick = correlatedNoise(0, random);
  return (step) => (drift * step) / steps + 0.2 * quick();
});

const atRandom =
  (sizes: readonly [number, number], memory: number): Recipe =>
  (_, random) => {
    const level = Math.log(between(random, 0.75, 1.2));
    const size = logBetween(random, ...sizes);
    const next = correlatedNoise(memory, random);
    // The mean of a lognormal loss is exp(size^2 / 2) times that of its logarithm.
    return () => level - (size * size) / 2 + size * next();
  };

export const FAMILIES: readonly Family[] = [
  { truth: 'convergence', name: 'exponential fall, noise', recipe: fallingWith(exponential, [0.05, 0.5], 0) },
  { truth: 'convergence', name: 'fall as a power of time, noise', recipe: fallingWith(power, [0.05, 0.5], 0) },
  { truth: 'convergence', name: 'fall as a power, noise of 20 steps', recipe: fallingWith(power, [0.05, 0.2], 20) },
  { truth: 'chaotic equilibrium', name: 'level, noise', recipe: noise(0.05, 0.7, [0.01, 1]) },
  { truth: 'chaotic equilibrium', name: 'level, noise of 2 to 50 steps', recipe: noise(0.05, 0.5, [2, 50]) },
  { truth: 'chaotic equilibrium', name: 'level, noise of 200 to 500 steps', recipe: noise(0.05, 0.3, [200, 500]) },
  { truth: 'chaotic equilibrium', name: 'spikes that relax in 1 to 20 steps', recipe: spikes },
  { truth: 'chaotic equilibrium', name: 'bursts that relax in 50 to 200 steps', recipe: burstingLevel([50, 200]) },
  { truth: 'chaotic equilibrium', name: 'bursts that relax in 200 to 500 steps', recipe: burstingLevel([200, 500]) },
  { truth: 'chaotic equilibrium', name: 'level, drift of up to 0.05 nats', recipe: slowDrift },
  { truth: 'divergence', name: 'random loss, noise', recipe: atRandom([0.05, 0.7], 0) },
  { truth: 'divergence', name: 'random loss, noise of 20 steps', recipe: atRandom([0.05, 0.5], 20) },
];

/** Kinds that no rule for a single run can tell well: a burst on top of a fall hides it, or is it. They are shown, not limited. */
export const HARD_FAMILIES: readonly Family[] = [
  { truth: 'convergence', name: 'fall, bursts that relax in 50 to 200 steps', recipe: burstingFall([50, 200]) },
  { truth: 'convergence', name: 'fall, bursts that relax in 200 to 500 steps', recipe: burstingFall([200, 500]) },
];

/** Run number `index` of a family: the same one everywhere. */
export function syntheticTrajectory({ name, recipe }: Family, steps: number, index: number): Trajectory {
  const random = randomSource(
    index,
    [...name].reduce((sum, letter) => (31 * sum + letter.charCodeAt(0)) % 1_000_003, steps),
  );
  const logLoss = recipe(steps, random);
  return {
    loss: Float64Array.from({ length: steps }, (_, step) => RANDOM_LOSS * Math.exp(logLoss(step))),
    ess: new Float64Array(steps).fill(STEP),
  };
}
