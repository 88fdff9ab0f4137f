import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readManifest } from '../../../../src/run/run-directory.js';
import { expectOneLineError, refused, regimes, startRegimes, temporaryFolder } from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

// Three batches an epoch, the last one smaller: two graphs. Everything that a run may leave is left.
const NETWORK = '--model convnet-affine --momentum 0.9 --weight-decay 1e-3 --schedule cosine'.split(' ');
const DATA = '--width 2 --train-images 40 --batch 16 --keep 6'.split(' ');
const OBSERVED = '--measure 20 --average 0.5'.split(' ');
// Runs of two lengths; those at the largest rate end at their second step, since their numbers are none any more.
const RUNS = [...NETWORK, ...DATA, ...OBSERVED, ...'--lr 0.02,0.05,1e30 --steps 12,20'.split(' ')];

const sweep = (name: string, ...words: string[]) => regimes('sweep', ...words, '--json', '--out', folder.path(name));

/** A file of a run as text, byte by byte; in the manifest all but when and how long it was trained. */
function contentOf(run: string, file: string): string {
  const text = readFileSync(join(run, file), 'latin1');
  return file === 'manifest.json' ? text.replace(/"(created|seconds|sha256)": [^\n]*/g, '"$1"') : text;
}

/** All files of all runs of a sweep. */
function filesOf(name: string): Record<string, string> {
  const runs = readdirSync(folder.path(name)).filter((run) => run !== 'sweep.json');
  const files = runs.flatMap((run) =>
    readdirSync(folder.path(name, run)).map((file) => [`${run}/${file}`, contentOf(folder.path(name, run), file)]),
  );
  return Object.fromEntries(files);
}

describe('runs that step together', () => {
  let alone: Record<string, string>;
  beforeAll(async () => {
    expect((await sweep('alone', ...RUNS, '--workers', '1')).code).toBe(1);
    alone = filesOf('alone');
  });

  it('are those of a sweep in which some end early, by themselves or because they diverge', () => {
    const statusOf = (run: string) => readManifest(folder.path('alone', run))!;
    expect(Object.keys(alone)).toContain('lr-5e-2_steps-20/weights-6.safetensors');
    expect(statusOf('lr-5e-2_steps-20').status).toBe('finished');
    expect(statusOf('lr-1e+30_steps-20')).toMatchObject({ status: 'failed', failure: /not finite at step/ });
  });

  // Six at once; three at once, where each that ends makes room for another in the middle of its partners' way.
  it.each(['6', '3'])('%s at a time leave the files that they leave alone, byte for byte', async (together) => {
    const name = `together-${together}`;
    const { code, out } = await sweep(name, ...RUNS, '--workers', '1', '--together', together);
    expect(code).toBe(1);
    expect(JSON.parse(out).failed.map(({ lr }: { lr: number }) => lr)).toEqual([1e30, 1e30]);
    expect(filesOf(name)).toEqual(alone);
  });

  it('go on after a kill, one of them alone and the others together, to the same bytes', async () => {
    const words = [...NETWORK, ...DATA, '--lr', '0.02,0.05,0.1', '--steps', '60'];
    expect((await sweep('long-alone', ...words)).code).toBe(0);
    const out = folder.path('killed');
    const stepped = ['--checkpoint-every', '10', '--workers', '1', '--together', '3', '--out', out];
    const child = startRegimes('sweep', ...words, ...stepped);
    const exit = new Promise((resolve) => child.once('exit', resolve));
    const hasCheckpoint = (run: string) => readdirSync(run).some((file) => file.startsWith('checkpoint'));
    const runs = ['lr-2e-2', 'lr-5e-2', 'lr-1e-1'].map((run) => join(out, run));
    while (!runs.every((run) => existsSync(run) && hasCheckpoint(run))) await setTimeout(5);
    child.kill('SIGKILL');
    await exit;
    expect(runs.map((run) => readManifest(run)!.status)).toEqual(['running', 'running', 'running']);
    await setTimeout(100);
    expect((await regimes('train', '--out', runs[1]!, '--resume', '--log', 'none')).code).toBe(0);
    expect((await sweep('killed', ...words, '--workers', '1', '--together', '4')).code).toBe(0);
    expect(filesOf('killed')).toEqual(filesOf('long-alone'));
  });
});

describe('what cannot step together is refused in one line, and nothing is written', () => {
  it.each<[string[], RegExp]>([
    [['--together', '0'], /--together.*Allowed: a whole number from 1 to 64\./],
    [['--together', '1000000000'], /--together.*Allowed: a whole number from 1 to 64\./],
    [['--together', '1e9'], /--together.*Allowed: a whole number from 1 to 64\./],
    [['--together', '2', '--engine', 'eager'], /engine eager has no graph that runs could share; allowed: cpu, webgpu/],
  ])('sweep %j', async (words, message) => {
    const out = folder.path('nothing');
    expectOneLineError(await refused('sweep', ...DATA, '--elr', '1e-3,1e-2', ...words, '--out', out), message);
    expect(existsSync(out)).toBe(false);
  });
});
