import { homedir } from 'node:os';
import { join } from 'node:path';

/** The folder of this program below the user's folder of data, as the XDG specification has it. */
export const userDataFolder = ({ XDG_DATA_HOME }: NodeJS.ProcessEnv = process.env): string =>
  join(XDG_DATA_HOME || join(homedir(), '.local/share'), 'sphere-regimes');
