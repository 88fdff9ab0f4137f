import { Box } from 'ink';
import { type Line, Lines, plainLine } from './styled.js';
import type { SweepView } from './sweep-view.js';
import { VIEW, type ViewName, type ViewOptions } from './views.js';

export interface FrameProps {
  readonly view: SweepView;
  readonly viewName: ViewName;
  /** What is trained on what. */
  readonly title: string;
  /** How far the sweep is. */
  readonly status: string;
  readonly help: boolean;
  readonly columns: number;
  /** Lines of the frame: one less than the terminal has, or it would scroll. */
  readonly rows: number;
  readonly cursor: number;
  readonly scroll: number;
}

const KEYS = 'o overview  c curves  r runs  t table  arrows move  ? help  q quit';

const HELP: readonly string[] = [
  'Left the toy model in closed form, right a network; both at the same k = ELR / threshold.',
  '',
  'o  overview: loss against ELR, points over the closed form, thresholds as dotted lines',
  'c  curves: loss against step of the run under the cursor',
  'r  runs: every run with its regime and the reason',
  't  table: every prediction with its number, the measured one, the error, the verdict',
  'left, right, h, l   move the cursor to another ELR',
  'up, down, k, j      scroll a table',
  '?  this page, Esc back',
  'q, Ctrl-C  quit; finished runs are kept, the same command continues',
];

/** One screen: title and status, the view, the keys. Smaller than 60 columns or 16 rows it asks for room. */
export function Frame({ view, viewName, title, status, help, columns, rows, cursor, scroll }: FrameProps) {
  const options: ViewOptions = { width: columns, height: rows - 2, cursor, scroll };
  const body = columns < 60 || rows < 15 ? ['This terminal is too small: at least 60 x 16.'].map(plainLine) : undefined;
  const lines = body ?? (help ? HELP.map(plainLine) : VIEW[viewName](view, options));
  const header: Line = [{ text: title, bold: true }, { text: '   ' }, { text: status }];
  const padded = [...lines, ...Array.from({ length: Math.max(0, rows - 2 - lines.length) }, () => plainLine(''))];
  return (
    <Box flexDirection="column" width={columns}>
      <Lines width={columns} lines={[header, ...padded.slice(0, rows - 2), [{ text: KEYS, dim: true }]]} />
    </Box>
  );
}
