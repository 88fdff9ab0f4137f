import { UsageError } from '../../../src/system/usage-error.js';
import { type ProgramOptions, runProgram } from './programs.js';

/** The first pip that knows the tags of today's wheels for Linux. */
const LEAST = [20, 3] as const;
/**
 * The wheels are for this Python, whichever runs pip: only the native libraries in them are used, never Python. There are
 * wheels for it of every engine.
 */
const PYTHON_OF_WHEELS = '3.12';

const ADVICE = 'pip for Python 3 is needed (Debian: apt install python3-pip)';

/** Settings of the user that do not go with a separate folder. */
const SETTINGS = { PIP_USER: '0', PIP_REQUIRE_VIRTUALENV: '0', PIP_DISABLE_PIP_VERSION_CHECK: '1' };

/** Options with which pip takes wheels only, keeps no cache, and asks nothing. */
const ALWAYS = ['--no-input', '--no-cache-dir', '--progress-bar', 'off', '--quiet'];
export const FOR_WHEELS = ['--only-binary=:all:', '--python-version', PYTHON_OF_WHEELS];

/** Throws a UsageError in one line unless there is a pip that is new enough. */
export async function requirePip(): Promise<void> {
  const { code, out } = await runProgram(['python3', '-m', 'pip', '--version'], ADVICE);
  if (code !== 0) throw new UsageError(`python3 has no pip: ${ADVICE}`);
  const [major = 0, minor = 0] = (/^pip (\d+)\.(\d+)/.exec(out) ?? []).slice(1).map(Number);
  if (major > LEAST[0] || (major === LEAST[0] && minor >= LEAST[1])) return;
  throw new UsageError(
    `pip ${major}.${minor} is too old; ${LEAST.join('.')} or newer is needed: python3 -m pip install --user --upgrade pip`,
  );
}

/** Failures that pip explains at length, and what they come to. */
const KNOWN_FAILURES: readonly (readonly [RegExp, string])[] = [
  [
    /DO NOT MATCH THE HASHES/,
    'what was downloaded does not have the checksum that was announced; nothing of it was kept',
  ],
  [/No space left on device/, 'the disk is full'],
  [
    /NewConnectionError|NameResolutionError|ConnectTimeout|ReadTimeout|Connection (refused|reset|broken)|Max retries exceeded/,
    'the package index cannot be reached; the same command goes on later',
  ],
];

/** Why pip failed, in one line. */
function pipFailure(err: string): string {
  const known = KNOWN_FAILURES.find(([pattern]) => pattern.test(err));
  if (known !== undefined) return known[1];
  const lines = err.split('\n').filter((line) => line.startsWith('ERROR: '));
  return (lines.at(-1) ?? err.trim().split('\n').at(-1) ?? '').replace('ERROR: ', '') || 'it did not say why';
}

/** Runs pip and returns what it printed. Throws one line that says what failed. */
export async function pip(
  words: readonly [string, ...string[]],
  { environment = {}, ...options }: ProgramOptions = {},
): Promise<string> {
  const [command, ...rest] = words;
  const { code, out, err } = await runProgram(['python3', '-m', 'pip', command, ...ALWAYS, ...rest], ADVICE, {
    ...options,
    environment: { ...SETTINGS, ...environment },
  });
  if (code !== 0) throw new Error(`pip ${command}: ${pipFailure(err)}`);
  return out;
}
