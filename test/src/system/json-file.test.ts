import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readRecord as readChecksums } from '../../../deep/data/record.js';
import { readRecord as readEngineRecord } from '../../../deep/engine/installed/record.js';
import { readSubmissions } from '../../../src/cluster/submission.js';
import { readForecast } from '../../../src/forecast/forecast-file.js';
import { readCurvature } from '../../../src/run/curvature-record.js';
import { readSweepPlan } from '../../../src/sweep/directory.js';
import { readJsonFile } from '../../../src/system/json-file.js';
import { DamagedFile } from '../../../src/system/reading-error.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const READERS: readonly [file: string, read: (directory: string) => unknown][] = [
  ['forecast.json', readForecast],
  ['curvature.json', readCurvature],
  ['slurm/submission-1.json', readSubmissions],
  ['checksums.json', readChecksums],
  ['sweep.json', readSweepPlan],
];
const DAMAGE: readonly [kind: string, put: (path: string) => void][] = [
  ['is empty', (path) => writeFileSync(path, '')],
  ['is null', (path) => writeFileSync(path, 'null')],
  ['is half written', (path) => writeFileSync(path, '{"format": 1, "na')],
  ['holds something else', (path) => writeFileSync(path, '{"format": 7}')],
  ['is a folder', (path) => mkdirSync(path)],
];

describe('a file of JSON', () => {
  describe.each(READERS)('%s', (file, read) => {
    it.each(DAMAGE)('that %s is damaged, in one line with its path', (_, put) => {
      const path = folder.path('damaged', file);
      mkdirSync(dirname(path), { recursive: true });
      put(path);
      expect(() => read(folder.path('damaged'))).toThrow(DamagedFile);
      expect(() => read(folder.path('damaged'))).toThrow(new RegExp(`^${path} .*$`));
      rmSync(folder.path('damaged'), { recursive: true });
    });
  });

  it('with a name twice is damaged, where JSON.parse would take the last', () => {
    const path = folder.path('twice.json');
    writeFileSync(path, '{"a": 1, "a": 2}');
    expect(() => readJsonFile(path, (value) => value, { problem: 'is wrong' })).toThrow(`${path} is wrong`);
    writeFileSync(path, '{"a": 1, "b": {"a": 2}}');
    expect(readJsonFile(path, (value) => value, { problem: 'is wrong' })).toEqual({ a: 1, b: { a: 2 } });
  });
});

describe('the record of an installed engine', () => {
  const whole = {
    ...{ format: 1, engine: 'cuda', version: '1.0.0', device: 'gpu', installed: '2020-01-01T00:00:00.000Z', bytes: 9 },
    ...{ wheels: [{ name: 'a', version: '1', sha256: '01', bytes: 5 }], libraries: ['lib'] },
  };
  const readBack = (record: unknown): unknown => {
    writeFileSync(folder.path('engine.json'), JSON.stringify(record));
    return readEngineRecord(folder.path());
  };

  it('is read as it was written, and counts as none where a field is missing or wrong', () => {
    expect(readBack(whole)).toEqual(whole);
    for (const name of Object.keys(whole)) {
      const { [name as keyof typeof whole]: _, ...rest } = whole;
      expect(readBack(rest), `without ${name}`).toBeUndefined();
      expect(readBack({ ...whole, [name]: null }), `${name} null`).toBeUndefined();
    }
    expect(readBack({ ...whole, libraries: [5] })).toBeUndefined();
  });
});
