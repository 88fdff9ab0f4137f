import { verificationText } from '../../src/text/verification/verification-text.js';
import type { SweepSnapshot } from '../data/sweep-snapshot.js';
import { answerToy } from '../data/toy-answer.js';
import { lineText, plainLine } from '../line/styled.js';
import { firstState } from '../state/state.js';
import { sideBySide } from './figure-views.js';
import { headline } from './headline.js';
import { type Look, NO_DATA, type Scene, sceneOf, toyTaskOf } from './scene.js';

const WIDTH = 100;
const HEIGHT = 24;

export interface PlainOptions extends Look {
  readonly alpha: readonly number[];
  readonly tolerance: number;
  /** Columns of the terminal; undefined for pipes and files. */
  readonly columns?: number | undefined;
  /** Whether what was found has been printed already. */
  readonly isIntroduced?: boolean;
}

/** What the application shows first, all of it computed here. */
function firstScene(sweep: SweepSnapshot, { alpha, ...options }: PlainOptions): Scene {
  const empty = sceneOf({ ...NO_DATA, sweep }, firstState(alpha), options);
  return { ...empty, data: { ...empty.data, toy: answerToy({ ...toyTaskOf(empty), quick: false }) } };
}

/** Toy and network side by side as plain text: what the first screen shows, for pipes and files. */
function sideBySideText(scene: Scene, width: number, isIntroduced: boolean): string {
  const head = isIntroduced ? [] : headline(scene, { width, height: HEIGHT }, []);
  const lines = sideBySide({ ...scene, state: { ...scene.state, side: 'toy' } }, { width, height: HEIGHT });
  return [...head, ...(head.length > 0 ? [plainLine('')] : []), ...lines]
    .map((line) => lineText(line).trimEnd())
    .join('\n')
    .trimEnd();
}

/** All that the application shows of a sweep, as plain text; of a terminal no wider than that. */
export function sweepText(sweep: SweepSnapshot, options: PlainOptions): string {
  if (sweep.verification.runs.length === 0) return 'No run has taken a step yet.';
  const { columns, isIntroduced = false } = options;
  const width = Math.min(WIDTH, Math.max(60, columns ?? WIDTH));
  const text = sideBySideText(firstScene(sweep, options), width, isIntroduced);
  return `${text}\n\n${verificationText(sweep.verification, columns)}`;
}
