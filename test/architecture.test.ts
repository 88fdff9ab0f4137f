import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

/** Who may import whom: docs/architecture.md says why. */
const ROOMS = ['src/cli', 'src', 'toy', 'deep', 'tui', 'bench'];
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  src: ['src'],
  toy: ['toy', 'src'],
  deep: ['deep', 'src'],
  tui: ['tui', 'toy', 'deep', 'src'],
  'src/cli': ['src/cli', 'tui', 'toy', 'deep', 'src'],
  bench: ROOMS,
};

const files = ROOMS.filter((room) => room !== 'src/cli').flatMap((room) =>
  readdirSync(room, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(room, name)),
);
const roomOf = (file: string): string => ROOMS.find((room) => file.startsWith(`${room}/`))!;

// `from '...'` of values and types, `import '...'`, `import('...')`, and modules that run on threads or in processes.
const IMPORT = /(?:\bfrom\s*|\bimport\s*\(?\s*|siblingModule\(import\.meta\.url, )'(?<path>[^']+)'/g;

function importsOf(file: string): string[] {
  const paths = [...readFileSync(file, 'utf8').matchAll(IMPORT)].map(({ 0: text, groups }) =>
    text.startsWith('siblingModule') ? `./${groups!.path}.js` : groups!.path!,
  );
  const local = paths.filter((path) => path.startsWith('.')).map((path) => join(file, '..', path));
  // Benchmarks may take examples from the tests.
  const watched = local.filter((path) => roomOf(file) !== 'bench' || !path.startsWith('test/'));
  return watched.map(
    (path) => files.find((each) => each.replace(/\.tsx?$/, '.js') === path) ?? `${path}, which is missing`,
  );
}
const imports = new Map(files.map((file) => [file, importsOf(file)]));

it('no file imports against an arrow, or what is not there', () => {
  const wrong = [...imports].flatMap(([file, targets]) =>
    targets
      .filter((target) => !ALLOWED[roomOf(file)]!.includes(roomOf(target)))
      .map((target) => `${file} -> ${target}`),
  );
  const missing = [...imports].flatMap(([file, targets]) =>
    targets.filter((each) => !imports.has(each)).map((each) => `${file} -> ${each}`),
  );
  expect([...wrong, ...missing]).toEqual([]);
  expect([...imports.values()].flat().length).toBeGreaterThan(1000);
});

it('no files import one another in a circle, for their types alone or in any other way', () => {
  const left = new Map(imports);
  // Whatever imports nothing that is left, or is imported by nothing that is left, is in no circle.
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    const imported = new Set([...left.values()].flat());
    for (const [file, targets] of left)
      if (!imported.has(file) || !targets.some((target) => left.has(target))) left.delete(file);
  }
  expect([...left.keys()]).toEqual([]);
});

it('only one file of the program changes a disk, so that every change can be made to fail', () => {
  const WRITING =
    /\b(write|append|rename|unlink|rm|rmdir|mkdir|truncate|ftruncate|link|symlink|fsync|copyFile|cp)Sync\b|createWriteStream|node:fs\/promises/;
  // A folder of its own below that of the system for temporary files, removed at once.
  const EXCEPT = new Set(['src/system/disk.ts', 'deep/engine/inspect.ts']);
  const program = files.filter((file) => roomOf(file) !== 'bench' && !EXCEPT.has(file));
  const cli = readdirSync('src/cli', { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
  const all = [...program, ...cli.map((name) => join('src/cli', name))];
  expect(all.filter((file) => WRITING.test(readFileSync(file, 'utf8')))).toEqual([]);
  expect(all.length).toBeGreaterThan(300);
});
