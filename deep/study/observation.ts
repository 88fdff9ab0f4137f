import { type Beginning, type Cadence, epochEnds, stepsPerEpoch } from '../../src/run/epoch.js';
import { defaultMeasuring, type MeasuredRun } from '../../src/run/measuring-cost.js';
import type { Measuring, ObservationSettings } from '../../src/run/observation-settings.js';
import { UsageError } from '../../src/system/usage-error.js';
import { cadenceSteps } from './cadence-steps.js';
import type { ObservationSpec } from './spec.js';

/** How long a run is; `testImages` undefined: it is not kept, and so not observed. */
export type RunLength = Omit<MeasuredRun, 'testImages' | 'average'> & { readonly testImages: number | undefined };

function averageFrom(from: Beginning | undefined, run: RunLength): number | null {
  if (from === undefined) return null;
  if (typeof from !== 'object')
    throw new UsageError(`average ${from} says not of what; allowed: like { part: 0.5 } or { epoch: 30 }`);
  const perEpoch = stepsPerEpoch(run, run.trainImages);
  const step = 'epoch' in from ? from.epoch * perEpoch : Math.ceil(from.part * run.steps);
  if (epochEnds(step, run.steps, perEpoch) > 0) return step;
  const ends = Math.floor(run.steps / perEpoch);
  throw new UsageError(
    `--average begins after the last end of an epoch; the run has ${ends} of them, one in ${perEpoch} steps`,
  );
}

/**
 * The observation settings of a configuration, empty if nothing is observed. Throws a UsageError if there is nothing to average, or if
 * something is to be done every so often that is not.
 */
export function observationOf(
  { measure, average: from, keep: every }: ObservationSpec,
  run: RunLength,
): { readonly observation?: ObservationSettings } {
  const { testImages } = run;
  if (testImages === undefined) return {};
  const perEpoch = stepsPerEpoch(run, run.trainImages);
  const average = averageFrom(from, run);
  const keep = every === undefined ? null : cadenceSteps('keep', every, perEpoch);
  const given = (cadence: Cadence): Measuring => ({ start: true, every: cadenceSteps('measure', cadence, perEpoch) });
  const usual = (): Measuring => defaultMeasuring({ ...run, testImages, average: average !== null });
  const asked = measure === undefined ? usual() : measure === 'none' ? null : given(measure);
  const isNothing = asked === null && average === null && keep === null;
  return isNothing ? {} : { observation: { measure: asked, average, keep } };
}
