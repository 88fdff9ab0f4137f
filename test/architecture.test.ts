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

/** Whoever is in a circle of arrows: what is left once those are gone, again and again, that have no arrow in or none out. */
function inCircles(arrows: ReadonlyMap<string, readonly string[]>): string[] {
  const left = new Map(arrows);
  for (let before = -1; before !== left.size; ) {
    before = left.size;
    const reached = new Set([...left.values()].flat());
    for (const [from, targets] of left)
      if (!reached.has(from) || !targets.some((target) => left.has(target))) left.delete(from);
  }
  return [...left.keys()];
}

it('no files import one another in a circle, for their types alone or in any other way', () => {
  expect(inCircles(imports)).toEqual([]);
});

it('no folders import one another in a circle: each question is asked of those below', () => {
  /** `src/run` of `src/run/manifest.ts`, `deep/engine` of all that is in it; a file that lies in no such folder is its own. */
  const folderOf = (file: string): string => file.split('/').slice(0, 2).join('/');
  const arrows = new Map<string, string[]>();
  for (const [file, targets] of imports) {
    if (roomOf(file) === 'bench') continue;
    const [from, to] = [folderOf(file), targets.map(folderOf)];
    arrows.set(from, [...(arrows.get(from) ?? []), ...to.filter((each) => each !== from)]);
  }
  expect(inCircles(arrows)).toEqual([]);
  expect(arrows.size).toBeGreaterThan(40);
});

it('only one file of the program changes a disk, so that every change can be made to fail', () => {
  const WRITING =
    /\b(write|append|rename|unlink|rm|rmdir|mkdir|truncate|ftruncate|link|symlink|fsync|copyFile|cp)Sync\b|createWriteStream|node:fs\/promises/;
  // A folder of its own below that of the system for temporary files, removed at once.
  const EXCEPT = new Set(['src/system/disk.ts', 'deep/probe/inspect-engine.ts']);
  const program = files.filter((file) => roomOf(file) !== 'bench' && !EXCEPT.has(file));
  const cli = readdirSync('src/cli', { recursive: true, encoding: 'utf8' }).filter((name) => /\.tsx?$/.test(name));
  const all = [...program, ...cli.map((name) => join('src/cli', name))];
  expect(all.filter((file) => WRITING.test(readFileSync(file, 'utf8')))).toEqual([]);
  expect(all.length).toBeGreaterThan(300);
});

it('what programs beside the product import of its build has a source', () => {
  const programs = ['test', 'scripts', 'examples', 'tools'].flatMap((folder) =>
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.[jt]sx?$/.test(name) && !name.includes('node_modules'))
      .map((name) => join(folder, name)),
  );
  const sources = new Set(files.map((file) => file.replace(/\.tsx?$/, '.js')));
  const named = programs.flatMap((program) =>
    [...readFileSync(program, 'utf8').matchAll(/\bdist\/((?:src|toy|deep|tui|bench)\/[\w/.-]+\.js)\b/g)].map(
      ([, path]) => ({ program, path: path! }),
    ),
  );
  expect(named.filter(({ path }) => !sources.has(path)).map(({ program, path }) => `${program} -> ${path}`)).toEqual(
    [],
  );
  expect(named.length).toBeGreaterThan(20);
});
