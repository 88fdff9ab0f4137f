import { describe, expect, it } from 'vitest';
import { step } from '../../../bench/example-run.js';
import { columnsOf, StepCollector } from '../../../src/run/collect-steps.js';
import { type RecordedStep, stepsInGroups } from '../../../src/run/step-columns.js';
import { stepInGroups } from '../../../src/sphere/invariant-groups.js';

/** More than the first capacity of a column. */
const MANY = Array.from({ length: 200 }, (_, i) => step(i, { loss: 1 / (i + 1), egn: i }));

describe('steps in columns', () => {
  it('are the same steps, one by one', () => {
    const columns = columnsOf(MANY);
    expect(columns.length).toBe(200);
    expect([...columns]).toEqual(MANY);
    expect(columns.map(({ loss }, i) => [loss, i])).toEqual(MANY.map(({ loss }, i) => [loss, i]));
    expect(columns.columns.loss).toEqual(Float64Array.from(MANY, ({ loss }) => loss));
    expect(columns.columns.groups[1]!.egn[7]).toBe(22.5);
    expect([columns.at(0), columns.at(-1), columns.at(200), columns.at(-201)]).toEqual([
      MANY[0],
      MANY[199],
      undefined,
      undefined,
    ]);
  });

  it.each<[number?, number?]>([[], [5], [-3], [2, 5], [-5, -2], [5, 2], [0, 1000], [-1000, 2], [300]])(
    'are cut as arrays are, %s to %s',
    (from, to) => {
      expect([...columnsOf(MANY).slice(from, to)]).toEqual(MANY.slice(from, to));
    },
  );

  it('know which steps lack a quantity, and tell it from one that is not a number', () => {
    const mixed: RecordedStep[] = [
      step(0, { radial: 0.5 }),
      step(1),
      step(2, { radial: Number.NaN, angle: Number.NaN }),
      step(3, { groups: step(3).groups.map((group) => ({ ...group, radial: 1e-3 })) }),
    ];
    const columns = columnsOf(mixed);
    expect([...columns]).toEqual(mixed);
    expect([...columns.slice(1)]).toEqual(mixed.slice(1));
    expect('radial' in columns.at(1)!).toBe(false);
    const { angle: _, ...without } = step(0);
    expect('angle' in columnsOf([without]).columns).toBe(false);
  });

  it('do not change when more are collected', () => {
    const collector = new StepCollector();
    collector.push(MANY[0]!);
    const first = collector.steps();
    for (const more of MANY.slice(1)) collector.push(more);
    expect([...first]).toEqual(MANY.slice(0, 1));
    expect([...collector.steps()]).toEqual(MANY);
  });

  it('are steps, all of the same groups', () => {
    const other = step(1, { groups: step(1).groups.toReversed() });
    expect(() => columnsOf([step(0), other])).toThrow('its groups are not those of the steps before');
  });

  it('are joined into groups as single steps are', () => {
    const cosine = (given: RecordedStep, radial: number): RecordedStep => ({
      ...given,
      groups: given.groups.map((group) => ({ ...group, radial })),
    });
    const steps = [step(0), cosine(step(1), 0.1), step(2, { elr: 0.5 })];
    const groups = [{ name: 'stream', tensors: ['a', 'b'] }];
    expect([...stepsInGroups(columnsOf(steps), groups)]).toEqual(steps.map((each) => stepInGroups(each, groups)));
    const single = [
      { name: 'b', tensors: ['b'] },
      { name: 'a', tensors: ['a'] },
    ];
    expect([...stepsInGroups(columnsOf(steps), single)]).toEqual(steps.map((each) => stepInGroups(each, single)));
    expect(() => stepsInGroups(columnsOf(steps), [{ name: 'x', tensors: ['x'] }])).toThrow('says nothing of x');
  });
});
