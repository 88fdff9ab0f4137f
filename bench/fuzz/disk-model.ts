import { dirname, join } from 'node:path';
import type { FolderState } from './folder-state.js';
import type { Call } from './watched-disk.js';

/**
 * What a disk may hold after a power cut. It remembers what was settled, by fsync of a file or of a folder; of everything else,
 * any part may be lost. Only that a rename happens wholly or not at all is taken for granted, which file systems promise.
 */

class Inode {
  constructor(
    public settled: Buffer,
    public now: Buffer = settled,
  ) {}

  get isSettled(): boolean {
    return this.settled.equals(this.now);
  }
}

const FOLDER = Symbol('folder');
type Entry = Inode | typeof FOLDER;
type Names = Map<string, Entry>;

/** A change of the names in one folder. */
interface NameChange {
  readonly folder: string;
  readonly apply: (names: Names) => void;
}

/** What became of bytes that were written and not settled. */
type DataLoss = (inode: Inode) => Buffer;

/** What is there already stays: half of what follows. */
const halfOf = ({ settled, now }: Inode): Buffer => {
  const differs = now.findIndex((byte, i) => settled[i] !== byte);
  const kept = differs < 0 ? now.length : differs;
  return now.subarray(0, kept + ((now.length - kept) >> 1));
};
const zeroed = ({ settled, now }: Inode): Buffer =>
  Buffer.from(now).map((byte, i) => (settled[i] === byte ? byte : 0)) as Buffer;

const DATA_LOSSES: readonly DataLoss[] = [({ settled }) => settled, zeroed, halfOf, ({ now }) => now];

/** A file, or a folder with all that is in it. */
const within = (names: Names, path: string): [string, Entry][] =>
  [...names].filter(([each]) => each === path || each.startsWith(`${path}/`));

export class DiskModel {
  private readonly settled: Names = new Map();
  private readonly now: Names = new Map();
  private pending: NameChange[] = [];
  private readonly open = new Map<number, Inode>();

  /** A disk with these files in a folder, all of it settled. */
  constructor(folder: string, files: FolderState) {
    const entries = [...files].map(([path, bytes]) => [join(folder, path), new Inode(bytes)] as const);
    for (const names of [this.settled, this.now]) {
      for (let above = folder; above !== dirname(above); above = dirname(above)) names.set(above, FOLDER);
      for (const [path, inode] of entries) {
        names.set(path, inode);
        for (let above = dirname(path); above !== folder; above = dirname(above)) names.set(above, FOLDER);
      }
    }
  }

  /** A change that a sync of the folder of `to` settles. */
  private change(to: string, apply: (names: Names) => void): void {
    apply(this.now);
    this.pending.push({ folder: dirname(to), apply });
  }

  /** A call that has succeeded, and what it returned. */
  take({ name, path, arguments: given }: Call, result: unknown): void {
    const target = given[1] as string;
    switch (name) {
      case 'open': {
        let inode = this.now.get(path);
        if (!(inode instanceof Inode)) {
          const made = new Inode(Buffer.alloc(0));
          inode = made;
          this.change(path, (names) => names.set(path, made));
        }
        if (target === 'w') inode.now = Buffer.alloc(0);
        this.open.set(result as number, inode);
        return;
      }
      case 'write': {
        const inode = this.open.get(given[0] as number)!;
        inode.now = Buffer.concat([inode.now, (given[1] as Uint8Array).subarray(0, result as number)]);
        return;
      }
      case 'sync': {
        const inode = this.open.get(given[0] as number)!;
        inode.settled = inode.now;
        return;
      }
      case 'close':
        return;
      case 'truncate': {
        const inode = this.now.get(path) as Inode;
        inode.now = inode.now.subarray(0, given[1] as number);
        return;
      }
      case 'rename':
      case 'link': {
        const moved = within(this.now, path);
        this.change(target, (names) => {
          if (name === 'rename') for (const [from] of moved) names.delete(from);
          for (const [from, entry] of moved) names.set(`${target}${from.slice(path.length)}`, entry);
        });
        return;
      }
      case 'remove':
      case 'removeFolder':
      case 'removeTree': {
        const removed = within(this.now, path);
        if (removed.length > 0) this.change(path, (names) => removed.forEach(([each]) => void names.delete(each)));
        return;
      }
      case 'makeFolder':
        this.change(path, (names) => names.set(path, FOLDER));
        return;
      case 'syncFolder':
        for (const { apply } of this.pending.filter(({ folder }) => folder === path)) apply(this.settled);
        this.pending = this.pending.filter(({ folder }) => folder !== path);
        return;
    }
  }

  /** Names as they may be: of the unsettled changes the first few are kept, all but one, or one alone. */
  private *namesAfter(): Generator<Names> {
    const { pending } = this;
    const choices = [
      ...Array.from({ length: pending.length + 1 }, (_, count) => pending.slice(0, count)),
      ...pending.flatMap((_, i) => [pending.toSpliced(i, 1), [pending[i]!]]),
    ];
    for (const survived of choices) {
      const names = new Map(this.settled);
      for (const { apply } of survived) apply(names);
      yield names;
    }
  }

  /** What files may hold: all unsettled bytes lost alike, or those of one file alone. */
  private *dataAfter(): Generator<DataLoss> {
    const inodes = [...new Set([...this.now.values()].filter((entry): entry is Inode => entry instanceof Inode))];
    const unsettled = inodes.filter((inode) => !inode.isSettled);
    yield* DATA_LOSSES;
    if (unsettled.length < 2) return;
    for (const one of unsettled)
      for (const loss of DATA_LOSSES.slice(0, -1)) yield (inode) => (inode === one ? loss(inode) : inode.now);
  }

  /** The states in which a power cut may leave the disk now; the same one may come twice. */
  *afterPowerCut(): Generator<FolderState> {
    for (const names of this.namesAfter()) {
      const isThere = (path: string): boolean =>
        path === dirname(path) || (names.get(path) === FOLDER && isThere(dirname(path)));
      const files = [...names].filter(
        (entry): entry is [string, Inode] => entry[1] instanceof Inode && isThere(dirname(entry[0])),
      );
      for (const loss of this.dataAfter()) yield new Map(files.map(([path, inode]) => [path, loss(inode)]));
    }
  }
}
