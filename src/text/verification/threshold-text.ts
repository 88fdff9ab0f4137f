import { undecidedClause } from '../../regime/brackets.js';
import type { Bracket, Thresholds } from '../../regime/thresholds.js';
import { formatNumber } from '../output.js';

const isOpen = ({ below, above }: Bracket): boolean => below === null && above === null;

/** What is said of a threshold while no run has a regime. */
function openText(threshold: Bracket): string {
  const { undecided = [], disputed = [] } = threshold;
  const judged = undecided.length + disputed.length;
  if (judged === 0) return 'no run judged yet';
  const none = judged === 1 ? 'the one ELR that was judged has no regime' : `none of ${judged} ELRs has a regime`;
  return `${none}${undecidedClause(threshold)}`;
}

/** Up to which ELR runs converge; one side may not have been seen. */
function convergenceText({ below, above }: Bracket): string {
  if (below === null) return `no convergence seen, none at ELR ${formatNumber(above!)}`;
  return `convergence up to ELR ${formatNumber(below)}, ${above === null ? 'its end not seen' : `no longer at ${formatNumber(above)}`}`;
}

/** From which ELR on runs diverge. */
function divergenceText({ below, above }: Bracket): string {
  if (above === null) return `no divergence seen, up to ELR ${formatNumber(below!)}`;
  if (below === null) return `divergence from ELR ${formatNumber(above)}, its beginning not seen`;
  return `divergence not yet at ELR ${formatNumber(below)}, from ${formatNumber(above)}`;
}

/** The measured thresholds as two lines. */
export function thresholdLines({ convergence, divergence }: Thresholds): string {
  return [
    isOpen(convergence)
      ? `convergence: ${openText(convergence)}`
      : `${convergenceText(convergence)}${undecidedClause(convergence)}`,
    isOpen(divergence)
      ? `divergence: ${openText(divergence)}`
      : `${divergenceText(divergence)}${undecidedClause(divergence)}`,
  ].join('\n');
}
