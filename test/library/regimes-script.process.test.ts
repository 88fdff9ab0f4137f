import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../cli.js';

const SCRIPT = fileURLToPath(new URL('../../scripts/regimes.js', import.meta.url));
const folder = temporaryFolder();

it('says how to build the program, and runs it once it is built', () => {
  mkdirSync(folder.path('scripts'));
  writeFileSync(folder.path('package.json'), '{ "type": "module" }');
  const script = folder.path('scripts', 'regimes.js');
  copyFileSync(SCRIPT, script);

  const before = spawnSync(process.execPath, [script, '--help'], { encoding: 'utf8' });
  expect([before.status, before.stdout, before.stderr]).toEqual([
    1,
    '',
    'regimes: the program has not been built yet; run `npm run build` first\n',
  ]);

  mkdirSync(folder.path('dist/src/cli'), { recursive: true });
  writeFileSync(folder.path('dist/src/cli/main.js'), 'console.log(process.argv[2]);');
  expect(execFileSync(process.execPath, [script, 'toy'], { encoding: 'utf8' })).toBe('toy\n');
});
