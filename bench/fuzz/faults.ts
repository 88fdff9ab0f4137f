import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkFolders } from '../../src/archive/check-folders.js';
import { readManifest } from '../../src/run/run-directory.js';
import { type Disk, replaceDisk } from '../../src/system/disk.js';
import type { Result } from '../in-process.js';
import { contentsOf, difference, type FolderState, stateOf } from './folder-state.js';
import { SCENARIOS, type Scenario } from './scenarios.js';
import { type Call, FAULTS, type Fault, faultyDisk, watchedDisk } from './watched-disk.js';

/**
 * Every call by which the program changes a disk is made to fail once, one after another: what it says then, what is on the disk,
 * and whether the same command finishes to the same bytes.
 */

/** A call of a scenario, and how it fails. */
export interface Trial {
  readonly scenario: string;
  readonly at: number;
  readonly call: Call;
  readonly fault: Fault;
}

export interface FaultCounts {
  /** Calls of the undisturbed command. */
  calls: number;
  tried: number;
  /** Ended with one line and exit code 1. */
  named: number;
  /** Did its work all the same. */
  unharmed: number;
}

export interface FaultResult {
  readonly counts: ReadonlyMap<string, FaultCounts>;
  readonly failures: readonly { readonly trial: Trial; readonly problem: string }[];
}

/** Does something with another disk in the place of the system's. */
export async function onDisk<Value>(disk: Disk, work: () => Promise<Value>): Promise<Value> {
  const giveBack = replaceDisk(disk);
  try {
    return await work();
  } finally {
    giveBack();
  }
}

/** Makes the locks of this process those of one that has ended. */
export function endProcess(folder: string): void {
  for (const path of stateOf(folder).keys()) {
    if (!/(^|\/)lock$/.test(path)) continue;
    const file = join(folder, path);
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"started":"[^"]*"/, '"started":"0"'));
  }
}

/** Whether the run of a folder is finished; then nothing is left to do, whatever else failed. */
export const isRunFinished = (folder: string): boolean =>
  existsSync(join(folder, 'run', 'manifest.json')) && readManifest(join(folder, 'run'))?.status === 'finished';

/** What is wrong with how a command ended in which a call failed. */
function endProblem({ code, out, err }: Result): string | undefined {
  if (code === 0) return undefined;
  // A command that reads several runs goes on with the others, and a check prints what it finds.
  const errors = `${err}\n${out}`.split('\n').filter((line) => /^(error|left out|damage): /.test(line));
  if (code !== 1 || errors.length !== 1) return `exit code ${code}: ${err}`;
  return /\b(ENOSPC|EIO)\b/.test(errors[0]!) && errors[0]!.includes('/') ? undefined : `says too little: ${err}`;
}

/** Files of a run that grow, or are there only while it is unfinished, and what is right of each by itself. */
const isPartOf = (path: string, content: string, whole: string | undefined): boolean =>
  path.endsWith('.jsonl')
    ? whole?.startsWith(content) === true
    : /(checkpoint-\d+\.safetensors|manifest\.json)$/.test(path);

/** What is lost or wrong on the disk after a call has failed: every file says what it said, or what it was to say. */
function diskProblem(found: FolderState, before: FolderState, done: FolderState): string | undefined {
  const [now, old, whole] = [contentsOf(found), contentsOf(before), contentsOf(done)];
  for (const [path, content] of now) {
    const isKnown = content === old.get(path) || content === whole.get(path);
    if (!isKnown && !isPartOf(path, content, whole.get(path)))
      return `${path} is neither what it was nor what it was to be`;
  }
  // What a run has of its own is written anew.
  const lost = [...old.keys()].find((path) => whole.has(path) && !now.has(path) && !path.startsWith('run/'));
  return lost && `${lost} is lost`;
}

const damageOf = (folder: string): string | undefined => {
  const places = ['run', 'runs', 'sweep'].map((name) => join(folder, name)).filter((path) => isRunThere(path));
  const found = places.flatMap((place) => [...checkFolders([place])].flatMap(({ findings }) => findings));
  const damage = found.find(({ kind }) => kind === 'damage');
  return damage && `${damage.file}: ${damage.problem}`;
};

/** Whether a checker would find a run there. */
function isRunThere(folder: string): boolean {
  return existsSync(folder) && [...stateOf(folder).keys()].some((path) => /(^|\/)manifest\.json$/.test(path));
}

