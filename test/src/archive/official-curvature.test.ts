import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync } from 'fflate';
import { afterAll, describe, expect, it } from 'vitest';
import { exportNpz } from '../../../src/archive/export-npz.js';
import { curvatureArrays } from '../../../src/archive/official-curvature.js';
import { columnsOf } from '../../../src/run/collect-steps.js';
import { type Curvature, type CurvatureKind, writeCurvature } from '../../../src/run/curvature-record.js';
import { encodeSafetensors } from '../../../src/system/safetensors.js';
import { temporaryFolder } from '../../cli.js';
import { STEPS, storedManifest, writeRun } from './stored.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const eigenvalue = (value: number) => ({ value, bound: 0 });
const RECORD: Curvature = {
  ...{ step: 5, images: 16, batch: 16, seed: 1, loss: 3, accuracy: 0.25, meanGradientEgn: 1 },
  ...{ largest: [eigenvalue(100), eigenvalue(50)], smallest: eigenvalue(0), converged: true, groups: [] },
  ...{ trace: { mean: 200, standardError: 1, probes: 4 }, spectrum: null, products: 2, seconds: 1 },
};
const keep = (directory: string, { of = 'hessian', subset = 'all' }: CurvatureKind, change: Partial<Curvature> = {}) =>
  writeCurvature(directory, { ...RECORD, of, subset, ...change }, { of, subset });
const values = (directory: string, lossUnit = 1) =>
  Object.fromEntries(
    [...curvatureArrays(directory, 5, { norm: 5, size: 4, lossUnit, stepsPerEpoch: 2 })].map(([name, array]) => [
      name,
      array.values,
    ]),
  );

describe('kept curvature in the official files', () => {
  const directory = writeRun(folder.path('run'));

  it('is nothing where none is kept', () => {
    expect(values(directory)).toEqual({});
  });

  it('is that in the weights: over the squared norm, traces a component, losses in the official unit', () => {
    keep(directory, {});
    keep(directory, { of: 'fisher', subset: 'corrupted' });
    keep(directory, { of: 'empirical-fisher' });
    // Of other weights.
    keep(directory, { of: 'fisher' }, { step: 4 });
    // Norm 5: 100 / 25 and 50 / 25; 200 / 25 over four components.
    expect(values(directory)).toEqual({
      report_epochs: [2.5],
      ...{ hess_evals: [4, 2], hess_trace: [2] },
      ...{ fisher_evals_corrupt: [4, 2], fisher_trace_corrupt: [2], loss_corrupt: [3], acc_corrupt: [0.25] },
      ...{ empirical_fisher_evals: [4, 2], empirical_fisher_trace: [2] },
    });
    // A unit of 2: once for the Hessian, twice for products of gradients; no Fisher matrix of a softmax.
    expect(values(directory, 2)).toEqual({
      report_epochs: [2.5],
      ...{ hess_evals: [2, 1], hess_trace: [1] },
      ...{ empirical_fisher_evals: [1, 0.5], empirical_fisher_trace: [0.5] },
    });
  });

  it('is a file of the export', () => {
    const manifest = { ...storedManifest(), groups: ['a', 'b'] };
    const weights = new Map([
      ['a', { shape: [2], data: Float32Array.of(3, 0) }],
      ['b', { shape: [1, 2], data: Float32Array.of(0, 4) }],
    ]);
    const run = { directory, manifest, status: 'finished', steps: columnsOf(STEPS) } as const;
    expect(exportNpz(run, folder.path('out')).files).not.toContain('train-tm-prebn-curvature.npz');
    writeFileSync(join(directory, 'weights.safetensors'), encodeSafetensors(weights));
    expect(exportNpz(run, folder.path('out')).files).toContain('train-tm-prebn-curvature.npz');
    const arrays = unzipSync(readFileSync(join(folder.path('out'), 'train-tm-prebn-curvature.npz')));
    const bytes = arrays['hess_trace.npy']!;
    // |(3, 0, 0, 4)|^2 = 25, of four components.
    expect(new DataView(bytes.buffer, bytes.byteOffset + bytes.length - 8, 8).getFloat64(0, true)).toBe(2);
  });
});
