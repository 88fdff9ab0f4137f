import { Box } from 'ink';
import { ansiLine } from '../line/ansi.js';
import { asciiLine } from '../line/ascii-line.js';
import { Lines } from '../line/lines.js';
import { fitHeight, fitLine, joinSpans, type Line, lineText } from '../line/styled.js';
import { paragraph } from '../line/view-options.js';
import { pageLines } from '../views/pages.js';
import type { Scene } from '../views/scene.js';
import { statusText, titleText } from '../views/sweep-status.js';
import { bottomLines, headerLine, settingsLine } from './frame-lines.js';

export interface FrameProps {
  readonly scene: Scene;
  /** What is trained on what, until the sweep says it. */
  readonly title: string;
  readonly columns: number;
  readonly rows: number;
}

const SMALLEST = { columns: 60, rows: 16 };
/** Title and settings above, keys below. */
export const BORDER = 3;

/** The lines of a screen: title and status, settings, the page, the keys. Smaller than 60 columns or 16 rows it asks for room. */
export function frameLines({ scene, title, columns, rows }: FrameProps): readonly Line[] {
  const bottom = bottomLines(scene, columns);
  const height = Math.max(0, rows - BORDER + 1 - bottom.length);
  const body =
    columns < SMALLEST.columns || rows < SMALLEST.rows
      ? paragraph(`This terminal is too small: ${SMALLEST.columns} x ${SMALLEST.rows} at least.`, columns)
      : pageLines(scene, { width: columns, height });
  const lines = [
    headerLine(titleText(title, scene.data), statusText(scene.data), columns),
    settingsLine(scene, columns),
    ...fitHeight(body, height),
    ...bottom,
  ];
  const shown = lines.slice(0, Math.max(0, rows));
  return scene.glyphs === 'ascii' ? shown.map(asciiLine) : shown;
}

/** The screen as text with the terminal's codes for styles, where it has colours; each line as wide as the screen. */
export function frameText(props: FrameProps): string {
  const { scene, columns } = props;
  const isStyled = (scene.colorBits ?? 1) > 1;
  const lines = frameLines(props).map((line) => joinSpans(fitLine(line, columns)));
  return lines.map((line) => (isStyled ? ansiLine(line) : lineText(line))).join('\n');
}

/** The same as Ink draws it, in text alone. */
export const Frame = (props: FrameProps) => (
  <Box flexDirection="column" width={props.columns}>
    <Lines width={props.columns} lines={frameLines(props)} />
  </Box>
);
