import { NETWORK_TOLERANCE } from '../../regime/analyse.js';
import type { Condition } from '../../sweep/conditions.js';
import { parseConditions } from '../../text/grammar/condition-grammar.js';
import { fraction } from '../../text/grammar/value-grammar.js';

/** The conditions of an option that may be given more than once: those of all of them. */
export const addedConditions = (text: string, earlier: readonly Condition[] = []): readonly Condition[] => [
  ...earlier,
  ...parseConditions(text),
];

/** The folder of commands that read the runs of a sweep; they take others too. */
export const runsArgument = ['<dir>', 'folder written by regimes sweep, a folder of runs, or a single run'] as const;

export const whereOption = [
  '--where <conditions>',
  'only runs with these values of the options that vary, like seed=2,batch=64 or elr>1e-3',
  addedConditions,
] as const;

export const toleranceOption = [
  '--tolerance <fraction>',
  'divergence: loss within this fraction of that of random points',
  fraction,
  NETWORK_TOLERANCE,
] as const;
