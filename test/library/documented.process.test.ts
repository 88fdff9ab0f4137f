import { cpSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../cli.js';

/**
 * Runs the programs of docs/library.md and of the docstrings. They end with `console.log(value); // what it is`, where numbers may be
 * written as 20 / 7; those are compared to 1e-12, which is rounding.
 */
type Names = Readonly<Record<string, unknown>>;

const ROOT = process.cwd();
const ENTRIES = { 'sphere-regimes': 'src', 'sphere-regimes/toy': 'toy', 'sphere-regimes/deep': 'deep' };
const built = (file: string): Promise<Names> => import(pathToFileURL(resolve(ROOT, 'dist', file)).href);

const modules: Record<string, Names> = { 'node:fs': await import('node:fs') };
for (const [name, room] of Object.entries({ ...ENTRIES, 'sphere-regimes/figure': 'tui' }))
  modules[name] = await built(`${room}/index.js`);
const published: Names = Object.assign({}, ...Object.values(modules));

const folder = temporaryFolder();
afterEach(() => process.chdir(ROOT));
afterAll(() => {
  process.chdir(ROOT);
  folder.remove();
});

/** How many values of a program were compared. */
async function run(program: string, names: Names): Promise<number> {
  let compared = 0;
  const check = (value: unknown, text: string): void => {
    compared += 1;
    if (typeof value === 'number') {
      const expected = Number(new Function(`return ${text}`)());
      expect(Math.abs(value - expected), `${value} for ${text}`).toBeLessThanOrEqual(1e-12 * Math.abs(expected));
    } else expect(typeof value === 'string' ? value : inspect(value)).toBe(text);
  };
  const checking = program.replace(/^console\.log\((.*)\); \/\/ (.+)$/gm, (_, value: string, text: string) => {
    return `check(${value}, ${JSON.stringify(text)});`;
  });
  const declared = [...checking.matchAll(/\bconst ([^=]*) =/g)].map(([, names]) => names).join(' ');
  const has = (text: string, name: string): boolean => new RegExp(`\\b${name}\\b`).test(text);
  const used = Object.keys(names).filter((name) => has(checking, name) && !has(declared, name));
  const AsyncFunction = (async () => {}).constructor as FunctionConstructor;
  await new AsyncFunction('check', 'modules', ...used, checking)(check, modules, ...used.map((name) => names[name]));
  return compared;
}

const withoutImports = (program: string): string =>
  program.replace(/^import (\{[^}]*\}) from '([^']+)';$/gm, "const $1 = modules['$2'];");

describe('docs/library.md', () => {
  const text = readFileSync('docs/library.md', 'utf8');
  const programs = [...text.matchAll(/^## (.*)$[\s\S]*?^```js\n([\s\S]*?)^```$/gm)].map(([, title, code]) => ({
    title,
    code,
  }));

  it('has a program in six sections', () => {
    expect(programs).toHaveLength(6);
  });

  // In their order: later ones read what earlier ones have written.
  it.each(programs)('$title', async ({ code }) => {
    mkdirSync(folder.path('library'), { recursive: true });
    process.chdir(folder.path('library'));
    const program = withoutImports(code!);
    expect(program).not.toMatch(/^import /m);
    expect(await run(program, {})).toBeGreaterThan(0);
  });
});

describe('examples in docstrings', () => {
  /** A cluster has to be there; test/src/cluster trains by a simulated one. */
  const elsewhere = ['deep/study/trainer-on.ts'];
  const files = ['src', 'toy', 'deep', 'tui'].flatMap((room) =>
    readdirSync(room, { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(room, name)),
  );
  const examples = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/^ \* @example\n(?<code>(?: \*(?: .*)?\n)+?) \*\/\n(?<head>.*)/gm)].map(
      ({ groups }) => ({
        file,
        head: /(?:function|const|class) (\w+)/.exec(groups!.head!)?.[1],
        code: groups!.code!.replace(/^ \* ?/gm, ''),
      }),
    ),
  );

  it('are all found, in public functions mostly', () => {
    const said = files.reduce((sum, file) => sum + readFileSync(file, 'utf8').split('* @example').length - 1, 0);
    expect(examples).toHaveLength(said);
    expect(said).toBeGreaterThan(15);
  });

  let place = 0;
  beforeEach(() => {
    place += 1;
  });

  it.each(examples.filter(({ file }) => !elsewhere.includes(file)))('$file, $head', async ({ file, code }) => {
    const own = folder.path(`example-${place}`);
    mkdirSync(own);
    // What reads runs reads those of docs/library.md; what trains writes its own.
    if (!/recordRun|runStudy/.test(code)) cpSync(folder.path('library'), own, { recursive: true });
    process.chdir(own);
    await run(code, { ...(await built(file.replace(/\.ts$/, '.js'))), ...published });
  });
});