/** The folders of a scenario: where it happens, and what that held before and after an undisturbed command. */
export class Stage {
  readonly work: string;
  private readonly kept: string;
  before!: FolderState;
  done!: FolderState;

  constructor(
    root: string,
    readonly scenario: Scenario,
  ) {
    this.work = join(root, 'work');
    this.kept = join(root, 'kept');
  }

  /** Prepares the scenario and does it once, undisturbed; the calls that it makes. */
  async rehearse(): Promise<Call[]> {
    for (const path of [this.work, this.kept]) rmSync(path, { recursive: true, force: true });
    mkdirSync(this.work, { recursive: true });
    await this.scenario.prepare?.(this.work);
    cpSync(this.work, this.kept, { recursive: true, preserveTimestamps: true });
    this.before = stateOf(this.work);
    const calls: Call[] = [];
    const disk = watchedDisk((call, go) => {
      calls.push(call);
      return go();
    });
    const { code, err } = await onDisk(disk, () => this.scenario.act(this.work));
    if (code !== 0) throw new Error(`${this.scenario.name} fails undisturbed: ${err}`);
    this.done = stateOf(this.work);
    return calls;
  }

  /** The state before, again. */
  reset(): void {
    rmSync(this.work, { recursive: true, force: true });
    cpSync(this.kept, this.work, { recursive: true, preserveTimestamps: true });
  }

  /** What differs from the state of an undisturbed command, checkpoints excepted that could not be removed at its end. */
  differenceFrom(found: FolderState): string | undefined {
    const kept = [...found].filter(([path]) => this.done.has(path) || !/checkpoint-\d+\.safetensors$/.test(path));
    return difference(new Map(kept), this.done);
  }

  /** Does the command again, unless it has done its work; how that ended, and what is wrong then. */
  async finish(): Promise<{ readonly result: Result | undefined; readonly problem: string | undefined }> {
    const { act, again = act } = this.scenario;
    const result = this.scenario.trains && isRunFinished(this.work) ? undefined : await again(this.work);
    if (result !== undefined && result.code !== 0)
      return { result, problem: `again, exit code ${result.code}: ${result.err}` };
    const differs = this.differenceFrom(stateOf(this.work));
    return { result, problem: (differs && `again, ${differs}`) ?? damageOf(this.work) };
  }
}

/** What is wrong after one call has failed in one way, and how the command ended. */
async function tryFault(stage: Stage, { at, fault }: Pick<Trial, 'at' | 'fault'>) {
  stage.reset();
  const { disk } = faultyDisk({ at, fault });
  const result = await onDisk(disk, () => stage.scenario.act(stage.work));
  endProcess(stage.work);
  const found = stateOf(stage.work);
  const problem =
    endProblem(result) ??
    (result.code === 0 ? difference(found, stage.done) : diskProblem(found, stage.before, stage.done)) ??
    damageOf(stage.work) ??
    (await stage.finish()).problem;
  return { isNamed: result.code === 1, problem };
}

/** Which of the cases are tried. */
export interface ExperimentOptions {
  /** Each so-manieth one, beginning with the first; default: all. */
  readonly every?: number;
  readonly scenarios?: readonly Scenario[];
}

/** Every call of every scenario fails in every way; of them each `every`-th is tried, beginning with the first. */
export async function injectFaults(
  root: string,
  { every = 1, scenarios = SCENARIOS }: ExperimentOptions = {},
): Promise<FaultResult> {
  const counts = new Map<string, FaultCounts>();
  const failures: { trial: Trial; problem: string }[] = [];
  let place = 0;
  for (const scenario of scenarios) {
    const stage = new Stage(root, scenario);
    const calls = await stage.rehearse();
    const own: FaultCounts = { calls: calls.length, tried: 0, named: 0, unharmed: 0 };
    counts.set(scenario.name, own);
    const trials = calls.flatMap((call, at) =>
      FAULTS[call.name].map((fault) => ({ scenario: scenario.name, at, call, fault })),
    );
    for (const trial of trials) {
      place += 1;
      if ((place - 1) % every !== 0) continue;
      const { isNamed, problem } = await tryFault(stage, trial);
      own.tried += 1;
      own[isNamed ? 'named' : 'unharmed'] += 1;
      if (problem !== undefined) failures.push({ trial, problem });
    }
  }
  return { counts, failures };
}
