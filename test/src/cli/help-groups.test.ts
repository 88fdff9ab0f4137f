import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { program } from '../../../src/cli/program.js';

const root = await program();
const named = (name: string): Command => root.commands.find((command) => command.name() === name)!;

/** The headings of a command's help in their order, each with the options below it. */
function headingsOf(command: Command): Map<string, string[]> {
  const found = new Map<string, string[]>();
  let heading = '';
  for (const line of command.helpInformation().split('\n')) {
    if (/^\S.*:$/.test(line)) heading = line.slice(0, -1);
    const option = /^ {2}(?:-\w, )?(--[\w-]+)/.exec(line)?.[1];
    if (option !== undefined) found.set(heading, [...(found.get(heading) ?? []), option]);
  }
  return found;
}

describe('the help', () => {
  it.each([
    ['train', ['--log', '--out', '--resume', '--json', '--help']],
    ['sweep', ['--out', '--redo-damaged', '--json', '--help']],
    ['predict', ['--out', '--json', '--curvature', '--help']],
  ])('of %s has every option under a heading but those of its own', (name, own) => {
    const headings = headingsOf(named(name));
    expect(headings.get('Options')!.toSorted()).toEqual(own.toSorted());
    expect([...headings.values()].flat().toSorted()).toEqual(
      [...named(name).options.map(({ long }) => long!), '--help'].toSorted(),
    );
    for (const [heading, option] of [
      ['Training', '--batch'],
      ['Network', '--width'],
      ['Data', '--train-images'],
    ])
      expect(headings.get(heading!)).toContain(option);
  });

  it('begins with the rate of train and sweep, and ends that of verify with Slurm', () => {
    for (const name of ['train', 'sweep']) expect([...headingsOf(named(name)).values()][0]![0]).toBe('--elr');
    expect([...headingsOf(named('verify')).keys()]).toEqual(['Options', 'Where runs are trained']);
    // Of the toy, steps and rates are options like all others.
    for (const command of named('toy').commands.filter((each) => each.name() !== 'help'))
      expect([...headingsOf(command).keys()]).toEqual(['Options']);
  });

  it('of the program has every command once, under a heading', () => {
    const help = root.helpInformation();
    for (const command of root.commands) {
      const line = new RegExp(`^ {2}${command.name()}(?= |$)`, 'gm');
      expect(help.match(line), command.name()).toHaveLength(1);
    }
    expect(help).not.toMatch(/^Commands:/m);
  });
});
