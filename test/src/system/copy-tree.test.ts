import { lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { watchedDisk } from '../../../bench/fuzz/watched-disk.js';
import { WriteRefused } from '../../../src/system/atomic.js';
import { copyTree } from '../../../src/system/copy-tree.js';
import { replaceDisk } from '../../../src/system/disk.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** Every file below a folder, by its path there, with its content. */
const filesIn = (directory: string): Record<string, string> =>
  Object.fromEntries(
    readdirSync(directory, { recursive: true, encoding: 'utf8' })
      .filter((name) => statSync(join(directory, name)).isFile())
      .map((name) => [name, readFileSync(join(directory, name), 'latin1')]),
  );

function tree(name: string): string {
  const directory = folder.path(name);
  mkdirSync(join(directory, 'a', 'empty'), { recursive: true });
  writeFileSync(join(directory, 'one'), Uint8Array.of(0, 255, 10, 13));
  writeFileSync(join(directory, 'a', 'two'), '');
  mkdirSync(folder.path(`${name}-elsewhere`));
  writeFileSync(folder.path(`${name}-elsewhere`, 'three'), 'linked');
  symlinkSync(folder.path(`${name}-elsewhere`, 'three'), join(directory, 'a', 'file-link'));
  symlinkSync(folder.path(`${name}-elsewhere`), join(directory, 'folder-link'));
  return directory;
}

describe('a copied tree', () => {
  it('has the bytes of every file, folders without one, and of links what they lead to', () => {
    const from = tree('whole');
    const to = folder.path('deep', 'below', 'copy');
    copyTree(from, to);
    expect(filesIn(to)).toEqual({
      ...{ one: '\0\u00ff\n\r', [join('a', 'two')]: '', [join('a', 'file-link')]: 'linked' },
      [join('folder-link', 'three')]: 'linked',
    });
    expect(readdirSync(join(to, 'a', 'empty'))).toEqual([]);
    expect(lstatSync(join(to, 'a', 'file-link')).isFile()).toBe(true);
    expect(lstatSync(join(to, 'folder-link')).isDirectory()).toBe(true);
  });

  it('replaces files that are there, and leaves others as they are', () => {
    const from = tree('again');
    const to = folder.path('again-copy');
    mkdirSync(join(to, 'a'), { recursive: true });
    writeFileSync(join(to, 'one'), 'a much longer text than the new one');
    writeFileSync(join(to, 'a', 'own'), 'kept');
    copyTree(from, to);
    expect(filesIn(to)).toMatchObject({ one: '\0\u00ff\n\r', [join('a', 'own')]: 'kept' });
  });

  it('may be a single file', () => {
    copyTree(join(tree('single'), 'one'), folder.path('single-copy', 'other'));
    expect(filesIn(folder.path('single-copy'))).toEqual({ other: '\0\u00ff\n\r' });
  });

  it('names the file that the disk refuses, and leaves the original as it was', () => {
    const from = tree('refused');
    const before = filesIn(from);
    const to = folder.path('refused-copy');
    const full = watchedDisk(({ name, path }, go) => {
      if (name !== 'write' || path !== join(to, 'one')) return go();
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC', syscall: 'write' });
    });
    const putBack = replaceDisk(full);
    try {
      expect(() => copyTree(from, to)).toThrow(WriteRefused);
      expect(() => copyTree(from, to)).toThrow(
        `${join(to, 'one')} cannot be written (ENOSPC: no space left on device)`,
      );
    } finally {
      putBack();
    }
    expect(filesIn(from)).toEqual(before);
  });
});
