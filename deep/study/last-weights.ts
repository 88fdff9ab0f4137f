import { resolve } from 'node:path';
import { WEIGHTS_FILE } from '../../src/run/run-directory.js';
import type { RecordedRun } from '../../src/sweep/recorded-run.js';

/** The weights that a finished run ends with, as the start of another: absolute, as configurations have it. */
export const lastWeights = ({ directory }: RecordedRun): string => resolve(directory, WEIGHTS_FILE);
