import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { GLYPHS, type Glyphs } from '../../../tui/canvas/glyphs.js';
import { DamagedFile, explainReading } from '../../system/reading-error.js';
import { parseStrictJson } from '../../system/strict-json.js';
import { UsageError } from '../../system/usage-error.js';
import { usualGlyphs } from './usual-glyphs.js';

/** How the terminal is used. The first that says something counts: options, environment, project file, user's file. */

export interface TerminalSettings {
  readonly glyphs: Glyphs;
  /** Seconds between two looks at the disk. */
  readonly interval: number;
  readonly color: boolean;
}

const FileSchema = z.strictObject({
  glyphs: z.enum(GLYPHS).optional(),
  interval: z.number().positive().optional(),
  color: z.boolean().optional(),
  /** Options of `regimes sweep --on slurm`, by their names. */
  slurm: z.record(z.string(), z.union([z.string(), z.number(), z.array(z.string())])).optional(),
});
type Given = z.infer<typeof FileSchema>;

const ALLOWED = `{"glyphs": ${GLYPHS.map((name) => `"${name}"`).join(' or ')}, "interval": seconds, "color": true or false, "slurm": {"partition": "gpu"} and other options of regimes sweep --on slurm}`;

/** A file of settings; nothing where there is none. Throws a UsageError where it says something else. */
function readFile(path: string): Given {
  if (!existsSync(path)) return {};
  try {
    return FileSchema.parse(parseStrictJson(explainReading(path, () => readFileSync(path, 'utf8'))));
  } catch (error) {
    if (error instanceof DamagedFile) throw error;
    throw new UsageError(`${path} is not a valid settings file; allowed: ${ALLOWED}`);
  }
}

/** What the environment says: REGIMES_GLYPHS, REGIMES_INTERVAL, NO_COLOR. Throws a UsageError where that is nothing. */
function readEnvironment({ REGIMES_GLYPHS, REGIMES_INTERVAL, NO_COLOR }: NodeJS.ProcessEnv): Given {
  const given = {
    ...(REGIMES_GLYPHS && { glyphs: REGIMES_GLYPHS }),
    ...(REGIMES_INTERVAL && { interval: Number(REGIMES_INTERVAL) }),
    ...(NO_COLOR && { color: false }),
  };
  const parsed = FileSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new UsageError(
    `REGIMES_GLYPHS or REGIMES_INTERVAL is invalid; allowed: ${GLYPHS.join(', ')}, and a number of seconds above 0`,
  );
}

const PROJECT_FILE = '.regimes.json';

/** The user's own file. */
const userFile = ({ XDG_CONFIG_HOME }: NodeJS.ProcessEnv): string =>
  join(XDG_CONFIG_HOME || join(homedir(), '.config'), 'sphere-regimes', 'settings.json');

/** Where settings are looked for; default: the environment of this process, and the file in its working folder. */
interface Sources {
  readonly env?: NodeJS.ProcessEnv;
  readonly project?: string;
  /** Whether it is a terminal that is written to; default: where stdout is one. */
  readonly isTerminal?: boolean;
}

/** What the files say of Slurm, the project's before the user's own. Throws a UsageError where a file says something that is not allowed. */
export const slurmProfile = ({
  env = process.env,
  project = PROJECT_FILE,
}: Sources = {}): NonNullable<Given['slurm']> => ({
  ...readFile(userFile(env)).slurm,
  ...readFile(project).slurm,
});

/** Settings of the terminal. Throws a UsageError where a file or the environment says something that is not allowed. */
export function terminalSettings(
  given: Given,
  { env = process.env, project = PROJECT_FILE, isTerminal }: Sources = {},
): TerminalSettings {
  const usual = usualGlyphs('braille', { env, ...(isTerminal !== undefined && { isTerminal }) });
  const layers = [readFile(userFile(env)), readFile(project), readEnvironment(env), optionsOf(given)];
  return {
    glyphs: layers.findLast(({ glyphs }) => glyphs !== undefined)?.glyphs ?? usual,
    interval: layers.findLast(({ interval }) => interval !== undefined)?.interval ?? 1,
    color: layers.findLast(({ color }) => color !== undefined)?.color ?? true,
  };
}

/** --no-color can only forbid. */
const optionsOf = ({ color, ...given }: Given): Given => ({ ...given, ...(color === false && { color }) });
