import { configuration, manifest } from '../../../bench/example-run.js';
import { columnsOf } from '../../../src/run/collect-steps.js';
import { elrRate } from '../../../src/run/rate.js';
import type { SweepRun } from '../../../src/run/recorded-run.js';
import type { RecordedStep } from '../../../src/run/step-columns.js';

/**
 * Runs as the toy's closed form has them (theory.md, T3 and T4), written out here anew: alpha = (1, 2, 4), S = 7, random
 * loss 3.5, k = 7 elr.
 */
export const ALPHA = [1, 2, 4];
export const SUM = 7;
export const STEPS = 64;

type Status = 'running' | 'finished' | 'failed';

export function run(elr: number, recorded: Iterable<RecordedStep>, status: Status = 'finished'): SweepRun {
  const steps = columnsOf(recorded);
  const given = { ...configuration, rate: elrRate(elr), steps: steps.length };
  return {
    directory: `elr-${elr}`,
    manifest: { ...manifest, status, configuration: given, groups: ['a', 'b', 'c'] },
    steps,
  };
}

/** A step at which every group turns by `ess`, so that shares stay as they are; K1 to K3 hold exactly. */
const step = (number: number, elr: number, loss: number, ess: number): RecordedStep => ({
  step: number,
  loss,
  accuracy: 0.5,
  elr,
  egn: ess / elr,
  ess,
  norm: 1,
  groups: ALPHA.map((alpha, i) => ({
    name: 'abc'[i]!,
    share: alpha / SUM,
    // g_i = w_i ess_i / elr.
    egn: ((alpha / SUM) * ess) / elr,
    ess,
  })),
  angle: Math.atan(ess),
});

export const steps = (loss: (i: number) => number, ess: (i: number) => number, elr: number): RecordedStep[] =>
  Array.from({ length: STEPS }, (_, i) => step(i, elr, loss(i), ess(i)));

/** F* = (S/2)(1 - 1/k), ess* = sqrt(k^2 - 1), for k > 1. From k = 2.5 on the loss is within 40% of a random one. */
export const equilibriumRun = (k: number, status?: Status): SweepRun => {
  const elr = k / SUM;
  return run(
    elr,
    steps(
      () => 3.5 * (1 - 1 / k),
      () => Math.sqrt(k * k - 1),
      elr,
    ),
    status,
  );
};

/** Falls by half every eight steps. */
export const convergingRun = (k: number): SweepRun => {
  const elr = k / SUM;
  return run(
    elr,
    steps(
      (i) => 2 ** (-i / 8),
      (i) => 2 ** (-i / 16),
      elr,
    ),
  );
};
