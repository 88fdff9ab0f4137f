import { describe, expect, it } from 'vitest';
import { measurementRow } from '../../../src/archive/measurement-table.js';
import { measurement } from './stored.js';

describe('a measurement as a row', () => {
  it('has every number under its place in the line', () => {
    const row = measurementRow(measurement(3));
    expect(row).toMatchObject({
      step: 6,
      epoch: 3,
      'train.training.loss': 2,
      'train.evaluation.accuracy': 0.125,
      'test.training.accuracy': 0.5,
      'test.evaluation.loss': 3.5,
      egn: 10,
      meanGradientEgn: 6,
      'egn.b': 2,
      norm: 5,
      'norm.last': 12,
      'start.cosine': expect.closeTo(0.7, 12),
      'start.distance': 3,
      'previousEpoch.cosine': 0.9,
    });
  });

  it('has the same columns where there is no epoch before and no average', () => {
    const average = { epochs: 2, train: { loss: 1, accuracy: 0.5 }, test: { loss: 1.5, accuracy: 0.25 } };
    const [first, later] = [measurementRow(measurement(0)), measurementRow(measurement(1, { average }))];
    expect(Object.keys(first)).toEqual(Object.keys(later));
    expect([first['previousEpoch.cosine'], first['average.test.loss']]).toEqual([null, null]);
    expect([later['average.epochs'], later['average.test.loss']]).toEqual([2, 1.5]);
  });
});
