import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SweepRun } from '../../../../src/run/recorded-run.js';
import { RunWriter } from '../../../../src/run/run-writer.js';
import { extendSweep } from '../../../../src/sweep/extend-sweep.js';
import { plannedRun } from '../../../../src/sweep/plan.js';
import type { Figure } from '../../../../tui/figure/figure.js';
import { expectOneLineError, refused, regimes, temporaryFolder } from '../../../cli.js';
import { decodePng } from '../../../tui/export/png.js';
import { convergingRun, equilibriumRun } from '../../verify/toy-sweep.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** Runs on disk that are the toy itself, each with several values of another option. */
function write(directory: string, runs: readonly SweepRun[], option: 'seed' | 'batch' = 'seed', values = [1]): void {
  const planned = runs.flatMap((run) =>
    values.map((value) => {
      const configuration = { ...run.manifest.configuration, [option]: value };
      return {
        run,
        plan: plannedRun(configuration, {
          elr: configuration.rate.value,
          ...(values.length > 1 && { [option]: value }),
        }),
      };
    }),
  );
  const varied = values.length > 1 ? ['elr', option] : ['elr'];
  extendSweep(directory, { varied, given: {}, runs: planned.map(({ plan }) => plan) });
  for (const { run, plan } of planned) {
    const manifest = { ...run.manifest, configuration: plan.configuration } as SweepRun['manifest'];
    const writer = RunWriter.create(`${directory}/${plan.folder}`, manifest);
    for (const step of run.steps) writer.append(step);
    writer.finish(new Map(), { seconds: 64, test: { loss: null, accuracy: 0.5 } });
  }
}

const SWEEP = folder.path('sweep');
const SEEDS = folder.path('seeds');
const BATCHES = folder.path('batches');
beforeAll(() => {
  const runs = [convergingRun(0.9), equilibriumRun(1.2), equilibriumRun(1.5), equilibriumRun(10)];
  write(SWEEP, runs);
  write(SEEDS, runs.slice(1, 3), 'seed', [1, 2]);
  write(BATCHES, runs.slice(1, 3), 'batch', [16, 32]);
});

/** A process a figure would take minutes in all; a few tests go through one. */
async function printed(...words: string[]): Promise<string> {
  const { code, out, err } = await refused('figure', ...words);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return out;
}

const figure = async (...words: string[]): Promise<Figure> => JSON.parse(await printed(...words, '--json')) as Figure;

