import { bracketCentre, type MeasuredRun } from '../src/measure.js';
import { lineThreshold, stationaryEquilibria } from '../src/predictions/thresholds.js';
import { REGIMES, type Regime } from '../src/regime.js';
import type { Verification } from '../src/verify.js';
import { simulateToy } from '../toy/simulate.js';
import { equilibrium, equilibriumLine, randomLoss, sumOfAlpha } from '../toy/theory.js';

/** Loss against ELR on one side of the screen: toy or network. Losses are fractions of that of random points. */
export interface Panel {
  readonly title: string;
  readonly elrRange: readonly [number, number];
  /** The closed form, drawn through the points; undefined while nothing predicts it. */
  readonly curve: ((elr: number) => number) | undefined;
  readonly thresholds: readonly { readonly elr: number; readonly name: string }[];
  readonly points: readonly PanelPoint[];
  /** Lowest and highest value of the axis; default: that of losses as fractions of a random one. */
  readonly valueRange?: readonly [number, number];
}

export interface PanelPoint {
  readonly elr: number;
  readonly value: number;
  readonly regime: Regime | 'undecided';
}

export interface SideBySide {
  readonly toy: Panel;
  readonly network: Panel;
  /** ELR of the toy for each point of the network: the same k. */
  readonly toyElrs: readonly number[];
}

/** Of the axis where the ELRs span no range. */
const DECADES = 5;
const TOY_STEPS = 3000;

/** The threshold ELR of the network that the toy reads from the sweep, if its runs in equilibrium allow it. */
export function readThreshold({ runs, thresholds }: Verification): number | undefined {
  const [first, second] = stationaryEquilibria(runs);
  return lineThreshold(first, second, equilibriumLine) ?? bracketCentre(thresholds.convergence);
}

const toyPoints = new Map<string, PanelPoint>();

/** A point of the toy by simulation; the same one is computed once. */
function toyPoint(alpha: readonly number[], elr: number, tolerance: number): PanelPoint {
  const key = `${alpha} ${elr} ${tolerance}`;
  const known = toyPoints.get(key);
  if (known !== undefined) return known;
  const { decision, loss } = simulateToy(alpha, elr, { steps: TOY_STEPS, seed: 1, tolerance });
  const point = { elr, value: loss.mean / randomLoss(alpha), regime: decision.regime };
  toyPoints.set(key, point);
  return point;
}

const relative = ({ elr, loss, randomLoss: random, regime }: MeasuredRun): PanelPoint => ({
  elr,
  value: loss / random,
  regime,
});

/** From the smallest ELR to the largest; a single one is shown in the middle of five decades. */
function elrRange(elrs: readonly number[]): readonly [number, number] {
  const [low, high] = [Math.min(...elrs), Math.max(...elrs)];
  if (elrs.length > 1 && low < high) return [low, high];
  const centre = elrs[0] ?? 1;
  return [centre / 10 ** (DECADES / 2), centre * 10 ** (DECADES / 2)];
}

/**
 * Both sides at the same k: the toy's axis is the network's, moved so that the thresholds lie under each other.
 * `elrs` are the ELRs of the sweep, run or not; `tolerance` is that of divergence, the same on both sides.
 */
export function sideBySide(
  verification: Verification,
  elrs: readonly number[],
  alpha: readonly number[],
  tolerance: number,
): SideBySide {
  const known = readThreshold(verification);
  const range = elrRange(elrs);
  const reference = known ?? Math.sqrt(range[0] * range[1]);
  const scale = 1 / (sumOfAlpha(alpha) * reference);
  const toyElrs = elrs.map((elr) => elr * scale);
  const fraction = (elr: number) => equilibrium(alpha, elr, tolerance).loss / randomLoss(alpha);
  const marks = (threshold: number) => [
    { elr: threshold, name: `${REGIMES[1]} from` },
    { elr: threshold / tolerance, name: `${REGIMES[2]} from` },
  ];
  return {
    toy: {
      title: `toy, alpha ${alpha.join(',')}`,
      elrRange: [range[0] * scale, range[1] * scale],
      curve: fraction,
      thresholds: marks(1 / sumOfAlpha(alpha)),
      points: toyElrs.map((elr) => toyPoint(alpha, elr, tolerance)),
    },
    network: {
      title: 'network',
      elrRange: range,
      curve: known === undefined ? undefined : (elr) => fraction(elr * scale),
      thresholds: known === undefined ? [] : marks(known),
      points: verification.runs.map(relative),
    },
    toyElrs,
  };
}
