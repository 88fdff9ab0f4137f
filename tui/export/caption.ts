import type { Fact } from '../../src/text/facts-text.js';
import { drawable, figureNotes, withVisibleMarks } from '../figure/drawable.js';
import type { Figure } from '../figure/figure.js';

const sentence = (text: string): string => {
  const first = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
};

/** Verticals that a reader sees, with their places. */
const marksText = ({ marks }: Figure): string[] =>
  marks
    .filter(({ kind }) => kind === 'threshold')
    .map(({ name, x }) => `dashed vertical: ${name}${name.endsWith(' from') ? '' : ','} ${Number(x.toPrecision(4))}`);

/**
 * The text below a printed figure: what it shows, of which network, data, steps and seeds, what its errors are, and how much is left out of
 * it. A line each, with a line break at its end.
 */
export function figureCaption(figure: Figure, about: readonly Fact[]): string {
  const facts = about.map(([name, text]) => `${name} ${text}`).join('; ');
  const shown = drawable(figure);
  const marks = marksText(withVisibleMarks(figure, shown));
  const remarks = [...(figure.details ?? []), ...marks, ...figureNotes(figure, shown)];
  return [figure.title, ...(facts === '' ? [] : [facts]), ...remarks].map((text) => `${sentence(text)}\n`).join('');
}
