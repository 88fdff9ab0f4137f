import { join } from 'node:path';
import { configuration as example, manifest as exampleManifest } from '../../bench/example-run.js';
import { recordOf } from '../../src/regime/run-record.js';
import { columnsOf } from '../../src/run/collect-steps.js';
import type { ElrConfiguration, ElrManifest } from '../../src/run/manifest.js';
import { elrRate } from '../../src/run/rate.js';
import type { SweepRun } from '../../src/run/recorded-run.js';
import { RunWriter } from '../../src/run/run-writer.js';
import type { RecordedStep } from '../../src/run/step-columns.js';
import { DEFAULT_TRAINING } from '../../src/run/training-settings.js';
import { runDirectory } from '../../src/sweep/directory.js';
import { openSweep } from '../../src/sweep/extend-sweep.js';
import { verifyMeasured } from '../../src/verify/verify.js';
import { toyTheory } from '../../toy/theory/equilibrium.js';
import { runSnapshot, waitingRun } from '../../tui/data/run-follower.js';
import type { RunSnapshot, RunState, SweepSnapshot } from '../../tui/data/sweep-snapshot.js';
import { answerToy } from '../../tui/data/toy-answer.js';
import { type AppState, firstState } from '../../tui/state/state.js';
import { NO_DATA, type Scene, type SceneData, sceneOf, toyTaskOf } from '../../tui/views/scene.js';

/** Recorded sweeps made by hand, whose thresholds and levels are known exactly enough to compute the screen from them. */

export const ALPHA = [1, 2, 4];
export const TOLERANCE = 0.4;
export const RANDOM_LOSS = 10;
/** The convergence threshold that the runs in equilibrium are made for: loss = 10 (1 - threshold / elr). */
export const THRESHOLD = 2e-3;
export const ELRS = [1e-5, 1e-4, 1e-3, 3e-3, 4e-3, 8e-2, 1];

export interface RunSpec {
  readonly elr: number;
  readonly status?: ElrManifest['status'];
  readonly failure?: string;
  readonly groups?: number;
  /** Loss of every step. */
  readonly losses: readonly number[];
  readonly ess?: number;
  /** R of every step, in place of `ess`: gradients that fall in proportion to the loss. */
  readonly noiseShare?: number;
}

const ripple = (i: number): number => 1 + 0.05 * Math.sin(1.7 * i);

/** A loss that stays at a level. */
export const level = (value: number, steps = 400): number[] =>
  Array.from({ length: steps }, (_, i) => value * ripple(i));

/** A loss that keeps falling by a factor e every hundred steps. */
export const falling = (start: number, steps = 400): number[] =>
  Array.from({ length: steps }, (_, i) => start * Math.exp(-i / 100) * ripple(i));

/** ESS of a step with R = ESS^2 / (4 ELR loss). */
const essOf = ({ elr, ess = 0.1, noiseShare }: RunSpec, loss: number): number =>
  noiseShare === undefined ? ess : Math.sqrt(4 * elr * loss * noiseShare);

function step(spec: RunSpec, loss: number, i: number): RecordedStep {
  const { elr, groups = 4 } = spec;
  const ess = essOf(spec, loss);
  const group = (name: number) => ({ name: `g${name}`, share: 1 / groups, egn: ess / elr / groups, ess });
  const members = Array.from({ length: groups }, (_, name) => group(name));
  return { step: i, loss, accuracy: 0.5, elr, egn: ess / elr, ess, norm: 1, groups: members };
}

export const configuration = (elr: number): ElrConfiguration => ({
  ...example,
  width: 4,
  rate: elrRate(elr),
  steps: 400,
});

const manifest = ({ elr, status = 'finished', failure, groups = 4 }: RunSpec): ElrManifest => ({
  ...exampleManifest,
  status,
  configuration: configuration(elr),
  groups: Array.from({ length: groups }, (_, i) => `g${i}`),
  randomLoss: { mean: RANDOM_LOSS, standardError: 0.1 },
  failure: failure ?? null,
});

export const recordedRun = (spec: RunSpec): SweepRun => ({
  directory: `elr-${spec.elr}`,
  manifest: manifest(spec),
  steps: columnsOf(spec.losses.map((loss, i) => step(spec, loss, i))),
});

/** What a run at `elr` does by the closed form: noise in proportion to the loss has R = k up to the threshold (T10, m = 1). */
export function typicalRun(elr: number): RunSpec {
  if (elr < THRESHOLD) return { elr, losses: falling(2), noiseShare: elr / THRESHOLD };
  return { elr, losses: level(RANDOM_LOSS * (1 - THRESHOLD / elr)), ess: elr < 0.01 ? 0.1 : 2e4 * elr };
}

export const TYPICAL: readonly RunSpec[] = ELRS.map(typicalRun);

