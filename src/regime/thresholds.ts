import type { Regime } from './regime.js';

/** Where the regimes of a sweep give way to one another. */

/** The ELRs between which a regime gives way to the next; null on a side where no run was seen. */
export interface Bracket {
  readonly below: number | null;
  readonly above: number | null;
  /** ELRs between them at which seeds disagree about the regime, where there are any. */
  readonly disputed?: readonly number[];
  /** ELRs between them whose runs have ended undecided otherwise, where there are any. */
  readonly undecided?: readonly number[];
}

/** The two transitions of a sweep, each between two of its ELRs. */
export interface Thresholds {
  /** Largest ELR that converged, smallest of those after it that did not. */
  readonly convergence: Bracket;
  /** Largest ELR that did not diverge, smallest of those after it that did. */
  readonly divergence: Bracket;
}

/** What thresholds are read from: the regime at an ELR and, where several seeds were run, that of each. */
export interface JudgedRun {
  readonly elr: number;
  readonly regime: Regime | 'undecided';
  /** Absent: finished. */
  readonly status?: 'running' | 'finished' | 'failed';
  readonly members?: readonly { readonly regime: Regime | 'undecided' }[];
}

/** Whether seeds gave a run several regimes. */
const isDisputed = ({ members = [] }: JudgedRun): boolean =>
  new Set(members.map(({ regime }) => regime).filter((regime) => regime !== 'undecided')).size > 1;

/** The gap between the last run of the lower side and the first of the upper side after it, in a list by rising ELR. */
function bracket(runs: readonly JudgedRun[], isLower: (regime: Regime) => boolean): Bracket {
  const decided = runs.filter((run): run is JudgedRun & { regime: Regime } => run.regime !== 'undecided');
  const last = decided.findLastIndex(({ regime }) => isLower(regime));
  const [below = null, above = null] = [decided[last]?.elr, decided[last + 1]?.elr];
  const inside = runs.filter(({ elr }) => elr > (below ?? 0) && elr < (above ?? Number.POSITIVE_INFINITY));
  const elrs = (of: (run: JudgedRun) => boolean): number[] => inside.filter(of).map(({ elr }) => elr);
  const disputed = elrs(isDisputed);
  const undecided = elrs((run) => !isDisputed(run) && run.regime === 'undecided' && run.status !== 'running');
  return { below, above, ...(disputed.length > 0 && { disputed }), ...(undecided.length > 0 && { undecided }) };
}

/** Where the regimes of a sweep, by rising ELR, change. */
export const measureThresholds = (runs: readonly JudgedRun[]): Thresholds => ({
  convergence: bracket(runs, (regime) => regime === 'convergence'),
  divergence: bracket(runs, (regime) => regime !== 'divergence'),
});

/** The middle of a bracket on the logarithmic axis; undefined if a side is open. */
export const bracketCentre = ({ below, above }: Bracket): number | undefined =>
  below === null || above === null ? undefined : Math.sqrt(below * above);

/**
 * Standard error of the logarithm of `bracketCentre`, the threshold being anywhere in the bracket, on that axis, with equal
 * chance; infinite if a side is open.
 */
export const bracketError = ({ below, above }: Bracket): number =>
  below === null || above === null ? Number.POSITIVE_INFINITY : Math.log(above / below) / Math.sqrt(12);
