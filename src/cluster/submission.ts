import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { makeDirectory, writeAtomically } from '../system/atomic.js';
import { disk } from '../system/disk.js';
import { readJsonFile } from '../system/json-file.js';
import { UsageError } from '../system/usage-error.js';

/** What a sweep has handed to Slurm: a file for each job array, written before Slurm is asked, so that none is forgotten. */

/** Beside the runs of a sweep: scripts, submissions and logs. */
export const SLURM_FOLDER = 'slurm';

const SubmissionSchema = z.strictObject({
  format: z.literal(1),
  /** Of the job; drawn at random, so that Slurm knows no other of that name. */
  name: z.string().regex(/^regimes-[0-9a-f]{12}$/),
  /** The number that Slurm gave it; null: its answer has not been heard. */
  job: z.string().regex(/^\d+$/).nullable(),
  created: z.string(),
  /** Folders of the runs, by the number of their task. */
  runs: z.array(z.string().regex(/^[^/\\]+$/)).min(1),
});

/** A job array: the runs of its tasks, in their order. */
export interface Submission {
  /** 1, 2, 3 ... in the order of submission. */
  readonly number: number;
  readonly name: string;
  readonly job: string | null;
  readonly created: string;
  readonly runs: readonly string[];
}

const FILE = /^submission-(?<number>\d+)\.json$/;

const pathOf = (sweep: string, number: number, ending: 'json' | 'sh'): string =>
  join(sweep, SLURM_FOLDER, `submission-${number}.${ending}`);

/** Path of the script of a submission. */
export const scriptPath = (sweep: string, { number }: Submission): string => pathOf(sweep, number, 'sh');

/** Path of what a task has printed. */
export const logPath = (sweep: string, job: string, task: number): string =>
  join(sweep, SLURM_FOLDER, `${job}_${task}.log`);

/** A submission of a sweep. Throws a UsageError where there is none, a DamagedFile where it cannot be read. */
export function readSubmission(sweep: string, number: number): Submission {
  const path = pathOf(sweep, number, 'json');
  if (!existsSync(path))
    throw new UsageError(`${path} does not exist; allowed: a submission that regimes sweep --on slurm made`);
  const problem = 'is damaged or of another version of regimes';
  const { format: _, ...submission } = readJsonFile(path, (value) => SubmissionSchema.parse(value), { problem });
  return { number, ...submission };
}

/** All submissions of a sweep, the first one first. Throws a DamagedFile where one cannot be read. */
export function readSubmissions(sweep: string): Submission[] {
  const folder = join(sweep, SLURM_FOLDER);
  if (!existsSync(folder)) return [];
  const numbers = readdirSync(folder).flatMap((name) => FILE.exec(name)?.groups?.number ?? []);
  return numbers
    .map(Number)
    .sort((a, b) => a - b)
    .map((number) => readSubmission(sweep, number));
}

/** The next submission of a sweep, of which Slurm knows nothing yet. */
export const nextSubmission = (before: readonly Submission[], runs: readonly string[]): Submission => ({
  number: (before.at(-1)?.number ?? 0) + 1,
  name: `regimes-${randomBytes(6).toString('hex')}`,
  job: null,
  created: new Date().toISOString(),
  runs,
});

export function writeSubmission(sweep: string, { number, ...submission }: Submission): void {
  makeDirectory(join(sweep, SLURM_FOLDER));
  writeAtomically(pathOf(sweep, number, 'json'), `${JSON.stringify({ format: 1, ...submission }, null, 2)}\n`);
}

export const writeScript = (sweep: string, submission: Submission, script: string): void =>
  writeAtomically(scriptPath(sweep, submission), script);

/** Takes back a submission that Slurm has refused. */
export function removeSubmission(sweep: string, { number }: Submission): void {
  for (const ending of ['json', 'sh'] as const) disk().remove(pathOf(sweep, number, ending));
}
