import type { RunSnapshot } from '../data/sweep-snapshot.js';
import { REGIME_STYLE } from '../line/regime-style.js';
import type { Span } from '../line/styled.js';

/** The mark of a run: that of its regime, a point where there is no run yet. */
export function stateMark({ measured, state }: Pick<RunSnapshot, 'measured' | 'state'>): Span {
  if (state === 'waiting') return { text: '.', color: REGIME_STYLE.undecided.color, bold: true };
  if (state === 'damaged') return { text: '!', color: 'red', bold: true };
  const { mark, color } = REGIME_STYLE[measured?.regime ?? 'undecided'];
  return { text: mark, color, bold: true };
}

/** What a run is doing, in a few words. */
export function stateText({ measured, state, step }: Pick<RunSnapshot, 'measured' | 'state' | 'step'>): string {
  if (state === 'waiting') return 'not started';
  if (state === 'damaged') return 'damaged';
  if (state === 'failed') return step === 0 ? 'failed at once' : `failed, step ${step}`;
  if (state === 'interrupted') return step === 0 ? 'interrupted' : `stopped, step ${step}`;
  if (state === 'running') return step === 0 ? 'starting' : `running, step ${step}`;
  return measured?.regime ?? 'undecided';
}
