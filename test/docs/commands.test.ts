import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { EXAMPLES } from '../../src/cli/examples.js';
import { commands, described, renewTables } from './command-reference.js';

const DOCUMENT = 'docs/commands.md';
const text = readFileSync(DOCUMENT, 'utf8');

it('describes every command, and no other', () => {
  expect(described(text).toSorted()).toEqual(
    commands()
      .map(({ path }) => path)
      .toSorted(),
  );
});

it('has the options, descriptions and defaults of the help (npx vitest run test/docs -u writes them anew)', async () => {
  await expect(renewTables(text)).toMatchFileSnapshot(`../../${DOCUMENT}`);
});

it('has the example of the help for every command, with options of that command alone', () => {
  const all = commands();
  expect(Object.keys(EXAMPLES).toSorted()).toEqual(all.map(({ path }) => path).toSorted());
  for (const { path, command } of all) {
    const example = EXAMPLES[path]!;
    expect(example.startsWith(path)).toBe(true);
    const options = example.match(/--[a-z-]+/g) ?? [];
    expect(command.options.map(({ long }) => long)).toEqual(expect.arrayContaining(options));
    let help = '';
    command.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toContain(`Example:\n  npx ${example}\n`);
    expect(text).toContain(`\n## ${path}\n`.replace('## ', path === 'regimes' ? '## ' : '### '));
    expect(text).toContain(`\nnpx ${example}\n`);
  }
});

it('notices an option that is missing, and one that is unknown', () => {
  const line = '| `--weight-decay';
  const without = text.split('\n').filter((each) => !each.startsWith(line));
  expect(without.length).toBeLessThan(text.split('\n').length);
  expect(renewTables(without.join('\n'))).toBe(renewTables(text));
  expect(renewTables(text.replace(line, '| `--weight-loss'))).toBe(renewTables(text));
});

it('rejects a table of a command that does not exist', () => {
  expect(() => renewTables('<!-- options: regimes fly -->\n<!-- end -->')).toThrow('regimes fly');
});

it('mentions in its prose only long options that some command has', () => {
  const known = new Set(['--help', ...commands().flatMap(({ command }) => command.options.map(({ long }) => long))]);
  const negated = [...known].map((name) => name?.replace(/^--no-/, '--'));
  for (const document of [
    'README.md',
    'docs/tutorial.md',
    'docs/how-to.md',
    'docs/files.md',
    'docs/terminal.md',
    DOCUMENT,
  ]) {
    const named = readFileSync(document, 'utf8')
      .split('\n')
      // Options of npm and git are theirs.
      .filter((line) => !/\bnpm |\bgit /.test(line))
      .flatMap((line) => line.match(/(?<![\w-])--[a-z][a-z-]*/g) ?? []);
    expect(
      named.filter((name) => !known.has(name) && !negated.includes(name)),
      document,
    ).toEqual([]);
  }
});
