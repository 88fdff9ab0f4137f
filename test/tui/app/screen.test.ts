import { EventEmitter } from 'node:events';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rowsOf } from '../../../tui/app/screen/cells.js';
import { changes } from '../../../tui/app/screen/changes.js';
import { FrameOutput, type Terminal } from '../../../tui/app/screen/frame-output.js';
import { Screen } from '../screen.js';

const SIZE = { columns: 24, rows: 4 };

/** A frame as a terminal shows it that writes it from its upper left corner. */
function written(frame: string): Screen {
  const screen = new Screen(SIZE.columns, SIZE.rows);
  screen.write(frame.replaceAll('\n', '\r\n'));
  return screen;
}

/** What is seen: the colour of a blank is not. */
const seen = (screen: Screen) =>
  screen
    .cells()
    .map((line) =>
      line.map(({ char, style }) =>
        char === ' ' ? `${char} ${style.match(/\b(7|4[0-7])\b/g) ?? ''}` : `${char} ${style}`,
      ),
    );

const CODES = ['0', '1', '2', '22', '31', '36', '39', '44', '49', '7', '27', '1;32', '38;5;100', '38;2;1;2;3'];
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('a', 'b', '⣀', '─', 'xyz') },
  { weight: 4, arbitrary: fc.integer({ min: 1, max: 12 }).map((count) => ' '.repeat(count)) },
  { weight: 2, arbitrary: fc.constantFrom(...CODES).map((code) => `\x1b[${code}m`) },
  { weight: 1, arbitrary: fc.constantFrom('漢', '😀', 'e\u0301') },
);
/** At most as wide as the screen; each line ends without a style, as chalk's do. */
const line = fc.array(piece, { maxLength: 12 }).map((pieces) => {
  const isStyle = (text: string): boolean => text.startsWith('\x1b');
  const width = (texts: readonly string[]): number => [...texts.filter((text) => !isStyle(text)).join('')].length;
  const kept = pieces.filter((text, i) => isStyle(text) || width(pieces.slice(0, i + 1)) <= SIZE.columns);
  return `${kept.join('')}\x1b[0m`;
});
const frame = fc.array(line, { minLength: 1, maxLength: SIZE.rows }).map((lines) => lines.join('\n'));

describe('changes of a screen', () => {
  it('turn any frame into any other, as if that had been written on an empty screen', () => {
    fc.assert(
      fc.property(frame, frame, fc.boolean(), (before, after, erasesInColor) => {
        const screen = written(before);
        screen.write(changes(rowsOf(after, SIZE.columns), rowsOf(before, SIZE.columns), { erasesInColor }));
        expect(seen(screen)).toEqual(seen(written(after)));
      }),
      { numRuns: 500 },
    );
  });

  it('are nothing where nothing changes, and one cell where one does', () => {
    const before = rowsOf('\x1b[36mabc\x1b[39m def', SIZE.columns);
    expect(changes(before, before)).toBe('');
    expect(changes(rowsOf('\x1b[36mabc\x1b[39m dxf', SIZE.columns), before)).toBe('\x1b[1;6Hx');
    expect(changes(rowsOf('\x1b[36maxc\x1b[39m def', SIZE.columns), before)).toBe('\x1b[1;2H\x1b[36mx\x1b[m');
    expect(changes(rowsOf('ab', SIZE.columns), rowsOf('abcdef', SIZE.columns))).toBe('\x1b[1;3H\x1b[K');
    expect(changes(rowsOf('\x1b[36mabc', SIZE.columns), before)).toBe('\x1b[1;5H   ');
  });

  it('erase areas of one colour in that colour, where the terminal does, and write short ones', () => {
    const before = rowsOf('', SIZE.columns);
    const area = (count: number) => rowsOf(`a\x1b[46m${' '.repeat(count)}\x1b[49mb`, SIZE.columns);
    expect(changes(area(11), before, { erasesInColor: true })).toBe('\x1b[Ha\x1b[46m\x1b[11X\x1b[11C\x1b[mb');
    expect(changes(area(10), before, { erasesInColor: true })).toBe(changes(area(10), before));
    expect(changes(area(11), before)).toBe(`\x1b[Ha\x1b[46m${' '.repeat(11)}\x1b[mb`);
  });

  it('paint full blocks as blanks in their colour, but for those that have another style besides', () => {
    const before = rowsOf('', SIZE.columns);
    expect(changes(rowsOf('\x1b[36m██\x1b[m', SIZE.columns), before)).toBe('\x1b[H\x1b[46m  \x1b[m');
    expect(changes(rowsOf('\x1b[38;5;200m█\x1b[m', SIZE.columns), before)).toBe('\x1b[H\x1b[48;5;200m \x1b[m');
    expect(changes(rowsOf('\x1b[1;36m█\x1b[m', SIZE.columns), before)).toBe('\x1b[H\x1b[1;36m█\x1b[m');
    expect(changes(rowsOf('█', SIZE.columns), before)).toBe('\x1b[H█');
  });

  it('write a row anew whose characters may be of any width', () => {
    expect(changes(rowsOf('漢b', SIZE.columns), rowsOf('漢a', SIZE.columns))).toBe('\x1b[H\x1b[K漢b\x1b[K');
  });
});

describe('the output that draws frames', () => {
  const opened = () => {
    const written: string[] = [];
    const terminal = Object.assign(new EventEmitter(), {
      ...SIZE,
      write: (text: string) => written.push(text) > 0,
    });
    const output = new FrameOutput(terminal as unknown as Terminal);
    const drawn = async (): Promise<string> => {
      await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
      return written.splice(0).join('');
    };
    return { terminal, output, drawn };
  };

  it('draws of several frames at once the last, and then what changes', async () => {
    const { output, drawn } = opened();
    output.write('first');
    output.write('second');
    expect(await drawn()).toBe('\x1b[?2026h\x1b[2J\x1b[Hsecond\x1b[?2026l');
    output.write('seconds');
    expect(await drawn()).toBe('\x1b[?2026h\x1b[1;7Hs\x1b[?2026l');
    output.write('seconds');
    expect(await drawn()).toBe('');
  });

  it('draws all anew after a resize and when asked to, and never more rows than there are', async () => {
    const { terminal, output, drawn } = opened();
    output.write('a\nb\nc\nd\ne');
    expect(await drawn()).not.toContain('e');
    terminal.emit('resize');
    expect(await drawn()).toContain('\x1b[2J\x1b[Ha');
    output.redraw();
    expect(await drawn()).toContain('\x1b[2J\x1b[Ha');
  });

  it('writes nothing while it is paused, and what came meanwhile afterwards; nothing once it is closed', async () => {
    const { output, drawn } = opened();
    output.write('before');
    await drawn();
    output.pause();
    output.write('meanwhile');
    expect(await drawn()).toBe('');
    output.resume();
    expect(await drawn()).toContain('meanwhile');
    output.write('late');
    output.close();
    expect(await drawn()).toBe('');
  });
});
