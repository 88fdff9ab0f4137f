import { lineText } from './styled.js';
import type { SweepView } from './sweep-view.js';
import { overview } from './views.js';

const WIDTH = 100;
const HEIGHT = 24;

/** Toy and network side by side as plain text: what the first screen shows, for pipes and files. */
export function sideBySideText(view: SweepView, cursor: number): string {
  const lines = overview(view, { width: WIDTH, height: HEIGHT, cursor, scroll: 0 });
  return lines
    .map((line) => lineText(line).trimEnd())
    .join('\n')
    .trimEnd();
}
