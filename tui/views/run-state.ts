import type { RunSnapshot } from '../data/sweep-snapshot.js';
import type { WorkState } from '../data/work-state.js';
import { DAMAGED, FAILED, REGIME_STYLE, type RegimeStyle, UNFINISHED } from '../line/regime-style.js';
import type { Span } from '../line/styled.js';

const marked = ({ mark, color }: RegimeStyle): Span => ({ text: mark, color, bold: true });

const WAITING: RegimeStyle = { mark: '.', color: REGIME_STYLE.undecided.color };

/** The mark of a run: a point where it has not begun, `%` while it is unfinished, `F` where it failed, `D` where it is damaged, else that of its regime. */
export function stateMark({ measured, state }: Pick<RunSnapshot, 'measured' | 'state'>): Span {
  const regime = measured?.regime ?? 'undecided';
  if (state === 'waiting') return marked(WAITING);
  if (state === 'running' || state === 'interrupted') return marked(UNFINISHED);
  if (state === 'damaged') return marked(DAMAGED);
  if (state === 'failed' && regime === 'undecided') return marked(FAILED);
  return marked(REGIME_STYLE[regime]);
}

/** What a run is doing, in a few words; `work` is what this process does about it. */
export function stateText(
  { measured, state, step }: Pick<RunSnapshot, 'measured' | 'state' | 'step'>,
  work?: WorkState,
): string {
  if (state === 'waiting') return 'not started';
  if (state === 'damaged') return 'damaged';
  if (state === 'failed') return step === 0 ? 'failed at once' : `failed, step ${step}`;
  if (state === 'interrupted') return step === 0 ? 'interrupted' : `stopped, step ${step}`;
  if (state === 'running' && work?.state === 'stopping') return `stopping, step ${step}`;
  if (state === 'running') return step === 0 ? 'starting' : `running, step ${step}`;
  return measured?.regime ?? 'undecided';
}
