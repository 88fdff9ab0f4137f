import { join } from 'node:path';
import { FIRST_SCOUTS, nextScout, type RelativeLevel, scoutLengths, someLearn } from '../../src/forecast/protocol.js';
import { mean } from '../../src/numerics/means.js';
import { NETWORK_TOLERANCE } from '../../src/regime/analyse.js';
import { brokeOnNumbers, hasElr, hasFinished, type RecordedRun, type SweepRun } from '../../src/run/recorded-run.js';
import type { RunConfiguration } from '../../src/run/stored-configuration.js';
import { UsageError } from '../../src/system/usage-error.js';
import { type TrainedRuns, type TrainOptions, trainSweep } from './run-study.js';
import type { SweepSpec } from './spec.js';

/** Very short runs that find where a network diverges (T6), before a probe looks closer. */

/** The network that a probe is about, and the sweep that it predicts. */
export interface ProbeSpec {
  readonly base: Omit<NonNullable<SweepSpec['base']>, 'steps' | 'epochs' | 'seed'>;
  /** Steps of a run of the sweep to come. */
  readonly steps: number;
  readonly seeds: readonly number[];
  /** Whether the network is read from its curvature too (T3); default: false. */
  readonly curvature?: boolean;
}

const byElr = (runs: readonly RecordedRun[]): SweepRun[] =>
  runs.filter(hasElr).sort((a, b) => a.manifest.configuration.rate.value - b.manifest.configuration.rate.value);

/** The runs that came to their end, or broke off on their numbers. Throws one line if others are missing. */
export function wholeRuns({ runs }: TrainedRuns, planned: number): SweepRun[] {
  const whole = byElr(runs).filter((run) => hasFinished(run) || brokeOnNumbers(run));
  const missing = planned - whole.length;
  if (missing === 0) return whole;
  throw new Error(`${missing} of ${planned} runs of the probe failed; run the same command to try them again`);
}

/** Mean loss over the second half of a run in units of that of random points; not a number where training broke off. */
function levelOf(run: SweepRun): RelativeLevel {
  const { manifest, steps } = run;
  const tail = steps.columns.loss.subarray(Math.floor(steps.length / 2));
  return {
    elr: manifest.configuration.rate.value,
    level: brokeOnNumbers(run) ? Number.NaN : mean(tail) / manifest.randomLoss.mean,
  };
}

interface Scouted {
  readonly levels: readonly RelativeLevel[];
  readonly configuration: RunConfiguration;
  /** Training steps of all scouts. */
  readonly taken: number;
}

/** A forecast reads what every step records: measurements on all images would cost more than its runs. */
export const unmeasured = (base: ProbeSpec['base']): ProbeSpec['base'] => ({ measure: 'none', ...base });

/** Runs of `steps` of the first seed, one after another where the bracket is still wide. */
async function scoutFor({ base, seeds }: ProbeSpec, steps: number, options: TrainOptions): Promise<Scouted> {
  const shared = { ...unmeasured(base), seed: seeds[0]!, steps };
  let elrs = FIRST_SCOUTS;
  for (;;) {
    const runs = wholeRuns(await trainSweep({ base: shared, vary: { elr: elrs } }, options), elrs.length);
    const levels = runs.map(levelOf);
    const next = nextScout(levels, NETWORK_TOLERANCE);
    if (next === undefined) {
      return { levels, configuration: runs[0]!.manifest.configuration, taken: levels.length * steps };
    }
    elrs = [...elrs, next].sort((a, b) => a - b);
  }
}

/**
 * Very short runs, made longer until some of them have learnt something: until then all look as if they diverged. Throws a UsageError
 * where none has after the steps of a whole run.
 */
export async function scout(spec: ProbeSpec, options: TrainOptions): Promise<Scouted> {
  let taken = 0;
  for (const [longer, steps] of scoutLengths(spec.steps).entries()) {
    if (longer > 0) options.onNote?.(`no run has learnt anything so soon; trying ${steps} steps`);
    const folder = longer === 0 ? 'scout' : `scout-${steps}`;
    const scouted = await scoutFor(spec, steps, { ...options, directory: join(options.directory, folder) });
    taken += scouted.taken;
    if (someLearn(scouted.levels, NETWORK_TOLERANCE)) return { ...scouted, taken };
  }
  throw new UsageError(tooShort(spec.steps));
}

const tooShort = (steps: number): string =>
  `${steps} steps are too few: no ELR from ${FIRST_SCOUTS[0]} to ${FIRST_SCOUTS.at(-1)} brings the loss below ` +
  `${100 * (1 - NETWORK_TOLERANCE)}% of that of random points, so that all look as if they diverged; allowed: more steps`;
