import type { Beginning, Cadence } from '../../run/epoch.js';
import { parseNumber, ValueError, wholeNumber } from './value-grammar.js';

/** How places and spans of a run are written: in steps, in epochs, or as parts of it. */

/** `from:to`, fractions of a run. */
export function span(text: string): { readonly from: number; readonly to: number } {
  const allowed = 'FROM:TO, fractions of the run like 0.5:0.9, the first not above the second';
  const words = text.split(':');
  const [from, to] = words.map((word) => parseNumber(word, allowed)) as [number, number];
  if (words.length !== 2 || from < 0 || to > 1 || from > to) throw new ValueError(`Allowed: ${allowed}.`);
  return { from, to };
}

const cadenceAs =
  (allowed: string) =>
  (text: string): Cadence => {
    const epochs = text.endsWith('e');
    const value = wholeNumber(1, allowed)(epochs ? text.slice(0, -1) : text);
    return { count: value, unit: epochs ? 'epochs' : 'steps' };
  };

/** `100`: steps; `2e`: epochs. */
export const cadence = cadenceAs('steps like 100, or epochs like 2e');

/** Several, separated by commas. */
export const cadences = (text: string): readonly Cadence[] =>
  text.split(',').map(cadenceAs('steps like 100,200 or epochs like 30e,60e, separated by commas'));

/** A cadence, or `none`. */
export const cadenceOrNone = (text: string): Cadence | 'none' =>
  text === 'none' ? text : cadenceAs('steps like 100, epochs like 2e, or none')(text);

/** `0.5`: half of the run; `30e`: after 30 epochs. */
export function beginning(text: string): Beginning {
  const allowed = 'a part of the run from 0 to below 1, or an epoch like 30e';
  if (text.endsWith('e')) return { epoch: wholeNumber(0, allowed)(text.slice(0, -1)) };
  const value = parseNumber(text, allowed);
  if (value < 0 || value >= 1) throw new ValueError(`Allowed: ${allowed}.`);
  return { part: value };
}
