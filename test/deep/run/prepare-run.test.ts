import { describe, expect, it } from 'vitest';
import { configuration } from '../../../bench/example-run.js';
import { prepareRun } from '../../../deep/run/prepare.js';
import { DEFAULT_TRAINING } from '../../../src/run/training-settings.js';

const initial = (seed: number, lastLayerSeed: number | null) =>
  prepareRun({ ...configuration, seed, training: { ...DEFAULT_TRAINING, lastLayerSeed } }).initial;

describe('a last layer of another seed', () => {
  it('is the one that seed draws, and the rest is not', () => {
    const [own, mixed, other] = [initial(1, null), initial(1, 2), initial(2, null)];
    for (const [name, values] of mixed)
      expect(values, name).toEqual((name.startsWith('linear') ? other : own).get(name));
    expect(own.get('linear_layers.2.weight')).not.toEqual(other.get('linear_layers.2.weight'));
  });
});
