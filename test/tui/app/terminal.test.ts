import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type OwnScreen, takeScreen } from '../../../tui/app/terminal.js';

const ENTER = '\x1b[?1049h';
const LEAVE = '\x1b[?1049l';

/** A terminal that keeps what is written to it, and the mode of its keys. */
function fakeTerminal() {
  const written: string[] = [];
  const modes: boolean[] = [];
  const stdin = { setRawMode: (mode: boolean) => modes.push(mode) } as unknown as NodeJS.ReadStream;
  const stdout = { columns: 80, rows: 24, write: (text: string) => written.push(text), on() {}, off() {} };
  const times = (code: string): number => written.join('').split(code).length - 1;
  return { stdin, stdout: stdout as unknown as NodeJS.WriteStream, modes, times, written };
}

describe('a screen of our own', () => {
  let terminal: ReturnType<typeof fakeTerminal>;
  let screen: OwnScreen;
  const entered = (): readonly number[] => [terminal.times(ENTER), terminal.times(LEAVE)];

  beforeEach(() => {
    vi.useFakeTimers();
    vi.spyOn(process, 'kill').mockReturnValue(true);
    terminal = fakeTerminal();
    screen = takeScreen(terminal.stdin, terminal.stdout);
  });
  afterEach(() => {
    screen.giveBack();
    vi.restoreAllMocks();
    vi.useRealTimers();
  });

  it.each([
    ['before', () => process.emit('SIGCONT'), () => vi.advanceTimersByTime(60)],
    ['after', () => vi.advanceTimersByTime(60), () => process.emit('SIGCONT')],
  ])('is entered once after Ctrl-Z where the signal to go on comes %s the timers', (_, first, second) => {
    screen.suspend();
    expect(process.kill).toHaveBeenCalledExactlyOnceWith(0, 'SIGTSTP');
    expect(entered()).toEqual([1, 1]);
    first();
    second();
    expect(entered()).toEqual([2, 1]);
    expect(terminal.modes.at(-1)).toBe(true);
  });

  it('is entered again where nothing stops the process, and by a later stop from outside', () => {
    screen.suspend();
    vi.advanceTimersByTime(1000);
    expect(entered()).toEqual([2, 1]);
    process.emit('SIGCONT');
    expect(entered()).toEqual([3, 2]);
  });

  it('hands a text to the clipboard as OSC 52 has it: base64 between its code and a bell', () => {
    screen.copy('≤ 1');
    // U+2264 is e2 89 a4 in UTF-8, then 20 31.
    expect(terminal.written.at(-1)).toBe('\x1b]52;c;4omkIDE=\x07');
  });

  it('is given back once, and a signal after that takes nothing', () => {
    screen.giveBack();
    screen.giveBack();
    process.emit('SIGCONT');
    expect(entered()).toEqual([1, 1]);
    expect(terminal.modes.at(-1)).toBe(false);
  });
});
