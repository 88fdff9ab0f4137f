import { formatNumber } from '../../src/text/output.js';
import type { Scale } from './scale.js';

export interface Tick {
  readonly value: number;
  readonly label: string;
}

const STEPS = [1, 2, 5, 10];
/** Room for what arithmetic on the ends of an axis loses. */
const SLACK = 1e-9;

/** A label with as many digits as tell neighbours apart. */
function labelOf(value: number, step: number): string {
  const size = Math.max(Math.abs(value), step);
  const digits = Math.max(1, Math.ceil(Math.log10(size / step) - SLACK) + 1);
  const short = formatNumber(value, digits);
  const isExact = Math.abs(Number(short) - value) < step / 10;
  return isExact ? short : value.toExponential(Math.min(15, digits - 1)).replace('e+', 'e');
}

/** Multiples of 1, 2 or 5 times a power of ten, at most `count` of them. */
function linearTicks([low, high]: Scale['range'], count: number): Tick[] {
  const rough = high / count - low / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = STEPS.map((factor) => factor * power).find((size) => size >= rough * (1 - SLACK)) ?? 10 * power;
  if (!(step > 0 && Number.isFinite(step))) return [];
  const first = Math.ceil(low / step - SLACK);
  const last = Math.floor(high / step + SLACK);
  if (!(last - first <= 10 * count)) return [];
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => {
    const value = Number(((first + i) * step).toPrecision(15));
    return { value, label: labelOf(value, step) };
  });
}

/** Powers of ten, every one or every 2nd, 3rd ... of them, at most `count`. */
function decadeTicks(first: number, last: number, count: number): Tick[] {
  const stride = Math.ceil((last - first + 1) / Math.max(1, count));
  const powers: number[] = [];
  for (let power = Math.ceil(first / stride) * stride; power <= last; power += stride) powers.push(power);
  const decades = powers
    .map((power) => ({ value: Number(`1e${power}`), power }))
    .filter(({ value }) => value > 0 && Number.isFinite(value));
  // One form for all of an axis: 1e-4, 1e-3 rather than 1e-4, 0.001.
  const isLong = decades.some(({ value }) => formatNumber(value).includes('e'));
  return decades.map(({ value, power }) => ({
    value,
    label: isLong && power !== 0 ? `1e${power}` : formatNumber(value),
  }));
}

function logarithmicTicks(range: Scale['range'], count: number): Tick[] {
  const [from, to] = [Math.log10(range[0]), Math.log10(range[1])];
  const [first, last] = [Math.ceil(from - SLACK), Math.floor(to + SLACK)];
  if (last - first >= 2) return decadeTicks(first, last, count);
  const within: Tick[] = [];
  for (let power = Math.floor(from); power <= last; power++) {
    for (const digit of [1, 2, 5]) {
      const value = Number(`${digit}e${power}`);
      const place = Math.log10(value);
      if (place >= from - SLACK && place <= to + SLACK) within.push({ value, label: formatNumber(value) });
    }
  }
  if (within.length > count) return decadeTicks(first, last, count);
  return within.length >= 2 ? within : linearTicks(range, count).filter(({ value }) => value > 0);
}

/** Round values of an axis, rising, about `count` >= 1 at most, with labels that tell them apart. */
export const ticks = ({ scale, range }: Scale, count: number): Tick[] =>
  scale === 'logarithmic' ? logarithmicTicks(range, Math.max(1, count)) : linearTicks(range, Math.max(1, count));
