/** Characters that all texts begin with. */
function commonStart(texts: readonly string[]): number {
  const [first = ''] = texts;
  let length = 0;
  while (length < first.length && texts.every((text) => text[length] === first[length])) length++;
  return length;
}

const reversed = (text: string): string => [...text].reverse().join('');

/** The texts without what all of them begin and end with; a number is not torn apart. */
function distinguishing(texts: readonly string[]): string[] {
  let start = commonStart(texts);
  while (start > 0 && /\d/.test(texts[0]![start - 1]!)) start--;
  const rest = texts.map((text) => text.slice(start));
  let end = commonStart(rest.map(reversed));
  while (end > 0 && /\d/.test(rest[0]!.at(-end)!)) end--;
  return rest.map((text) => text.slice(0, text.length - end));
}

const areDistinct = (texts: readonly string[], room: number): boolean =>
  new Set(texts).size === texts.length && texts.every((text) => text.length > 0 && text.length <= room);

/** Names of categories that can be told apart in `room` columns each: whole, without what they share, or else their numbers from 1 on. */
export function categoryNames(names: readonly string[], room: number): readonly string[] {
  if (areDistinct(names, room)) return names;
  if (names.length > 1) {
    const short = distinguishing(names);
    if (areDistinct(short, room)) return short;
  }
  return names.map((_, i) => `${i + 1}`);
}
