import { writeCheckpoint } from '../../src/run/checkpoint.js';
import type { RunWriter } from '../../src/run/run-writer.js';
import type { Observers } from '../observe/observer.js';
import type { Training } from '../training/train.js';

/** The most work that a killed process loses; checkpoints this rare cost next to nothing. */
const MILLISECONDS_PER_CHECKPOINT = 30_000;

interface Recorded {
  readonly directory: string;
  readonly training: Training;
  readonly writer: RunWriter;
}

/** Writes checkpoints of a run and its observers, every given number of steps or every half minute. */
export class Checkpointer {
  private last = performance.now();

  constructor(
    private readonly recorded: Recorded,
    private readonly observers: Observers,
    private readonly every: number | undefined,
  ) {}

  /** Writes a checkpoint if one is due after `taken` steps. */
  async after(taken: number): Promise<void> {
    if (this.isDue(taken)) await this.write();
  }

  /** Writes a checkpoint. */
  async write(): Promise<void> {
    const { directory, training, writer } = this.recorded;
    const { step, tensors } = await training.state();
    const remembered = new Map([...tensors, ...this.observers.state()]);
    writeCheckpoint(directory, { step, tensors: remembered, ...writer.settled() });
    this.last = performance.now();
  }

  private isDue(taken: number): boolean {
    if (this.every !== undefined) return taken % this.every === 0;
    return performance.now() - this.last >= MILLISECONDS_PER_CHECKPOINT;
  }
}
