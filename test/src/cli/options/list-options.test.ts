import { Command, CommanderError } from 'commander';
import { describe, expect, it } from 'vitest';
import type { Written } from '../../../../deep/study/spec.js';
import { withListOptions } from '../../../../src/cli/options/list-options.js';
import { UNVARIED, withRunOptions } from '../../../../src/cli/options/run-options.js';
import { elrOption, lrOption } from '../../../../src/cli/options/training-options.js';
import { count, positiveNumber, probability } from '../../../../src/text/grammar/value-grammar.js';

const declareRun = (command: Command): Command => withRunOptions(command.option(...elrOption).option(...lrOption));
const quiet = (command: Command): Command => command.exitOverride().configureOutput({ writeErr: () => {} });
const parse = (...words: string[]): Record<string, unknown> =>
  quiet(withListOptions(new Command(), declareRun, UNVARIED))
    .parse(words, { from: 'user' })
    .opts();
const values = (name: string, ...words: string[]): unknown[] =>
  (parse(...words)[name] as Written[]).map(({ value }) => value);

describe('lists of what takes one value', () => {
  it.each<[string, string[], unknown[]]>([
    ['elr', ['--elr', '1e-5:1:6'], [1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1]],
    ['elr', ['--elr', '1e-3, 2,1:4:3'], [1e-3, 2, 1, 4]],
    ['lr', ['--lr', '0.1:0.3:3:lin'], [0.1, 0.2, 0.3]],
    ['seed', ['--seed', '0,1,1,1.0,2'], [0, 1, 2]],
    ['batch', ['--batch', '64:256:3'], [64, 128, 256]],
    ['corrupt', ['--corrupt', '0.1,1'], [0.1, 1]],
    ['model', ['--model', 'convnet,resnet18'], ['convnet', 'resnet18']],
    ['projection', ['--projection', 'joint,group,filter'], ['joint', 'group', 'filter']],
    ['data', ['--data', 'fashion-mnist,cifar10:/a'], ['fashion-mnist', 'cifar10:/a']],
    ['init', ['--init', 'a\\,b,c'], ['a,b', 'c']],
    [
      'span',
      ['--span', '0:1,0.5:0.9'],
      [
        { from: 0, to: 1 },
        { from: 0.5, to: 0.9 },
      ],
    ],
    [
      'milestones',
      ['--milestones', '1,2e/3'],
      [
        [
          { count: 1, unit: 'steps' },
          { count: 2, unit: 'epochs' },
        ],
        [{ count: 3, unit: 'steps' }],
      ],
    ],
    ['width', [], [8]],
    ['data', [], ['fashion-mnist']],
  ])('%s of %j', (name, words, expected) => {
    expect(values(name, ...words)).toEqual(expected);
  });

  it('keep what was given', () => {
    expect(parse('--milestones', '1,2e/3').milestones).toMatchObject([{ text: '1,2e' }, { text: '3' }]);
    expect(parse().momentum).toBeUndefined();
  });

  it('every option of a run has one, with the default it has for one run', () => {
    const single = declareRun(new Command());
    const several = withListOptions(new Command(), declareRun, UNVARIED);
    expect(several.options.map(({ long }) => long)).toEqual(single.options.map(({ long }) => long));
    single.options.forEach((option, i) => {
      const list = several.options[i]!;
      const name = option.attributeName();
      if (!option.required || UNVARIED.has(name)) expect(list.flags).toBe(option.flags);
      else expect(list.flags).toMatch(/,\.\.\.>$/);
      if (option.required && option.defaultValue !== undefined) expect(values(name)).toEqual([option.defaultValue]);
    });
    expect(parse('--augment')).toMatchObject({ augment: true });
    expect(parse('--checkpoint-every', '2e')).toMatchObject({ checkpointEvery: { count: 2, unit: 'epochs' } });
  });
});

describe('a list with something else in it', () => {
  const declare = (command: Command): Command =>
    command
      .option('--share <share>', '', probability)
      .option('--count <count>', '', count)
      .option('--rate <number>', '', positiveNumber)
      .option('--file <file>', '');
  it.each<[string[], RegExp]>([
    [['--count', '1,x'], /Not x\. Allowed: a whole number from 1 on/],
    [['--count', '0'], /invalid\. Allowed: a whole number from 1 on/],
    [['--count', '1:10:3'], /Not 3\.16227766017\. Allowed: a whole number/],
    [['--rate', '1:2:1'], /Allowed: FROM:TO:COUNT/],
    [['--rate', '1,,2'], /none of them empty/],
    [['--file', ','], /none of them empty/],
    [['--share', '0.1:2:3'], /Not 2\. Allowed: a number greater than 0, at most 1/],
  ])('%j is refused', (words, message) => {
    const command = quiet(withListOptions(new Command(), declare, new Set()));
    const attempt = () => command.parse(words, { from: 'user' });
    expect(attempt).toThrow(CommanderError);
    expect(attempt).toThrow(message);
  });
});
