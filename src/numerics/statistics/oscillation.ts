import { median } from '../means.js';
import { randomSource } from '../random.js';
import { pieceMeans } from './mean-error.js';
import { detrended } from './stationarity.js';

/** Whether a series oscillates, and with which period: from the first swing of its autocorrelation. */

export interface Oscillation {
  /** Steps from one maximum to the next; where `chance` is not small there is none to speak of. */
  readonly period: number;
  /** From the first minimum of the autocorrelation to the maximum after it: 2 of a pure oscillation, 0 where there is none. */
  readonly swing: number;
  /** Share of series without any oscillation, AR(1) with the same correlation time, that swing as much by chance. */
  readonly chance: number;
}

/** What `findOscillation` looks for. */
export interface OscillationOptions {
  /** Series of the null hypothesis that are drawn. */
  readonly trials?: number;
  readonly seed?: number;
}

/** Longer series are condensed to the means of at most this many equal pieces. */
const LONGEST = 2048;
/** Slow series are condensed until they fall to 1/e within about this many pieces: five times that is a period. */
const PIECES_OF_MEMORY = 5;
const FEWEST = 32;
/** Series drawn to see how much shorter the memory of a finite series looks. */
const CALIBRATION = 49;
/** Equal numbers differ by rounding, relative to their size. */
const ROUNDING = 1e-12;
/** An extremum is the first that is nearly as far out as the farthest: later ones of an oscillation are as good but for chance. */
const NEARLY = 0.8;

/** Autocorrelation at lags up to half the series, with the usual weight 1/n, which makes late lags smaller. */
function correlations(values: readonly number[]): Float64Array {
  const count = Math.floor(values.length / 2);
  // Zeros before the first value, since four lags are summed side by side: each of these sums alone would wait for itself.
  const series = new Float64Array(3 + values.length);
  series.set(values, 3);
  const found = new Float64Array(count + 4);
  for (let lag = 0; lag <= count; lag += 4) {
    let [sum0, sum1, sum2, sum3] = [0, 0, 0, 0];
    for (let i = 3 + lag; i < series.length; i += 1) {
      const value = series[i]!;
      sum0 += value * series[i - lag]!;
      sum1 += value * series[i - lag - 1]!;
      sum2 += value * series[i - lag - 2]!;
      sum3 += value * series[i - lag - 3]!;
    }
    found.set([sum0, sum1, sum2, sum3], lag);
  }
  return found.subarray(0, count + 1).map((value) => value / found[0]!);
}

/** Place of the first maximum from `start` on that is nearly as high as the highest. */
function firstMaximum(values: Float64Array, start: number): number {
  const level = NEARLY * values.subarray(start).reduce((a, b) => Math.max(a, b), 0);
  let place = start;
  while (place < values.length && !(values[place]! >= level)) place += 1;
  let best = place;
  for (; place < values.length && values[place]! >= level; place += 1) if (values[place]! > values[best]!) best = place;
  return best;
}

/** The vertex of the parabola through a maximum and its neighbours. */
function vertex(values: Float64Array, place: number): number {
  const [before, at, after] = [values[place - 1], values[place], values[place + 1]];
  if (before === undefined || at === undefined || after === undefined) return place;
  const curvature = before - 2 * at + after;
  return curvature < 0 ? place + (before - after) / (2 * curvature) : place;
}

/** First minimum of the autocorrelation, the first maximum after it, and the rise between them; undefined if it never falls below 0. */
function firstSwing(found: Float64Array): { period: number; swing: number } | undefined {
  const low = firstMaximum(
    found.map((value) => -value),
    1,
  );
  if (!(found[low]! < 0) || low + 1 >= found.length) return undefined;
  const high = firstMaximum(found, low + 1);
  if (high >= found.length) return undefined;
  return { period: vertex(found, high), swing: found[high]! - found[low]! };
}

/** The lag at which an autocorrelation falls to 1/e; NaN if it does not. */
function memory(found: Float64Array): number {
  const level = Math.exp(-1);
  const after = found.findIndex((value) => value < level);
  if (after < 1) return Number.NaN;
  const [above, below] = [found[after - 1]!, found[after]!];
  return after - 1 + (above - level) / (above - below);
}

/** A series in pieces that are short against its memory, and long enough to be few. */
function inPieces(values: readonly number[]): { pieces: number[]; size: number } {
  const coarse = Math.max(1, Math.ceil(values.length / LONGEST));
  const lag = coarse * memory(correlations(detrended(pieceMeans(values, coarse))));
  const size = Math.max(coarse, Number.isNaN(lag) ? 1 : Math.floor(lag / PIECES_OF_MEMORY));
  return { pieces: pieceMeans(values, size), size };
}

/** A stationary AR(1) series of variance 1. */
function withoutOscillation(points: number, factor: number, seed: number): number[] {
  const random = randomSource(seed);
  let value = random.gaussian();
  return Array.from({ length: points }, () => {
    const now = value;
    value = factor * value + Math.sqrt(1 - factor * factor) * random.gaussian();
    return now;
  });
}

/**
 * Factor by which AR(1) forgets in a step so that series of this length fall to 1/e at a lag, as far as they show: less than
 * they do in truth, since their straight line is taken out of them.
 */
function forgetting(lag: number, points: number, seed: number): number {
  if (Number.isNaN(lag)) return 0;
  const shown = Array.from({ length: CALIBRATION }, (_, trial) =>
    memory(correlations(detrended(withoutOscillation(points, Math.exp(-1 / lag), seed + trial)))),
  );
  return Math.exp(-median(shown) / (lag * lag));
}

/**
 * The oscillation of a series about its straight line, and how likely a series without one swings as much: `trials` AR(1)
 * series of the same length that fall to 1/e at the same lag go through the same. The period is that of the autocorrelation,
 * less than 2 pi / omega where the oscillation is damped. undefined for fewer than 32 values, a constant series, one with a
 * value that is not finite, and where the autocorrelation never swings. Same series and seed, same answer.
 */
export function findOscillation(
  values: readonly number[],
  { trials = 199, seed = 1 }: OscillationOptions = {},
): Oscillation | undefined {
  const isLine = detrended(values).every((value) => Math.abs(value) <= ROUNDING * Math.abs(values[0]!));
  if (values.length < FEWEST || isLine || !values.every(Number.isFinite)) return undefined;
  const { pieces, size } = inPieces(values);
  const residuals = detrended(pieces);
  const found = correlations(residuals);
  const seen = firstSwing(found);
  if (seen === undefined) return undefined;
  const factor = forgetting(memory(found), pieces.length, seed);
  const asMuch = Array.from({ length: trials }, (_, trial) => {
    const series = withoutOscillation(pieces.length, factor, seed + trial);
    return firstSwing(correlations(detrended(series)))?.swing ?? 0;
  }).filter((swing) => swing >= seen.swing).length;
  return { period: seen.period * size, swing: seen.swing, chance: (1 + asMuch) / (1 + trials) };
}
