/**
 * A sweep of 16 runs of the ConvNet whose runs take their steps in one graph, beside the same sweep with each run by
 * itself and as many processes. In pairs, one after the other; the best of the turns counts, since what else the machine does only ever adds.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { formatNumber, formatTable } from '../src/text/output.js';

const PROGRAM = fileURLToPath(new URL('./sweep-process.js', import.meta.url));
const ELRS = '1e-4:1e-2:16';
const SWEEP = `sweep --elr ${ELRS} --train-images 1280 --measure none --json`.split(' ');

/** Seconds of a sweep, and of the processor time of all its processes. */
interface Cost {
  readonly wall: number;
  readonly processor: number;
}

interface SweepSetting {
  readonly width: number;
  readonly batch: number;
  readonly steps: number;
}

interface Layout {
  readonly workers: number;
  readonly together: number;
}

function train({ width, batch, steps }: SweepSetting, { workers, together }: Layout): Cost {
  const folder = mkdtempSync(join(tmpdir(), 'regimes-bench-'));
  const numbers = Object.entries({ width, batch, steps, workers, together });
  const words = [...SWEEP, ...numbers.flatMap(([name, value]) => [`--${name}`, String(value)]), '--out', folder];
  try {
    // The shell's `time` counts the processes of a process too.
    const timed = [
      '-c',
      'TIMEFORMAT="%R %U %S"; time "$@" >/dev/null 2>/dev/null',
      'bash',
      process.execPath,
      PROGRAM,
      String(workers),
    ];
    const { status, stderr } = spawnSync('bash', [...timed, ...words], { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the sweep ended with ${status}`);
    const [wall, user, system] = stderr.trim().replaceAll(',', '.').split(' ').map(Number) as [number, number, number];
    return { wall, processor: user + system };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const best = (costs: readonly Cost[]): Cost => ({
  wall: Math.min(...costs.map(({ wall }) => wall)),
  processor: Math.min(...costs.map(({ processor }) => processor)),
});

function row(setting: SweepSetting, layout: Layout, turns: number): string[] {
  const pairs = Array.from({ length: turns }, () => ({
    alone: train(setting, { ...layout, together: 1 }),
    together: train(setting, layout),
  }));
  const [alone, together] = [best(pairs.map((pair) => pair.alone)), best(pairs.map((pair) => pair.together))];
  const { width, batch, steps } = setting;
  return [
    ...[width, batch, steps, layout.workers, layout.together].map(String),
    ...[alone.processor, together.processor, alone.wall, together.wall].map((value) => formatNumber(value)),
    (alone.processor / together.processor).toFixed(2),
    (alone.wall / together.wall).toFixed(2),
  ];
}

const TITLES = [
  ...['width', 'batch', 'steps', 'processes', 'together'],
  ...['CPU s alone', 'CPU s', 'wall s alone', 'wall s', 'speed, CPU', 'speed, wall'],
];

/** How long the sweeps are, and how often each is trained. */
interface Extent {
  /** Of the sweep with batches of 128 images, and of that with small ones. */
  readonly steps: readonly [number, number];
  readonly turns: number;
}

/** Two minutes on two idle cores; and, for figures that are worth writing down, about twenty. */
const SHORT: Extent = { steps: [16, 100], turns: 1 };
const LONG: Extent = { steps: [50, 400], turns: 3 };

/** The table; above 1, taking the steps together is faster. */
export function benchTogether({ isLong = false }: { readonly isLong?: boolean } = {}): string {
  const { steps, turns } = isLong ? LONG : SHORT;
  const workers = availableParallelism();
  const setting = { width: 4, batch: 128, steps: steps[0] };
  const rows = [
    row(setting, { workers, together: 4 }, turns),
    row(setting, { workers, together: 8 }, turns),
    row(setting, { workers: 1, together: 16 }, turns),
    row({ width: 2, batch: 16, steps: steps[1] }, { workers, together: 8 }, turns),
  ];
  return formatTable(
    TITLES.map((title) => ({ title, align: 'right' as const })),
    rows,
  );
}
