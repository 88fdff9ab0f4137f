import { writeFileSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { readPaths, writePaths } from '../../../src/experiments/path-record.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

it('keeps paths in a folder, has none where nothing is kept, and refuses what is no list of paths in one line', () => {
  expect(readPaths(folder.path())).toEqual([]);
  const path = { ends: ['a', 'b'] as [string, string], cosine: 0.5, losses: [1, 3, 2] };
  writePaths(folder.path(), [path]);
  expect(readPaths(folder.path())).toEqual([path]);
  writeFileSync(folder.path('paths.json'), '[{"ends":["a"]}]');
  expect(() => readPaths(folder.path())).toThrow(/paths\.json is not a list of paths of this version/);
});
