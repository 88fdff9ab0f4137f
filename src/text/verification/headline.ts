import type { MeasuredRun } from '../../regime/analyse.js';
import { type Bracket, bracketCentre, type Thresholds } from '../../regime/thresholds.js';
import type { Verification } from '../../verify/verify.js';
import { formatNumber } from '../output.js';
import { endOfConvergence, startOfDivergence } from './findings.js';

/** What a sweep has found, in a sentence for whoever looks at it for the first time: words and factors, no symbols. */

type Found = Pick<Verification, 'runs' | 'thresholds'>;

const capitalised = (text: string): string => `${text[0]!.toUpperCase()}${text.slice(1)}`;

/** Where theory puts the end of convergence, and how that lies to the bracket. */
function theoryClause(threshold: number | undefined, { below, above }: Bracket): string {
  if (threshold === undefined) return '';
  const value = formatNumber(threshold, 2);
  if (below === null || above === null) return ` (theory from the noise share: ${value})`;
  // The rounding of a reading that lies on a side puts it beyond none.
  if (threshold >= below * (1 - 1e-9) && threshold <= above * (1 + 1e-9))
    return ` (theory from the noise share: ${value}, inside)`;
  const [side, factor] = threshold < below ? ['below', below / threshold] : ['above', threshold / above];
  return ` (theory from the noise share: ${value}, a factor ${formatNumber(factor, 2)} ${side})`;
}

/** How far apart the two thresholds are; empty unless both are bracketed. */
function spanClause({ convergence, divergence }: Thresholds): string {
  const [first, second] = [bracketCentre(convergence), bracketCentre(divergence)];
  if (first === undefined || second === undefined || !(second > first)) return '';
  return `, at an ELR about ${formatNumber(second / first, 2)} times as large`;
}

/** In equilibrium, the loss over the floor at which its own gradient noise would hold it: 1 / R (T14). */
function floorClause(runs: readonly MeasuredRun[]): string {
  const factors = runs
    .filter(({ regime, noiseShare }) => regime === 'chaotic equilibrium' && noiseShare.value > 0)
    .map(({ noiseShare }) => 1 / noiseShare.value)
    .sort((a, b) => a - b);
  const [least, largest] = [factors[0], factors.at(-1)].map((factor) => formatNumber(factor ?? Number.NaN, 2));
  if (factors.length === 0) return '';
  const range = least === largest ? least : `${least} to ${largest}`;
  return `in between the loss is ${range} times its noise floor`;
}

/** The sentence from long to short: whoever has less room leaves out the theory, then the factors, then the words around numbers. */
export function headlines({ runs, thresholds }: Found, threshold?: number): readonly [string, ...string[]] {
  const { convergence, divergence } = thresholds;
  if (runs.length === 0) return ['Nothing is found yet: no run has taken a step.', 'No run has taken a step yet.'];
  const end = capitalised(endOfConvergence(convergence));
  const start = startOfDivergence(divergence);
  if (start === undefined) return ['No run is decided yet.'];
  const theory = theoryClause(threshold, convergence);
  const far = `${start}${spanClause(thresholds)}`;
  const floor = floorClause(runs);
  return [
    `${[`${end}${theory}`, far, floor].filter((text) => text !== '').join('; ')}.`,
    `${end}${theory}; ${far}.`,
    `${end}${theory}; ${start}.`,
    `${end}; ${start}.`,
    `${end}; ${start}.`.replaceAll('ELR ', ''),
    `converges to ${bracketText(convergence)}, diverges from ${bracketText(divergence)}`,
    `converges to ${bracketText(convergence, 2)}, diverges from ${bracketText(divergence, 2)}`,
  ];
}

function bracketText({ below, above }: Bracket, digits?: number): string {
  const [from, to] = [below, above].map((elr) => (elr === null ? '?' : formatNumber(elr, digits)));
  return `${from}..${to}`;
}

/** What a sweep leaves open. */
export interface Unknown {
  /** Runs that have not come to their end, and are not being trained. */
  readonly waiting: number;
  /** Runs that are being trained, or will be. */
  readonly coming: number;
  /** ELRs whose runs have ended without a regime. */
  readonly undecided: readonly number[];
}

/** Keys of the application that would tell: `r` lists reasons, `w` trains what is planned, `L` trains longer. */
export type UnknownKey = 'r' | 'w' | 'L';

const KEY_TEXT: Readonly<Record<UnknownKey, string>> = { r: 'r says why', w: 'w trains', L: 'L trains longer' };

/** What is not known yet, and those of the keys that would tell, from long to short; undefined where all is known. */
export function unknownTexts(
  { waiting, coming, undecided }: Unknown,
  keys: readonly UnknownKey[],
): readonly [string, ...string[]] | undefined {
  const by = (...wanted: UnknownKey[]): string => {
    const texts = wanted.filter((key) => keys.includes(key)).map((key) => KEY_TEXT[key]);
    return texts.length === 0 ? '' : ` (${texts.join(', ')})`;
  };
  const trains = waiting > 0 ? by('w') : '';
  const list = undecided.map((elr) => formatNumber(elr)).join(', ');
  const [many, runs] = [waiting + coming, waiting + coming === 1 ? 'run is' : 'runs are'];
  const unfinished = many === 0 ? '' : `${many} ${runs} not finished${trains}`;
  const short = many === 0 ? '' : `${many} unfinished${trains}`;
  if (undecided.length === 0 && many === 0) return undefined;
  const open = undecided.length === 0 ? '' : `undecided at ELR ${list}${by('r', 'L')}`;
  const count = undecided.length === 0 ? '' : `${undecided.length} undecided${by('L')}`;
  const joined = (...parts: string[]): string => parts.filter((part) => part !== '').join('; ');
  return [
    `Not known yet: ${joined(open, unfinished)}.`,
    `Not known: ${joined(open, short)}`,
    `Not known: ${joined(count, short)}`,
    joined(count, short),
  ];
}
