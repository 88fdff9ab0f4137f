import { describe, expect, it } from 'vitest';
import { randomSource } from '../../../src/numerics/random.js';
import { UsageError } from '../../../src/system/usage-error.js';
import {
  chain,
  createEnsemble,
  evaluateGradient,
  randomPositions,
  type Transform,
} from '../../../toy/dynamics/ensemble.js';
import { runEnsemble } from '../../../toy/dynamics/run.js';
import { composeStages, composeStep, isGradientStep, type StepOptions } from '../../../toy/dynamics/step.js';
import { sumOfRatios } from '../../../toy/function/toy-function.js';

const alpha = [1, 2];
const random = randomSource(4);
const start = () => Float64Array.of(0.6, 0.3, -0.5, 0.4);

function stepped(options: StepOptions, steps = 1, position = start()) {
  const ensemble = createEnsemble(sumOfRatios(alpha), position);
  const step: Transform = chain(evaluateGradient, composeStep(ensemble, options, random));
  for (let i = 0; i < steps; i += 1) step(ensemble);
  return ensemble.position;
}

/** Gradient at `start`, by hand: 2 alpha x y / s^2 (y, -x). */
const gradient = (() => {
  const [x1, y1, x2, y2] = start() as unknown as [number, number, number, number];
  const u = (2 * 1 * x1 * y1) / (x1 * x1 + y1 * y1) ** 2;
  const v = (2 * 2 * x2 * y2) / (x2 * x2 + y2 * y2) ** 2;
  return [u * y1, -u * x1, v * y2, -v * x2];
})();

const near = (actual: ArrayLike<number>, expected: readonly number[]) => {
  expected.forEach((value, i) => {
    expect(actual[i]).toBeCloseTo(value, 14);
  });
};
const norm = (values: ArrayLike<number>): number => Math.hypot(...Array.from(values));
const scaled = (values: readonly number[], factor: number): number[] => values.map((value) => value * factor);

describe('a step', () => {
  it('in full space is x - eta grad, with weight decay (1 - eta lambda) x - eta grad', () => {
    near(
      stepped({ learningRate: 0.3, projection: 'none' }),
      [...start()].map((value, i) => value - 0.3 * gradient[i]!),
    );
    near(
      stepped({ learningRate: 0.3, weightDecay: 0.5, projection: 'none' }),
      [...start()].map((value, i) => 0.85 * value - 0.3 * gradient[i]!),
    );
  });

  it('at a fixed ELR has the learning rate elr rho^2, whatever the norm', () => {
    const once = stepped({ elr: 0.2, projection: 'none' });
    const tenfold = stepped(
      { elr: 0.2, projection: 'none' },
      1,
      start().map((value) => 10 * value),
    );
    near(tenfold, scaled([...once], 10));
    const square = norm(start()) ** 2;
    near(
      once,
      [...start()].map((value, i) => value - 0.2 * square * gradient[i]!),
    );
  });

  it('projects jointly to norm 1, or each group to its own norm', () => {
    expect(norm(stepped({ elr: 0.3 }))).toBeCloseTo(1, 15);
    const groups = stepped({ elr: 0.3, projection: 'group' });
    expect(norm(groups.subarray(0, 2))).toBeCloseTo(norm(start().subarray(0, 2)), 15);
    expect(norm(groups.subarray(2))).toBeCloseTo(norm(start().subarray(2)), 15);
  });

  it('with momentum moves along velocity <- beta velocity + grad', () => {
    const first = stepped({ learningRate: 0.1, momentum: 0.5, projection: 'none' });
    near(
      first,
      [...start()].map((value, i) => value - 0.1 * gradient[i]!),
    );
    const second = stepped({ learningRate: 0.1, momentum: 0.5, projection: 'none' }, 2);
    const ensemble = createEnsemble(sumOfRatios(alpha), first.slice());
    evaluateGradient(ensemble);
    near(
      second,
      [...first].map((value, i) => value - 0.1 * (0.5 * gradient[i]! + ensemble.update[i]!)),
    );
  });

  it('with momentum adds weight decay to the gradient before the velocity, as torch.optim.SGD', () => {
    const [lr, beta, decay] = [0.1, 0.5, 0.3];
    const x = Array.from(start());
    const v = [0, 0, 0, 0];
    for (let step = 0; step < 5; step += 1) {
      const g = alpha.flatMap((value, i) => {
        const [a, b] = [x[2 * i]!, x[2 * i + 1]!];
        const factor = (2 * value * a * b) / (a * a + b * b) ** 2;
        return [factor * b, -factor * a];
      });
      for (let i = 0; i < 4; i += 1) v[i] = beta * v[i]! + g[i]! + decay * x[i]!;
      for (let i = 0; i < 4; i += 1) x[i]! -= lr * v[i]!;
    }
    // The decoupled step differs by about lr beta decay = 0.015 from the second step on; rounding by 1e-15.
    near(stepped({ learningRate: lr, momentum: beta, weightDecay: decay, projection: 'none' }, 5), x);
  });

  it('refuses two rates, none, or weight decay at a fixed ELR', () => {
    expect(() => stepped({})).toThrow(UsageError);
    expect(() => stepped({ elr: 1, learningRate: 1 })).toThrow(UsageError);
    expect(() => stepped({ elr: 1, weightDecay: 0.1 })).toThrow(/learning rate/);
  });

  it('is a plain gradient step only without what K1 to K3 do not describe', () => {
    expect(isGradientStep({ elr: 1 })).toBe(true);
    expect(isGradientStep({ elr: 1, probability: 0.5, noise: 0.1 })).toBe(true);
    for (const other of [{ momentum: 0 }, { weightDecay: 0 }, { projection: 'group' as const }]) {
      expect(isGradientStep({ learningRate: 1, ...other })).toBe(false);
    }
  });
});

