import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { keptSummary } from '../../../src/archive/kept-summary.js';
import { summarise } from '../../../src/archive/run-summary.js';
import { SUMMARY_FILE } from '../../../src/run/run-directory.js';
import { lockDirectory } from '../../../src/system/lock.js';
import { temporaryFolder } from '../../cli.js';
import { writeRun } from './stored.js';

const folder = temporaryFolder();
afterAll(folder.remove);

/** A minute from now: what has just been written is settled by then. */
const later = () => Date.now() + 60_000;

/** A run with a kept summary, and a function that asks for it anew: how often it was computed, and what it says. */
function keptRun(name: string) {
  const directory = writeRun(folder.path(name));
  let computed = 0;
  const ask = (now = later()) => {
    const summary = keptSummary(
      directory,
      () => {
        computed += 1;
        return { loss: computed, regime: null, share: Number.NaN };
      },
      { now },
    );
    return { computed, loss: summary.loss, share: summary.share };
  };
  expect(ask()).toEqual({ computed: 1, loss: 1, share: Number.NaN });
  return { directory, ask, metrics: join(directory, 'metrics.jsonl'), kept: join(directory, SUMMARY_FILE) };
}

describe('a kept summary', () => {
  it('is computed once, and is the same afterwards', () => {
    const { ask } = keptRun('same');
    expect(ask()).toEqual({ computed: 1, loss: 1, share: Number.NaN });
  });

  const CHANGES: Readonly<Record<string, (directory: string) => void>> = {
    'a step is added': (directory) => appendFileSync(join(directory, 'metrics.jsonl'), '{}\n'),
    'a file is written again': (directory) => writeAgain(join(directory, 'metrics.jsonl')),
    'a digit is changed and the time of change put back': (directory) => {
      const path = join(directory, 'metrics.jsonl');
      const { atime, mtime, size } = statSync(path);
      writeFileSync(path, readFileSync(path, 'utf8').replace('"loss":1,', '"loss":2,'));
      utimesSync(path, atime, mtime);
      expect(statSync(path)).toMatchObject({ size, mtime });
    },
    'the manifest is written again': (directory) => writeAgain(join(directory, 'manifest.json')),
    'weights appear': (directory) => writeFileSync(join(directory, 'weights.safetensors'), 'x'),
    'a measurement appears': (directory) => writeFileSync(join(directory, 'measurements.jsonl'), '{}\n'),
    'a number of the summary is changed': (directory) => {
      const path = join(directory, SUMMARY_FILE);
      writeFileSync(path, readFileSync(path, 'utf8').replace('"loss":1', '"loss":7'));
      expect(readFileSync(path, 'utf8')).toContain('"loss":7');
    },
    'the summary is cut off': (directory) => {
      const path = join(directory, SUMMARY_FILE);
      writeFileSync(path, readFileSync(path, 'utf8').slice(0, -9));
    },
  };
  const writeAgain = (path: string): void => writeFileSync(path, readFileSync(path));

  it.each(Object.keys(CHANGES))('is computed anew, and kept, after %s', (name) => {
    const { directory, ask } = keptRun(name.replaceAll(' ', '-'));
    CHANGES[name]!(directory);
    expect(ask()).toMatchObject({ computed: 2, loss: 2 });
    expect(ask()).toMatchObject({ computed: 2, loss: 2 });
  });

  it('is not kept of a run whose files have just changed, or that a process writes', () => {
    const directory = writeRun(folder.path('young'));
    keptSummary(directory, () => ({}));
    keptSummary(directory, () => ({}), { isSettled: () => false, now: later() });
    expect(existsSync(join(directory, SUMMARY_FILE))).toBe(false);
  });

  it('is not kept where a file changes while it is computed', () => {
    const directory = writeRun(folder.path('racing'));
    const compute = () => {
      appendFileSync(join(directory, 'metrics.jsonl'), '{}\n');
      return {};
    };
    keptSummary(directory, compute, { now: later() });
    expect(existsSync(join(directory, SUMMARY_FILE))).toBe(false);
  });

  it('is not needed: where it cannot be written it is computed each time, and nothing is left behind', () => {
    const directory = writeRun(folder.path('locked'));
    // A folder in its place, which also keeps root from writing.
    mkdirSync(join(directory, SUMMARY_FILE));
    const before = readdirSync(directory);
    for (const loss of [1, 2]) {
      expect(keptSummary(directory, () => ({ loss }), { now: later() })).toEqual({ loss });
    }
    expect(readdirSync(directory)).toEqual(before);
  });
});

it('a run in one line is the same with a kept summary', () => {
  const directory = writeRun(folder.path('line'));
  const computed = summarise({ directory });
  // As a list of runs would some seconds later.
  const { path: _, ...known } = computed;
  keptSummary(directory, () => known, { now: later() });
  expect(existsSync(join(directory, SUMMARY_FILE))).toBe(true);
  expect(summarise({ directory })).toEqual(computed);
});

it('a run that was interrupted is running once somebody goes on with it, whatever was kept', () => {
  const directory = writeRun(folder.path('gone-on'), { manifest: { status: 'running', outcome: null } });
  const { path: _, ...known } = summarise({ directory });
  expect(known.status).toBe('interrupted');
  keptSummary(directory, () => known, { now: later() });
  expect(existsSync(join(directory, SUMMARY_FILE))).toBe(true);
  const unlock = lockDirectory(directory);
  expect(summarise({ directory }).status).toBe('running');
  unlock();
  expect(summarise({ directory }).status).toBe('interrupted');
});
