import type { AxisScale } from './figure.js';

export type Range = readonly [number, number];

/** Where values lie on an axis: 0 at its low end, 1 at its high end, beyond where they are beyond. */
export interface Scale {
  readonly scale: AxisScale;
  readonly range: Range;
  part(value: number): number;
  value(part: number): number;
}

/** An axis from low < high, both positive where it is logarithmic. */
export function createScale(scale: AxisScale, range: Range): Scale {
  const [low, high] = range;
  if (scale === 'logarithmic') {
    const [from, span] = [Math.log(low), Math.log(high) - Math.log(low)];
    return {
      scale,
      range,
      part: (value) => (Math.log(value) - from) / span,
      value: (part) => Math.exp(from + part * span),
    };
  }
  // Halves, so that the span of huge values does not overflow.
  const half = high / 2 - low / 2;
  return {
    scale,
    range,
    part: (value) => (value / 2 - low / 2) / half,
    value: (part) => low * (1 - part) + high * part,
  };
}

/** Whether an axis has a place for a value. */
export const isOnScale = (value: number, scale: AxisScale): boolean =>
  Number.isFinite(value) && (scale === 'linear' || value > 0);
