import type { Kernel } from './kernel.js';
import { pairsOf } from './record.js';

/** A kernel's memory by replicas. The last replica stands in for the missing one of an odd number. */
export class Lanes {
  constructor(
    readonly kernel: Kernel,
    readonly replicas: number,
  ) {
    kernel.numbers.fill(0, 0, (pairsOf(replicas) * kernel.record.size) / 8);
  }

  write(name: string, value: (replica: number) => number, group: number | '' = ''): void {
    const { record, numbers } = this.kernel;
    const { stride } = record;
    const last = this.replicas - 1;
    let place = record.index(name, group);
    for (let replica = 0; replica <= last; replica += 2, place += stride) {
      numbers[place] = value(replica);
      numbers[place + 1] = value(Math.min(replica + 1, last));
    }
  }

  read(name: string, take: (value: number, replica: number) => void, group: number | '' = ''): void {
    const { record, numbers } = this.kernel;
    const { stride } = record;
    let place = record.index(name, group);
    for (let replica = 0; replica < this.replicas; replica += 2, place += stride) {
      take(numbers[place]!, replica);
      if (replica + 1 < this.replicas) take(numbers[place + 1]!, replica + 1);
    }
  }

  readTo(name: string, values: Float64Array): void {
    this.read(name, (value, replica) => {
      values[replica] = value;
    });
  }

  /** Two numbers of each group, which lie in `values` as coordinates do. */
  writeCoordinates(names: readonly [string, string], values: Float64Array): void {
    this.forEachCoordinate(names, (name, group, place, dimension) =>
      this.write(name, (replica) => values[replica * dimension + place]!, group),
    );
  }

  readCoordinates(names: readonly [string, string], values: Float64Array): void {
    this.forEachCoordinate(names, (name, group, place, dimension) =>
      this.read(
        name,
        (value, replica) => {
          values[replica * dimension + place] = value;
        },
        group,
      ),
    );
  }

  private forEachCoordinate(
    names: readonly [string, string],
    visit: (name: string, group: number, place: number, dimension: number) => void,
  ): void {
    const { groups } = this.kernel.kind;
    for (let place = 0; place < 2 * groups; place += 1) visit(names[place % 2]!, place >> 1, place, 2 * groups);
  }
}
