/** A piece of a line in one style. Meaning never rests on colour alone: marks and words carry it too. */
export interface Span {
  readonly text: string;
  readonly color?: string;
  readonly background?: string;
  readonly bold?: boolean;
  readonly dim?: boolean;
  readonly inverse?: boolean;
}
/** Pieces of text in their styles, one after another. */
export type Line = readonly Span[];

export const plainLine = (text: string): Line => [{ text }];

export const lineText = (line: Line): string => line.map(({ text }) => text).join('');

const lineWidth = (line: Line): number => [...lineText(line)].length;

/** The line cut, or filled with blanks, to exactly `width` columns. */
export function fitLine(line: Line, width: number): Line {
  const missing = width - lineWidth(line);
  if (missing >= 0) return [...line, { text: ' '.repeat(missing) }];
  const fitted: Span[] = [];
  let left = width;
  for (const span of line) {
    const text = [...span.text].slice(0, left).join('');
    if (text !== '') fitted.push({ ...span, text });
    left -= [...text].length;
  }
  return fitted;
}

/** Exactly `height` lines: cut, or filled with empty ones. */
export const fitHeight = (lines: readonly Line[], height: number): readonly Line[] => [
  ...lines.slice(0, height),
  ...Array.from({ length: Math.max(0, height - lines.length) }, () => plainLine('')),
];

/** Two columns of lines next to each other, each `width` wide, `gap` blanks between them. */
export function besides(left: readonly Line[], right: readonly Line[], width: number, gap = 2): Line[] {
  const height = Math.max(left.length, right.length);
  return Array.from({ length: height }, (_, i) => [
    ...fitLine(left[i] ?? [], width),
    { text: ' '.repeat(gap) },
    ...fitLine(right[i] ?? [], width),
  ]);
}

const sameStyle = (a: Span, b: Span): boolean =>
  a.color === b.color &&
  a.background === b.background &&
  !a.bold === !b.bold &&
  !a.dim === !b.dim &&
  !a.inverse === !b.inverse;

/** A blank has no style to be seen, unless it is inverse or has a background. */
const isUnseen = ({ text, inverse, background }: Span): boolean =>
  text.trim() === '' && !inverse && background === undefined;

/** The same line in as few pieces as its styles allow. */
export function joinSpans(line: Line): Line {
  const joined: Span[] = [];
  for (const span of line) {
    const last = joined.at(-1);
    if (last && (sameStyle(last, span) || (isUnseen(span) && !last.inverse && last.background === undefined)))
      joined[joined.length - 1] = { ...last, text: last.text + span.text };
    else if (span.text !== '') joined.push(span);
  }
  return joined;
}
