import { annealRun } from '../../deep/study/anneal-run.js';
import { lengthenRuns } from '../../deep/study/lengthen.js';
import { type RefineOptions, refine } from '../../deep/study/refine.js';
import { runStudy, type SweepFailure, type SweepProgress } from '../../deep/study/run-study.js';
import { readSweepPlan } from '../../src/sweep/directory.js';
import type { SweepPlan } from '../../src/sweep/plan.js';
import { formatDuration } from '../../src/text/progress.js';
import { variedText } from '../../src/text/setting-text.js';
import { TimeLeft } from '../../src/text/time-left.js';
import type { WorkState } from './work-state.js';

/** How narrow the thresholds are to become, and by how many runs. */
export type Refinement = Pick<RefineOptions, 'factor' | 'mostRuns' | 'atOnce' | 'tolerance'>;

export interface SweepWorkOptions {
  /** Runs side by side. */
  readonly workers: number;
  /** Which runs are added once those of the plan are finished; default: none. */
  readonly refinement?: Refinement;
  onChange(work: WorkState): void;
}

/** How far a sweep is as a line; time left is judged from the pace since the first step. */
function progressText(): (progress: SweepProgress) => string {
  const timeLeft = new TimeLeft();
  return ({ work, totalWork, runsDone, runs }) => {
    if (runsDone === runs) return `${runs} runs, finished`;
    const seconds = timeLeft.seconds(work, totalWork);
    const left = seconds === undefined ? '' : `, ${formatDuration(seconds)} left`;
    return `${runsDone} of ${runs} runs${left}`;
  };
}

/** Trains the runs of a sweep in processes of their own: begun, stopped and gone on with as often as asked for. */
export class SweepWork {
  private abort: AbortController | undefined;
  private ended: Promise<void> = Promise.resolve();
  private complaints: readonly string[] = [];

  constructor(
    private readonly directory: string,
    /** What is planned when it begins: more may have been added since the last time. */
    private readonly plan: () => SweepPlan,
    private readonly options: SweepWorkOptions,
  ) {}

  /** Whether it has processes, even if they are about to end. */
  get isBusy(): boolean {
    return this.abort !== undefined;
  }

  /** Goes on with every run that is not finished, and then refines as it is told; without effect while it does. */
  start(refinement = this.options.refinement): void {
    this.begin((signal) => this.train(signal, refinement));
  }

  /** Goes on with finished runs as longer ones; returns why they cannot be, in a line. */
  lengthen(folders: readonly string[], factor: number): string | undefined {
    try {
      const runs = lengthenRuns(this.directory, folders, { factor });
      this.begin((signal) => this.trainer(signal, 'lengthening ')({ ...readSweepPlan(this.directory), runs }));
      return undefined;
    } catch (error) {
      return (error as Error).message;
    }
  }

  /** Anneals finished runs one after another; what each has lost stays with it. */
  anneal(folders: readonly string[]): undefined {
    this.begin(async (signal) => {
      const train = this.trainer(signal, 'annealing ');
      const { runs } = readSweepPlan(this.directory);
      for (const run of runs.filter(({ folder }) => folders.includes(folder)))
        await annealRun(this.directory, run, { train: (plan, { directory }) => train(plan, directory) });
      return [];
    });
  }

  private begin(train: (signal: AbortSignal) => Promise<readonly SweepFailure[]>): void {
    if (this.abort !== undefined) return;
    const abort = new AbortController();
    this.abort = abort;
    this.complaints = [];
    this.tell('working', 'starting');
    this.ended = this.run(abort.signal, train);
  }

  /** Trains a plan with its progress as the state of the work, after a word of what is done. */
  private trainer(signal: AbortSignal, what = '') {
    return (plan: SweepPlan, directory = this.directory): Promise<readonly SweepFailure[]> => {
      const text = progressText();
      const onProgress = (progress: SweepProgress): void => this.tell('working', `${what}${text(progress)}`);
      return runStudy(plan, { directory, workers: this.options.workers, signal, onProgress });
    };
  }

  /** Ends the processes; runs keep their last checkpoint, and finished ones are finished. */
  stop(): Promise<void> {
    if (this.abort !== undefined && !this.abort.signal.aborted) {
      this.tell('stopping', 'stopping');
      this.abort.abort();
    }
    return this.ended;
  }

  /** A line for every run that failed the last time. */
  failures = (): readonly string[] => this.complaints;

  private tell(state: WorkState['state'], text: string): void {
    this.options.onChange({ state, text });
  }

  /** Trains what is planned and then, where asked for, what narrows the thresholds; returns the runs that failed. */
  private async train(signal: AbortSignal, refinement?: Refinement): Promise<readonly SweepFailure[]> {
    const failures: SweepFailure[] = [];
    const trainPlan = this.trainer(signal);
    const train = async (plan: SweepPlan): Promise<readonly SweepFailure[]> => {
      const failed = await trainPlan(plan);
      failures.push(...failed);
      return failed;
    };
    await train(this.plan());
    if (refinement !== undefined && failures.length === 0) await refine(this.directory, { ...refinement, train });
    return failures;
  }

  private async run(
    signal: AbortSignal,
    train: (signal: AbortSignal) => Promise<readonly SweepFailure[]>,
  ): Promise<void> {
    let end: string;
    try {
      const failures = await train(signal);
      this.complaints = failures.map(({ varied, reason }) => `${variedText(varied)} failed: ${reason}`);
      const { length } = readSweepPlan(this.directory).runs;
      end = failures.length > 0 ? `${length} runs, ${failures.length} failed` : `${length} runs, finished`;
    } catch (error) {
      const { message } = error as Error;
      if (!signal.aborted) this.complaints = [`the sweep failed: ${message}`];
      end = signal.aborted ? 'stopped' : `failed: ${message}`;
    }
    this.abort = undefined;
    this.tell('idle', end);
  }
}
