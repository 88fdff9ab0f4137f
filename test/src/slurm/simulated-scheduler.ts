import { isMissing, placeRuns } from '../../../src/slurm/place-runs.js';
import type { Submission } from '../../../src/slurm/submission.js';
import type { RunState } from '../../../src/sweep/run-state.js';

/**
 * A cluster on paper: job arrays whose tasks wait, run, are preempted, die with their node and are forgotten, and runs
 * that take steps and checkpoints. Whoever trains a run that another task trains, or one that is finished, is caught.
 */

interface Task {
  readonly name: string;
  readonly job: string;
  readonly task: number;
  readonly folder: string;
  state: string;
}

interface Run {
  readonly folder: string;
  readonly steps: number;
  /** Fails after its last step, always: a loss that is not finite. */
  readonly isDivergent: boolean;
  checkpoint: number;
  /** Steps taken since the task that trains it began. */
  taken: number;
  trained: number;
  lost: number;
  isFinished: boolean;
  failure?: string;
  trainer?: Task | undefined;
}

const SUBMISSIONS = { submit: 'heard', 'submit, answer lost': 'lost', 'submit, not taken': 'not taken' } as const;
/** How a task ends, and what Slurm calls it. */
const ENDS = { preempt: 'PREEMPTED', kill: 'FAILED', 'node fails': 'NODE_FAIL' } as const;

/** Steps happen more often than mishaps, so that runs come to their ends in between. */
export const EVENTS = [
  ...['submit', 'submit, answer lost', 'submit, not taken', 'start', 'start', 'start', 'step', 'step', 'step', 'step'],
  ...['step', 'step', 'checkpoint', 'requeue', 'out of time', 'preempt', 'kill', 'node fails'],
  ...['forget', 'forget, no accounts'],
] as const;
export type Event = (typeof EVENTS)[number];

export class Cluster {
  readonly runs: Run[];
  readonly submissions: Submission[] = [];
  private queue: Task[] = [];
  private readonly accounts: Task[] = [];
  private lastJob = 0;

  constructor(lengths: readonly number[], isDivergent: (index: number) => boolean) {
    this.runs = lengths.map((steps, i) => ({
      ...{ folder: `run-${i}`, steps, isDivergent: isDivergent(i) },
      ...{ checkpoint: 0, taken: 0, trained: 0, lost: 0, isFinished: false },
    }));
  }

  /** What the planning function says, from what the folders, the queue and the accounts show. */
  states(): RunState[] {
    const runs = this.runs.map(({ folder, isFinished, failure, trainer }) => ({
      ...{ folder, varied: { elr: 1 }, isFinished, isLocked: trainer !== undefined, failure },
    }));
    return placeRuns(runs, { submissions: this.submissions, queue: this.queue, ended: this.accounts });
  }

  /** The command of the sweep: submits what is missing. */
  submit(how: 'heard' | 'lost' | 'not taken'): void {
    const folders = this.states()
      .filter(isMissing)
      .map(({ folder }) => folder);
    if (folders.length === 0) return;
    const number = this.submissions.length + 1;
    const name = `regimes-${number}`;
    this.lastJob += 1;
    const job = `${this.lastJob}`;
    this.submissions.push({ number, name, job: how === 'heard' ? job : null, created: '', runs: folders });
    if (how === 'not taken') return;
    this.queue.push(...folders.map((folder, task) => ({ name, job, task, folder, state: 'PENDING' })));
  }

  private pick(state: string, at: number): Task | undefined {
    const those = this.queue.filter((task) => task.state === state);
    return those[at % Math.max(1, those.length)];
  }

  private runOf = ({ folder }: Task): Run => this.runs.find((run) => run.folder === folder)!;

  private start(task: Task): void {
    const run = this.runOf(task);
    if (run.trainer !== undefined) throw new Error(`${run.folder} is trained twice at once`);
    if (run.isFinished) throw new Error(`${run.folder} is trained though it is finished`);
    delete run.failure;
    Object.assign(run, { trainer: task, taken: run.checkpoint });
    task.state = 'RUNNING';
  }

  private leave(task: Task, state: string): void {
    const run = this.runOf(task);
    run.lost += run.taken - run.checkpoint;
    run.trainer = undefined;
    task.state = state;
  }

  private step(task: Task): void {
    const run = this.runOf(task);
    if (run.taken < run.steps) {
      run.taken += 1;
      run.trained += 1;
    }
    if (run.taken < run.steps) return;
    if (run.isDivergent) {
      this.leave(task, 'FAILED');
      run.failure = 'loss is not finite';
      return;
    }
    Object.assign(run, { checkpoint: run.taken, isFinished: true });
    this.leave(task, 'COMPLETED');
  }

  private checkpoint(task: Task): void {
    const run = this.runOf(task);
    // A diverging run ends before the checkpoint of its last step.
    run.checkpoint = run.taken;
  }

  private forget(at: number, areKept: boolean): void {
    const ended = this.queue.filter(({ state }) => state !== 'PENDING' && state !== 'RUNNING');
    const task = ended[at % Math.max(1, ended.length)];
    if (task === undefined) return;
    this.queue = this.queue.filter((each) => each !== task);
    if (areKept) this.accounts.push(task);
  }

  /** What happens next; `at` chooses among the tasks that it can happen to. */
  happen(event: Event, at: number): void {
    if (event in SUBMISSIONS) this.submit(SUBMISSIONS[event as keyof typeof SUBMISSIONS]);
    else if (event === 'forget' || event === 'forget, no accounts') this.forget(at, event === 'forget');
    else {
      const task = this.pick(event === 'start' ? 'PENDING' : 'RUNNING', at);
      if (task !== undefined) this.befall(task, event);
    }
  }

  private befall(task: Task, event: Event): void {
    if (event === 'start') this.start(task);
    else if (event === 'step') this.step(task);
    else if (event === 'checkpoint') this.checkpoint(task);
    else if (event === 'requeue' || event === 'out of time') {
      this.checkpoint(task);
      this.leave(task, 'PENDING');
    } else this.leave(task, ENDS[event as keyof typeof ENDS]);
  }

  /** Lets everything that is queued run to its end, undisturbed. */
  runToEnd(): void {
    for (;;) {
      const waiting = this.pick('PENDING', 0);
      const running = this.pick('RUNNING', 0) ?? waiting;
      if (running === undefined) return;
      if (running === waiting) this.start(running);
      while (running.state === 'RUNNING') this.step(running);
    }
  }
}
