import { render, useApp, useInput } from 'ink';
import { useEffect, useReducer, useState } from 'react';
import { BORDER, Frame } from './frame.js';
import { type Ending, errorLine, guardProcess } from './guard.js';
import { type Bounds, bounded, type Choice, FIRST_CHOICE, keyNames, pageOf, press } from './keys.js';
import { firstCursor, type SweepView } from './sweep-view.js';
import { takeScreen, useTerminalSize } from './terminal.js';
import { pageScrollLimit } from './views.js';

/** What the application shows; read anew at every tick. */
export interface AppSource {
  readonly title: string;
  /** How far the sweep is, as a line. */
  status(): string;
  view(): SweepView;
}

export interface AppProps {
  readonly source: AppSource;
  /** Milliseconds between two looks at the disk. */
  readonly interval?: number;
}

/** What the source says now, and again at every tick. A source that fails ends the application. */
function useSource({ source, interval = 1000 }: AppProps, fail: (error: Error) => void) {
  const look = () => ({ view: source.view(), status: source.status() });
  const [seen, setSeen] = useState(look);
  useEffect(() => {
    const timer = setInterval(() => {
      try {
        setSeen({ view: source.view(), status: source.status() });
      } catch (error) {
        fail(error as Error);
      }
    }, interval);
    return () => clearInterval(timer);
  }, [source, interval, fail]);
  return seen;
}

/** The application: keys and clock; what is seen is a Frame. Ends with `interrupted` at Ctrl-C, `quit` at q. */
export function App(props: AppProps) {
  const { exit } = useApp();
  const { columns, rows: terminalRows } = useTerminalSize();
  const { view, status } = useSource(props, exit);
  const rows = terminalRows - 1;
  const size = { width: columns, height: rows - BORDER };
  const bounds: Bounds = {
    runs: view.elrs.length,
    firstCursor: firstCursor(view),
    screen: Math.max(1, size.height - 2),
    scrollLimit: (page) => pageScrollLimit(page, view, size),
  };
  const [choice, pressAll] = useReducer(
    (before: Choice, names: readonly string[]) => names.reduce((now, name) => press(now, name, bounds), before),
    FIRST_CHOICE,
  );
  useInput((input, key) => {
    const names = keyNames(input, key);
    if (names.includes('interrupt')) exit('interrupted' satisfies Ending);
    else if (names.includes('q')) exit('quit' satisfies Ending);
    else pressAll(names);
  });
  const shown = { page: pageOf(choice), ...bounded(choice, bounds) };
  return <Frame {...{ view, status, columns, rows, ...shown }} title={props.source.title} />;
}

/**
 * Shows the application until the user leaves it or a signal ends it, on a screen of its own that is given back at any
 * end. What nobody catches meanwhile is one line on stderr and exit code 1; what fails inside the application is thrown.
 */
export async function showApp(source: AppSource): Promise<Ending> {
  const giveBack = takeScreen(process.stdin, process.stdout);
  let ending: Ending | undefined;
  let unmount = (): void => {};
  const release = guardProcess({
    onEnding: (how) => {
      ending ??= how;
      unmount();
    },
    onCrash: (error) => {
      unmount();
      giveBack();
      process.stderr.write(`${errorLine(error)}\n`);
      process.exit(1);
    },
  });
  try {
    const app = render(<App source={source} />, { exitOnCtrlC: false, patchConsole: false, maxFps: 20 });
    unmount = app.unmount;
    const left = (await app.waitUntilExit()) as Ending | undefined;
    return ending ?? left ?? 'quit';
  } finally {
    release();
    giveBack();
  }
}
