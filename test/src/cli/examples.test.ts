import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { commandsOf, EXAMPLES } from '../../../src/cli/examples.js';
import { program } from '../../../src/cli/program.js';

/** Words of a line as a shell takes them: quotes hold a word together. */
const wordsOf = (line: string): string[] =>
  [...line.matchAll(/'([^']*)'|(\S+)/g)].map((match) => match[1] ?? match[2]!);

/** The program with actions that only say which command was parsed. */
async function parserOnly(): Promise<{ root: Command; parsed: Command[] }> {
  const root = await program();
  const parsed: Command[] = [];
  for (const [, command] of commandsOf(root)) command.action(() => void parsed.push(command));
  return { root, parsed };
}

describe('examples of --help', () => {
  it('are of every command, and of no other', async () => {
    const commands = commandsOf(await program()).map(([words]) => words);
    expect(Object.keys(EXAMPLES).sort()).toEqual(commands.sort());
  });

  it.each(Object.entries(EXAMPLES))('%s: is parsed by that command', async (words, example) => {
    const { root, parsed } = await parserOnly();
    const [name, ...rest] = wordsOf(example);
    expect(name).toBe('regimes');
    await root.parseAsync(rest, { from: 'user' });
    expect(parsed).toHaveLength(1);
    expect(parsed[0]).toBe(commandsOf(root).find(([each]) => each === words)![1]);
  });

  it('are refused where an option does not exist', async () => {
    const { root } = await parserOnly();
    const [, train] = commandsOf(root).find(([words]) => words === 'regimes train')!;
    train.configureOutput({ writeErr: () => {} });
    await expect(root.parseAsync(wordsOf('train --elr-1 2'), { from: 'user' })).rejects.toThrow(/unknown option/);
  });

  it('end the help', async () => {
    const [, verify] = commandsOf(await program()).find(([words]) => words === 'regimes verify')!;
    let help = '';
    verify.configureOutput({ writeOut: (text) => (help += text) }).outputHelp();
    expect(help).toMatch(/\nExample:\n {2}npx regimes verify runs\/mine --where seed=2,batch=64\n$/);
  });
});
