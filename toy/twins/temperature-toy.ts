import { measureLoss } from '../../src/experiments/anneal.js';
import {
  decaySteps,
  elrAtBatch,
  type TemperedCell,
  type TemperedRun,
  temperedCell,
} from '../../src/experiments/temperature.js';
import { randomSource } from '../../src/numerics/random.js';
import { stepsPerEpoch } from '../../src/run/epoch.js';
import { walkInValley } from '../dynamics/widening-valley.js';
import { lossAt, movedInValley, valleyHead, type WideningValley } from '../theory/slow-bottom.js';
import { type AnnealedLengths, annealingElrs, constantElrs, firstSeeds } from './annealing.js';

/** A valley that widens along its bottom, with noise in inverse proportion to the batch, by the protocol of a network (theory.md, T16). */

/** Sizes, ELRs and lengths of the experiment of a network. */
export interface TemperatureTwinProtocol extends Omit<AnnealedLengths, 'perEpoch'> {
  /** Rising. */
  readonly batch: readonly number[];
  /** ELRs of the network with the smallest batches, rising; those of the toy are in proportion to them. */
  readonly elr: readonly number[];
  readonly images: number;
}

/** With the largest ELR, 1, and the largest batches, it settles near s = 1 with an elr h of some 0.4, slow along it by a factor of 40. */
const VALLEY = { rise: 0.01, curvature: 1 } as const;
/** C_1 / B of the largest batches B. */
const LEAST_NOISE = 0.04;
const LARGEST_ELR = 1;
/** As few leave bottoms to 4%, which closed forms are held to within 10%. */
const STARTS = firstSeeds(1024);

/** One batch size and ELR. */
interface Setting {
  readonly batch: number;
  readonly elr: number;
  readonly valley: WideningValley;
  readonly lengths: AnnealedLengths;
}

/** From the head on: the loss lost by annealing, and the ends. The loss does not depend on the batch. */
function temperedRun(seed: number, { batch, elr, valley, lengths }: Setting): TemperedRun {
  const surroundings = { valley, random: randomSource(seed, batch) };
  const { end, losses, floors } = walkInValley({ x: 0, s: 0 }, constantElrs(elr, lengths.steps), surroundings);
  const annealed = walkInValley(end, annealingElrs(elr, lengths), surroundings).losses.slice(-lengths.perEpoch);
  const lost = measureLoss({ losses, floors, annealedLosses: annealed });
  const curvature = valley.curvature * Math.exp(-end.s);
  const ends = {
    lossRatio: 1,
    bottom: lost.annealed.value,
    signal: (elr * curvature) / 2,
    noise: valley.noise * batch,
  };
  return { lost, ends };
}

function expectedOf({ elr, valley, lengths }: Setting): { loss: number; bottom: number } {
  const end = movedInValley(valley, valleyHead(valley), constantElrs(elr, lengths.steps));
  return { loss: lossAt(end), bottom: lossAt(movedInValley(valley, end, annealingElrs(elr, lengths))) };
}

/** The cells of the toy, by batch size and ELR, each with its closed form. */
export function temperatureTwin({ batch, elr, images, steps, annealSteps }: TemperatureTwinProtocol): TemperedCell[] {
  const [least, most] = [batch[0]!, batch.at(-1)!];
  const scale = ((LARGEST_ELR / elr.at(-1)!) * least) / most;
  return batch.flatMap((size) =>
    elr.map((value) => {
      const own = elrAtBatch(value * scale, { from: least, to: size });
      const perEpoch = stepsPerEpoch({ batch: size }, images);
      const lengths = {
        steps,
        annealSteps: decaySteps(annealSteps, elr[0]!, elrAtBatch(value, { from: least, to: size })),
        perEpoch,
      };
      const valley = { ...VALLEY, noise: (LEAST_NOISE * most) / size };
      const setting: Setting = { batch: size, elr: own, valley, lengths };
      const runs = STARTS.map((seed) => temperedRun(seed, setting));
      return temperedCell({ of: 'toy', batch: size, elr: own, expected: expectedOf(setting) }, runs);
    }),
  );
}
