import { Command } from 'commander';
import { runsIn } from '../../archive/find-runs.js';
import { measureStored, readStoredRecord } from '../../archive/stored-run.js';
import { mean } from '../../numerics/means.js';
import { readNoiseFloor, readNoiseShare, type StepSize } from '../../readings/noise-floor.js';
import { judgedPart } from '../../regime/analyse.js';
import { elrOf } from '../../run/rate.js';
import { defined } from '../../system/defined.js';
import { UsageError } from '../../system/usage-error.js';
import type { Fact } from '../../text/facts-text.js';
import { nonNegativeNumber, part, positiveNumber } from '../../text/grammar/value-grammar.js';
import { formatNumber, printJson, printLine } from '../../text/output.js';
import {
  type FloorOfRun,
  noiseFloorSentence,
  noiseFloorTable,
  noiseFloorText,
} from '../../text/run/noise-floor-text.js';
import { type LeftOut, leavingOut } from './left-out.js';

interface TypedNumbers {
  readonly elr?: number;
  readonly egn?: number;
  readonly lr?: number;
  readonly norm?: number;
  readonly gradientNorm?: number;
  readonly loss?: number;
  readonly bottom?: number;
  readonly momentum?: number;
  readonly bufferNorm?: number;
  readonly weightDecay?: number;
}

interface FloorOptions extends TypedNumbers {
  readonly json?: true;
}

const FORMS =
  '--elr and --egn, or --lr and --gradient-norm (--norm too for ELR and EGN), or --lr, --norm and --weight-decay, and --loss with each; ' +
  'with --momentum, --buffer-norm beside --egn or --gradient-norm, or in their place';

/** The size of steps that was typed; of those of the buffer where no gradient was. Throws a UsageError where the numbers are not those of one of the forms. */
function stepOf({ elr, lr, norm, weightDecay, momentum, ...norms }: TypedNumbers): StepSize {
  const { egn = elr === undefined ? undefined : norms.bufferNorm, gradientNorm = norms.bufferNorm } = norms;
  const isOnSphere = elr !== undefined || egn !== undefined;
  if (isOnSphere && (lr ?? norm ?? norms.gradientNorm ?? weightDecay) !== undefined)
    throw new UsageError(`--elr and --egn stand alone; allowed: ${FORMS}`);
  if (elr !== undefined && egn !== undefined) return { elr, egn };
  if (lr !== undefined && gradientNorm !== undefined) return { learningRate: lr, gradientNorm };
  if (lr === undefined || norm === undefined || !weightDecay) throw new UsageError(`allowed: ${FORMS}`);
  if (momentum)
    throw new UsageError('a settled norm says how large gradients are without momentum only; give --gradient-norm');
  if (lr * weightDecay >= 1) throw new UsageError('--lr times --weight-decay must be below 1');
  return { learningRate: lr, weightDecay, settledNorm: norm };
}

/** ELR and EGN from the numbers given, as far as those determine them. */
function onSphere({ elr, egn, lr, norm, gradientNorm }: TypedNumbers): Pick<FloorOfRun, 'elr' | 'egn'> {
  if (elr !== undefined) return { elr, egn: egn ?? null };
  if (norm === undefined) return { elr: null, egn: null };
  return { elr: lr! / norm ** 2, egn: gradientNorm === undefined ? null : norm * gradientNorm };
}

/** How far the weight norm is from where weight decay and gradients hold it (K5), where both are given. */
function settledFacts({ lr, norm, gradientNorm, weightDecay, momentum }: TypedNumbers): Fact[] {
  if (!weightDecay || momentum || lr === undefined || norm === undefined || gradientNorm === undefined) return [];
  const decay = lr * weightDecay;
  const ess = (lr * gradientNorm) / norm;
  const settled = Math.sqrt(decay * (2 - decay));
  return [['ESS (rms)', `${formatNumber(ess)}; ${formatNumber(settled)} where the weight norm no longer changes (K5)`]];
}

function typedFloor(options: TypedNumbers): FloorOfRun {
  const { loss, bottom, momentum, bufferNorm, egn, gradientNorm } = options;
  const step = stepOf(options);
  if (loss === undefined) throw new UsageError('--loss is missing: the mean training loss over the same steps');
  if (bottom !== undefined && bottom >= loss) throw new UsageError('--bottom must be below --loss');
  if (bufferNorm !== undefined && !momentum) throw new UsageError('--buffer-norm goes with --momentum');
  const bufferRatio = bufferNorm === undefined ? undefined : bufferNorm / (egn ?? gradientNorm ?? bufferNorm);
  const reading = readNoiseFloor(defined({ step, loss, bottom, momentum, bufferRatio }));
  if (!Number.isFinite(reading.noiseFloor))
    throw new UsageError('the noise floor of these numbers is beyond all that can be computed with');
  return { run: null, ...onSphere(options), loss, noiseShareError: null, reading };
}

