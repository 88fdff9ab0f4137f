import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { manifest, step } from '../../../bench/example-run.js';
import { randomSource } from '../../../src/numerics/random.js';
import { judgeSteps, measureRun } from '../../../src/regime/analyse.js';
import { checkSteps, readJointSteps, readSteps } from '../../../src/run/read-steps.js';
import { encodeStep } from '../../../src/run/run-writer.js';
import { type Columns, type RecordedStep, StepColumns } from '../../../src/run/step-columns.js';
import { seenOf } from '../../../src/run/step-lines.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

let runs = 0;
function written(lines: readonly string[]): string {
  runs += 1;
  const directory = folder.path(`run-${runs}`);
  mkdirSync(directory);
  writeFileSync(`${directory}/metrics.jsonl`, lines.map((line) => `${line}\n`).join(''));
  return directory;
}

const random = randomSource(5);
const many: RecordedStep[] = Array.from({ length: 400 }, (_, i) =>
  step(i, { loss: 1 + random.uniform(), egn: 20 + random.uniform(), ...(i % 2 === 0 && { radial: 0.1 }) }),
);

describe('steps of which only some is kept', () => {
  const directory = written(many.map(encodeStep));
  const all = readSteps(directory);

  it('are the same numbers, without groups', () => {
    const { joint, seen } = readJointSteps(directory);
    expect([...joint].map(({ loss, egn }) => ({ loss, egn }))).toEqual(many.map(({ loss, egn }) => ({ loss, egn })));
    expect(joint.columns.groups).toEqual([]);
    expect(all.length).toBe(400);
    for (const each of [seen, checkSteps(directory)]) {
      const { length, groups, last } = each;
      expect({ length, groups, last }).toEqual(seenOf(all));
    }
  });

  it('have the regime and noise share of the whole run', () => {
    const { joint } = readJointSteps(directory);
    const { regime, noiseShare } = measureRun({ directory, manifest, steps: all });
    expect(judgeSteps({ manifest, steps: joint })).toEqual({ regime, noiseShare });
    expect(noiseShare.value).toBeGreaterThan(0);
    // With momentum the angle of each step counts.
    const { configuration } = manifest;
    const heavy = {
      ...manifest,
      configuration: { ...configuration, training: { ...configuration.training, momentum: 0.9 } },
    };
    const other = measureRun({ directory, manifest: heavy, steps: all }).noiseShare;
    expect(judgeSteps({ manifest: heavy, steps: joint }).noiseShare).toEqual(other);
    const withoutAngle = new StepColumns({ ...all.columns, angle: undefined } as unknown as Columns);
    expect(measureRun({ directory, manifest: heavy, steps: withoutAngle }).noiseShare).not.toEqual(other);
  });

  it('are read up to a place of the file', () => {
    const bytes = many.slice(0, 3).reduce((sum, each) => sum + encodeStep(each).length + 1, 0);
    expect(checkSteps(directory, { bytes }).length).toBe(3);
    expect(readSteps(directory, bytes).length).toBe(3);
  });

  it('are refused alike', () => {
    const other = encodeStep(step(1)).replaceAll('"b"', '"c"');
    for (const [lines, message] of [
      [[encodeStep(step(0)), other], /line 2, .*its groups are not those of the steps before/],
      [[encodeStep(step(0, { loss: Number.NaN })), encodeStep(step(1))], /line 2, .*follows a step whose loss/],
      [[encodeStep(step(1))], /line 1, .*step 1, where step 0 belongs/],
    ] as const) {
      const place = written(lines);
      for (const read of [readSteps, readJointSteps, checkSteps]) expect(() => read(place)).toThrow(message);
    }
  });

  it('are none where there is no file', () => {
    mkdirSync(folder.path('empty'));
    expect(readSteps(folder.path('empty')).length).toBe(0);
    expect(checkSteps(folder.path('empty'))).toMatchObject({ length: 0, groups: [], last: undefined });
  });
});
