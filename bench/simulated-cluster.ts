import { isMissing, placeRuns } from '../src/cluster/place-runs.js';
import type { Submission } from '../src/cluster/submission.js';
import type { RunState } from '../src/sweep/run-state.js';

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
  /** The node on which it runs or ran last. */
  host?: number;
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
const ENDS = { preempt: 'PREEMPTED', kill: 'FAILED' } as const;
const ENDED = ['COMPLETED', 'FAILED', 'PREEMPTED', 'NODE_FAIL'];

/** Steps happen more often than mishaps, so that runs come to their ends in between. */
export const EVENTS = [
  ...['submit', 'submit, answer lost', 'submit, not taken', 'start', 'start', 'start', 'step', 'step', 'step', 'step'],
  ...['step', 'step', 'checkpoint', 'requeue', 'out of time', 'preempt', 'kill', 'node fails'],
  ...['forget', 'forget, no accounts', 'lose a file'],
] as const;
export type Event = (typeof EVENTS)[number];

/** Tasks by their state, each found and moved at once however many there are. */
class Queue {
  private readonly byState = new Map<string, Task[]>();
  private readonly places = new Map<Task, number>();

  in(state: string): Task[] {
    const tasks = this.byState.get(state) ?? [];
    this.byState.set(state, tasks);
    return tasks;
  }

  add(task: Task): void {
    const tasks = this.in(task.state);
    this.places.set(task, tasks.length);
    tasks.push(task);
  }

  remove(task: Task): void {
    const tasks = this.in(task.state);
    const [place, last] = [this.places.get(task)!, tasks.pop()!];
    this.places.delete(task);
    if (last === task) return;
    tasks[place] = last;
    this.places.set(last, place);
  }

  move(task: Task, state: string): void {
    this.remove(task);
    task.state = state;
    this.add(task);
  }

  all(): Task[] {
    return [...this.byState.values()].flat();
  }
}

export interface ClusterOptions {
  /** Tasks are spread over them, and end with theirs; default: as many as there are runs. */
  readonly nodes?: number;
  readonly isDivergent?: (index: number) => boolean;
}

export class Cluster {
  readonly runs: Run[];
  readonly submissions: Submission[] = [];
  private readonly byFolder: ReadonlyMap<string, Run>;
  private readonly queue = new Queue();
  private readonly accounts: Task[] = [];
  private readonly nodes: number;
  private lastJob = 0;
  private starts = 0;

  constructor(lengths: readonly number[], { nodes = lengths.length, isDivergent = () => false }: ClusterOptions = {}) {
    this.nodes = nodes;
    this.runs = lengths.map((steps, i) => ({
      ...{ folder: `run-${i}`, steps, isDivergent: isDivergent(i) },
      ...{ checkpoint: 0, taken: 0, trained: 0, lost: 0, isFinished: false },
    }));
    this.byFolder = new Map(this.runs.map((run) => [run.folder, run]));
  }

  /** What the planning function says, from what the folders, the queue and the accounts show. */
  states(): RunState[] {
    const runs = this.runs.map(({ folder, isFinished, failure, trainer }) => ({
      ...{ folder, varied: { elr: 1 }, isFinished, isLocked: trainer !== undefined, failure },
    }));
    return placeRuns(runs, { submissions: this.submissions, queue: this.queue.all(), ended: this.accounts });
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
    for (const [task, folder] of folders.entries()) this.queue.add({ name, job, task, folder, state: 'PENDING' });
  }

  private pick(state: string, at: number): Task | undefined {
    const those = this.queue.in(state);
    return those[at % Math.max(1, those.length)];
  }

  private runOf = ({ folder }: Task): Run => this.byFolder.get(folder)!;

  private start(task: Task): void {
    const run = this.runOf(task);
    if (run.trainer !== undefined) throw new Error(`${run.folder} is trained twice at once`);
    if (run.isFinished) throw new Error(`${run.folder} is trained though it is finished`);
    delete run.failure;
    Object.assign(run, { trainer: task, taken: run.checkpoint });
    task.host = this.starts % this.nodes;
    this.starts += 1;
    this.queue.move(task, 'RUNNING');
  }

  private leave(task: Task, state: string): void {
    const run = this.runOf(task);
    run.lost += run.taken - run.checkpoint;
    run.trainer = undefined;
    this.queue.move(task, state);
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
    const ended = ENDED.flatMap((state) => this.pick(state, at) ?? []);
    const task = ended[at % Math.max(1, ended.length)];
    if (task === undefined) return;
    this.queue.remove(task);
    if (areKept) this.accounts.push(task);
  }

  /** A file of a finished run is gone: the run is damaged, and has to be trained anew. */
  private loseFile(at: number): void {
    const run = this.runs[at % this.runs.length]!;
    if (!run.isFinished) return;
    run.lost += run.checkpoint;
    Object.assign(run, { isFinished: false, checkpoint: 0, failure: 'it is damaged' });
  }

  private failNode({ host }: Task): void {
    for (const task of [...this.queue.in('RUNNING')]) if (task.host === host) this.leave(task, 'NODE_FAIL');
  }

  /** What happens next; `at` chooses among the tasks that it can happen to. */
  happen(event: Event, at: number): void {
    if (event in SUBMISSIONS) this.submit(SUBMISSIONS[event as keyof typeof SUBMISSIONS]);
    else if (event === 'forget' || event === 'forget, no accounts') this.forget(at, event === 'forget');
    else if (event === 'lose a file') this.loseFile(at);
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
    } else if (event === 'node fails') this.failNode(task);
    else this.leave(task, ENDS[event as keyof typeof ENDS]);
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
