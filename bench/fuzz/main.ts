import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { printLine } from '../../src/text/output.js';
import { printFaults, printFiles, printKills, printPowerCuts } from './reports.js';

/**
 * `npm run fuzz -- [PART] --count N --seed N --every N --keep DIR`: what became of changed files, of calls that fail, of power cuts
 * and of kills; exit code 1 if anything went wrong.
 */

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    /** Files to change, or processes to kill. */
    count: { type: 'string' },
    seed: { type: 'string', default: '1' },
    /** Of the calls and of the states after power cuts, every so-manieth is tried. */
    every: { type: 'string', default: '1' },
    /** Where changed files that failed are kept. */
    keep: { type: 'string' },
  },
});

const [seed, every] = [Number(values.seed), Number(values.every)];
const count = (otherwise: number): number => Number(values.count ?? otherwise);

const PARTS: Readonly<Record<string, (folder: string) => Promise<boolean>>> = {
  files: async (folder) => printFiles(folder, { count: count(20_000), seed, keep: values.keep }),
  faults: (folder) => printFaults(folder, { every }),
  power: (folder) => printPowerCuts(folder, { every }),
  kills: (folder) => printKills(folder, { count: count(100), seed }),
};

const part = positionals[0] ?? 'files';
const report = PARTS[part];
if (report === undefined || positionals.length > 1) {
  printLine(`unknown part ${positionals.join(' ')}; allowed: one of ${Object.keys(PARTS).join(', ')}`);
  process.exit(2);
}
const folder = mkdtempSync(join(tmpdir(), 'regimes-fuzz-'));
try {
  if (!(await report(folder))) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
