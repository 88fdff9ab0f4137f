/**
 * Processor time of short commands, each in a process of its own, beside that of a process of Node that does nothing; and,
 * where BEFORE names the main.js of another build, beside that of the same command there, in turns.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { manifestText } from '../src/run/manifest-text.js';
import { encodeStep } from '../src/run/run-writer.js';
import { formatTable } from '../src/text/output.js';
import { configuration, manifest, step } from './example-run.js';

const MAIN = fileURLToPath(new URL('../src/cli/main.js', import.meta.url));
const TURNS = 7;
const RUNS = 10;
const STEPS = 4000;

/** Says on stderr how much processor time the process took, once it ends. */
const METER = `data:text/javascript,${encodeURIComponent(
  `process.on('exit', () => {
    const { user, system } = process.cpuUsage();
    process.stderr.write('cpu ' + (user + system) / 1e6);
  });`,
)}`;

/** Seconds of processor time of one process. */
function seconds(words: readonly string[]): number {
  const { stderr, status } = spawnSync(process.execPath, ['--import', METER, ...words], { encoding: 'utf8' });
  const found = /cpu ([\d.e-]+)$/.exec(stderr);
  if (status !== 0 || found === null) throw new Error(`node ${words.join(' ')} ended with ${status}: ${stderr}`);
  return Number(found[1]);
}

/** Finished runs of as many steps as a default sweep takes. */
function writeRuns(folder: string): void {
  const first = join(folder, 'run-0');
  mkdirSync(first);
  const outcome = { seconds: 1, test: { loss: 1, accuracy: 0.5 } };
  const finished = {
    ...manifest,
    status: 'finished',
    outcome,
    configuration: { ...configuration, steps: STEPS },
  } as const;
  writeFileSync(join(first, 'manifest.json'), manifestText(finished));
  const lines = Array.from({ length: STEPS }, (_, i) => `${encodeStep(step(i, { loss: 1 + Math.sin(i) ** 2 }))}\n`);
  writeFileSync(join(first, 'metrics.jsonl'), lines.join(''));
  for (let run = 1; run < RUNS; run += 1) cpSync(first, join(folder, `run-${run}`), { recursive: true });
}

/** The best of some turns for each of several processes, which take turns. */
function best(processes: readonly (readonly string[])[]): number[] {
  const turns = Array.from({ length: TURNS }, () => processes.map(seconds));
  return processes.map((_, i) => Math.min(...turns.map((turn) => turn[i]!)));
}

/** The table of commands. Runs are listed again, once their summaries are kept. */
export async function benchStartup(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'regimes-bench-'));
  const mains = process.env.BEFORE === undefined ? [MAIN] : [MAIN, process.env.BEFORE];
  const list = ['runs', 'list', folder];
  try {
    writeRuns(folder);
    // Summaries are kept of files that have not changed for a while.
    await setTimeout(2500);
    seconds([MAIN, ...list]);
    const commands = [['--help'], ['toy', 'thresholds', '--alpha', '1,2,4'], list];
    const rows = commands.map((words) => {
      const [nothing, ...ours] = best([['--eval', '0'], ...mains.map((main) => [main, ...words])]);
      const [now, before] = ours as [number, number | undefined];
      const ratio = before === undefined ? [] : [before.toFixed(3), (before / now).toFixed(2)];
      const title = words === list ? `runs list (${RUNS} runs of ${STEPS} steps)` : words.join(' ');
      return [title, now.toFixed(3), nothing!.toFixed(3), (now / nothing!).toFixed(2), ...ratio];
    });
    const titles = ['s', 'node alone', '/ node', ...(mains.length > 1 ? ['before', 'before / s'] : [])];
    return formatTable([{ title: 'command' }, ...titles.map((title) => ({ title, align: 'right' as const }))], rows);
  } finally {
    rmSync(folder, { recursive: true });
  }
}
