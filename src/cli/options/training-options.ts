import type { Command } from 'commander';
import { LOSSES, PROJECTIONS, SCHEDULES, type Schedule, type TrainingSettings } from '../../run/training-settings.js';
import { UsageError } from '../../system/usage-error.js';
import { type Cadence, cadences, nonNegativeNumber, oneOf, part, positiveNumber, seed, span } from './arguments.js';

/** Options of how a network is trained, as `train` and `sweep` share them. */
export interface TrainingOptions {
  readonly projection?: TrainingSettings['projection'];
  readonly weightDecay?: number;
  readonly momentum?: number;
  readonly freeLr?: number;
  readonly loss?: TrainingSettings['loss'];
  readonly fullBatch?: true;
  readonly schedule?: Schedule['kind'];
  readonly factor?: number;
  readonly span?: { readonly from: number; readonly to: number };
  readonly milestones?: readonly Cadence[];
  readonly lastLayerSeed?: number;
}

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

/** Steps after which a cadence has passed. */
export const inSteps = ({ count, unit }: Cadence, stepsPerEpoch: number): number =>
  unit === 'epochs' ? count * stepsPerEpoch : count;

const refuseIf = (refused: boolean, message: string): void => {
  if (refused) throw new UsageError(message);
};

const STEP_FACTOR = 0.1;

function scheduleOf(options: TrainingOptions, stepsPerEpoch: number): Schedule {
  const { schedule: kind = 'constant', factor, span: fall = { from: 0, to: 1 }, milestones } = options;
  const falls = kind === 'cosine' || kind === 'linear';
  refuseIf(options.span !== undefined && !falls, '--span is for --schedule cosine and --schedule linear');
  refuseIf(milestones !== undefined && kind !== 'step', '--milestones is for --schedule step');
  refuseIf(factor !== undefined && kind === 'constant', '--factor is for --schedule cosine, linear and step');
  if (kind === 'constant') return { kind };
  if (falls) return { kind, factor: factor ?? 0, ...fall };
  if (milestones === undefined) throw new UsageError('--schedule step needs --milestones, like 100,200 or 30e,60e');
  refuseIf(factor === 0, '--factor 0 stops --schedule step; allowed: a number greater than 0');
  const places = milestones.map((milestone) => inSteps(milestone, stepsPerEpoch)).sort((a, b) => a - b);
  return { kind, factor: factor ?? STEP_FACTOR, milestones: places };
}

/** The settings that options ask for, `lr` being a learning rate in place of an ELR. */
export function trainingSettings(options: TrainingOptions, lr: number | null, stepsPerEpoch: number): TrainingSettings {
  const projection = options.projection ?? (lr === null ? 'joint' : 'none');
  refuseIf(lr === null && projection === 'none', '--elr needs a sphere; --projection none takes --lr instead');
  return {
    lr,
    projection,
    weightDecay: options.weightDecay ?? 0,
    momentum: options.momentum ?? 0,
    freeLr: options.freeLr ?? null,
    loss: options.loss ?? 'cross-entropy',
    fullBatch: options.fullBatch ?? false,
    schedule: scheduleOf(options, stepsPerEpoch),
    lastLayerSeed: options.lastLayerSeed ?? null,
  };
}

/** The rate that a run starts with: exactly one of the two. */
export function rateOf({ elr, lr }: { readonly elr?: number; readonly lr?: number }): {
  elr: number | null;
  lr: number | null;
} {
  refuseIf(elr !== undefined && lr !== undefined, '--elr and --lr exclude each other; give one');
  const neither = elr === undefined && lr === undefined;
  refuseIf(
    neither,
    "required option '--elr <number>' not specified (on a sphere), nor '--lr <number>' (in full space)",
  );
  return { elr: elr ?? null, lr: lr ?? null };
}

export const lrOption = ['--lr <number>', 'learning rate, in full space, in place of --elr', positiveNumber] as const;
