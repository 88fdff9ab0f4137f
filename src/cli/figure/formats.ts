import { ValueError } from '../../text/grammar/value-grammar.js';

/** What a figure can be written as. */
export const FORMATS = ['svg', 'png', 'pdf', 'csv'] as const;
export type Format = (typeof FORMATS)[number];

/** Formats separated by commas, each once. */
export function formats(text: string): Format[] {
  const words = [...new Set(text.split(','))];
  const known = words.map((word) => FORMATS.find((format) => format === word));
  if (known.includes(undefined))
    throw new ValueError(`Allowed: ${FORMATS.join(', ')}, or several separated by commas.`);
  return known as Format[];
}