/** What a run on disk shows over the part that is judged. Throws one line where its numbers are not finite. */
function floorOfRun(directory: string, bottom: number): FloorOfRun {
  const run = readStoredRecord(directory);
  const { loss, noiseShare, stationary } = measureStored(run);
  const { configuration } = run.manifest;
  const elr = elrOf(configuration);
  if (!Number.isFinite(noiseShare.value * loss))
    throw new Error(`${directory} has no step yet, or its loss is not finite`);
  if (bottom >= loss) throw new UsageError(`--bottom must be below the loss, ${formatNumber(loss)} in ${directory}`);
  const scale = loss / (loss - bottom);
  const { isUpperEstimate = false } = noiseShare;
  return {
    ...{ run: directory, elr, loss },
    egn: elr === null ? null : Math.sqrt(mean(judgedPart(run.record.series, stationary).squaredEgn(0))),
    noiseShareError: noiseShare.error * scale,
    reading: readNoiseShare({
      ...{ share: noiseShare.value * scale, shareError: noiseShare.error * scale },
      ...{ loss, bottom, isUpperEstimate },
    }),
  };
}

/** The runs in a folder, by rising ELR; what cannot be read is left out with a line of its own and exit code 1. */
function floorsIn(leftOut: LeftOut, directory: string, bottom: number): FloorOfRun[] {
  const floors: FloorOfRun[] = [];
  for (const { directory: folder, problem } of runsIn([directory])) {
    try {
      if (problem !== undefined) throw new Error(problem);
      floors.push(floorOfRun(folder, bottom));
    } catch (error) {
      if (error instanceof UsageError) throw error;
      leftOut.add(folder, error);
    }
  }
  return floors.sort((a, b) => (a.elr ?? Number.POSITIVE_INFINITY) - (b.elr ?? Number.POSITIVE_INFINITY));
}

function printFloors(floors: readonly FloorOfRun[], options: FloorOptions): void {
  const width = process.stdout.columns;
  if (options.json) {
    for (const { reading, ...numbers } of floors)
      printJson({ ...numbers, ...reading, sentence: noiseFloorSentence(reading, numbers.loss) });
  } else if (floors.length === 1) printLine(noiseFloorText(floors[0]!, settledFacts(options), width));
  else if (floors.length > 0) printLine(noiseFloorTable(floors, width));
}

function floor(leftOut: LeftOut, directory: string | undefined, options: FloorOptions): void {
  const { json: _, bottom = 0, ...typed } = options;
  if (directory === undefined) {
    printFloors([typedFloor(options)], options);
    return;
  }
  if (Object.keys(typed).length > 0)
    throw new UsageError('a run on disk has its own numbers; allowed beside a folder: --bottom, --json');
  printFloors(floorsIn(leftOut, directory, bottom), options);
}

/** `regimes floor`: the noise floor of a training, from a run on disk or from numbers that any training logs. */
export const floorCommand = (): Command =>
  new Command('floor')
    .argument('[dir]', 'folder of a run or with runs in it, in place of the numbers')
    .option('--elr <number>', 'effective learning rate, with --egn', positiveNumber)
    .option('--egn <number>', 'effective gradient norm: gradient norm times weight norm', positiveNumber)
    .option('--lr <number>', 'learning rate, with --gradient-norm, or --norm and --weight-decay', positiveNumber)
    .option('--gradient-norm <number>', 'norm of the gradient of a batch', positiveNumber)
    .option('--norm <number>', 'norm of the same weights', positiveNumber)
    .option('--loss <number>', 'training loss', positiveNumber)
    .option('--bottom <number>', 'loss that no step removes, where it is known (default: 0)', nonNegativeNumber)
    .option(
      '--momentum <number>',
      'heavy ball, from 0 to below 1: the floor is then an upper estimate (default: 0)',
      part,
    )
    .option(
      '--buffer-norm <number>',
      'norm of the momentum buffer, in the units of the gradient norm or in its place: exact',
      positiveNumber,
    )
    .option('--weight-decay <number>', 'in place of --gradient-norm where --norm no longer changes', nonNegativeNumber)
    .option('--json', 'print JSON lines only')
    .action(leavingOut(floor));
