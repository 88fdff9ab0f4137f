/** A line that is being typed, edited by the keys that shells know. */
export interface EditedLine {
  readonly text: string;
  /** Characters before the cursor. */
  readonly at: number;
  /** Nothing has been typed yet: the first letter takes the place of the text; any key that moves or deletes begins to change it. */
  readonly untouched?: boolean;
}

/** The line with the cursor at its end. */
export const lineOf = (text: string): EditedLine => ({ text, at: [...text].length });

/** Characters before and behind the cursor, taken apart and put together. */
type Halves = readonly [before: string, after: string];

const halves = ({ text, at }: EditedLine): Halves => {
  const characters = [...text];
  return [characters.slice(0, at).join(''), characters.slice(at).join('')];
};

const joined = ([before, after]: Halves): EditedLine => ({ text: before + after, at: [...before].length });

const withoutLast = (text: string): string => [...text].slice(0, -1).join('');

const KEYS: Readonly<Record<string, (line: Halves) => Halves>> = {
  backspace: ([before, after]) => [withoutLast(before), after],
  killToStart: ([, after]) => ['', after],
  killToEnd: ([before]) => [before, ''],
  killWord: ([before, after]) => [before.replace(/\S+\s*$/u, ''), after],
  leftArrow: ([before, after]) => [withoutLast(before), ([...before].at(-1) ?? '') + after],
  rightArrow: ([before, after]) => [before + ([...after][0] ?? ''), [...after].slice(1).join('')],
  lineStart: ([before, after]) => ['', before + after],
  lineEnd: ([before, after]) => [before + after, ''],
};
const SAME: Readonly<Record<string, string>> = { home: 'lineStart', end: 'lineEnd' };

const isPrintable = (name: string): boolean => [...name].length === 1 && name >= ' ';

/** The line after a key: a character or the name of a key; undefined where the key means nothing in a line. */
export function editLine(line: EditedLine, name: string): EditedLine | undefined {
  const edit = KEYS[SAME[name] ?? name];
  if (edit !== undefined) return joined(edit(halves(line)));
  if (!isPrintable(name)) return undefined;
  if (line.untouched) return lineOf(name);
  const [before, after] = halves(line);
  return joined([before + name, after]);
}

/** The line in at most `width` columns, as what is before, under and behind the cursor: of a longer one the part around it. */
export function shownLine({ text, at }: EditedLine, width: number): readonly [string, string, string] {
  const characters = [...text, ' '];
  const first = Math.max(0, Math.min(at - Math.floor(width / 2), characters.length - width));
  const part = (from: number, to: number): string =>
    characters.slice(Math.max(first, from), Math.min(first + width, to)).join('');
  return [part(0, at), part(at, at + 1), part(at + 1, characters.length)];
}
