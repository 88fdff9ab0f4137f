import { Box, Text } from 'ink';
import { fitLine, type Line, lineText } from './styled.js';

/** The text of lines as a block of the terminal, each cut to `width`. */
export const Lines = ({ lines, width }: { readonly lines: readonly Line[]; readonly width: number }) => (
  <Box flexDirection="column" width={width}>
    {lines.map((line, row) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on the screen
      <Text key={row} wrap="truncate">
        {lineText(fitLine(line, width))}
      </Text>
    ))}
  </Box>
);
