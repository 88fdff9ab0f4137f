import { askSlurm, SlurmError } from './ask-slurm.js';
import { isAtWork } from './task-states.js';

/** The job of Slurm that a process belongs to. */
export interface SlurmJob {
  readonly job: string;
  /** How often Slurm had started it again by then. */
  readonly restart: number;
}

/** The job that this process belongs to; undefined outside Slurm. */
export function ownJob({ SLURM_JOB_ID, SLURM_RESTART_COUNT }: NodeJS.ProcessEnv = process.env): SlurmJob | undefined {
  return SLURM_JOB_ID ? { job: SLURM_JOB_ID, restart: Number(SLURM_RESTART_COUNT || 0) } : undefined;
}

/** How long an answer stands: readers ask about every lock that they see, several times a second. */
const MILLISECONDS = 5000;
const answers = new Map<string, { readonly at: number; readonly isThere: boolean | undefined }>();

const INVALID = /invalid job id/i;

/** The state of a job in the queue, or in the accounts; empty where Slurm does not know it any more. Throws a SlurmError. */
function stateOf(job: string): string {
  try {
    return askSlurm('squeue', ['--noheader', '--states=all', `--jobs=${job}`, '--format=%T']).trim();
  } catch (error) {
    if (INVALID.test((error as Error).message)) return '';
    // The accounts are kept by another program, which may answer where the controller does not.
    const words = ['--noheader', '--parsable2', '--allocations', `--jobs=${job}`, '--format=State'];
    const state = askSlurm('sacct', words).trim().split('\n').at(-1)!.split(' ')[0]!;
    if (state === '') throw error;
    return state;
  }
}

function ask(job: string): boolean | undefined {
  try {
    return isAtWork(stateOf(job));
  } catch (error) {
    if (error instanceof SlurmError) return undefined;
    throw error;
  }
}

/** Whether a process of a job may be at work, on whatever node; undefined where Slurm cannot be asked. */
export function isJobAtWork(job: string): boolean | undefined {
  // What is in a lock may be anything; an answer about no job is none.
  if (!/^\d+$/.test(job)) return undefined;
  const known = answers.get(job);
  if (known !== undefined && performance.now() - known.at < MILLISECONDS) return known.isThere;
  const isThere = ask(job);
  answers.set(job, { at: performance.now(), isThere });
  return isThere;
}
