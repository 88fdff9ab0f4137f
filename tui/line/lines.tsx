import { Box, Text } from 'ink';
import { fitLine, joinSpans, type Line, type Span } from './styled.js';

const SpanText = ({ text, color, background, bold = false, dim = false, inverse = false }: Span) => (
  <Text
    {...(color === undefined ? {} : { color })}
    {...(background === undefined ? {} : { backgroundColor: background })}
    bold={bold}
    dimColor={dim}
    inverse={inverse}
  >
    {text}
  </Text>
);

/** Lines as a block of the terminal, each cut to `width`. */
export const Lines = ({ lines, width }: { readonly lines: readonly Line[]; readonly width: number }) => (
  <Box flexDirection="column" width={width}>
    {lines.map((line, row) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on the screen
      <Text key={row} wrap="truncate">
        {joinSpans(fitLine(line, width)).map((span, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: spans have no identity either
          <SpanText key={i} {...span} />
        ))}
      </Text>
    ))}
  </Box>
);
