import { describe, expect, it } from 'vitest';
import { configuration } from '../../../bench/example-run.js';
import { fieldName, fulfils } from '../../../src/archive/conditions.js';
import { configurationFields, FIELD_NAMES, variedFields } from '../../../src/archive/setting-differences.js';
import { elrRate } from '../../../src/run/rate.js';
import { DEFAULT_TRAINING, type TrainingSettings } from '../../../src/run/training-settings.js';
import { parseConditions } from '../../../src/text/grammar/condition-grammar.js';

const training: TrainingSettings = {
  ...DEFAULT_TRAINING,
  momentum: 0.9,
  schedule: { kind: 'step', factor: 0.1, milestones: [30, 60] },
};

describe('the fields of a configuration', () => {
  it('are flat: settings of training beside the others, the schedule by its kind', () => {
    const fields = configurationFields({ ...configuration, training });
    expect(fields).toMatchObject({
      model: 'convnet',
      elr: 0.01,
      momentum: 0.9,
      lr: null,
      corrupt: null,
      augment: null,
    });
    expect(fields).toMatchObject({ schedule: 'step', 'schedule.factor': 0.1, 'schedule.milestones': '30 60' });
    expect(Object.values(fields).every((value) => value === null || typeof value !== 'object')).toBe(true);
  });

  it('have no name that the list of all names lacks', () => {
    expect(FIELD_NAMES).toEqual(
      expect.arrayContaining(Object.keys(configurationFields({ ...configuration, training }))),
    );
    expect(FIELD_NAMES).not.toContain('training');
    expect(new Set(FIELD_NAMES).size).toBe(FIELD_NAMES.length);
  });

  it('vary where two are not the same, an absent one counting as null', () => {
    const plain = configurationFields(configuration);
    expect(variedFields([plain, plain])).toEqual([]);
    const other = configurationFields({ ...configuration, rate: elrRate(0.1), corrupt: 0.2, training });
    expect(new Set(variedFields([plain, other]))).toEqual(
      new Set(['elr', 'corrupt', 'momentum', 'schedule', 'schedule.factor', 'schedule.milestones']),
    );
    expect(variedFields([])).toEqual([]);
  });
});

describe('conditions', () => {
  const fields = configurationFields({ ...configuration, training });
  it.each([
    ['model=convnet', true],
    ['model=convnet,width=2,momentum=0.9', true],
    ['elr=1e-2', true],
    ['elr=0.010', true],
    ['corrupt=none', true],
    ['full-batch=false', true],
    ['schedule=step,schedule.factor=1e-1', true],
    ['model=convnet,width=3', false],
    ['init=', false],
    ['width=', false],
    ['width=two', false],
  ])('%s', (text, holds) => {
    expect(fulfils(fields, parseConditions(text))).toBe(holds);
  });

  it.each([
    ['elr=0.003162', true],
    ['elr=0.0031623', true],
    ['elr=0.003163', false],
    ['elr!=0.003162', false],
    ['corrupt=0.3333', false],
  ])('%s: rates as tables show them, with four digits, other numbers as they are', (text, holds) => {
    const long = { ...fields, elr: 0.00316227766017, corrupt: 1 / 3 };
    expect(fulfils(long, parseConditions(text))).toBe(holds);
  });

  it('says what is allowed', () => {
    expect(() => parseConditions('model')).toThrow(/^Allowed: NAME=VALUE pairs/);
    expect(() => parseConditions('model=convnet,')).toThrow(/^Allowed: NAME=VALUE pairs/);
    expect(() => fulfils(fields, parseConditions('colour=red'))).toThrow(
      /unknown field colour; allowed: model, width,.*momentum/,
    );
    expect(fieldName('weight-decay')).toBe('weightDecay');
  });
});
