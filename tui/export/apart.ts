import { mean } from '../../src/numerics/means.js';

interface Block<T> {
  readonly members: readonly T[];
  readonly top: number;
}

/** A block of neighbours, centred on where they want to be, inside the frame as far as it has room. */
function block<T extends { readonly at: number }>(members: readonly T[], gap: number, end: number): Block<T> {
  const size = (members.length - 1) * gap;
  const centred = mean(members.map(({ at }) => at)) - size / 2;
  return { members, top: Math.max(0, Math.min(centred, end - size)) };
}

/** Moves what is nearer than `gap` apart, as little as keeps the order; all stays from 0 to `end` where it has room. */
export function apart<T extends { readonly at: number }>(items: readonly T[], gap: number, end: number): T[] {
  const blocks: Block<T>[] = [];
  for (const item of items.toSorted((a, b) => a.at - b.at)) {
    let next = block([item], gap, end);
    for (let last = blocks.at(-1); last && next.top < last.top + last.members.length * gap; last = blocks.at(-1)) {
      blocks.pop();
      next = block([...last.members, ...next.members], gap, end);
    }
    blocks.push(next);
  }
  return blocks.flatMap(({ members, top }) => members.map((item, i) => ({ ...item, at: top + i * gap })));
}
