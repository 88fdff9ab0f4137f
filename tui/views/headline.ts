import { cutWords, wrapWords } from '../../src/text/narrow-table.js';
import { headlines, type UnknownKey, unknownTexts } from '../../src/text/verification/headline.js';
import { type Line, plainLine } from '../line/styled.js';
import { firstFitting } from '../line/view-options.js';
import type { Scene, Size } from './scene.js';

/** The first lines of the overview: what this is, what was found, what is not known yet. */

export const WHAT = [
  'Weights on a sphere: the effective learning rate (ELR) alone decides whether training converges (o), wanders (*) or diverges (x).',
  'Weights on a sphere: the ELR decides whether training converges (o), wanders (*) or diverges (x).',
  'Weights on a sphere: the ELR decides: converge (o), wander (*), diverge (x).',
  'Weights on a sphere; ELR decides: converge, wander, diverge',
] as const;

/** Lines of the whole page from which on there is room for one, two, or four of these. */
const ROOM = [
  { height: 28, lines: 4 },
  { height: 19, lines: 2 },
  { height: 0, lines: 1 },
] as const;

/** The text in at most so many lines: the longest that fits. */
function fitted(texts: readonly [string, ...string[]], width: number, lines: number): string[] {
  const wrapped = texts.map((text) => wrapWords(text, width));
  return wrapped.find((each) => each.length <= lines) ?? [cutWords(texts.at(-1)!, width)];
}

/** Runs of which something is not known yet. */
export function unknownRuns({ data }: Scene): Parameters<typeof unknownTexts>[0] {
  const { runs, verification } = data.sweep!;
  const unfinished = runs.filter(({ state }) => state === 'waiting' || state === 'interrupted' || state === 'running');
  const isTraining = data.work.state === 'working' || data.sweep!.writing;
  const undecided = verification.runs.filter(({ regime, status }) => regime === 'undecided' && status === 'finished');
  return {
    waiting: isTraining ? 0 : unfinished.length,
    coming: isTraining ? unfinished.length : 0,
    undecided: undecided.map(({ elr }) => elr),
  };
}

/** The keys that would tell more: runs that are no sweep are trained by none. */
export const unknownKeys = ({ data }: Scene): readonly UnknownKey[] => (data.sweep!.isSweep ? ['r', 'w', 'L'] : ['r']);

/** What stands above the plots of the overview: in a low terminal only what was found. Without a keyboard there are no keys to name. */
export function headline(scene: Scene, { width, height }: Size, keys = unknownKeys(scene)): Line[] {
  const { lines } = ROOM.find((room) => height >= room.height)!;
  const open = lines > 1 ? unknownTexts(unknownRuns(scene), keys) : undefined;
  // With two lines, what is not known goes before what this is.
  const hasWhat = lines > (open === undefined ? 1 : 2);
  const last = open === undefined ? [] : [firstFitting(width, ...open)];
  const rest = lines - Number(hasWhat) - last.length;
  const found = fitted(headlines(scene.data.sweep!.verification, scene.threshold), width, rest);
  return [...(hasWhat ? [firstFitting(width, ...WHAT)] : []), ...found, ...last].map(plainLine);
}