/** A sweep as it is known once these runs have been read, of the ELRs it was planned for. */
export function sweepSnapshotOf(
  specs: readonly (RunSpec & { readonly state?: RunState })[],
  elrs: readonly number[] = specs.map(({ elr }) => elr),
): SweepSnapshot {
  const runs = elrs.map((elr): RunSnapshot => {
    const spec = specs.find((each) => each.elr === elr);
    const folder = `elr-${elr}`;
    if (spec === undefined) return waitingRun({ folder, configuration: configuration(elr) });
    const run = recordedRun(spec);
    return runSnapshot(folder, { ...run, record: recordOf(run) }, spec.state ?? spec.status ?? 'finished', TOLERANCE);
  });
  const begun = runs.flatMap(({ folder, measured }) =>
    measured === null ? [] : [{ directory: folder, training: DEFAULT_TRAINING, run: measured }],
  );
  return {
    directory: 'runs/recorded',
    title: 'convnet width 4, fashion-mnist, batch 16',
    settings: [''],
    setting: 0,
    isSweep: true,
    asArguments: 'runs/recorded',
    runs,
    writing: runs.some(({ state }) => state === 'running'),
    verification: verifyMeasured(begun, toyTheory, { tolerance: TOLERANCE }),
  };
}

/** The scene of a sweep, the toy's quick answer included; what else is known and chosen as given. */
export function sceneWith(
  sweep: SweepSnapshot | undefined,
  chosen: Partial<AppState> = {},
  news: Partial<SceneData> = {},
): Scene {
  const state = { ...firstState(ALPHA), hint: false, ...chosen };
  const options = { tolerance: TOLERANCE, glyphs: 'braille', color: true } as const;
  const data = { ...NO_DATA, sweep, ...news };
  const toy = 'toy' in news || sweep === undefined ? data.toy : toyOf(sceneOf(data, state, options));
  return sceneOf({ ...data, toy }, state, options);
}

const toys = new Map<string, SceneData['toy']>();

/** The same question has one answer. */
function toyOf(scene: Scene): SceneData['toy'] {
  const task = { ...toyTaskOf(scene), quick: true };
  const key = JSON.stringify(task);
  if (!toys.has(key)) toys.set(key, answerToy(task));
  return toys.get(key);
}

/** Writes a sweep as a process that trains would. */
export function writeSweep(directory: string, specs: readonly RunSpec[]): void {
  openSweep(
    directory,
    specs.map(({ elr }) => configuration(elr)),
  );
  for (const spec of specs) {
    const writer = RunWriter.create(runDirectory(directory, spec.elr), manifest({ ...spec, status: 'running' }));
    spec.losses.forEach((loss, i) => {
      writer.append(step(spec, loss, i));
    });
    if (spec.status === 'failed') writer.fail(spec.failure ?? 'out of memory');
    else if (spec.status !== 'running') writer.finish(new Map(), { seconds: 1, test: { loss: 1, accuracy: 0.5 } });
  }
}

export const metricsPath = (directory: string, elr: number): string =>
  join(runDirectory(directory, elr), 'metrics.jsonl');

export const recordedStep = (spec: RunSpec, loss: number, i: number): RecordedStep => step(spec, loss, i);

/** Sweeps that are hard to show, each with the ELRs it was planned for. */
export const HARD: Readonly<Record<string, SweepSnapshot>> = {
  typical: sweepSnapshotOf(TYPICAL),
  'no runs': sweepSnapshotOf([], ELRS),
  'nothing planned': sweepSnapshotOf([]),
  'one run': sweepSnapshotOf([typicalRun(3e-3)]),
  'one run waiting': sweepSnapshotOf([], [1e-7]),
  'two runs': sweepSnapshotOf([typicalRun(1e-3), typicalRun(3e-3)]),
  'two equilibria': sweepSnapshotOf([typicalRun(3e-3), typicalRun(4e-3)]),
  'a run without a step': sweepSnapshotOf([{ ...typicalRun(1e-3), status: 'running', losses: [] }], ELRS),
  'a run that is going': sweepSnapshotOf(
    [typicalRun(1e-4), { ...typicalRun(1e-3), status: 'running', losses: [2, 1.9, 1.8] }],
    ELRS,
  ),
  'a stopped and a damaged run': sweepSnapshotOf([
    typicalRun(1e-4),
    { ...typicalRun(1e-3), status: 'running', state: 'interrupted', losses: [2, 1.9, 1.8] },
    { ...typicalRun(3e-3), status: 'failed', state: 'damaged', failure: 'manifest.json is not a manifest', losses: [] },
  ]),
  'a failed run': sweepSnapshotOf([
    typicalRun(1e-3),
    { ...typicalRun(3e-3), status: 'failed', failure: `the process ended: ${'no memory left '.repeat(12)}` },
    { elr: 1, losses: [], status: 'failed', failure: 'x'.repeat(200) },
  ]),
  'loss that is no number': sweepSnapshotOf([
    typicalRun(1e-3),
    { elr: 1, losses: [...level(9, 50), ...level(Number.NaN, 50)] },
  ]),
  'values beyond all bounds': sweepSnapshotOf([
    typicalRun(3e-3),
    { elr: 1e10, losses: level(1.23456e200), ess: 9.87654e300 },
    { elr: 1e11, losses: level(Number.POSITIVE_INFINITY), ess: Number.POSITIVE_INFINITY },
  ]),
  'thirty runs': sweepSnapshotOf(Array.from({ length: 30 }, (_, i) => typicalRun(10 ** (-5 + (5 * i) / 29)))),
  'sixty groups': sweepSnapshotOf(TYPICAL.map((spec) => ({ ...spec, groups: 60 }))),
};
