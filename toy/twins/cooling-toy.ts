import { measureLoss } from '../../src/experiments/anneal.js';
import { type MeasuredStay, measureStay, STAYS, type Stay } from '../../src/experiments/cooling.js';
import { randomSource } from '../../src/numerics/random.js';
import type { LossLost } from '../../src/run/annealing-record.js';
import { type ValleyPoint, walkInValley } from '../dynamics/widening-valley.js';
import { lossAt, movedInValley, valleyHead, type WideningValley } from '../theory/slow-bottom.js';
import { type AnnealedLengths, annealingElrs, constantElrs, firstSeeds } from './annealing.js';

/** A valley that widens along its bottom, by the protocol of a network (theory.md, T15). */
export interface CoolingTwinProtocol extends AnnealedLengths {
  readonly staySteps: number;
  /** The lower ELR in units of the first. */
  readonly factor: number;
}

/** At ELR 1 it settles near s = 1, with a bottom half as high as the noise floor, in some 500 steps; noise settles in ten. */
export const TWIN_VALLEY: WideningValley = { rise: 0.002, curvature: 1, noise: 0.008 };
const TWIN_ELR = 1;
const STARTS = firstSeeds(64);

/** The stays one after another, with the ELRs of their steps and the stay they go on from. */
function schedule({ steps, staySteps, factor }: CoolingTwinProtocol) {
  const cool = TWIN_ELR * factor;
  return {
    first: { elr: TWIN_ELR, elrs: constantElrs(TWIN_ELR, steps) },
    longer: { elr: TWIN_ELR, elrs: constantElrs(TWIN_ELR, staySteps), from: 'first' },
    cooler: { elr: cool, elrs: constantElrs(cool, staySteps), from: 'first' },
    back: { elr: TWIN_ELR, elrs: constantElrs(TWIN_ELR, staySteps), from: 'cooler' },
  } as const satisfies Record<Stay, { readonly elr: number; readonly elrs: readonly number[]; readonly from?: Stay }>;
}

/** What `stayAt` finds of each stay, which begins where the one that it goes on from has ended. */
function followStays<Place, Found>(
  head: Place,
  protocol: CoolingTwinProtocol,
  stayAt: (from: Place, elrs: readonly number[], annealing: readonly number[]) => readonly [end: Place, found: Found],
): Record<Stay, Found> {
  const ends = new Map<Stay, Place>();
  const stays = STAYS.map((stay) => {
    const { elr, elrs, from } = { from: undefined, ...schedule(protocol)[stay] };
    const [end, found] = stayAt(from === undefined ? head : ends.get(from)!, elrs, annealingElrs(elr, protocol));
    ends.set(stay, end);
    return [stay, found] as const;
  });
  return Object.fromEntries(stays) as Record<Stay, Found>;
}

/** What each stay of one run loses by annealing. */
function coolRun(seed: number, protocol: CoolingTwinProtocol): Record<Stay, LossLost> {
  const surroundings = { valley: TWIN_VALLEY, random: randomSource(seed) };
  const head: ValleyPoint = { x: 0, s: 0 };
  return followStays(head, protocol, (from, elrs, annealing) => {
    const { end, losses, floors } = walkInValley(from, elrs, surroundings);
    const annealedLosses = walkInValley(end, annealing, surroundings).losses.slice(-protocol.perEpoch);
    return [end, measureLoss({ losses, floors, annealedLosses })];
  });
}

/** What each stay ends with and what annealing then leaves, in closed form. */
const expectedStays = (protocol: CoolingTwinProtocol): Record<Stay, { bottom: number; lost: number }> =>
  followStays(valleyHead(TWIN_VALLEY), protocol, (from, elrs, annealing) => {
    const end = movedInValley(TWIN_VALLEY, from, elrs);
    const bottom = lossAt(movedInValley(TWIN_VALLEY, end, annealing));
    return [end, { bottom, lost: lossAt(end) - bottom }];
  });

/** The stays of the toy, each with its closed form. */
export function coolingTwin(protocol: CoolingTwinProtocol): MeasuredStay[] {
  const runs = STARTS.map((seed) => coolRun(seed, protocol));
  const expected = expectedStays(protocol);
  return STAYS.map((stay) =>
    measureStay(
      { of: 'toy', stay, firstElr: TWIN_ELR, elr: schedule(protocol)[stay].elr, expected: expected[stay] },
      runs.map((run) => run[stay]),
    ),
  );
}
