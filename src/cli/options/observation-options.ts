import type { Command } from 'commander';
import { epochEnds, stepsPerEpoch } from '../../run/epoch.js';
import { defaultMeasuring, type MeasuredRun } from '../../run/measuring-cost.js';
import type { Measuring, ObservationSettings } from '../../run/observation-settings.js';
import { UsageError } from '../../system/usage-error.js';
import { type Beginning, beginning, type Cadence, cadence, cadenceOrNone } from './arguments.js';
import { inSteps } from './training-options.js';

/** Options of what is measured and kept of a run between its steps, as `train` and `sweep` share them. */
export interface ObservationOptions {
  readonly measure?: Cadence | 'none';
  readonly average?: Beginning;
  readonly keep?: Cadence;
}

/** Their names: a sweep has one value of each, for all its runs. */
export const OBSERVATIONS: ReadonlySet<string> = new Set(['measure', 'average', 'keep']);

export const withObservationOptions = (command: Command): Command =>
  command
    .option(
      '--measure <cadence>',
      'loss, accuracy, gradients on all images: steps like 100, epochs like 2e, or none (default: what a tenth of training pays)',
      cadenceOrNone,
    )
    .option(
      '--average <from>',
      'average the weights at ends of epochs: from a part of the run on, or from 30e',
      beginning,
    )
    .option(
      '--keep <cadence>',
      'keep weights-STEP.safetensors, of the start too: steps like 100 or epochs like 2e',
      cadence,
    );

/** Throws where options need a folder to write to, and there is none. */
export function refuseObservation({ measure, average, keep }: ObservationOptions): void {
  for (const [name, value] of Object.entries({ measure, average, keep })) {
    if (value !== undefined) throw new UsageError(`--${name} needs --out: where what it yields is kept`);
  }
}

type RunLength = Omit<MeasuredRun, 'testImages' | 'average'> & { readonly testImages: number | undefined };

function averageFrom(from: Beginning | undefined, run: RunLength): number | null {
  if (from === undefined) return null;
  const perEpoch = stepsPerEpoch(run, run.trainImages);
  const step = 'epoch' in from ? from.epoch * perEpoch : Math.ceil(from.part * run.steps);
  if (epochEnds(step, run.steps, perEpoch) > 0) return step;
  const ends = Math.floor(run.steps / perEpoch);
  throw new UsageError(
    `--average begins after the last end of an epoch; the run has ${ends} of them, one in ${perEpoch} steps`,
  );
}

/** The settings that options ask for, as part of a configuration; nothing where nothing is to be observed. */
export function observationOf(
  { measure, average: from, keep: every }: ObservationOptions,
  run: RunLength,
): { readonly observation?: ObservationSettings } {
  const { testImages } = run;
  if (testImages === undefined) return {};
  const perEpoch = stepsPerEpoch(run, run.trainImages);
  const average = averageFrom(from, run);
  const keep = every === undefined ? null : inSteps(every, perEpoch);
  const given = (cadence: Cadence): Measuring => ({ start: true, every: inSteps(cadence, perEpoch) });
  const usual = (): Measuring | null => defaultMeasuring({ ...run, testImages, average: average !== null });
  const asked = measure === undefined ? usual() : measure === 'none' ? null : given(measure);
  const isNothing = asked === null && average === null && keep === null;
  return isNothing ? {} : { observation: { measure: asked, average, keep } };
}
