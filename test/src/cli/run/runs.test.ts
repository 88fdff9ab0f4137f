import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { unzipSync } from 'fflate';
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { readTensorboardLog } from '../../../../src/logged/tensorboard-log.js';
import { elrRate } from '../../../../src/run/rate.js';
import { expectOneLineError, json, refused, regimes, temporaryFolder } from '../../../cli.js';
import { measurement, STEPS, writeRun } from '../../archive/stored.js';

const folder = temporaryFolder();
afterAll(folder.remove);
// Commands that leave something out set it for their own process.
afterEach(() => {
  process.exitCode = undefined;
});

const sweep = folder.path('sweep');
const [low, high] = [0.01, 0.02].map((elr) =>
  writeRun(folder.path('sweep', `elr-${elr}`), { configuration: { rate: elrRate(elr) } }),
) as [string, string];
mkdirSync(folder.path('empty'));
writeFileSync(folder.path('file'), '');

/** What a command prints that does what it is asked. */
async function printed(...words: string[]): Promise<{ out: string; err: string }> {
  const { code, out, err } = await refused('runs', ...words);
  expect(code).toBe(0);
  return { out, err };
}

describe('regimes runs list', () => {
  it('is a table for people and lines of JSON for programs, damaged runs among them', async () => {
    writeRun(folder.path('some', 'good'));
    writeRun(folder.path('some', 'bad'));
    writeFileSync(folder.path('some', 'bad', 'manifest.json'), 'text');
    const { code, out, err } = await regimes('runs', 'list', folder.path('some'), '--json');
    // The result is printed; the code says that a run is damaged.
    expect({ code, err }).toEqual({ code: 1, err: '' });
    const lines = out
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { status: string });
    expect(lines.map(({ status }) => status)).toEqual(['finished', 'damaged']);
    const { out: table, err: hint } = await regimes('runs', 'list', folder.path('some'));
    expect(hint).toMatch(/^for a damaged run, remove its folder or use regimes sweep --redo-damaged /);
    expect((await regimes('runs', 'list', folder.path('some'), '--status', 'damaged', '--json')).code).toBe(0);
    expect(table).toMatch(
      /^run +model .* regime\n\S+good +convnet .* undecided\n\S+bad .* damaged .*is not a manifest/,
    );
  });

  it('sorts and filters', async () => {
    const paths = async (...words: string[]) =>
      (await printed('list', sweep, '--json', ...words)).out.match(/elr-[\d.]+(?=")/g) ?? [];
    expect(await paths('--sort', 'elr', '--reverse')).toEqual(['elr-0.02', 'elr-0.01']);
    expect(await paths('--where', 'elr=2e-2,model=convnet', '--status', 'finished')).toEqual(['elr-0.02']);
    expect(await paths('--status', 'failed')).toEqual([]);
    // Given twice, both count.
    expect(await paths('--where', 'elr>0.005', '--where', 'elr<=0.01')).toEqual(['elr-0.01']);
    expect(await paths('--where', 'elr>0.01', '--where', 'elr<=0.01')).toEqual([]);
  });

  it('says what to do where there is nothing', async () => {
    expect((await printed('list', folder.path('empty'))).out).toMatch(
      /^no runs in \S+empty or below; regimes train --out [^\n]+\n$/,
    );
    const none = await printed('list', sweep, '--status', 'failed', '--json');
    expect(none).toEqual({
      out: '',
      err: expect.stringMatching(/^none of the 2 runs .* try other --where or --status\n$/),
    });
    expect((await printed('list', low, '--status', 'failed')).out).toMatch(
      /^the one run in .* and below does not match; /,
    );
  });

  it.each<[string[], RegExp]>([
    [[folder.path('nowhere')], /nowhere is not a folder; allowed/],
    [[sweep, '--sort', 'colour'], /unknown field colour; allowed: path, status/],
    [[sweep, '--where', 'colour=red'], /unknown field colour; allowed: model/],
    [[sweep, '--where', 'model'], /Allowed: NAME=VALUE/],
    [[sweep, '--status', 'lost'], /Allowed: running, finished, failed, interrupted, damaged/],
  ])('refuses %j', async (words, message) => {
    expectOneLineError(await refused('runs', 'list', ...words), message);
  });
});

describe('regimes runs show and compare', () => {
  it('print text, or one line of JSON', async () => {
    expect((await printed('show', low)).out).toMatch(/^elr +0.01$/m);
    expect((await printed('show', low)).out).not.toMatch(/^(projection|order|engine +cpu$)/m);
    expect((await printed('show', low, '--all')).out).toMatch(/^order +shuffled$/m);
    expect(await json('runs', 'show', low)).toMatchObject({ path: low, steps: { taken: 5 } });
    expect((await printed('compare', low, high)).out).toMatch(/^setting +elr-0.01 +elr-0.02\nelr +0.01 +0.02\n/);
    const { out } = await printed('compare', low, high, '--json');
    expect(JSON.parse(out)).toMatchObject({ runs: [low, high], sameStart: true });
  });

  it.each<[string[], RegExp]>([
    [['show', sweep], /sweep is not a run; allowed/],
    [['show', folder.path('file')], /file is not a run/],
    [['compare', low], /two or more runs/],
    [['compare', low, sweep], /sweep is not a run/],
    [['show'], /missing required argument/],
    [['look'], /unknown command 'look'. Allowed: list, show, compare, export/],
  ])('refuse %j', async (words, message) => {
    expectOneLineError(await refused('runs', ...words), message);
  });
});

describe('regimes runs export', () => {
  it('prints a table of epochs, or writes it to a file in place of what was there', async () => {
    const { out } = await printed('export', low);
    expect(out.split('\n').map((line) => line.split(',').slice(0, 3).join())).toEqual([
      ...['step,epoch,loss', '2,1,2', '4,2,6', '5,2.5,9', ''],
    ]);
    const file = folder.path('new', 'folder', 'table.csv');
    await printed('export', sweep, '--per', 'step', '--out', file);
    await printed('export', low, '--out', file);
    expect(readFileSync(file, 'utf8')).toBe(out);
    expect(readdirSync(folder.path('new', 'folder'))).toEqual(['table.csv']);
  });

  it('writes the files of the official notebook, the same bytes each time', async () => {
    const measured = writeRun(folder.path('measured'), { measurements: [measurement(0), measurement(1)] });
    const { out, err } = await printed('export', measured, '--format', 'npz');
    const place = `${measured}/info/c2_d3_elr0.01_epoch3_noschinitscale10_noaug_fashion-mnist_b16_steps5`;
    expect(out).toContain(`${measured} -> ${place}: train-tm.npz, `);
    expect(err).toMatch(
      /measured is measured at its start and end alone; for a test curve: regimes train [^\n]+ --measure 1e [^\n]+\n$/,
    );
    const often = writeRun(folder.path('often'), { measurements: [measurement(0), measurement(1), measurement(2)] });
    expect((await printed('export', often, '--format', 'npz')).err).toBe('');
    const bytes = readFileSync(`${place}/test-em.npz`);
    expect(Object.keys(unzipSync(bytes))).toEqual(
      expect.arrayContaining(['report_epochs.npy', 'acc.npy', 'a_norm.npy']),
    );
    await printed('export', measured, '--format', 'npz');
    expect(readFileSync(`${place}/test-em.npz`)).toEqual(bytes);
  });

  /** The numbers of a table that was printed, by the name of the column. */
  function table(out: string): Record<string, number>[] {
    const [head, ...lines] = out
      .trim()
      .split('\n')
      .map((line) => line.split(','));
    return lines.map((line) =>
      Object.fromEntries(head!.map((name, i) => [name, line[i] === '' ? Number.NaN : Number(line[i])])),
    );
  }

  it('writes the table as Parquet, which another library reads as the same numbers', async () => {
    const file = folder.path('table.parquet');
    const { out } = await printed('export', sweep, '--per', 'step');
    await printed('export', sweep, '--per', 'step', '--format', 'parquet', '--out', file);
    const rows = await parquetReadObjects({ file: await asyncBufferFromFile(file) });
    const expected = table(out);
    expect(rows.length).toBe(expected.length);
    rows.forEach(({ run, ...numbers }, i) => {
      expect(run).toMatch(/sweep/);
      const { run: _, ...own } = expected[i]!;
      expect(numbers).toEqual(own);
    });
  });

  it('writes JSON lines: of each run its settings, then the rows of the table', async () => {
    const file = folder.path('table.jsonl');
    await printed('export', sweep, '--per', 'step', '--format', 'jsonl', '--out', file);
    const lines = readFileSync(file, 'utf8')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const runs = lines.filter(({ configuration }) => configuration !== undefined);
    expect(runs.map(({ run, configuration }) => [basename(run), configuration.elr, configuration.width])).toEqual([
      [basename(low), 0.01, 2],
      [basename(high), 0.02, 2],
    ]);
    for (const { run } of runs) {
      const { out } = await printed('export', run, '--per', 'step');
      const rows = lines.filter((line) => line.run === run && line.configuration === undefined);
      expect(rows.map(({ run: _, ...numbers }) => numbers)).toEqual(table(out));
    }
    expect((await printed('export', sweep, '--per', 'step', '--format', 'jsonl')).out).toBe(readFileSync(file, 'utf8'));
  });

  it("writes TensorBoard's event files, one folder a run, which hold the numbers of the table as float32", async () => {
    const { out } = await printed('export', low, '--per', 'step');
    const place = folder.path('board');
    await printed('export', sweep, '--per', 'step', '--format', 'tensorboard', '--out', place);
    expect(readdirSync(place).sort()).toEqual(
      readdirSync(sweep)
        .filter((name) => name.startsWith('elr'))
        .sort(),
    );
    const scalars = readTensorboardLog(join(place, basename(low)));
    const rows = table(out);
    const names = Object.keys(rows[0]!).filter((name) => name !== 'step');
    expect(scalars.map(({ name }) => name)).toEqual(names);
    for (const { name, steps, values } of scalars) {
      expect(steps).toEqual(rows.map(({ step }) => step));
      expect(values).toEqual(rows.map((row) => Math.fround(row[name]!)));
    }
  });

  it('says where nothing was measured, and writes what there is', async () => {
    const { err } = await printed('export', sweep, '--format', 'npz', '--out', folder.path('info'));
    expect(
      err.match(/has no measurements: loss, acc and gnorm_m are running means over each epoch, no test files/g),
    ).toHaveLength(2);
    for (const elr of [0.01, 0.02]) {
      const place = folder.path('info', `c2_d3_elr${elr}_epoch3_noschinitscale10_noaug_fashion-mnist_b16_steps5`);
      expect(readdirSync(place)).toEqual(['train-tm-prebn.npz', 'train-tm.npz']);
    }
    const nothing = await regimes('runs', 'export', low, '--per', 'measurement');
    expect(nothing).toEqual({
      code: 1,
      out: '',
      err: expect.stringMatching(/^error: these runs have no measurements[^\n]+\n$/),
    });
  });

  it('leaves out what is damaged, with a line and exit code 1', async () => {
    writeRun(folder.path('mixed', 'good'));
    writeRun(folder.path('mixed', 'begun'), { manifest: { status: 'running', outcome: null }, steps: [] });
    writeRun(folder.path('mixed', 'cut'), { steps: STEPS.slice(0, 3) });
    writeRun(folder.path('mixed', 'bad'));
    writeFileSync(folder.path('mixed', 'bad', 'metrics.jsonl'), 'text\n');
    const { code, out, err } = await regimes('runs', 'export', folder.path('mixed'), '--format', 'npz');
    expect({ code, out: out.split('\n').length }).toEqual({ code: 1, out: 2 });
    expect(err).toMatch(
      /^left out: \S+bad.metrics.jsonl, line 1, is not a metrics line of this version: it is not JSON; /m,
    );
    expect(err).toMatch(/^left out: \S+begun: the run has no step yet$/m);
    expect(err).toMatch(/^left out: \S+cut is damaged: metrics.jsonl has 3 of 5 steps; remove its folder/m);
    expect(existsSync(folder.path('mixed', 'info'))).toBe(true);
  });

  it.each<[string[], RegExp]>([
    [[folder.path('empty')], /empty is not a run/],
    [[low, '--out', sweep], /--out \S+sweep is a folder; allowed: a file/],
    [[low, '--out', folder.path('file', 'table.csv')], /file is not a folder; allowed/],
    [[low, '--format', 'npz', '--out', folder.path('file')], /is not a folder and cannot be made one/],
    [[low, '--format', 'npz', '--per', 'step'], /--per is not for --format npz/],
    [[low, high, '--format', 'npz'], /several folders needs --out/],
    [[low, '--out', folder.path('t.parquet')], /t\.parquet is no name for --format csv; allowed: --format parquet, or/],
    [
      [low, '--format', 'parquet', '--out', folder.path('t.csv')],
      /t\.csv is no name for --format parquet; allowed: --/,
    ],
    [
      [low, '--out', folder.path('t.jsonl')],
      /t\.jsonl is no name for --format csv; allowed: --format jsonl, or another/,
    ],
    [[low, '--format', 'parquet'], /--format parquet needs --out, the file to write/],
    [[low, '--format', 'tensorboard'], /--format tensorboard needs --out, the folder/],
    [[low, '--format', 'xlsx'], /Allowed: csv, jsonl, npz/],
    [[low, '--per', 'hour'], /Allowed: step, epoch, measurement/],
  ])('refuses %j', async (words, message) => {
    expectOneLineError(await refused('runs', 'export', ...words), message);
  });
});
