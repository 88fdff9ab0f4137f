import type { Command } from 'commander';
import type { TrainingSpec } from '../../../deep/study/spec.js';
import type { Rate } from '../../run/rate.js';
import { LOSSES, PROJECTIONS, SCHEDULES } from '../../run/training-settings.js';
import { UsageError } from '../../system/usage-error.js';
import { cadences, nonNegativeNumber, oneOf, part, positiveNumber, seed, span } from '../../text/value-grammar.js';

/** Options of how a network is trained, as `train` and `sweep` share them. */
export type TrainingOptions = TrainingSpec;

const PROJECTION_HELP =
  'joint: one sphere; group: each kernel on its own; filter: each output filter on its own, all of one norm; ' +
  'none: full space. ELR is always learning rate / squared joint norm (default: joint with --elr, none with --lr)';

export const withTrainingOptions = (command: Command): Command =>
  command
    .option('--projection <name>', PROJECTION_HELP, oneOf(PROJECTIONS))
    .option('--weight-decay <number>', 'of every trained parameter (default: 0)', nonNegativeNumber)
    .option('--momentum <number>', 'heavy ball, from 0 to below 1 (default: 0)', part)
    .option(
      '--free-lr <number>',
      'learning rate of the parameters that are not scale-invariant, of affine models; 0 freezes them (default: that of the others)',
      nonNegativeNumber,
    )
    .option('--loss <name>', `${LOSSES.join(' or ')} (default: ${LOSSES[0]})`, oneOf(LOSSES))
    .option('--full-batch', 'one step a pass over the images, along the mean gradient of all batches')
    .option('--schedule <name>', `of the rate: ${SCHEDULES.join(', ')} (default: constant)`, oneOf(SCHEDULES))
    .option('--span <from:to>', 'part of the run over which cosine and linear fall (default: 0:1, all)', span)
    .option(
      '--milestones <list>',
      'steps like 100,200 or epochs like 30e,60e before which --schedule step falls',
      cadences,
    )
    .option(
      '--factor <number>',
      'what cosine and linear end at, in units of the first rate (default: 0); what step multiplies by (default: 0.1)',
      nonNegativeNumber,
    )
    .option('--last-layer-seed <number>', 'start with the last layer that this seed draws', seed);

/** The rate that a run starts with. Throws a UsageError where not exactly one is given. */
export function rateOf({ elr, lr }: { readonly elr?: number; readonly lr?: number }): Rate {
  if (elr !== undefined && lr !== undefined) throw new UsageError('--elr and --lr exclude each other; give one');
  if (elr !== undefined) return { kind: 'elr', value: elr };
  if (lr !== undefined) return { kind: 'lr', value: lr };
  throw new UsageError(
    "required option '--elr <number>' not specified (on a sphere), nor '--lr <number>' (in full space)",
  );
}

export const elrOption = ['--elr <number>', 'effective learning rate', positiveNumber] as const;

export const lrOption = ['--lr <number>', 'learning rate, in full space, in place of --elr', positiveNumber] as const;
