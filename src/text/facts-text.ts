import { wrapWords } from './narrow-table.js';

/** A name and what there is to say of it. */
export type Fact = readonly [name: string, text: string];

const GAP = 2;
const SMALLEST = 20;

/** Facts below one another, texts in one column, wrapped where a line would be longer than `width`. */
export function factLines(facts: readonly Fact[], width: number = Number.POSITIVE_INFINITY): string {
  const indent = Math.max(0, ...facts.map(([name]) => name.length)) + GAP;
  const room = Math.max(SMALLEST, width - indent);
  const lines = ([name, text]: Fact): string[] => {
    const parts = Number.isFinite(room) ? wrapWords(text, room) : [text];
    return parts.map((part, i) => `${(i === 0 ? name : '').padEnd(indent)}${part}`.trimEnd());
  };
  return facts.flatMap(lines).join('\n');
}
