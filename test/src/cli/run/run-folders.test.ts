import { afterAll, describe, expect, it } from 'vitest';
import { manifest, step } from '../../../../bench/example-run.js';
import { finalElr } from '../../../../src/cli/run/run-folders.js';
import type { Rate } from '../../../../src/run/rate.js';
import { RunWriter } from '../../../../src/run/run-writer.js';
import { temporaryFolder } from '../../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** A run whose steps had these ELRs. */
function runOf(name: string, elr: number | null, kind: 'constant' | 'cosine', elrs: readonly number[]) {
  const schedule = kind === 'constant' ? { kind } : { kind, factor: 0, from: 0, to: 1 };
  const { configuration } = manifest;
  const training = { ...configuration.training, schedule };
  const rate: Rate = elr === null ? { kind: 'lr', value: 0.1 } : { kind: 'elr', value: elr };
  const given = { ...manifest, configuration: { ...configuration, rate, training } };
  const writer = RunWriter.create(folder.path(name), given);
  elrs.forEach((each, i) => {
    writer.append(step(i, { elr: each }));
  });
  writer.finish(new Map(), { seconds: 1, test: { loss: null, accuracy: 0.5 } });
  return finalElr(folder.path(name), given);
}

describe('the ELR at the end of a run', () => {
  it('is the one that is fixed', () => {
    expect(runOf('fixed', 0.5, 'constant', [0.5, 0.5])).toBe(0.5);
  });

  it('with a schedule is that of the last step, not of the first', () => {
    expect(runOf('falls', 0.5, 'cosine', [0.5, 0.25, 0.01])).toBe(0.01);
  });

  it('in full space is that of the last step, and none before the first', () => {
    expect(runOf('full', null, 'constant', [0.5, 0.3])).toBe(0.3);
    expect(runOf('empty', null, 'constant', [])).toBeNaN();
  });
});
