import type { Command } from 'commander';
import type { Rate } from '../../run/rate.js';
import { LOSSES, PROJECTIONS, SCHEDULE_UNITS, SCHEDULES } from '../../run/training-settings.js';
import { UsageError } from '../../system/usage-error.js';
import { cadences, span } from '../../text/grammar/moment-grammar.js';
import {
  nonNegativeNumber,
  nonZeroNumber,
  oneOf,
  part,
  positiveNumber,
  seed,
} from '../../text/grammar/value-grammar.js';

const PROJECTION_HELP =
  'joint: all on one sphere; group: each kernel on its own sphere; filter: each output filter on its own, all of equal norm; ' +
  'none: full space. The ELR is always learning rate / squared joint norm (default: joint with --elr, none with --lr)';

/** Adds the training options that `train` and `sweep` share. */
export const withTrainingOptions = (command: Command): Command =>
  command
    .option('--projection <name>', PROJECTION_HELP, oneOf(PROJECTIONS))
    .option('--weight-decay <number>', 'applied to every trained parameter (default: 0)', nonNegativeNumber)
    .option('--momentum <number>', 'heavy-ball momentum, from 0 to below 1 (default: 0)', part)
    .option(
      '--free-lr <number>',
      'learning rate of the parameters that are not scale-invariant (affine models, --last-layer trained); 0 freezes them (default: same as the others)',
      nonNegativeNumber,
    )
    .option('--loss <name>', `${LOSSES.join(' or ')} (default: ${LOSSES[0]})`, oneOf(LOSSES))
    .option('--full-batch', 'one step per pass over the images, along the mean gradient of all batches')
    .option('--schedule <name>', `schedule of the rate: ${SCHEDULES.join(', ')} (default: constant)`, oneOf(SCHEDULES))
    .option(
      '--span <from:to>',
      'part of the run over which the cosine and linear schedules fall (default: 0:1, all)',
      span,
    )
    .option(
      '--milestones <list>',
      'for --schedule step: steps like 100,200 or epochs like 30e,60e at which the rate drops',
      cadences,
    )
    .option(
      '--factor <number>',
      'final rate of cosine and linear, relative to the first (default: 0); factor of each drop of step (default: 0.1)',
      nonNegativeNumber,
    )
    .option(
      '--schedule-by <unit>',
      'whether the rate of cosine, linear and step changes with every step or at the beginnings of epochs, as in the official scripts (default: step)',
      oneOf(SCHEDULE_UNITS),
    )
    .option('--last-layer-seed <number>', 'initialise the last layer with this seed', seed)
    .option(
      '--init-scale <number>',
      'start the weight W of the last layer as this number times W / |W|, and keep it so where it is invariant; negative numbers turn it round (default: 10, and W as it is where it is trained)',
      nonZeroNumber,
    );

/** The rate that a run starts with. Throws a UsageError if not exactly one is given. */
export function rateOf({ elr, lr }: { readonly elr?: number; readonly lr?: number }): Rate {
  if (elr !== undefined && lr !== undefined) throw new UsageError('--elr and --lr exclude each other; give one');
  if (elr !== undefined) return { kind: 'elr', value: elr };
  if (lr !== undefined) return { kind: 'lr', value: lr };
  throw new UsageError(
    "required option '--elr <number>' not specified (on a sphere), nor '--lr <number>' (in full space)",
  );
}

export const elrOption = ['--elr <number>', 'effective learning rate', positiveNumber] as const;

export const lrOption = ['--lr <number>', 'learning rate in full space, instead of --elr', positiveNumber] as const;
