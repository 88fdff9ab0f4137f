import { appendFileSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { step } from '../../../bench/example-run.js';
import { StepFollower } from '../../../src/run/follow-steps.js';
import { readSteps } from '../../../src/run/read-steps.js';
import { METRICS_FILE } from '../../../src/run/run-directory.js';
import { encodeStep } from '../../../src/run/run-writer.js';
import type { RecordedStep } from '../../../src/run/step-columns.js';
import { parseStepLine } from '../../../src/run/step-line.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const { NaN: NAN, POSITIVE_INFINITY: INFINITE } = Number;
const [a, b] = step(1).groups;
/** The second step of a run with something changed, as a line. */
const changed = (change: object): string => JSON.stringify({ ...step(1), ...change });
const without = (name: keyof RecordedStep): string => {
  const { [name]: _, ...rest } = step(1);
  return JSON.stringify(rest);
};

/** What the second line of a file may not be, and why. */
const WRONG: readonly [string, string, RegExp][] = [
  ['null', 'null', /it is no record/],
  ['a number', '5', /it is no record/],
  ['text', '"5"', /it is no record/],
  ['a list', '[]', /it is no record/],
  ['nothing', '', /it is not JSON/],
  ['zero bytes', '\0'.repeat(300), /it is not JSON/],
  ['an empty record', '{}', /step is not a number/],
  ['two lines in one', encodeStep(step(1)).repeat(2), /it is not JSON/],
  ['half a line', encodeStep(step(1)).slice(0, 90), /it is not JSON/],
  ['text for a number', changed({ loss: 'abc' }), /loss is not a number/],
  ['true for a number', changed({ egn: true }), /egn is not a number/],
  ['null for a number', changed({ norm: null }), /norm is not a number/],
  ['a list for a number', changed({ elr: [1] }), /elr is not a number/],
  ['no loss', without('loss'), /loss is not a number/],
  ['no accuracy', without('accuracy'), /accuracy is not a number/],
  ['no groups', without('groups'), /groups is not a list/],
  ['another field', changed({ lost: 1 }), /it has unknown fields/],
  ['another spelling of an optional field', changed({ angle: undefined, angel: 1 }), /it has unknown fields/],
  ['a number beyond the range', encodeStep(step(1)).replace('"ess":0.3', '"ess":1e999'), /ess is not a number/],
  ['the same beside a NaN', encodeStep(step(1, { loss: NAN })).replace('"ess":0.3', '"ess":1e999'), /it is not JSON/],
  ['text for an optional number', changed({ radial: 'x' }), /radial is not a number/],
  ['the step before', encodeStep(step(0)), /it says step 0, where step 1 belongs/],
  ['the step after', encodeStep(step(2)), /it says step 2, where step 1 belongs/],
  ['half a step', changed({ step: 1.5 }), /it says step 1.5, where step 1 belongs/],
  ['more than all right', changed({ accuracy: 1.01 }), /accuracy is not between 0 and 1/],
  ['less than none right', changed({ accuracy: -0.01 }), /accuracy is not between 0 and 1/],
  ['a negative EGN', changed({ egn: -1 }), /EGN or norm is negative/],
  ['a negative norm', changed({ norm: -1 }), /EGN or norm is negative/],
  ['a group that is none', changed({ groups: [a, 1] }), /a group has no name/],
  ['a group without a share', changed({ groups: [a, { ...b, share: undefined }] }), /in group "b", share is not/],
  ['a group with another field', changed({ groups: [{ ...a, x: 1 }, b] }), /in group "a", it has unknown fields/],
  ['a share above 1', changed({ groups: [{ ...a, share: 1.001 }, b] }), /a share is not between 0 and 1/],
  ['a negative EGN of a group', changed({ groups: [{ ...a, egn: -1 }, b] }), /the EGN of a group is negative/],
  ['a group less', changed({ groups: [a] }), /its groups are not those of the steps before/],
  ['the groups in another order', changed({ groups: [b, a] }), /its groups are not those of the steps before/],
  ['a renamed group', changed({ groups: [a, { ...b, name: 'c' }] }), /its groups are not those of the steps before/],
];

function files() {
  const directory = mkdtempSync(folder.path('run-'));
  return { directory, path: join(directory, METRICS_FILE) };
}

describe('a line of metrics', () => {
  it.each(WRONG)('is not %s, for reader and follower', (_, line, reason) => {
    const { directory, path } = files();
    const follower = new StepFollower(directory);
    writeFileSync(path, `${encodeStep(step(0))}\n`);
    expect(follower.read()).toHaveLength(1);
    appendFileSync(path, `${line}\n${encodeStep(step(2))}\n`);
    for (const read of [() => readSteps(directory), () => follower.read()]) {
      expect(read).toThrow(`${path}, line 2, is not a metrics line of this version: `);
      expect(read).toThrow(reason);
    }
  });

  it.each([
    ['as every trainer writes it', step(3)],
    ['with and without what is optional', step(3, { radial: 0.1, groups: [{ ...a!, radial: -1e-9 }, b!] })],
    ['with numbers that JSON does not have', step(3, { loss: NAN, egn: INFINITE, groups: [{ ...a!, share: NAN }] })],
    ['with a group called NaN', step(3, { groups: [{ ...a!, name: 'NaN' }] })],
  ])('is a step %s', (_, recorded) => {
    expect(parseStepLine(encodeStep(recorded), 3)).toEqual(recorded);
  });

  it.each([
    ['loss', { loss: NAN }],
    ['gradient', { egn: INFINITE }],
  ])('does not follow one whose %s is not finite, which ends a training', (_, change) => {
    const { directory, path } = files();
    writeFileSync(path, `${encodeStep(step(0))}\n${encodeStep(step(1, change))}\n`);
    expect(readSteps(directory)).toHaveLength(2);
    appendFileSync(path, `${encodeStep(step(2))}\n`);
    expect(() => readSteps(directory)).toThrow(/line 3, .* follows a step whose loss or gradient is not finite/);
  });
});
