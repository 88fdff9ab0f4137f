import { describe, expect, it } from 'vitest';
import { configuration } from '../../../bench/example-run.js';
import { prepareRun } from '../../../deep/run/prepare.js';
import { DEFAULT_TRAINING, type TrainingSettings } from '../../../src/run/training-settings.js';

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

describe('the scale of the last layer', () => {
  const weight = 'linear_layers.2.weight';
  const start = (model: string, training: Partial<TrainingSettings>) =>
    prepareRun({ ...configuration, model, training: { ...DEFAULT_TRAINING, ...training } }).initial;
  const norm = (values: Float32Array): number => Math.hypot(...values);

  it('is 10 where the layer is frozen, or what is said; in affine models the layer is as drawn unless something is said', () => {
    const drawn = start('convnet-affine', {}).get(weight)!;
    // A multiple of single precision, of 160 numbers.
    expect(norm(start('convnet', {}).get(weight)!)).toBeCloseTo(10, 5);
    for (const initScale of [3, -1, 0.5])
      for (const model of ['convnet', 'convnet-affine']) {
        const scaled = start(model, { initScale }).get(weight)!;
        const expected = Array.from(drawn, (value) => (initScale * value) / norm(drawn));
        expected.forEach((value, i) => {
          expect(scaled[i]).toBeCloseTo(value, 6);
        });
      }
  });

  it('of -1 with a seed of its own is the start of affine models with --same_last_layer --init_scale -1', () => {
    const [turned, drawn] = [{ initScale: -1, lastLayerSeed: 7 }, { lastLayerSeed: 7 }].map((training) =>
      start('convnet-affine', training),
    );
    expect(norm(turned!.get(weight)!)).toBeCloseTo(1, 6);
    for (const [name, values] of drawn!) if (name !== weight) expect(turned!.get(name), name).toEqual(values);
    const cosine = turned!.get(weight)!.reduce((sum, value, i) => sum + value * drawn!.get(weight)![i]!, 0);
    expect(cosine / norm(drawn!.get(weight)!)).toBeCloseTo(-1, 6);
  });
});
