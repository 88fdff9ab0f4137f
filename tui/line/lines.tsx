import { Box, Text } from 'ink';
import { ansiLine } from './ansi.js';
import { fitLine, joinSpans, type Line, lineText } from './styled.js';

export interface LinesProps {
  readonly lines: readonly Line[];
  readonly width: number;
  /** Whether styles are written; default: text alone. */
  readonly isStyled?: boolean;
}

/**
 * Lines as a block of the terminal, each cut to `width`. A line is one text with the codes of its styles in it: a diagram has hundreds of
 * pieces, and Ink takes its time over every one.
 */
export const Lines = ({ lines, width, isStyled = false }: LinesProps) => (
  <Box flexDirection="column" width={width}>
    {lines.map((line, row) => {
      const fitted = joinSpans(fitLine(line, width));
      return (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on the screen
        <Text key={row} wrap="truncate">
          {isStyled ? ansiLine(fitted) : lineText(fitted)}
        </Text>
      );
    })}
  </Box>
);
