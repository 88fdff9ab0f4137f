import { describe, expect, it } from 'vitest';
import { type TemperedCell, temperedCell } from '../../../src/experiments/temperature.js';
import { temperatureRows } from '../../../src/experiments/temperature-rows.js';

interface Given {
  readonly loss: number;
  readonly bottom: number;
  readonly fall?: number;
  readonly signal?: number;
  /** Of loss and bottom, relative, between two seeds. */
  readonly scatter?: number;
}

/** Two seeds, whose values lie to either side. */
function cell(batch: number, elr: number, given: Given): TemperedCell {
  const { loss, bottom, fall = 0, signal = 0.05, scatter = 0.01 } = given;
  const run = (side: number) => ({
    lost: {
      loss: { value: loss * (1 + side * scatter), error: 0 },
      fall,
      annealed: { value: bottom, error: 0 },
      lost: { value: loss - bottom, error: 0 },
      predicted: { value: 1, error: 0 },
      ratio: { value: 1, error: 0 },
    },
    ends: { lossRatio: 1, bottom: bottom * (1 + side * scatter), signal, noise: 1 },
  });
  return temperedCell({ of: 'network', batch, elr }, [run(1), run(-1)]);
}

/** Batches of 16 at ELR 1, 2 and 4, whose loss doubles and whose bottom rises by 4 each time. */
const SMALL = [
  cell(16, 1, { loss: 1, bottom: 0.1 }),
  cell(16, 2, { loss: 2, bottom: 0.4 }),
  cell(16, 4, { loss: 4, bottom: 1.6 }),
];
const verdicts = (larger: Given, smaller: readonly TemperedCell[] = SMALL) =>
  Object.fromEntries(
    temperatureRows([...smaller, cell(64, 4, larger)]).map(({ name, holds }) => [
      name.replace(/ (at|over|below|not below) .*, /, ', '),
      holds,
    ]),
  );

const COLLAPSE = {
  'bottom, lower bound': true,
  'bottom, ELR / batch alone': true,
  'loss, ELR / batch alone': true,
  'bottom, upper bound': true,
  'bottom, ELR alone': false,
  'loss, ELR alone': false,
};

describe('runs with larger batches', () => {
  it('are compared with the smallest at the same ELR / batch and at the same ELR', () => {
    expect(
      temperatureRows([...SMALL, cell(64, 4, { loss: 1, bottom: 0.1 })]).map(({ name, source }) => [name, source]),
    ).toEqual([
      ['bottom at batch 64, ELR 4 not below that at batch 16, ELR 1, lower bound', 'T16'],
      ['bottom at batch 64, ELR 4 over batch 16, ELR / batch alone', 'T16'],
      ['loss at batch 64, ELR 4 over batch 16, ELR / batch alone', 'T16'],
      ['bottom at batch 64, ELR 4 below that at batch 16, upper bound', 'T16'],
      ['bottom at batch 64, ELR 4 over batch 16, ELR alone', 'T1'],
      ['loss at batch 64, ELR 4 over batch 16, ELR alone', 'T1'],
    ]);
    // Without a partner there is no row: ELR 2 / 4 is not there, and 8 is not.
    expect(temperatureRows([...SMALL, cell(64, 2, { loss: 1, bottom: 0.1 })])).toHaveLength(3);
    expect(temperatureRows([...SMALL, cell(64, 32, { loss: 1, bottom: 0.1 })])).toEqual([]);
  });

  it('hold where ELR / batch decides, and where the ELR decides the opposite', () => {
    expect(verdicts({ loss: 1.02, bottom: 0.11 })).toEqual(COLLAPSE);
    expect(verdicts({ loss: 4, bottom: 1.6 })).toEqual({
      'bottom, lower bound': true,
      'bottom, ELR / batch alone': false,
      'loss, ELR / batch alone': false,
      'bottom, upper bound': null,
      'bottom, ELR alone': true,
      'loss, ELR alone': true,
    });
  });

  it('fail outside of the bounds, to either side', () => {
    expect(verdicts({ loss: 1, bottom: 0.07 })['bottom, lower bound']).toBe(false);
    expect(verdicts({ loss: 1, bottom: 0.081 })['bottom, lower bound']).toBe(true);
    expect(verdicts({ loss: 1, bottom: 2 })['bottom, upper bound']).toBe(false);
  });
});

describe('untested are', () => {
  it('runs that have not settled, but bounds only where their higher side has not, or where they fail', () => {
    const falling = cell(16, 1, { loss: 1, bottom: 0.1, fall: 0.11 });
    const at = (larger: Given) => verdicts(larger, [falling, ...SMALL.slice(1)]);
    expect(at({ loss: 1, bottom: 0.1 })).toEqual({
      ...COLLAPSE,
      'bottom, ELR / batch alone': null,
      'loss, ELR / batch alone': null,
    });
    expect(at({ loss: 1, bottom: 0.05 })['bottom, lower bound']).toBeNull();
    expect(verdicts({ loss: 1, bottom: 0.1, fall: 0.11 })).toEqual({
      'bottom, lower bound': null,
      'bottom, ELR / batch alone': null,
      'loss, ELR / batch alone': null,
      'bottom, upper bound': true,
      'bottom, ELR alone': null,
      'loss, ELR alone': null,
    });
    expect(verdicts({ loss: 1, bottom: 2, fall: 0.11 })['bottom, upper bound']).toBeNull();
  });

  it('equalities at one ELR / batch where steps are not small, or where nothing depends on it', () => {
    const loud = verdicts({ loss: 1, bottom: 0.1, signal: 0.21 });
    expect(loud).toEqual({ ...COLLAPSE, 'bottom, ELR / batch alone': null, 'loss, ELR / batch alone': null });
    const flat = [cell(16, 1, { loss: 2.3, bottom: 0.1 }), cell(16, 2, { loss: 2.5, bottom: 0.4 }), SMALL[2]!];
    expect(verdicts({ loss: 2.3, bottom: 0.1 }, flat)).toEqual({ ...COLLAPSE, 'loss, ELR / batch alone': null });
    expect(verdicts({ loss: 1, bottom: 0.1, signal: Number.NaN })['loss, ELR / batch alone']).toBeNull();
  });

  it('values whose seeds scatter by more than is allowed', () => {
    const found = verdicts({ loss: 1, bottom: 0.1, scatter: 0.3 });
    expect(found['bottom, lower bound']).toBeNull();
    expect(found['loss, ELR / batch alone']).toBeNull();
  });
});

it('a toy is compared with its closed form', () => {
  const toy = { ...SMALL[0]!, of: 'toy' as const, expected: { loss: 1.05, bottom: 0.2 } };
  expect(temperatureRows([toy]).map(({ name, holds, of }) => [name, holds, of])).toEqual([
    ['bottom at batch 16, ELR 1, closed form', false, 'toy'],
    ['loss at batch 16, ELR 1, closed form', true, 'toy'],
  ]);
});
