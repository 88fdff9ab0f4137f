import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomSource } from '../../../../src/numerics/random.js';
import { readManifest } from '../../../../src/run/run-directory.js';
import { expectOneLineError, MAIN, regimes, temporaryFolder } from '../../../cli.js';
import { resume, size, smallRun } from '../small-run.js';

const folder = temporaryFolder();
afterAll(folder.remove);

// Long enough that no kill comes too late.
const STEPS = 120;
const { words: RUN, files: FILES, contents } = smallRun(STEPS);

const [whole, out] = [folder.path('whole'), folder.path('killed')];
const metrics = `${out}/metrics.jsonl`;
const random = randomSource(3);

beforeAll(async () => {
  expect((await regimes('train', ...RUN, '--out', whole)).code).toBe(0);
});

const GO_ON = ['--resume', '--log', 'none'];

/** The program with a checkpoint after every step, and how its process will have ended. */
function start(words: readonly string[], { hook, env = {} }: { hook?: string; env?: NodeJS.ProcessEnv } = {}) {
  const loaded = hook === undefined ? [] : ['--import', hook];
  const given = [...loaded, MAIN, 'train', '--out', out, '--checkpoint-every', '1', ...words];
  const child = spawn(process.execPath, given, { stdio: 'ignore', env: { ...process.env, ...env } });
  const signal = new Promise((resolve) => child.once('exit', (_, name) => resolve(name)));
  return { child, signal };
}

/** Kills from outside once the metrics have grown by so many bytes, after a moment more. */
async function killAfter(bytes: number, moment: number, words: readonly string[] = GO_ON): Promise<void> {
  const { child, signal } = start(words);
  const before = size(metrics);
  while (child.exitCode === null && Math.abs(size(metrics) - before) < bytes) await setTimeout(1);
  await setTimeout(moment);
  child.kill('SIGKILL');
  expect(await signal).toBe('SIGKILL');
}

/** Kills from inside, in the middle of a write; what then is in the folder. */
async function killWhileWriting(name: string, place: 'half' | 'whole' | 'named', pass: number): Promise<string[]> {
  const hook = fileURLToPath(new URL('./kill-while-writing.js', import.meta.url));
  const { signal } = start(GO_ON, { hook, env: { KILL_WHILE_WRITING: `${name} ${pass} ${place}` } });
  expect(await signal).toBe('SIGKILL');
  return readdirSync(out);
}

const isTorn = (name: string): boolean => /\.\d+\.tmp$/.test(name);
const checkpoints = (names: readonly string[]): string[] => names.filter((name) => /^checkpoint-\d+\.\w+$/.test(name));
const aFew = (): number => Math.floor(random.uniform() * 4);

describe('a run that is killed twelve times', () => {
  it('at random moments of training: six', async () => {
    const line = readFileSync(`${whole}/metrics.jsonl`).length / STEPS;
    await killAfter(1, 0, RUN);
    for (let kill = 0; kill < 4; kill += 1) await killAfter(random.uniform() * 8 * line, random.uniform() * 8);
    // During the start of a process too.
    await killAfter(0, 300);
    expect(readManifest(out)!.status).toBe('running');
  });

  it('while it writes a checkpoint: three, each of which leaves a torn file or one too many', async () => {
    for (const place of ['half', 'whole'] as const) {
      // After a checkpoint at least: a kill from outside may have left three, of which this process has removed one by then.
      const left = await killWhileWriting('checkpoint-', place, 1 + aFew());
      expect(left.filter(isTorn)).toEqual([expect.stringMatching(/^checkpoint-\d+\.safetensors\.\d+\.tmp$/)]);
      expect(checkpoints(left).length).toBe(2);
      const torn = size(`${out}/${left.find(isTorn)}`);
      const complete = size(`${out}/${checkpoints(left)[0]}`);
      // Headers differ by the digits of a step.
      expect(torn / complete).toBeCloseTo(place === 'half' ? 0.5 : 1, 2);
    }
    const left = await killWhileWriting('checkpoint-', 'named', aFew());
    expect(left.filter(isTorn)).toEqual([]);
    expect(checkpoints(left).length).toBe(3);
  });

  it('while it writes its metrics, its manifest and, at the end, its weights: three', async () => {
    await killWhileWriting('metrics.jsonl', 'half', aFew());
    expect(readFileSync(metrics, 'utf8').endsWith('\n')).toBe(false);
    expect((await killWhileWriting('manifest.json', 'half', 0)).filter(isTorn)).toEqual([
      expect.stringMatching(/^manifest\.json\.\d+\.tmp$/),
    ]);
    expect((await killWhileWriting('weights.safetensors', 'half', 0)).filter(isTorn)).toEqual([
      expect.stringMatching(/^weights\.safetensors\.\d+\.tmp$/),
    ]);
    expect(readManifest(out)!.status).toBe('running');
  });

  it('ends with the bytes of one that was not', async () => {
    const { code, err } = await resume(out);
    expect({ code, err }).toEqual({ code: 0, err: expect.stringMatching(/: 120 steps in [^\n]+\n$/) });
    expect(contents(out)).toEqual(contents(whole));
    // Nothing is left of checkpoints, locks and half-written files.
    expect(readdirSync(out).sort()).toEqual(['manifest.json', ...FILES].sort());
    expectOneLineError(await resume(out), /finished run; nothing to resume/);
  });
});
