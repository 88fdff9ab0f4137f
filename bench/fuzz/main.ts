import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatTable, printLine, rightAligned } from '../../src/text/output.js';
import { type FuzzCounts, fuzz } from './fuzz.js';

/** `npm run fuzz -- --count 20000 --seed 1 --keep DIR`: what became of changed files, reader by reader; exit code 1 if any failed. */

const { values } = parseArgs({
  options: {
    count: { type: 'string', default: '20000' },
    seed: { type: 'string', default: '1' },
    /** Where files that failed are kept. */
    keep: { type: 'string' },
  },
});

const folder = mkdtempSync(join(tmpdir(), 'regimes-fuzz-'));
const { counts, failures } = fuzz(folder, { count: Number(values.count), seed: Number(values.seed) });
rmSync(folder, { recursive: true });

const NAMES = ['tried', 'refused', 'accepted', 'wronglyAccepted', 'wronglyRefused', 'crashed', 'hung'] as const;
const TITLES = ['tried', 'refused', 'taken', 'wrongly taken', 'wrongly refused', 'crashes', 'hangs'];
const row = (name: string, of: FuzzCounts): string[] => [name, ...NAMES.map((each) => String(of[each]))];
const total = (name: (typeof NAMES)[number]): number => [...counts.values()].reduce((sum, each) => sum + each[name], 0);
const all = Object.fromEntries(NAMES.map((name) => [name, total(name)])) as unknown as FuzzCounts;
printLine(
  formatTable(
    [{ title: 'file' }, ...TITLES.map(rightAligned)],
    [...[...counts].map(([name, of]) => row(name, of)), row('all', all)],
  ),
);

for (const { target, kind, seed, message, bytes } of failures.slice(0, 20)) {
  printLine(`${kind}: ${target}, change ${seed}: ${message.split('\n')[0]}`);
  if (values.keep === undefined) continue;
  mkdirSync(values.keep, { recursive: true });
  writeFileSync(join(values.keep, `${seed}-${kind}`), bytes);
}
if (failures.length > 0) process.exitCode = 1;
