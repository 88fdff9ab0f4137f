import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { expectOneLineError, json, refused, regimes, temporaryFolder } from '../../../cli.js';
import { writeRun } from '../../archive/stored.js';
import { convergingRun, equilibriumRun, SUM } from '../../verify/toy-sweep.js';

const folder = temporaryFolder();
afterAll(folder.remove);
// Commands that leave something out set it for their own process.
afterEach(() => {
  process.exitCode = undefined;
});

/** Runs of the toy at k, kept as a run of this program and exported by it, as a log of any training might be. */
async function exported(k: number, run = equilibriumRun(k)): Promise<string> {
  const directory = writeRun(folder.path(`run-${k}`), {
    ...{ configuration: { steps: run.steps.length }, manifest: { groups: run.manifest.groups }, steps: run.steps },
  });
  const path = folder.path(`k-${k}.csv`);
  expect((await regimes('runs', 'export', directory, '--per', 'step', '--out', path)).code).toBe(0);
  return path;
}

describe('regimes judge', () => {
  it('says of one log what it shows', async () => {
    const path = await exported(1.2);
    const { code, out, err } = await regimes('judge', path, '--random-loss', '100');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^logged +64 points up to step 63, one every step\n/);
    expect(out).toMatch(/^ELR +0\.1714\n/m);
    expect(out).toMatch(/^regime +chaotic equilibrium: the loss stays at a level below that of random points$/m);
    expect(out).toMatch(/^random points +loss 100$/m);
    // (k + 1) / 2 on the orbit of T4.
    expect(out).toMatch(/^R +1\.1 \+- /m);
    expect(out).toMatch(/^reading +Noise keeps the loss up: /m);
    expect(await json('judge', path, '--random-loss', '100')).toMatchObject({
      ...{ log: path, regime: 'chaotic equilibrium', interval: 1, points: 64 },
      ...{ elr: expect.closeTo(1.2 / SUM, 10), floor: { noiseShare: expect.closeTo(1.1, 10) } },
    });
  });

  it('says what it left out: steps that were skipped, and points that a restart replaced', async () => {
    const [head, ...lines] = readFileSync(await exported(1.3), 'utf8')
      .trim()
      .split('\n');
    const column = head!.split(',').indexOf('egn');
    const skipped = lines[7]!.split(',').with(column, 'inf').join(',');
    const path = folder.path('restarted.csv');
    writeFileSync(path, [head, ...lines.slice(0, 40), ...lines.slice(30), ''].join('\n').replace(lines[7]!, skipped));
    const { code, out, err } = await regimes('judge', path, '--random-loss', '100');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(/^logged +63 points up to step 63, one every step\n/);
    expect(out).toMatch(/^left out +1 step without a finite gradient, taken as skipped$/m);
    expect(out).toMatch(/^left out +10 points that a restart replaced$/m);
    expect(out).toMatch(/^regime +chaotic equilibrium: /m);
    expect(await json('judge', path, '--random-loss', '100')).toMatchObject({ skipped: 1, replaced: 10, points: 63 });
    const both = await regimes('judge', path, path, '--random-loss', '100');
    expect(both.out).toMatch(/^\S+restarted\.csv: left out 10 points that a restart replaced$/m);
  });

  it('puts several logs into a table by rising ELR, with the ELRs between which the regime changes', async () => {
    const paths = [await exported(1.2), await exported(0.9, convergingRun(0.9))];
    const bad = folder.path('bad.csv');
    writeFileSync(bad, 'step,loss,elr,egn\n0,1,1,1\n0,1,1,1\n');
    const { code, out, err } = await regimes('judge', ...paths, bad, '--random-loss', '100');
    expect({ code, err }).toEqual({
      code: 1,
      err: `left out: ${bad}: the steps of ${bad} do not rise from line to line: 0 follows 0; allowed: one training, in order\n`,
    });
    expect(out).toMatch(/^log +ELR +regime +loss +noise floor +R\n\S+k-0\.9\.csv +0\.1286 +o +convergence /);
    expect(out).toMatch(/^\S+k-1\.2\.csv +0\.1714 +\* +chaotic equilibrium /m);
    expect(out).toMatch(/^convergence up to ELR 0\.1286, no longer at 0\.1714$/m);
  });

  it.each([
    ['what does not exist', ['nowhere.csv'], /nowhere\.csv does not exist/],
    ['a column that is not there', ['--lr', 'rate'], /has no column of numbers "rate"; allowed: /],
    ['a number that is none', ['--norm', '3x'], /--norm.*Allowed: a number greater than 0/],
    ['a file without columns', [], /--loss must name the column/],
  ])('refuses %s in one line', async (_, words, message) => {
    const path = folder.path('some.csv');
    writeFileSync(path, words.length === 0 ? '' : 'loss,gradient_norm\n1,1\n');
    const own = words[0]?.endsWith('.csv') ? words : [path, ...words];
    expectOneLineError(await refused('judge', ...own), message);
  });
});
