import { Box } from 'ink';
import { headerLine, keyLine } from './frame-lines.js';
import { fitHeight, type Line, Lines } from './styled.js';
import type { SweepView } from './sweep-view.js';
import { paragraph } from './view-options.js';
import { PAGE, type Page } from './views.js';

export interface FrameProps {
  readonly view: SweepView;
  readonly page: Page;
  /** What is trained on what. */
  readonly title: string;
  /** How far the sweep is. */
  readonly status: string;
  readonly columns: number;
  /** Lines of the frame: one less than the terminal has, or it would scroll. */
  readonly rows: number;
  readonly cursor: number;
  readonly scroll: number;
}

const SMALLEST = { columns: 60, rows: 15 };
/** Title above, keys below. */
export const BORDER = 2;

/** The lines of a screen: title and status, the page, the keys. Smaller than 60 columns or 16 rows it asks for room. */
export function frameLines({ view, page, title, status, columns, rows, cursor, scroll }: FrameProps): readonly Line[] {
  const height = Math.max(0, rows - BORDER);
  const body =
    columns < SMALLEST.columns || rows < SMALLEST.rows
      ? paragraph(`This terminal is too small: ${SMALLEST.columns} x ${SMALLEST.rows + 1} at least.`, columns)
      : PAGE[page](view, { width: columns, height, cursor, scroll });
  const lines = [headerLine(title, status, columns), ...fitHeight(body, height), keyLine(page, columns)];
  return lines.slice(0, Math.max(0, rows));
}

/** A screen. */
export const Frame = (props: FrameProps) => (
  <Box flexDirection="column" width={props.columns}>
    <Lines width={props.columns} lines={frameLines(props)} />
  </Box>
);
