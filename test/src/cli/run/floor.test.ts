import { readFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { expectOneLineError, json, refused, regimes, temporaryFolder } from '../../../cli.js';
import { writeRun } from '../../archive/stored.js';
import { equilibriumRun, run, SUM, steps as stepsOf } from '../../verify/toy-sweep.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const words = (text: string): string[] => ['floor', ...text.split(' ')];

describe('regimes floor of numbers', () => {
  it('says what they mean', async () => {
    const { code, out, err } = await regimes(...words('--lr 0.05 --norm 5 --gradient-norm 5.2 --loss 0.474'));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    // ELR 0.05 / 25, EGN 26: a floor of 0.338, 0.713 of the loss.
    expect(out).toMatch(
      /^ELR +0.002\nEGN \(rms\) +26\nloss +0.474\nnoise floor +0.338\nR +0.713\ngain by decay +0.338\n/,
    );
    expect(out).toContain(
      'Noise keeps the loss up: decaying the rate now would lower it by about 0.338, to about 0.136',
    );
  });

  it('decides nothing from an upper estimate above the loss', async () => {
    const numbers = '--lr 0.05 --momentum 0.9 --gradient-norm 5.2 --loss 0.474';
    // 0.05 x 5.2^2 / 4 x 10 = 3.38.
    const { out } = await regimes(...words(numbers));
    expect(out).toMatch(/noise floor +at most 3.38\nR +at most 7.13\ngain by decay +unknown\n/);
    expect(out).toMatch(/reading +The floor is an upper estimate, and one above the loss decides nothing/);
    expect(out).not.toContain('divergence');
    expect(await json(...words(numbers))).toMatchObject({ state: 'undetermined', gain: null, isUpperEstimate: true });
  });

  it('needs no gradient beside the buffer of momentum', async () => {
    // 0.05 x 1.9 x 4^2 / 4 = 0.38.
    const known = { noiseFloor: expect.closeTo(0.38, 12), isUpperEstimate: false, state: 'noise-limited' };
    const rest = '--momentum 0.9 --buffer-norm 4 --loss 0.474';
    expect(await json(...words(`--lr 0.05 ${rest}`))).toMatchObject({ ...known, elr: null, egn: null });
    expect(await json(...words(`--lr 0.05 --norm 5 ${rest}`))).toMatchObject({ ...known, elr: 0.002, egn: null });
    expect(await json(...words(`--elr 0.05 ${rest}`))).toMatchObject({ ...known, elr: 0.05, egn: null });
    expect(await json(...words(`--lr 0.05 --gradient-norm 3 ${rest}`))).toMatchObject(known);
  });

  it('does not claim divergence alone, nor that going on gains more', async () => {
    const large = (await json(...words('--elr 0.1 --egn 3000 --loss 9'))) as { sentence: string };
    expect(large.sentence).toContain('divergence, or batches drawn without replacement, or flat directions');
    // R 0.25 / 1 and 1.5.
    const small = (await json(...words('--elr 0.01 --egn 10 --loss 1'))) as { sentence: string };
    expect(small.sentence).toBe(
      'The floor is less than 30% of the loss: by the law, decaying the rate now would lower it by about 0.25.',
    );
    const { out } = await regimes(...words('--elr 0.06 --egn 10 --loss 1'));
    expect(out).toMatch(/R +1.5\ngain by decay +at most 1\n/);
  });

  it('as JSON', async () => {
    expect(await json(...words('--elr 0.1 --egn 3000 --loss 9'))).toMatchObject({
      run: null,
      noiseFloor: 225000,
      noiseShare: 25000,
      state: 'steps too large',
      gain: null,
    });
    // 0.02 (2 - 0.002) 25 / 4.
    expect(await json(...words('--lr 0.1 --norm 5 --weight-decay 0.02 --loss 0.5'))).toMatchObject({
      noiseFloor: expect.closeTo((0.02 * 1.998 * 25) / 4, 12),
      egn: null,
    });
    expect(await json(...words('--elr 0.001 --egn 10 --momentum 0.9 --loss 1'))).toMatchObject({
      noiseFloor: expect.closeTo(0.25, 12),
      isUpperEstimate: true,
    });
    expect(await json(...words('--elr 0.001 --egn 10 --momentum 0.9 --buffer-norm 20 --loss 1'))).toMatchObject({
      noiseFloor: expect.closeTo((0.001 * 1.9 * 400) / 4, 12),
      isUpperEstimate: false,
    });
  });

  it.each<[string, RegExp]>([
    ['--loss 1', /allowed: --elr and --egn, or --lr/],
    ['--elr 1 --loss 1', /allowed: --elr and --egn.*--buffer-norm/],
    ['--lr 1 --buffer-norm 1 --loss 1', /goes with --momentum/],
    ['--elr 1 --gradient-norm 1 --loss 1', /stand alone/],
    ['--elr 1 --egn 1 --lr 1 --loss 1', /stand alone/],
    ['--elr 1 --egn 1', /--loss is missing/],
    ['--elr 1 --egn 1 --loss 1 --bottom 1', /--bottom must be below --loss/],
    ['--elr 1 --egn 1 --loss 1 --buffer-norm 3', /goes with --momentum/],
    ['--lr 1 --norm 1 --weight-decay 0.1 --momentum 0.9 --loss 1', /without momentum only/],
    ['--lr 10 --norm 1 --weight-decay 0.1 --loss 1', /must be below 1/],
    ['runs --lr 1', /has its own numbers/],
    ['nowhere', /nowhere does not exist; allowed: a folder/],
  ])('refuses %s', async (given, reason) => {
    expectOneLineError(await refused(...words(given)), reason);
  });
});

describe('regimes floor of runs', () => {
  const { manifest, steps } = equilibriumRun(2);
  const directory = writeRun(folder.path('sweep/at-2'), { manifest: { ...manifest, status: 'finished' }, steps });

  it('has R = (k + 1) / 2 of the toy, and its noise floor', async () => {
    // Loss 1.75, R = 1.5: above the law.
    expect(await json('floor', directory)).toMatchObject({
      run: directory,
      elr: 2 / 7,
      loss: 1.75,
      // S sqrt(1 - 1 / k^2).
      egn: expect.closeTo(7 * Math.sqrt(0.75), 10),
      noiseShare: expect.closeTo(1.5, 12),
      noiseFloor: expect.closeTo(2.625, 12),
      state: 'above the law',
      gain: expect.closeTo(1.75, 12),
    });
  });

  it('is too uncertain where the error of R spans a bound', async () => {
    // k = 1.5 has R = 1.25, the bound; every other four steps have mean squares half as large again, and the rest half as large.
    const [k, elr] = [1.5, 1.5 / SUM];
    const size = (i: number): number => Math.sqrt((k * k - 1) * (i % 8 < 4 ? 1.5 : 0.5));
    const uncertain = run(
      elr,
      stepsOf(() => 3.5 * (1 - 1 / k), size, elr),
    );
    const stored = { manifest: { ...uncertain.manifest, status: 'finished' as const }, steps: uncertain.steps };
    const floor = (await json('floor', writeRun(folder.path('uncertain'), stored))) as Record<string, number>;
    expect(Math.abs(floor.noiseShare! - 1.25)).toBeLessThan(floor.noiseShareError!);
    expect(floor).toMatchObject({ state: 'too uncertain', sentence: expect.stringContaining('too uncertain') });
  });

  it('lists those of a folder, and leaves out what cannot be read', async () => {
    writeRun(folder.path('sweep/at-1.2'), {
      manifest: { ...equilibriumRun(1.2).manifest, status: 'finished' },
      steps: equilibriumRun(1.2).steps,
    });
    writeRun(folder.path('sweep/empty'), { manifest: { status: 'running', outcome: null }, steps: [] });
    const { code, out, err } = await regimes('floor', folder.path('sweep'));
    expect(code).toBe(1);
    expect(err).toBe(`left out: ${folder.path('sweep/empty')} has no step yet, or its loss is not finite\n`);
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    expect(lines.map((cells) => cells.at(-1))).toEqual(['state', 'noise-limited', 'above the law']);
    // The errors are rounding.
    expect(lines.map((cells) => cells[5]!.split(' ')[0])).toEqual(['R', '1.1', '1.5']);
  });
});

it('is documented with the commands that it has', () => {
  const page = readFileSync('docs/noise-floor.md', 'utf8');
  for (const option of page.match(/(?<![-|])--[a-z][a-z-]*/g)!)
    expect([
      '--elr',
      '--egn',
      '--lr',
      '--norm',
      '--gradient-norm',
      '--loss',
      '--bottom',
      '--momentum',
      '--buffer-norm',
      '--weight-decay',
      '--json',
    ]).toContain(option);
});
