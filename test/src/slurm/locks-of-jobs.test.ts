import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isLocked, LOCK_FILE, lockDirectory } from '../../../src/system/lock.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

const before = { ...process.env };
let answered = 0;
let directory = '';

/** Puts a `squeue` and a `sacct` on the PATH that print these lines, or fail with them on stderr. */
function slurmSays(answers: Readonly<Record<string, { out?: string; err?: string }>>): void {
  const bin = folder.path(`bin-${answered}`);
  mkdirSync(bin);
  for (const [name, { out = '', err }] of Object.entries(answers)) {
    const end = err === undefined ? '' : `echo '${err}' >&2; exit 1\n`;
    writeFileSync(join(bin, name), `#!/bin/sh\necho "$@" >> '${bin}/asked'\n${end}echo '${out}'\n`, { mode: 0o755 });
  }
  process.env.PATH = `${bin}:/usr/bin:/bin`;
}
const asked = (): string[] =>
  readFileSync(folder.path(`bin-${answered}`, 'asked'), 'utf8')
    .trim()
    .split('\n');

/** A lock of a process on another machine, in a job of its own unless one is given. */
function lockElsewhere(slurm: unknown = { job: `${answered}`, restart: 0 }): void {
  const holder = { pid: 7, host: `not-${hostname()}`, started: '1', slurm };
  writeFileSync(join(directory, LOCK_FILE), JSON.stringify(holder));
}

beforeEach(() => {
  answered += 1;
  directory = folder.path(`run-${answered}`);
  mkdirSync(directory);
});
afterEach(() => {
  for (const name of ['PATH', 'SLURM_JOB_ID', 'SLURM_RESTART_COUNT']) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});

describe('the lock of a process on another machine', () => {
  it('is held while its job runs there, and says how to end that', () => {
    slurmSays({ squeue: { out: 'RUNNING' } });
    lockElsewhere();
    expect(isLocked(directory)).toBe(true);
    expect(() => lockDirectory(directory)).toThrow(
      `${directory} is in use by process 7 of not-${hostname()}, in job ${answered} of Slurm, which is running; scancel ${answered} ends it`,
    );
    // Readers look at locks all the time.
    expect(asked()).toHaveLength(1);
  });

  it.each(['NODE_FAIL', 'PENDING', 'COMPLETED', 'OUT_OF_MEMORY', 'PREEMPTED'])(
    'is dead where its job is %s',
    (state) => {
      slurmSays({ squeue: { out: state } });
      lockElsewhere();
      expect(isLocked(directory)).toBe(false);
      const release = lockDirectory(directory);
      expect(JSON.parse(readFileSync(join(directory, LOCK_FILE), 'utf8'))).toMatchObject({ pid: process.pid });
      release();
    },
  );

  it('is dead where Slurm has forgotten its job', () => {
    slurmSays({ squeue: { err: 'slurm_load_jobs error: Invalid job id specified' } });
    lockElsewhere();
    expect(isLocked(directory)).toBe(false);
  });

  it('is dead where only the accounts answer, and say that its job ended', () => {
    const down = { err: 'squeue: error: Unable to contact slurm controller' };
    slurmSays({ squeue: down, sacct: { out: 'CANCELLED by 1000' } });
    lockElsewhere();
    expect(isLocked(directory)).toBe(false);
  });

  it('is held where Slurm does not answer, is not there, or knows nothing of the process; the way out is said', () => {
    const wayOut = `; if that has ended, remove ${join(directory, LOCK_FILE)}`;
    slurmSays({ squeue: { err: 'down' }, sacct: { err: 'Slurm accounting storage is disabled' } });
    lockElsewhere();
    expect(() => lockDirectory(directory)).toThrow(`which cannot be asked${wayOut}`);
    process.env.PATH = folder.path('nothing');
    lockElsewhere({ job: '990', restart: 0 });
    expect(() => lockDirectory(directory)).toThrow(`in job 990 of Slurm, which cannot be asked${wayOut}`);
    lockElsewhere(null);
    expect(() => lockDirectory(directory)).toThrow(`process 7 of not-${hostname()}${wayOut}`);
    lockElsewhere({ job: '1; rm -r /', restart: 0 });
    expect(() => lockDirectory(directory)).toThrow(wayOut);
  });

  it('is dead for the same job, started again by Slurm', () => {
    slurmSays({ squeue: { out: 'RUNNING' } });
    lockElsewhere({ job: '55', restart: 0 });
    Object.assign(process.env, { SLURM_JOB_ID: '55', SLURM_RESTART_COUNT: '1' });
    expect(isLocked(directory)).toBe(false);
    process.env.SLURM_RESTART_COUNT = '0';
    expect(isLocked(directory)).toBe(true);
  });
});

describe('a lock that names no process', () => {
  it.each([
    '',
    'null',
    '5',
    '{"pid":7',
    '{"pid":7}',
    '{"pid":7,"host":5}',
    '{"pid":"7","host":"x"}',
    '{"pid":-1,"host":"x"}',
  ])('is taken over: %j', (text) => {
    writeFileSync(join(directory, LOCK_FILE), text);
    expect(isLocked(directory)).toBe(false);
    lockDirectory(directory)();
  });
});

describe('the lock of this process', () => {
  it('names its job inside Slurm, and none outside', () => {
    const held = () => {
      const release = lockDirectory(directory);
      const holder = JSON.parse(readFileSync(join(directory, LOCK_FILE), 'utf8'));
      release();
      return holder;
    };
    delete process.env.SLURM_JOB_ID;
    expect(Object.keys(held())).toEqual(['pid', 'host', 'started']);
    process.env.SLURM_JOB_ID = '77';
    expect(held().slurm).toEqual({ job: '77', restart: 0 });
  });

  it('on this machine is looked up among its processes, whatever its job', () => {
    slurmSays({ squeue: { out: 'RUNNING' } });
    // No process has that number: Linux ends at 4194304.
    const holder = { pid: 4_194_305, host: hostname(), started: '1', slurm: { job: '88', restart: 0 } };
    writeFileSync(join(directory, LOCK_FILE), JSON.stringify(holder));
    expect(isLocked(directory)).toBe(false);
  });
});
