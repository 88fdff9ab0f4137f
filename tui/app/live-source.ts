import { join } from 'node:path';
import type { Condition } from '../../src/sweep/conditions.js';
import { isSweep } from '../../src/sweep/found-runs.js';
import type { SweepPlan } from '../../src/sweep/plan.js';
import { readPlan } from '../../src/sweep/plan-file.js';
import { isLocked } from '../../src/system/lock.js';
import { ExportClient, type NamedFigure } from '../data/export-client.js';
import { SweepClient } from '../data/sweep-client.js';
import { type Refinement, SweepWork } from '../data/sweep-work.js';
import { ToyClient } from '../data/toy-client.js';
import type { ToyTask } from '../data/toy-messages.js';
import type { Act } from '../views/offers.js';
import { LENGTHENING, NARROWEST, NO_SWEEP } from '../views/offers.js';
import type { AppSource, SourceListener } from './source.js';

export interface LiveSourceOptions {
  readonly directory: string;
  readonly plan: SweepPlan;
  readonly title: string;
  readonly alpha: readonly number[];
  readonly tolerance: number;
  readonly where?: readonly Condition[];
  /** Milliseconds between two looks at the disk. */
  readonly interval: number;
  /** Runs side by side. */
  readonly workers: number;
  /** Which runs are added once those of the plan are finished; default: none. */
  readonly refinement?: Refinement;
  /** Whether to begin with the work at once. */
  readonly begin: boolean;
}

const ELSEWHERE = 'another process is training this sweep; the display follows it';

/** A sweep on disk, the toy, and the training of what is planned: all on threads and in processes of their own. */
export class LiveSource implements AppSource {
  readonly title: string;
  readonly alpha: readonly number[];
  readonly tolerance: number;
  private listener: SourceListener | undefined;
  private readonly clients: { sweep?: SweepClient; toy?: ToyClient } = {};
  private readonly late: string[] = [];
  private readonly work: SweepWork;
  private readonly exports: ExportClient;

  constructor(private readonly options: LiveSourceOptions) {
    const { directory, workers, refinement } = options;
    this.title = options.title;
    this.alpha = options.alpha;
    this.tolerance = options.tolerance;
    this.exports = new ExportClient(join(directory, 'figures'));
    this.work = new SweepWork(directory, () => this.plan(), {
      workers,
      ...(refinement && { refinement }),
      onChange: (work) => this.listener?.onWork(work),
    });
  }

  listen(listener: SourceListener): () => void {
    const { directory, tolerance, where, interval } = this.options;
    this.listener = listener;
    const { onSweep, onProblem, onError } = listener;
    this.clients.sweep = new SweepClient({
      ...{ directory, tolerance, interval, onSweep, onProblem, onError },
      ...(where && { where }),
    });
    this.clients.toy = new ToyClient({ onAnswer: listener.onToy, onError });
    // Where another process is at work already, it is only shown.
    if (this.options.begin) this.toggleWork();
    return () => {
      this.listener = undefined;
    };
  }

  /** Ends threads and training; files on disk are kept. */
  close = async (): Promise<void> => {
    this.listener = undefined;
    const { sweep, toy } = this.clients;
    await Promise.all([sweep?.close(), toy?.close(), this.exports.close(), this.work.stop()]);
  };

  /** What is planned on disk, where it can be read. */
  private plan(): SweepPlan {
    const { directory, plan } = this.options;
    try {
      return readPlan(directory) ?? plan;
    } catch {
      return plan;
    }
  }

  askToy(task: Omit<ToyTask, 'quick'>): void {
    this.clients.toy?.ask(task);
  }

  chooseSetting(setting: number): void {
    this.clients.sweep?.choose(setting);
  }

  toggleWork(): string | undefined {
    if (this.work.isBusy) {
      void this.work.stop();
      return undefined;
    }
    const { directory, begin } = this.options;
    // One that this process is to begin may not be on disk yet.
    if (!begin && !isSweep(directory)) return NO_SWEEP;
    if (this.plan().runs.some(({ folder }) => isLocked(join(directory, folder)))) return ELSEWHERE;
    this.work.start();
    return undefined;
  }

  act(act: Act): string | undefined {
    const { directory, tolerance } = this.options;
    if (this.work.isBusy) return 'training is under way: w stops it';
    const planned = this.plan().runs;
    if (planned.some(({ folder }) => isLocked(join(directory, folder)))) return ELSEWHERE;
    if (act.kind === 'bisect') {
      const before = planned.filter(({ refined }) => refined).length;
      this.work.start({ factor: NARROWEST, mostRuns: before + act.runs, tolerance });
      return undefined;
    }
    return act.kind === 'lengthen' ? this.work.lengthen(act.folders, LENGTHENING) : this.work.anneal(act.folders);
  }

  exportFigures = async (figures: readonly NamedFigure[]): Promise<string> => {
    const result = await this.exports.write(figures);
    if (this.listener === undefined) this.late.push(result);
    return result;
  };

  /** What came of figures that were still being written when the application was left: no screen has said it. */
  exported = (): readonly string[] => this.late;

  failures = (): readonly string[] => this.work.failures();
}
