import { findings } from '../../src/text/verification/findings.js';
import { elrsOf, type SweepSnapshot } from '../data/sweep-snapshot.js';
import { answerToy } from '../data/toy-answer.js';
import { firstState } from '../state/state.js';
import { NO_DATA, sceneOf, toyTaskOf } from './scene.js';

export interface JsonOptions {
  readonly alpha: readonly number[];
  readonly tolerance: number;
}

/** What the application shows of a sweep, as data: the toy at the same k beside the network. */
export function sweepJson(sweep: SweepSnapshot, { alpha, tolerance }: JsonOptions) {
  const look = { glyphs: 'ascii', color: false } as const;
  const scene = sceneOf({ ...NO_DATA, sweep }, firstState(alpha), { ...look, tolerance });
  const { points } = answerToy({ ...toyTaskOf(scene), elr: undefined, quick: false });
  const { directory, title, settings, setting, writing, verification } = sweep;
  return {
    directory,
    title,
    setting: settings[setting] ?? '',
    alpha,
    tolerance,
    elrs: elrsOf(sweep),
    /** ELR of the network at k = 1, where the noise share R of a run determines it; else null, and the toy is at no k of the network. */
    threshold: scene.threshold ?? null,
    writing,
    toy: points,
    planned: sweep.runs.map(({ folder, elr, seed, state, step, steps, problem, testAccuracy }) => ({
      ...{ folder, elr, seed, state, step, steps, problem, testAccuracy },
    })),
    /** What was found, where theory and network agree, and where not: a sentence each. */
    findings: findings(verification),
    ...verification,
  };
}