describe('noise', () => {
  const replicas = 4000;
  const many = () => {
    const fn = sumOfRatios(alpha, replicas);
    const sources = Array.from({ length: replicas }, () => randomSource(7));
    return createEnsemble(fn, randomPositions(fn, sources));
  };

  it('of batches keeps each group with probability p, over p', () => {
    const ensemble = many();
    evaluateGradient(ensemble);
    const before = ensemble.update.slice();
    composeStages(ensemble, { elr: 0.1, probability: 0.25 }, randomSource(3)).sample(ensemble);
    let [kept, both] = [0, 0];
    for (let replica = 0; replica < replicas; replica += 1) {
      const factors = [0, 2].map((start) => ensemble.update[4 * replica + start]! / before[4 * replica + start]!);
      for (const factor of factors) expect([0, 4]).toContain(factor);
      kept += factors.filter((factor) => factor === 4).length;
      both += factors.every((factor) => factor === 4) ? 1 : 0;
    }
    // Binomial: standard deviations sqrt(8000 * 3/16) = 39 and sqrt(4000 * 15/256) = 15; four of each.
    expect(Math.abs(kept - 2000)).toBeLessThan(155);
    expect(Math.abs(both - 250)).toBeLessThan(62);
  });

  it('of phases gives the gradient at a displaced angle: theta <- theta - arctan(k sin 2(theta + eps)) (T11)', () => {
    const fn = sumOfRatios([1], replicas);
    const position = randomPositions(
      fn,
      Array.from({ length: replicas }, (_, i) => randomSource(i)),
    );
    const ensemble = createEnsemble(fn, position);
    const before = position.slice();
    evaluateGradient(ensemble);
    composeStages(ensemble, { elr: 0.1, noise: 0.1 }, randomSource(3)).sample(ensemble);
    let [sum, squares] = [0, 0];
    for (let place = 0; place < before.length; place += 2) {
      const [x, y] = [before[place]!, before[place + 1]!];
      const [u, v] = [ensemble.update[place]!, ensemble.update[place + 1]!];
      // Still orthogonal to the group.
      expect(Math.abs(u * x + v * y)).toBeLessThan(1e-15);
      // Its length along the circle is sin 2(theta + eps); away from the fold of the sine that gives eps back.
      const theta = Math.atan2(x, y);
      const quarter = Math.round(theta / (Math.PI / 2)) * (Math.PI / 2);
      const along = (u * y - v * x) * Math.cos(2 * quarter);
      if (Math.abs(theta - quarter) > 0.2) continue;
      const eps = Math.asin(along) / 2 - (theta - quarter);
      sum += 1;
      squares += Math.abs(theta - quarter) < 0.2 ? eps * eps : 0;
    }
    // 4 * 0.2 / (pi / 2) of 4,000 replicas qualify; the deviation has a standard error of 0.1 / sqrt(2 * 1000) = 0.0022,
    // and angles beyond pi/4 fold back in less than one case in 10,000.
    expect(sum).toBeGreaterThan(900);
    expect(Math.abs(Math.sqrt(squares / sum) - 0.1)).toBeLessThan(0.0088);
  });

  it('of phases settles at the floor of T11', () => {
    const [k, sigma] = [0.2, 0.05];
    const count = 200;
    const fn = sumOfRatios([1], count);
    const sources = Array.from({ length: count }, (_, i) => randomSource(i));
    const ensemble = createEnsemble(fn, randomPositions(fn, sources));
    const step = composeStep(ensemble, { elr: k, noise: sigma }, randomSource(9));
    let [sum, seen] = [0, 0];
    runEnsemble(ensemble, step, 400, [
      ({ loss }, t) => {
        if (t < 200) return;
        seen += count;
        sum += loss.reduce((a, b) => a + b, 0);
      },
    ]);
    // theory.md: simulated 6.19e-4, leading order 6.25e-4. 40,000 values correlated over about two steps scatter by 1%.
    expect(Math.abs(sum / seen / 6.19e-4 - 1)).toBeLessThan(0.04);
  });
});
