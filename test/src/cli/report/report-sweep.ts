import { level, type RunSpec } from '../../../tui/recorded.js';

export { TYPICAL, writeSweep } from '../../../tui/recorded.js';

/** Runs that keep a level at these ELRs. */
export const levelOf = (elrs: readonly number[]): RunSpec[] =>
  elrs.map((elr, i) => ({ elr, losses: level(3 + i), ess: 0.1 }));
