import { verificationText } from '../src/text/verification-text.js';
import { overview } from './overview.js';
import { lineText } from './styled.js';
import { firstCursor, type SweepView } from './sweep-view.js';
import { WAITING } from './view-options.js';

const WIDTH = 100;
const HEIGHT = 24;

/** Toy and network side by side as plain text: what the first screen shows, for pipes and files. */
function sideBySideText(view: SweepView, width = WIDTH): string {
  const lines = overview(view, { width, height: HEIGHT, cursor: firstCursor(view), scroll: 0 });
  return lines
    .map((line) => lineText(line).trimEnd())
    .join('\n')
    .trimEnd();
}

/** All that the application shows of a sweep, as plain text; of a terminal no wider than that. */
export function sweepText(view: SweepView, columns: number | undefined): string {
  if (view.verification.runs.length === 0) return WAITING;
  const width = Math.min(WIDTH, Math.max(60, columns ?? WIDTH));
  return `${sideBySideText(view, width)}\n\n${verificationText(view.verification, columns)}`;
}
