import { render, useApp, useInput } from 'ink';
import { useCallback, useEffect, useLayoutEffect, useMemo, useReducer, useRef, useState } from 'react';
import { firstElr } from '../data/sweep-snapshot.js';
import { keyNames } from '../state/key-names.js';
import { commandOf, type OfferedCommand, press } from '../state/press.js';
import { type AppState, type Bounds, firstState } from '../state/state.js';
import { offerOf } from '../views/offers.js';
import { pageScrollLimit } from '../views/pages.js';
import { type Look, NO_DATA, type Scene, type SceneData, sceneOf, toyTaskOf } from '../views/scene.js';
import { viewCommand } from '../views/view-command.js';
import { useExport } from './export-view.js';
import { BORDER, Frame, frameText } from './frame.js';
import { type Ending, errorLine, guardProcess } from './guard.js';
import type { AppSource } from './source.js';
import { type OwnScreen, takeScreen, useTerminalSize } from './terminal.js';

export interface AppProps {
  readonly source: AppSource;
  readonly look?: Look;
  /**
   * The terminal's screen, to draw on, to redraw, or to leave for a while; default: Ink draws. Ink takes three times as long for a frame as
   * all else, since it lays out what is laid out already.
   */
  readonly screen?: Pick<OwnScreen, 'draw' | 'redraw' | 'suspend' | 'copy'>;
}

const USUAL_LOOK: Look = { glyphs: 'braille', color: true };

/** The data of the source as it arrives. A source that fails ends the application. */
function useKnown(source: AppSource, fail: (error: Error) => void) {
  const [data, change] = useReducer(
    (before: SceneData, news: Partial<SceneData>): SceneData => ({ ...before, ...news }),
    NO_DATA,
  );
  useEffect(() => {
    const stop = source.listen({
      onSweep: (sweep) => change({ sweep, problem: undefined }),
      onToy: (toy) => change({ toy }),
      onWork: (work) => change({ work }),
      onProblem: (problem) => change({ problem }),
      onError: fail,
    });
    return stop;
  }, [source, fail]);
  return data;
}

/** Asks the toy again as soon as something it depends on has changed. */
function useToy(source: AppSource, scene: Scene): void {
  const task = toyTaskOf(scene);
  const key = JSON.stringify(task);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key is the task
  useEffect(() => {
    if (scene.data.sweep !== undefined) source.askToy(task);
  }, [source, key, scene.data.sweep !== undefined]);
}

/** Hands the command of what is shown to the clipboard, and returns the line that says it. */
function copyCommand(scene: Scene, screen: AppProps['screen']): string {
  const line = viewCommand(scene);
  if (line === undefined) return 'no command prints this page; e writes figures';
  screen?.copy(line);
  return `${line} (copied, if your terminal lets programs copy)`;
}

const boundsOf = (scene: Scene, columns: number, height: number): Bounds => ({
  elrs: scene.elrs,
  firstElr: scene.data.sweep && firstElr(scene.data.sweep),
  scale: scene.scale,
  listed: scene.listed,
  settings: scene.data.sweep?.settings.length ?? 1,
  predictions: scene.predictions.length,
  screen: Math.max(1, height - 2),
  scrollLimit: (page) => pageScrollLimit(page, scene, { width: columns, height }),
});

/** The application: keys and data in, a Frame out. Ends with `interrupted` at Ctrl-C, `quit` at q. */
export function App({ source, look = USUAL_LOOK, screen }: AppProps) {
  const { exit } = useApp();
  const { columns, rows } = useTerminalSize();
  const told = useKnown(source, exit);
  const [message, setMessage] = useState<string>();
  const data = useMemo(() => ({ ...told, message }), [told, message]);
  const [state, setState] = useState(() => firstState(source.alpha));
  const height = Math.max(0, rows - BORDER);
  const { tolerance } = source;
  const sceneFor = useCallback(
    (of: AppState): Scene => sceneOf(data, of, { ...look, tolerance }),
    [data, look, tolerance],
  );
  const scene = useMemo(() => sceneFor(state), [sceneFor, state]);
  useToy(source, scene);
  const exporting = useExport(source, sceneFor, setMessage);
  exporting.see(state);
  const { setting } = state;
  useEffect(() => source.chooseSetting(setting), [source, setting]);
  // Keys may come faster than frames: each acts on what the one before has left.
  const latest = useRef(state);
  latest.current = state;
  // React gives Ink the handler of a new frame some time after that is drawn: until then the one before must know what this one knows.
  const known = useRef({ sceneFor, columns, height });
  known.current = { sceneFor, columns, height };
  // What a key would cost is said at its first press; the second one, with nothing between, does what was said.
  const asked = useRef<string>(undefined);
  const ask = (command: OfferedCommand, of: Scene): string | undefined => {
    const { act, text } = offerOf(command, of);
    const isSecond = asked.current === text;
    asked.current = isSecond || act === undefined ? undefined : text;
    return isSecond && act !== undefined ? source.act(act) : text;
  };
  const run = (names: readonly string[]): void => {
    let now = latest.current;
    const sceneAt = known.current.sceneFor;
    let answer: string | undefined;
    for (const name of names) {
      const command = commandOf(now, name);
      const isOffered = command === 'bisect' || command === 'lengthen' || command === 'anneal';
      if (!isOffered) asked.current = undefined;
      const stay = command === 'quit' ? exporting.quit() : undefined;
      if (command !== 'quit') exporting.stay();
      if (command === 'interrupt' || (command === 'quit' && stay === undefined)) {
        exit((command === 'quit' ? 'quit' : 'interrupted') satisfies Ending);
        return;
      }
      if (command === 'suspend') screen?.suspend();
      else if (command === 'redraw') screen?.redraw();
      else if (isOffered) answer = ask(command, sceneAt(now));
      else if (command === 'quit') answer = stay;
      else if (command === 'work') answer = source.toggleWork();
      else if (command === 'export') answer = exporting.begin(now);
      else if (command === 'copy') answer = copyCommand(sceneAt(now), screen);
      else now = press(now, name, boundsOf(sceneAt(now), known.current.columns, known.current.height));
    }
    latest.current = now;
    setState(now);
    setMessage(answer);
  };
  useInput((input, key) => run(keyNames(input, key)));
  const frame = { scene, columns, rows, title: source.title };
  useLayoutEffect(() => screen?.draw(frameText(frame)));
  return screen === undefined ? <Frame {...frame} /> : null;
}

/**
 * Shows the application until the user leaves it or a signal ends it, on a screen of its own that is given back at any
 * end. What nobody catches meanwhile is one line on stderr and exit code 1; what fails inside the application is thrown.
 */
export async function showApp(source: AppSource, look?: Look): Promise<Ending> {
  const screen = takeScreen(process.stdin, process.stdout);
  let ending: Ending | undefined;
  let unmount = (): void => {};
  const release = guardProcess({
    onEnding: (how) => {
      ending ??= how;
      unmount();
    },
    onCrash: (error) => {
      unmount();
      screen.giveBack();
      process.stderr.write(`${errorLine(error)}\n`);
      process.exit(1);
    },
  });
  try {
    const app = render(<App {...{ source, screen }} {...(look && { look })} />, {
      // In its debug mode Ink leaves it to the output what is drawn; it only handles keys here.
      ...{ debug: true, stdout: screen.output as unknown as NodeJS.WriteStream },
      ...{ exitOnCtrlC: false, patchConsole: false },
    });
    unmount = app.unmount;
    const left = (await app.waitUntilExit()) as Ending | undefined;
    return ending ?? left ?? 'quit';
  } finally {
    release();
    screen.giveBack();
  }
}
