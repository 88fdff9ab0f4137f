import { createHash } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { latestCheckpoint } from '../../src/run/checkpoint.js';
import { DiskModel } from './disk-model.js';
import { type ExperimentOptions, endProcess, isRunFinished, onDisk, Stage } from './faults.js';
import { type FolderState, stateOf } from './folder-state.js';
import { SCENARIOS } from './scenarios.js';
import { type CallName, watchedDisk } from './watched-disk.js';

/**
 * Power cuts: after each call by which a command changes the disk, the states are built in which a power cut may leave it. In each,
 * the run is finished and whole, or the command finishes it to the same bytes, or says what is damaged.
 */

export interface PowerCutCounts {
  /** Calls of the undisturbed command. */
  calls: number;
  /** Different states of the disk. */
  states: number;
  tried: number;
  /** Nothing was left to do. */
  finished: number;
  /** The command finished to the same bytes. */
  resumed: number;
  /** The command said what is damaged. */
  named: number;
}

export interface PowerCutFailure {
  readonly scenario: string;
  /** How many calls were over. */
  readonly after: number;
  readonly problem: string;
}

/** A state of the disk, and what a user has been told by then. */
interface CutState {
  readonly after: number;
  readonly files: FolderState;
  /** Steps of the last checkpoint that was settled. */
  readonly settledSteps: number;
  /** Whether the command had ended. */
  readonly isOver: boolean;
}

const digestOf = (files: FolderState): string => {
  const hash = createHash('sha256');
  for (const [path, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
    if (!path.endsWith('.tmp')) hash.update(`${path} ${bytes.length}\n`).update(bytes);
  return hash.digest('hex');
};

/** Every different state in which a power cut may leave the disk during a scenario. */
async function cutStates(stage: Stage, ignored: ReadonlySet<CallName>): Promise<{ calls: number; states: CutState[] }> {
  await stage.rehearse();
  stage.reset();
  const known = new Set<string>();
  const states: CutState[] = [];
  const model = new DiskModel(stage.work, stage.before);
  let calls = 0;
  let settledSteps = 0;
  let named = 0;
  const collect = (isOver: boolean): void => {
    for (const files of model.afterPowerCut()) {
      const key = `${digestOf(files)} ${settledSteps} ${isOver}`;
      if (known.has(key)) continue;
      known.add(key);
      states.push({ after: calls, files, settledSteps, isOver });
    }
  };
  const disk = watchedDisk((call, go) => {
    const result = go();
    if (!ignored.has(call.name)) model.take(call, result);
    calls += 1;
    if (call.name === 'rename')
      named = Number(/checkpoint-(\d+)\.safetensors$/.exec(call.arguments[1] as string)?.[1] ?? named);
    if (call.name === 'syncFolder') settledSteps = named;
    collect(false);
    return result;
  });
  const { code, err } = await onDisk(disk, () => stage.scenario.act(stage.work));
  if (code !== 0) throw new Error(`${stage.scenario.name} fails undisturbed: ${err}`);
  collect(true);
  return { calls, states };
}

/** Puts a state on the real disk. */
function restore(work: string, files: FolderState): void {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(work, { recursive: true });
  for (const [path, bytes] of files) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
  endProcess(work);
}

/** What is wrong with a state as it is found, before anything is done about it. */
function lossOf(stage: Stage, { settledSteps, isOver }: CutState): string | undefined {
  const found = stateOf(stage.work);
  const isFinished = stage.scenario.trains && isRunFinished(stage.work);
  if (isFinished || (isOver && !stage.scenario.mayRevert)) {
    const differs = stage.differenceFrom(found);
    return differs && `taken for finished, but ${differs}`;
  }
  if (!stage.scenario.trains || settledSteps === 0) return undefined;
  const step = latestCheckpoint(join(stage.work, 'run'), () => {})?.step ?? 0;
  return step < settledSteps ? `a settled checkpoint after ${settledSteps} steps is lost` : undefined;
}

/** What becomes of a state. */
async function tryState(
  stage: Stage,
  state: CutState,
): Promise<{ outcome: 'finished' | 'resumed' | 'named'; problem?: string }> {
  restore(stage.work, state.files);
  const loss = lossOf(stage, state);
  const isFinished = stage.differenceFrom(stateOf(stage.work)) === undefined;
  const { result, problem } = await stage.finish();
  const isNamed = result !== undefined && result.code !== 0;
  // A state that cannot be gone on with is to be named in one line; of finished work nothing may be lost.
  const isWrong = isNamed && (state.isOver || !/^error: [^\n]+\n$/.test(result.err));
  const found = loss ?? (isWrong ? result.err : isNamed ? undefined : problem);
  return {
    outcome: isNamed ? 'named' : isFinished ? 'finished' : 'resumed',
    ...(found !== undefined && { problem: found }),
  };
}

/** Which of the states are tried, and what the disk does not do that it was asked for. */
export interface PowerCutOptions extends ExperimentOptions {
  /** Calls without effect on a power cut: a program that never made them would lose as much. */
  readonly ignored?: ReadonlySet<CallName>;
}

/** Power cuts after every call of every scenario; of the states each `every`-th is tried, beginning with the first. */
export async function cutPower(
  root: string,
  { every = 1, scenarios = SCENARIOS, ignored = new Set() }: PowerCutOptions = {},
) {
  const counts = new Map<string, PowerCutCounts>();
  const failures: PowerCutFailure[] = [];
  let place = 0;
  for (const scenario of scenarios) {
    const stage = new Stage(root, scenario);
    const { calls, states } = await cutStates(stage, ignored);
    const own: PowerCutCounts = { calls, states: states.length, tried: 0, finished: 0, resumed: 0, named: 0 };
    counts.set(scenario.name, own);
    for (const state of states) {
      place += 1;
      if ((place - 1) % every !== 0) continue;
      const { outcome, problem } = await tryState(stage, state);
      own.tried += 1;
      own[outcome] += 1;
      if (problem !== undefined) failures.push({ scenario: scenario.name, after: state.after, problem });
    }
  }
  return { counts, failures };
}
