import { appendFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { step } from '../../../bench/example-run.js';
import { csvTable, readTableRun, tableRun } from '../../../src/archive/csv-table.js';
import { readRun } from '../../../src/archive/stored-run.js';
import { randomSource } from '../../../src/numerics/random.js';
import type { RecordedStep } from '../../../src/run/step-columns.js';
import { DEFAULT_TRAINING } from '../../../src/run/training-settings.js';
import { temporaryFolder } from '../../cli.js';
import { type StoredParts, writeRun } from './stored.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** More than two pieces of 4,096 steps, and an epoch that is not whole. */
const COUNT = 9001;
const random = randomSource(2);
let norm = 3;
const MANY: readonly RecordedStep[] = Array.from({ length: COUNT }, (_, i) => {
  const { angle: _angle, ...plain } = step(i, { loss: 1 + random.uniform(), egn: 20 + random.uniform() });
  norm *= 1 + 1e-4 * random.uniform();
  return { ...plain, norm, chord: 0.2 + 0.01 * random.uniform() };
});
const at = (place: number, change: Partial<RecordedStep>): RecordedStep[] =>
  MANY.map((each, i) => (i === place ? { ...each, ...change } : each));
const without = (place: number): RecordedStep[] =>
  MANY.map((each, i) => (i === place ? (({ chord: _, ...rest }) => rest)(each) : each));

const heavy = { steps: COUNT, training: { ...DEFAULT_TRAINING, momentum: 0.5 } };

describe('a table of a run whose steps are not in memory', () => {
  it.each<[string, StoredParts]>([
    ['of a whole run', { steps: MANY }],
    ['with momentum, whose floors need the norm after each step', { steps: MANY, configuration: heavy }],
    ['with momentum, where one step does not say how far it went', { steps: without(7000), configuration: heavy }],
    ['where one step has what the others lack', { steps: at(5000, { radial: 0.1 }) }],
    ['of few steps', { steps: MANY.slice(0, 5), configuration: { steps: 5 } }],
    ['without a step', { steps: [], manifest: { status: 'running' } }],
  ])('has the same bytes: %s', (name, parts) => {
    const count = [...(parts.steps ?? [])].length;
    const directory = writeRun(folder.path(name.replaceAll(' ', '-')), {
      ...parts,
      configuration: { ...parts.configuration, steps: Math.max(1, count) },
    });
    for (const kind of ['epoch', 'step'] as const) {
      const [large, whole] = [readTableRun(directory, kind, { large: 0 }), tableRun(readRun(directory), kind)];
      const text = [...csvTable([large])].join('');
      expect(text).toBe([...csvTable([whole])].join(''));
      expect(text.split('\n')).toHaveLength(count === 0 ? 2 : (kind === 'step' ? count : Math.ceil(count / 2)) + 2);
    }
  });

  it('is refused before its first row where a line is damaged', () => {
    const directory = writeRun(folder.path('damaged'), { steps: MANY.slice(0, 5), manifest: { status: 'running' } });
    appendFileSync(`${directory}/metrics.jsonl`, '{}\n');
    expect(() => readTableRun(directory, 'step', { large: 0 })).toThrow(/line 6, is not a metrics line/);
  });
});
