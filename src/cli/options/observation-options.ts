import type { Command } from 'commander';
import type { ObservationSpec } from '../../../deep/study/spec.js';
import { UsageError } from '../../system/usage-error.js';
import { beginning, cadence, cadenceOrNone } from '../../text/grammar/moment-grammar.js';

/** Options shared by `train` and `sweep` for what a run measures and keeps between its steps. */
export const withObservationOptions = (command: Command): Command =>
  command
    .option(
      '--measure <cadence>',
      'when to measure loss, accuracy and gradients on all images: steps like 100, epochs like 2e, or none (default: start and end, and between them as often as costs at most 10% of training)',
      cadenceOrNone,
    )
    .option(
      '--average <from>',
      'average the weights at the ends of epochs, from this fraction of the run on, or from an epoch like 30e',
      beginning,
    )
    .option(
      '--keep <cadence>',
      'when to save weights-STEP.safetensors, including the start: steps like 100 or epochs like 2e',
      cadence,
    );

/** Throws if options need an output folder and none is given. */
export function refuseObservation({ measure, average, keep }: ObservationSpec): void {
  for (const [name, value] of Object.entries({ measure, average, keep })) {
    if (value !== undefined) throw new UsageError(`--${name} needs --out, the folder in which its results are kept`);
  }
}
