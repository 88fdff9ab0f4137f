import { describe, expect, it } from 'vitest';
import { predictionTable } from '../../../../src/text/verification/prediction-table.js';
import { absolutePrediction, factorPrediction, untestedPrediction } from '../../../../src/verify/prediction.js';

const given = { name: 'share', source: 'K4', predicted: 0.5, measured: 0.51, tolerance: 0.02 };
const plain = absolutePrediction(given);
const known = absolutePrediction({ ...given, predictedError: 0.001234, measuredError: 0.00456 });
const bracketed = factorPrediction({
  ...{ name: 'threshold', source: 'T4', predicted: 0.002, measured: 0.001, tolerance: 2.5 },
  ...{ predictedError: 0.0001, measuredFactor: 2.5 },
});
const uncertain = absolutePrediction({ ...given, name: 'unknown', measuredError: Number.NaN });
const cells = (table: string): string[][] => table.split('\n').map((line) => line.split(/\s{2,}/));

describe('the table of predictions', () => {
  it('has two columns of errors where one is known, each beside its number', () => {
    const [head, ...rows] = cells(predictionTable([known, bracketed]));
    expect(head).toEqual(['verdict', 'prediction', 'predicted', '+-', 'measured', '+-', 'error', 'allowed', 'from']);
    expect(rows[0]).toEqual(['holds', 'share', '0.5', '0.0012', '0.51', '0.0046', '0.01', '0.02', 'K4']);
    expect(rows[1]).toEqual(['holds', 'threshold', '0.002', '1e-4', '0.001', 'x 2.5', 'x 2', 'x 2.5', 'T4']);
  });

  it('has none of them where none is known', () => {
    expect(cells(predictionTable([plain]))[0]).toEqual([
      ...['verdict', 'prediction', 'predicted', 'measured', 'error', 'allowed', 'from'],
    ]);
  });

  it('says where a number is too uncertain, with the numbers it has', () => {
    const table = predictionTable([uncertain]);
    expect(cells(table)[1]).toEqual(['untested', 'unknown', '0.5', '0.51', '?', '0.01', '0.02', 'K4']);
    expect(table).toContain('unknown\n  untested: too uncertain: too few independent values to know the error');
  });

  it('leaves the errors out first where a terminal is narrow', () => {
    const rows = [known, untestedPrediction({ name: 'a', source: 'T4', tolerance: 1, note: 'none' })];
    const wide = predictionTable(rows);
    const width = Math.max(...wide.split('\n').map((line) => line.length));
    expect(predictionTable(rows, width)).toBe(wide);
    const head = cells(predictionTable(rows, width - 1))[0]!;
    expect(head.filter((title) => title === '+-').length).toBe(1);
    const narrow = cells(predictionTable(rows, width - 12))[0]!;
    expect(narrow).not.toContain('+-');
    expect(narrow).toContain('from');
  });
});
