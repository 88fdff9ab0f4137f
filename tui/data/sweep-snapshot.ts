import type { Fields } from '../../src/archive/setting-differences.js';
import type { MeasuredRun } from '../../src/regime/analyse.js';
import type { Verification } from '../../src/verify/verify.js';
import type { GroupSeries, RunSeries } from '../figure/sweep-data.js';

/** What the screen shows of a sweep: plain data, which a thread that reads it can send to the one that draws. */

/** `interrupted`: unfinished, and no process at work on it; `damaged`: it cannot be read. */
export type RunState = 'waiting' | 'running' | 'interrupted' | 'finished' | 'failed' | 'damaged';

/** A planned run, begun or not. */
export interface RunSnapshot {
  /** Name of its folder. */
  readonly folder: string;
  readonly elr: number;
  readonly seed: number;
  readonly state: RunState;
  /** Steps taken, and steps of the whole run. */
  readonly step: number;
  readonly steps: number;
  /** Steps of a pass over the training images; null before it has begun. */
  readonly stepsPerEpoch: number | null;
  /** Seconds a step took in the mean; null before the run is finished. */
  readonly secondsPerStep: number | null;
  readonly testAccuracy: number | null;
  /** Why it cannot be lengthened; null where it can, or has not ended. */
  readonly lengthening: string | null;
  /** One line, where it failed or is damaged. */
  readonly problem: string | null;
  readonly configuration: Fields;
  /** Names of its groups, in the order of their averages. */
  readonly groups: readonly string[];
  /** Regime and averages; null before the first step. */
  readonly measured: MeasuredRun | null;
  /** In means of blocks of steps where there are many, `step` being the centre of each. */
  readonly series: RunSeries;
  /** Empty where there are too many groups to draw. */
  readonly groupSeries: readonly GroupSeries[];
}

export interface SweepSnapshot {
  readonly directory: string;
  /** What is trained on what. */
  readonly title: string;
  /** Settings of the sweep, in words, and the place of the one that is shown; one without words where nothing else varies. */
  readonly settings: readonly string[];
  readonly setting: number;
  /** Whether somebody has planned these runs as a sweep; others were begun one by one, and can only be looked at. */
  readonly isSweep: boolean;
  /** The folder and this setting of it as words of a command line. */
  readonly asArguments: string;
  /** Planned runs of this setting, by rising ELR. */
  readonly runs: readonly RunSnapshot[];
  /** Whether a process is at work on any of them. */
  readonly writing: boolean;
  readonly verification: Verification;
}

/** ELRs that are planned, rising, each once. */
export const elrsOf = ({ runs }: Pick<SweepSnapshot, 'runs'>): number[] => [...new Set(runs.map(({ elr }) => elr))];

/** The run at an ELR, the first where seeds share it; undefined if there is none. */
export const runAt = ({ runs }: Pick<SweepSnapshot, 'runs'>, elr: number | undefined): RunSnapshot | undefined =>
  runs.find((run) => run.elr === elr);

/** Where to begin: at the first run in equilibrium, which has most to show; at the first of all while there is none. */
export const firstElr = ({ runs, verification }: Pick<SweepSnapshot, 'runs' | 'verification'>): number | undefined =>
  (verification.runs.find(({ regime }) => regime === 'chaotic equilibrium') ?? runs[0])?.elr;
