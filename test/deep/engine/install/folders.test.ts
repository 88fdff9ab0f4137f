import { spawn } from 'node:child_process';
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, describe, expect, it } from 'vitest';
import { bytesBelow, filesBelow } from '../../../../deep/engine/install/folders.js';
import { temporaryFolder } from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

describe('bytes below a folder', () => {
  it('are those of its files, links to one of them counted once, and none of a folder that is not there', () => {
    const home = folder.path('home');
    mkdirSync(`${home}/a/b`, { recursive: true });
    writeFileSync(`${home}/one`, '1');
    writeFileSync(`${home}/a/b/three`, '333');
    linkSync(`${home}/one`, `${home}/a/same`);
    expect(bytesBelow(home)).toBe(4);
    expect(filesBelow(home).sort()).toEqual(['a/b/three', 'a/same', 'one'].map((name) => `${home}/${name}`));
    expect(bytesBelow(folder.path('nowhere'))).toBe(0);
  });

  it('are counted while another process makes and removes what is there', async () => {
    const home = folder.path('busy');
    mkdirSync(home);
    const work = 'while :; do mkdir -p a/b/c/d; echo 1 > a/b/c/d/e; rm -r a; done';
    const child = spawn('sh', ['-c', work], { cwd: home, stdio: 'ignore' });
    const ended = new Promise((resolve) => child.once('exit', resolve));
    try {
      await setTimeout(100);
      const end = performance.now() + 400;
      let largest = 0;
      while (performance.now() < end) largest = Math.max(largest, bytesBelow(home));
      expect(largest).toBeLessThanOrEqual(2);
    } finally {
      child.kill('SIGKILL');
      await ended;
    }
  });
});
