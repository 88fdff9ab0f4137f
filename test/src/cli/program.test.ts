import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../../src/cli/command-list.js';
import { program } from '../../../src/cli/program.js';
import { regimes } from '../../cli.js';

/** The list of commands in the help of the program. */
const listOf = (root: Command): string => root.createHelp().formatHelp(root, root.createHelp());

describe('commands that are loaded where they are needed', () => {
  it('are listed as the loaded ones are: name, options, arguments and description', async () => {
    const [none, all] = [await program([]), await program()];
    expect(listOf(none)).toBe(listOf(all));
    // Of none has anything been loaded: it has no other options, and no commands of its own.
    expect(none.commands.flatMap(({ commands }) => commands)).toEqual([]);
    expect(all.commands.flatMap(({ commands }) => commands).length).toBeGreaterThan(10);
  });

  it.each(COMMANDS.map(({ name }) => name))('%s has its own help', async (name) => {
    const { code, out } = await regimes(name, '--help');
    expect(code).toBe(0);
    expect(out).toMatch(new RegExp(`^Usage: regimes ${name} `));
    expect(out).not.toMatch(/once the command is loaded/);
  });

  it('are found behind options of the program, and behind an option value that is a name too', async () => {
    const { out } = await regimes('--out', 'sweep', 'toy', 'thresholds', '--help');
    expect(out).toMatch(/^Usage: regimes toy thresholds /);
  });

  it('are named where there is no such command', async () => {
    const { code, err } = await regimes('tyo');
    expect(code).toBe(2);
    for (const { name } of COMMANDS) expect(err).toContain(name);
  });
});
