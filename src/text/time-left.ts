/** Seconds after the first work that must have passed before a pace is worth telling. */
const SETTLED = 3;
const SECONDS_BETWEEN_SAMPLES = 0.5;

interface Sample {
  readonly time: number;
  readonly done: number;
}

/**
 * Tells how long work will still take. The pace is that of the second half of the time so far: slow beginnings are
 * forgotten, and so are parts that took another time than they were thought to.
 */
export class TimeLeft {
  private samples: Sample[] = [];
  private begin: number | undefined;

  /**
   * `done` of `total` units are done at `time`, in seconds; undefined while nothing is known. What passed before the first
   * of them, as the start of processes, does not count.
   */
  seconds(done: number, total: number, time = performance.now() / 1000): number | undefined {
    if (done === 0) return undefined;
    this.begin ??= time;
    const last = this.samples.at(-1);
    if (last === undefined || time - last.time >= SECONDS_BETWEEN_SAMPLES) this.samples.push({ time, done });
    const middle = (this.begin + time) / 2;
    this.samples = this.samples.slice(
      Math.max(
        0,
        this.samples.findLastIndex((sample) => sample.time <= middle),
      ),
    );
    const from = this.samples[0]!;
    if (time - this.begin < SETTLED || done <= from.done) return undefined;
    return ((time - from.time) / (done - from.done)) * (total - done);
  }
}