describe('regimes figure', () => {
  it('prints a figure as text of the size asked for', async () => {
    const { code, out, err } = await regimes('figure', 'loss', SWEEP, '--width', '70', '--height', '20');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    const lines = out.trimEnd().split('\n');
    expect(lines.length).toBeLessThanOrEqual(20);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(70);
    expect(out).not.toContain('\x1b');
    expect(lines[0]).toMatch(/: loss against ELR$/);
    expect(lines[1]).toContain('─ noise floor');
    for (const mark of ['o', '*', 'x']) expect(lines.slice(3).join('\n')).toContain(mark);
  });

  it('prints the figure itself as JSON, with the axes and the theory asked for', async () => {
    const plain = await figure('loss', SWEEP);
    expect(plain).toMatchObject({ name: 'loss', x: { scale: 'logarithmic' }, y: { scale: 'linear' } });
    expect(plain.series.some(({ kind }) => kind === 'theory')).toBe(true);
    const changed = await figure('loss', SWEEP, '--no-log-x', '--log-y', '--no-theory');
    expect(changed).toMatchObject({ x: { scale: 'linear' }, y: { scale: 'logarithmic' } });
    expect(changed.series.map(({ kind }) => kind)).toEqual(['points']);
  });

  it('draws each of its figures from a sweep', async () => {
    const names = (await printed('list', '--json'))
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { name: string }).name);
    expect(names).toHaveLength(14);
    const others = ['phase', 'epoch-test-error', 'random-walk'];
    for (const name of names.filter((each) => !others.includes(each))) {
      expect(await printed(name, SWEEP, '--glyphs', 'ascii', '--width', '60')).toMatch(/^[\x20-\x7e\n]+$/);
    }
  });

  it('draws no empty axes: it says what is missing, with exit code 1', async () => {
    for (const more of [[], ['--out', folder.path('out', 'empty.svg')]]) {
      const { code, out, err } = await regimes('figure', 'epoch-test-error', SWEEP, ...more);
      expect({ code, out }).toEqual({ code: 1, out: '' });
      expect(err).toBe(
        'error: epoch-test-error: nothing to draw: 4 of 4 runs without measurements on the way (--measure)\n',
      );
    }
    expect(existsSync(folder.path('out', 'empty.svg'))).toBe(false);
    // Its data say the same.
    expect((await figure('epoch-test-error', SWEEP)).notes).toHaveLength(1);
  });

  it('writes a figure for a column in several formats, with a caption that says what is drawn', async () => {
    const base = folder.path('paper', 'fig2');
    const out = await printed('loss', SWEEP, '--out', base, '--size', 'column', '--format', 'pdf,png,csv');
    expect(out).toBe(['pdf', 'png', 'csv', 'txt'].map((end) => `${base}.${end}\n`).join(''));
    expect(readFileSync(`${base}.pdf`, 'latin1')).toMatch(/^%PDF-/);
    expect(decodePng(readFileSync(`${base}.png`)).width).toBe(2100);
    const caption = readFileSync(`${base}.txt`, 'utf8');
    for (const said of [
      ...[/^Convnet width \d+, [a-z-]+, batch 16: loss against ELR\.\n/, /\d+ training images/, /steps 64 a run/],
      ...[/1 seed \(1\)/, /one standard error/, /^No noise floor at 2 of 4 ELRs/m],
    ])
      expect(caption).toMatch(said);
    expect(readFileSync(`${base}.csv`, 'utf8')).toContain('divergence: steps are too large for the noise floor');
  });

  it('writes all figures into a folder, each under a name of its own, and names those it cannot draw', async () => {
    const folderOf = folder.path('paper', 'all');
    const { code, out, err } = await regimes('figure', 'all', SWEEP, '--out', folderOf, '--format', 'svg');
    expect(code).toBe(0);
    expect(err).toContain('not drawn: epoch-test-error: nothing to draw');
    expect(err).toContain('not drawn: random-walk: nothing to draw: no run has kept its weights');
    const names = out.trim().split('\n');
    expect(new Set(names).size).toBe(names.length);
    expect(readdirSync(folderOf).toSorted()).toEqual(names.map((file) => basename(file)).toSorted());
    const svgs = names.filter((file) => file.endsWith('.svg'));
    expect(svgs.map((file) => basename(file, '.svg'))).toEqual([
      ...[
        'loss',
        'toy-loss',
        'phase-regime',
        'line',
        'loss-egn',
        'toy-loss-egn',
        'epoch-loss',
        'epoch-error',
        'epoch-egn',
      ],
      ...['trajectory-loss-elr-1.71429e-1-seed-1', 'ess-elr-1.71429e-1'],
      'shares-elr-1.71429e-1',
    ]);
    expect(new Set(svgs.map((file) => readFileSync(file, 'utf8'))).size).toBe(svgs.length);
    expect(readFileSync(`${folderOf}/toy-loss.txt`, 'utf8')).toContain('Toy alpha 1,2,4, 3000 steps');
  });

  it('places no run on the phase diagram of the toy whose noise share determines no k', async () => {
    // Its threads are those of the program as built; progress is on stderr where it takes long.
    const { code, out } = await regimes('figure', 'phase', SWEEP, '--json');
    expect(code).toBe(0);
    const phase = JSON.parse(out) as Figure;
    // Of 64 steps nobody knows how gradients fall with the loss.
    expect(phase.series[0]!.points).toEqual([]);
    expect(phase.notes).toEqual(['4 of 4 runs have no place: their noise share R determines no k']);
    expect(phase.cells!.values.flat().every((cell) => cell !== null)).toBe(true);
  });

  it('chooses a run by its ELR, by default the first in equilibrium', async () => {
    expect((await figure('trajectory', SWEEP)).title).toMatch(/ELR 0.1714: loss against step$/);
    const chosen = await figure('trajectory', SWEEP, '--elr', String(10 / 7), '--quantity', 'ess', '--axis', 'time');
    expect(chosen.title).toMatch(/ELR 1.429: ESS against time$/);
    // As the title has it; 10 / 7 has more digits.
    expect((await figure('trajectory', SWEEP, '--elr', '1.429')).title).toMatch(/ELR 1.429: loss against step$/);
    // 64 steps took 64 seconds.
    expect(chosen.series[0]!.points.at(-1)!.x).toBe(64);
    const last = await figure('trajectory', SWEEP, '--elr', '1.429', '--last', '0.25', '--smoothing', '0');
    // Of steps 0 to 63 the last quarter of the way, from 47.25 on.
    expect(last.series[0]!.points.map(({ x }) => x)).toEqual(Array.from({ length: 16 }, (_, i) => 48 + i));
    for (const name of ['loss', 'all'])
      expectOneLineError(await refused('figure', name, SWEEP, '--last', '0.1'), /--last goes with trajectory/);
    expectOneLineError(
      await refused('figure', 'shares', SWEEP, '--elr', '7'),
      /no run with a step at ELR 7; allowed: 0.128/,
    );
  });

  it('has seeds of a setting together, and chooses among them', async () => {
    const loss = await figure('loss', SEEDS);
    expect(loss.series[0]!.points).toHaveLength(2);
    expect(
      (await figure('epoch-loss', SEEDS)).series.filter(({ kind }) => kind === 'line').map(({ name }) => name),
    ).toEqual(['ELR 0.1714, seed 1', 'ELR 0.1714, seed 2', 'ELR 0.2143, seed 1', 'ELR 0.2143, seed 2']);
    const one = await figure('epoch-loss', SEEDS, '--where', 'seed=2');
    expect(one.series.filter(({ kind }) => kind === 'line')).toHaveLength(2);
  });

  it('writes files, and tells their names', async () => {
    for (const extension of ['svg', 'png', 'csv']) {
      const file = folder.path('out', `line.${extension}`);
      expect(await printed('line', SWEEP, '--out', file, '--width', '400', '--height', '300')).toBe(`${file}\n`);
    }
    expect(readFileSync(folder.path('out', 'line.svg'), 'utf8')).toContain('width="400"');
    expect(readFileSync(folder.path('out', 'line.csv'), 'utf8')).toMatch(/^series,kind,x,y,/);
    expect(decodePng(readFileSync(folder.path('out', 'line.png')))).toMatchObject({ width: 800, height: 600 });
  });

  it('has a figure for every setting, each in a file of its own', async () => {
    const lines = (await printed('loss', BATCHES, '--json')).trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as Figure).title)).toEqual([
      expect.stringMatching(/^convnet width \d+, [a-z-]+, batch 16: loss against ELR$/),
      expect.stringMatching(/batch 32: loss against ELR$/),
    ]);
    const files = await printed('loss', BATCHES, '--out', folder.path('out', 'all.csv'));
    expect(files).toBe(`${folder.path('out', 'all_batch-16.csv')}\n${folder.path('out', 'all_batch-32.csv')}\n`);
    expect(await printed('loss', BATCHES, '--where', 'batch=32', '--out', folder.path('out', 'one.csv'))).toBe(
      `${folder.path('out', 'one.csv')}\n`,
    );
  });

  it('draws the toy without runs', async () => {
    const toy = await figure('toy-loss', '--alpha', '1,1', '--tolerance', '0.05');
    expect(toy.marks.map(({ x }) => x)).toEqual([0.5, 10]);
    // T4: the mean loss of a single group's equilibrium is exact, of two groups within 5%.
    const at = toy.series[0]!.points.find(({ x }) => x > 1)!;
    expect(Math.abs(at.y - (1 - 1 / (2 * at.x)))).toBeLessThan(0.05);
  });

  it('refuses what it cannot draw in one line', async () => {
    expectOneLineError(await refused('figure', 'nothing'), /no figure nothing; allowed: loss, toy-loss, .* list/);
    expectOneLineError(await refused('figure', 'loss'), /loss needs the folder of a sweep/);
    expectOneLineError(await refused('figure', 'phase', '--where', 'seed=1'), /--where selects runs/);
    expectOneLineError(await refused('figure', 'loss', folder.path('none')), /is not a sweep/);
    expectOneLineError(
      await refused('figure', 'loss', SWEEP, '--out', 'a.jpg'),
      /--out a.jpg; allowed: .*svg.*png.*pdf.*csv/,
    );
    for (const [words, reason] of [
      [['loss', SWEEP, '--out', 'a.svg', '--format', 'pdf'], /says the format already/],
      [['loss', SWEEP, '--out', 'a.svg', '--size', 'poster'], /--size poster; allowed: column, page, slide/],
      [['loss', SWEEP, '--out', 'a.svg', '--size', 'page', '--width', '300'], /--width and --height are in pixels/],
      [['loss', SWEEP, '--size', 'page'], /--size is about files; it needs --out/],
      [['loss', SWEEP, '--out', 'a', '--format', 'svg,jpg'], /Allowed: svg, png, pdf, csv/],
      [['all', SWEEP], /all figures are files: regimes figure all DIR --out FOLDER/],
      [['all', '--out', 'figures'], /all figures are of a sweep/],
      [['all', SWEEP, '--out', 'a.svg'], /allowed: a folder/],
      [['all', SWEEP, '--out', 'figures', '--quantity', 'ess'], /--quantity is that of one figure/],
    ] as const)
      expectOneLineError(await refused('figure', ...words), reason);
    expectOneLineError(
      await refused('figure', 'loss', SWEEP, '--out', 'a.svg', '--json'),
      /--json prints and --out writes/,
    );
    expectOneLineError(await refused('figure', 'loss', SWEEP, '--width', '9'), /at least 20 and 8/);
    expectOneLineError(await refused('figure', 'ess', SWEEP, '--log-x'), /counts groups; it has no scale/);
    expectOneLineError(await refused('figure', 'phase', '--quantity', 'shares'), /phase has no quantity shares/);
    expectOneLineError(
      await refused('figure', 'trajectory', SWEEP, '--quantity', 'regime'),
      /trajectory has no quantity/,
    );
    const { code, err } = await refused('figure', 'loss', SWEEP, '--glyphs', 'dots');
    expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/Allowed: braille, block, ascii/) });
  });
});
