import { render, useApp, useInput } from 'ink';
import { useEffect, useState } from 'react';
import { Frame } from './frame.js';
import type { SweepView } from './sweep-view.js';
import { takeScreen, useTerminalSize } from './terminal.js';
import { VIEWS, type ViewName } from './views.js';

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

const VIEW_KEYS: Readonly<Record<string, ViewName>> = Object.fromEntries(VIEWS.map((name) => [name[0]!, name]));
const PAGE = 5;

/** The application: keys and clock; what is seen is a Frame. Ends with `interrupted` at Ctrl-C, `quit` at q. */
export function App({ source, interval = 1000 }: AppProps) {
  const { exit } = useApp();
  const { columns, rows } = useTerminalSize();
  const [view, setView] = useState(() => source.view());
  const [status, setStatus] = useState(() => source.status());
  const [viewName, setViewName] = useState<ViewName>('overview');
  const [help, setHelp] = useState(false);
  const [cursor, setCursor] = useState(0);
  const [scroll, setScroll] = useState(0);

  useEffect(() => {
    const timer = setInterval(() => {
      setStatus(source.status());
      setView(source.view());
    }, interval);
    return () => clearInterval(timer);
  }, [source, interval]);

  useInput((input, key) => {
    if (key.ctrl && input === 'c') exit('interrupted');
    else if (input === 'q') exit('quit');
    else if (input === '?') setHelp(!help);
    else if (key.escape) setHelp(false);
    else if (key.leftArrow || input === 'h') setCursor(Math.max(0, cursor - 1));
    else if (key.rightArrow || input === 'l') setCursor(Math.min(view.elrs.length - 1, cursor + 1));
    else if (key.upArrow || input === 'k') setScroll(Math.max(0, scroll - PAGE));
    else if (key.downArrow || input === 'j') setScroll(scroll + PAGE);
    else if (VIEW_KEYS[input] !== undefined) {
      setHelp(false);
      setScroll(0);
      setViewName(VIEW_KEYS[input]);
    }
  });

  return <Frame {...{ view, viewName, status, help, columns, cursor, scroll }} title={source.title} rows={rows - 1} />;
}

export type Ending = 'interrupted' | 'quit';

/** Shows the application until the user leaves it, on a screen of its own that is given back at any end. */
export async function showApp(source: AppSource): Promise<Ending> {
  const giveBack = takeScreen(process.stdout);
  try {
    const app = render(<App source={source} />, { exitOnCtrlC: false, patchConsole: false, maxFps: 10 });
    return ((await app.waitUntilExit()) as Ending | undefined) ?? 'quit';
  } finally {
    giveBack();
  }
}
