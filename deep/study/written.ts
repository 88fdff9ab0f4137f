import type { Cadence } from '../../src/run/epoch.js';
import type { Written } from './spec.js';

const isCadence = (value: object): value is Cadence => 'count' in value && 'unit' in value;

/** A value of a field as it is written on the command line: `30e,60e`, `0.5:0.9`, `0.001`. */
export function valueText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return value.map(valueText).join(',');
  if (isCadence(value)) return `${value.count}${value.unit === 'epochs' ? 'e' : ''}`;
  return Object.values(value).map(valueText).join(':');
}

/** Whether a value comes with its text. */
export const isWritten = (value: unknown): value is Written =>
  typeof value === 'object' && value !== null && 'value' in value && 'text' in value;

/** The value with its text, by default that of `valueText`. */
export const written = (value: unknown): Written => (isWritten(value) ? value : { value, text: valueText(value) });

/** A value that varies, in the form used for comparison and output: a number, or its text. */
export const labelOf = ({ value, text }: Written): number | string => (typeof value === 'number' ? value : text);
