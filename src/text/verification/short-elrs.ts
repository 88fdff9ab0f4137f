import { formatNumber } from '../output.js';

/** ELRs in the names of rows, which have all their digits there and in JSON, as tables write numbers. */

const NUMBER = String.raw`\d+(?:\.\d+)?(?:e[+-]?\d+)?`;
const ELRS = new RegExp(String.raw`(?<=\bELR )${NUMBER}(?:, ${NUMBER})*`, 'g');

/** A text with four digits of each ELR that follows the word. */
export const withShortElrs = (text: string): string =>
  text.replaceAll(ELRS, (list) =>
    list
      .split(', ')
      .map((elr) => formatNumber(Number(elr)))
      .join(', '),
  );

/** Names as a table shows them: with short ELRs, but for those that could no longer be told apart. */
export function shownNames(names: readonly string[]): string[] {
  const short = names.map(withShortElrs);
  return names.map((name, i) => {
    const isShared = short.some((other, j) => other === short[i] && names[j] !== name);
    return isShared ? name : short[i]!;
  });
}
