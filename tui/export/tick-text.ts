import type { FigureAxis } from '../figure/figure.js';
import { createScale, type Range } from '../figure/scale.js';
import { type Tick, ticks } from '../figure/ticks.js';

const SUPERSCRIPT: Readonly<Record<string, string>> = Object.fromEntries(
  [...'-0123456789'].map((char, i) => [char, '⁻⁰¹²³⁴⁵⁶⁷⁸⁹'[i]!]),
);

/** Numbers as they are printed: 1e-3 as 10⁻³, 2.5e7 as 2.5·10⁷, a minus sign for a hyphen. */
const printedNumber = (label: string): string =>
  label
    .replace(/^(-?)(?:1e|(\d[\d.]*)e)(-?\d+)$/, (_, sign: string, digits: string | undefined, power: string) => {
      const ten = `10${[...power].map((char) => SUPERSCRIPT[char]).join('')}`;
      return sign + (digits === undefined ? ten : `${digits}·${ten}`);
    })
    .replace(/^-/, '−');

/** Ticks of an axis of this length in pixels, with `room` for each. */
export function printedTicks(axis: FigureAxis, range: Range, length: number, room: number): Tick[] {
  if (axis.categories) return axis.categories.map((label, value) => ({ value, label }));
  const all = ticks(createScale(axis.scale, range), Math.max(2, Math.floor(length / room)));
  return all.map(({ value, label }) => ({ value, label: printedNumber(label) }));
}
