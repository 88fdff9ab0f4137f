import { appendFileSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { step } from '../../../bench/example-run.js';
import { StepFollower } from '../../../src/run/follow-steps.js';
import { readSteps } from '../../../src/run/read-steps.js';
import { METRICS_FILE } from '../../../src/run/run-directory.js';
import { encodeStep } from '../../../src/run/run-writer.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const line = (i: number, loss = 2): string => `${encodeStep(step(i, { loss }))}\n`;

function following() {
  const directory = mkdtempSync(folder.path('run-'));
  const path = join(directory, METRICS_FILE);
  return { directory, path, follower: new StepFollower(directory) };
}

describe('steps that are followed', () => {
  it('are all steps at every look, a line still being written left out', () => {
    const { directory, path, follower } = following();
    expect([...follower.read()]).toEqual([]);
    writeFileSync(path, line(0));
    expect([...follower.read()]).toEqual([step(0)]);
    appendFileSync(path, line(1) + line(2).slice(0, 20));
    expect([...follower.read()]).toEqual([step(0), step(1)]);
    appendFileSync(path, line(2).slice(20));
    expect([...follower.read()]).toEqual([step(0), step(1), step(2)]);
    expect([...follower.read()]).toEqual([...readSteps(directory)]);
  });

  it('are the same list while nothing is new', () => {
    const { path, follower } = following();
    writeFileSync(path, line(0));
    expect(follower.read()).toBe(follower.read());
    const before = follower.read();
    appendFileSync(path, line(1));
    expect(follower.read()).not.toBe(before);
    expect([...before]).toEqual([step(0)]);
  });

  it('begin anew where the file has become shorter, or is another one', () => {
    const { path, follower } = following();
    writeFileSync(path, line(0) + line(1));
    expect(follower.read()).toHaveLength(2);
    writeFileSync(path, line(0, 5));
    expect([...follower.read()]).toEqual([step(0, { loss: 5 })]);
    writeFileSync(`${path}.new`, line(0, 7) + line(1, 8));
    renameSync(`${path}.new`, path);
    expect([...follower.read()]).toEqual([step(0, { loss: 7 }), step(1, { loss: 8 })]);
  });

  it('may be longer than a piece that is read at once, with letters of several bytes', () => {
    const { directory, path, follower } = following();
    const long = { ...step(0), groups: [{ name: 'é'.repeat(700_000), share: 1, egn: 1, ess: 1 }] };
    const next = { ...step(1), groups: long.groups };
    writeFileSync(path, `${encodeStep(long)}\n${encodeStep(next)}\n`);
    expect([...follower.read()]).toEqual([long, next]);
    expect([...follower.read()]).toEqual([...readSteps(directory)]);
  });

  it('say which line is no step', () => {
    const { path, follower } = following();
    writeFileSync(path, `${line(0)}no step\n`);
    expect(() => follower.read()).toThrow(`${path}, line 2, is not a metrics line`);
  });
});
