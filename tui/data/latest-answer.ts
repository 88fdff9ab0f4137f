import { Tinypool } from 'tinypool';

export interface LatestAnswerOptions<Answer> {
  /** Module whose default export computes the answer to a task, on a thread of its own. */
  readonly module: string;
  /** Milliseconds for which a task that is out of date may keep its thread; after that the thread is ended. */
  readonly patience?: number;
  onAnswer(answer: Answer): void;
  onError(error: Error): void;
}

/**
 * Error of a task that the pool gave to a thread it was about to end, because that thread's answer arrived just as it went out of
 * date. The task itself is valid.
 */
const ENDED_THREAD = 'Terminating worker thread';

/** A thread that computes the latest task: of the tasks that arrive meanwhile only the last is started, the others are dropped. */
export class LatestAnswer<Task, Answer> {
  private readonly pool: Tinypool;
  private running: AbortController | undefined;
  private waiting: { readonly task: Task } | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(private readonly options: LatestAnswerOptions<Answer>) {
    this.pool = new Tinypool({ filename: options.module, minThreads: 1, maxThreads: 1 });
  }

  ask(task: Task): void {
    if (this.isClosed) return;
    if (this.running === undefined) {
      void this.answer(task);
      return;
    }
    this.waiting = { task };
    const { patience = Number.POSITIVE_INFINITY } = this.options;
    if (patience === Number.POSITIVE_INFINITY) return;
    this.timer ??= setTimeout(() => this.running?.abort(), patience);
  }

  private async answer(task: Task): Promise<void> {
    const abort = new AbortController();
    this.running = abort;
    let again = false;
    try {
      const answer = (await this.pool.run(task, { signal: abort.signal })) as Answer;
      if (this.waiting === undefined && !this.isClosed) this.options.onAnswer(answer);
    } catch (error) {
      again = (error as Error).message === ENDED_THREAD && !abort.signal.aborted;
      if (!again && !abort.signal.aborted && !this.isClosed) this.options.onError(error as Error);
    }
    clearTimeout(this.timer);
    this.timer = undefined;
    this.running = undefined;
    const next = this.waiting ?? (again ? { task } : undefined);
    this.waiting = undefined;
    if (next !== undefined) this.ask(next.task);
  }

  /** Ends the thread, busy or not. */
  async close(): Promise<void> {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.running?.abort();
    await this.pool.destroy();
  }
}
