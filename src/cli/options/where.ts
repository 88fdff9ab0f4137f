import { NETWORK_TOLERANCE } from '../../regime/analyse.js';
import { parseConditions } from '../../text/conditions.js';
import { fraction } from '../../text/value-grammar.js';

export const whereOption = [
  '--where <conditions>',
  'only runs with these values of the options that vary, like seed=2,batch=64 or elr>1e-3',
  parseConditions,
] as const;

export const toleranceOption = [
  '--tolerance <fraction>',
  'divergence: loss within this fraction of that of random points',
  fraction,
  NETWORK_TOLERANCE,
] as const;
