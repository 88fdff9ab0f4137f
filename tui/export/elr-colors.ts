import { scheme } from 'vega';
import { blend } from './palette.js';

/** Colours of ELRs: from dark to light in equal steps of what the eye sees (viridis), which colour-blind eyes see too. */

/** The rest of the scale is too light to be seen on white. */
const LIGHTEST = 0.82;
/** How much darker a label is than its line: text is thinner. */
const LABEL_SHADE = 0.3;

interface Coloured {
  readonly kind: string;
  readonly elr?: number;
}

/** Least and largest ELR of the lines of a figure; undefined where they do not differ, so that colour can say something else. */
export function elrSpan(series: readonly Coloured[]): readonly [number, number] | undefined {
  const elrs = series.flatMap(({ kind, elr }) =>
    elr !== undefined && (kind === 'line' || kind === 'path') ? [elr] : [],
  );
  const [low, high] = [Math.min(...elrs), Math.max(...elrs)];
  return elrs.length > 1 && low > 0 && low < high ? [low, high] : undefined;
}

const hex = (color: string): string =>
  color.startsWith('#')
    ? color
    : `#${color
        .match(/\d+/g)!
        .map((value) => Number(value).toString(16).padStart(2, '0'))
        .join('')}`;

/** The colour of an ELR between two, by its logarithm. */
export function elrColor(elr: number, [low, high]: readonly [number, number]): string {
  const part = Math.log(elr / low) / Math.log(high / low);
  const viridis = scheme('viridis') as (part: number) => string;
  return hex(viridis(LIGHTEST * Math.min(1, Math.max(0, part))));
}

export const labelColor = (color: string): string => blend([color, '#000000'], LABEL_SHADE);
