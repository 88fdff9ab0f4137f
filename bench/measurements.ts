/**
 * What measuring adds to a run at its default: whole runs of `regimes train`, with and without, in processes of their own
 * and in turns; the best of the turns counts, since what else the machine does only ever adds.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { readMeasurements } from '../src/run/measurements.js';
import { readManifest } from '../src/run/run-directory.js';
import { formatNumber, formatTable } from '../src/text/output.js';

const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
const RUN = ['--width', '8', '--batch', '128', '--elr', '1e-3', '--threads', '1', '--log', 'none'];
const TURNS = 3;

interface Trained {
  readonly seconds: number;
  readonly measurements: number;
}

/** Seconds of the steps of a run, and of what is between them. */
async function train(words: readonly string[]): Promise<Trained> {
  const folder = mkdtempSync(join(tmpdir(), 'regimes-bench-'));
  const env = { ...process.env, OMP_NUM_THREADS: '1' };
  try {
    await promisify(execFile)(process.execPath, [MAIN, 'train', ...RUN, ...words, '--out', folder], { env });
    return { seconds: readManifest(folder)!.outcome!.seconds, measurements: readMeasurements(folder).length };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const faster = (a: Trained, b: Trained): Trained => (b.seconds < a.seconds ? b : a);

async function row(epochs: number): Promise<string[]> {
  const length = ['--epochs', String(epochs)];
  const turns: (readonly [Trained, Trained])[] = [];
  for (let turn = 0; turn < TURNS; turn += 1) {
    turns.push([await train([...length, '--measure', 'none']), await train(length)]);
  }
  const [without, measured] = turns.reduce((a, b) => [faster(a[0], b[0]), faster(a[1], b[1])] as const);
  const { seconds, measurements } = measured;
  return [epochs, measurements, without.seconds, seconds, seconds / without.seconds].map((value) =>
    formatNumber(value),
  );
}

const TITLES = ['epochs', 'measurements', 's without', 's with', 'with / without'] as const;

/** The table of runs of the ConvNet of width 8 on 2,000 images; an epoch takes about a second, six times. */
export async function benchMeasurements(epochs: readonly number[]): Promise<string> {
  const rows: string[][] = [];
  for (const each of epochs) rows.push(await row(each));
  return formatTable(
    TITLES.map((title) => ({ title, align: 'right' as const })),
    rows,
  );
}
