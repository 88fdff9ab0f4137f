import { execFileSync } from 'node:child_process';

/** A command of Slurm that is not there, does not answer, or refuses. */
export class SlurmError extends Error {
  override readonly name = 'SlurmError';
  /** Whether it cannot be told from this what Slurm did: the command or its controller gave no answer. */
  readonly isUnclear: boolean;

  constructor(message: string, { isUnclear }: { readonly isUnclear: boolean }) {
    super(message);
    this.isUnclear = isUnclear;
  }
}

/** Long enough for a controller that is busy; its own time-out is ten seconds a try. */
const MILLISECONDS = 60_000;

const NO_ANSWER = /timed out|contact|connect|communicat/i;

/** What a command of Slurm prints. Throws a SlurmError in one line. */
export function askSlurm(program: string, words: readonly string[]): string {
  try {
    return execFileSync(program, words, {
      ...{ encoding: 'utf8', timeout: MILLISECONDS, maxBuffer: 2 ** 28 },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
  } catch (error) {
    const { code, stderr } = error as NodeJS.ErrnoException & { readonly stderr?: string };
    if (code === 'ENOENT') throw new SlurmError(`there is no ${program} on the PATH`, { isUnclear: false });
    if (code === 'ETIMEDOUT') throw new SlurmError(`${program} does not answer`, { isUnclear: true });
    const line =
      stderr
        ?.trim()
        .split('\n')
        .at(-1)
        ?.replace(/^\w+: (error: )?/, '') || `it failed (${code ?? 'no reason given'})`;
    throw new SlurmError(`${program} says: ${line}`, { isUnclear: NO_ANSWER.test(stderr ?? '') });
  }
}
