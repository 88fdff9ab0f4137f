import { describe, expect, it } from 'vitest';
import { step } from '../../../bench/example-run.js';
import { csvTable, type RowKind, tableRun } from '../../../src/archive/csv-table.js';
import type { StoredRun } from '../../../src/archive/stored-run.js';
import { columnsOf } from '../../../src/run/collect-steps.js';
import { elrRate } from '../../../src/run/rate.js';
import { DEFAULT_TRAINING } from '../../../src/run/training-settings.js';
import { STEPS, type StoredParts, storedManifest } from './stored.js';

const run = (directory: string, parts: StoredParts = {}): StoredRun => ({
  directory,
  manifest: storedManifest(parts),
  status: 'finished',
  steps: columnsOf(parts.steps ?? STEPS),
});

const table = (kind: RowKind, ...runs: StoredRun[]): string[][] => {
  const text = [...csvTable(runs.map((one) => tableRun(one, kind)))].join('');
  expect(text.endsWith('\n')).toBe(true);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));
};

/** Columns of a table by their titles. */
const columns = ([titles, ...rows]: string[][]) =>
  Object.fromEntries(titles!.map((title, i) => [title, rows.map((row) => row[i])]));

describe('a table of one run', () => {
  it('has a row a step, groups by their names', () => {
    const [titles, ...rows] = table('step', run('r'));
    expect(titles).toEqual(
      [
        ['step', 'epoch', 'loss', 'accuracy', 'elr', 'egn', 'ess', 'norm', 'angle'],
        ['share.a', 'share.b', 'egn.a', 'egn.b', 'ess.a', 'ess.b', 'noiseShare'],
      ].flat(),
    );
    expect(rows).toHaveLength(5);
    expect(rows[3]).toEqual([
      '3',
      '1.5',
      '7',
      '0.7',
      '0.01',
      '30',
      '0.3',
      '4',
      String(Math.atan(0.3)),
      '0.25',
      '0.75',
      '7.5',
      '22.5',
      '0.3',
      '0.3',
      // ess egn / (4 loss).
      String((0.3 * 30) / 4 / 7),
    ]);
  });

  it('has a row an epoch: where it ended and the means over it', () => {
    const found = columns(table('epoch', run('r')));
    expect(found).toMatchObject({ step: ['2', '4', '5'], epoch: ['1', '2', '2.5'], loss: ['2', '6', '9'] });
    expect(found['egn.b']).toEqual(['22.5', '22.5', '22.5']);
    // 0.3 x 30 / 4 = 2.25 over the mean losses.
    expect(found.noiseShare!.map(Number)).toEqual([2, 6, 9].map((loss) => expect.closeTo(2.25 / loss, 12)));
    const whole = run('r', { configuration: { training: { ...DEFAULT_TRAINING, fullBatch: true } } });
    expect(columns(table('epoch', whole))).toMatchObject({
      epoch: ['1', '2', '3', '4', '5'],
      loss: ['1', '3', '5', '7', '9'],
    });
  });

  it('keeps what is not a number, and cosines where there are some', () => {
    const steps = [step(0, { loss: Number.NaN, egn: Number.POSITIVE_INFINITY, radial: -1e-7 })];
    expect(columns(table('step', run('r', { steps })))).toMatchObject({
      loss: ['nan'],
      egn: ['inf'],
      radial: ['-1e-7'],
    });
    expect(columns(table('epoch', run('r', { steps })))).toMatchObject({ loss: ['nan'], egn: ['inf'] });
    expect(table('step', run('r', { steps: [] }))).toEqual([['']]);
  });
});

describe('a table of several runs', () => {
  it('begins with the run and the settings that vary; one that is also measured has another name', () => {
    const other = run('b', { configuration: { rate: elrRate(0.5), width: 3, corrupt: 0.2 }, steps: STEPS.slice(0, 2) });
    const [titles, ...rows] = table('epoch', run('a,1'), other);
    expect(titles!.slice(0, 6)).toEqual(['run', 'width', 'setting.elr', 'corrupt', 'step', 'epoch']);
    // The comma of the first name is in quotes.
    expect(rows.map((row) => row.slice(0, 3).join(','))).toEqual(['"a,1",2', '"a,1",2', '"a,1",2', 'b,3,0.5']);
    expect(rows[3]!.slice(0, 7)).toEqual(['b', '3', '0.5', '0.2', '2', '1', '2']);
  });

  it('leaves out what only another run has', () => {
    const groups = [{ name: 'c', share: 1, egn: 5, ess: 0.5 }];
    const found = columns(
      table('step', run('a', { steps: STEPS.slice(0, 1) }), run('b', { steps: [step(0, { groups })] })),
    );
    expect(found).toMatchObject({ 'share.a': ['0.25', ''], 'share.c': ['', '1'] });
  });
});
