import { useCallback, useEffect, useRef, useState } from 'react';
import type { AppState } from '../state/state.js';
import { exportsOf, unfinished } from '../views/exports.js';
import type { Scene } from '../views/scene.js';
import type { AppSource } from './source.js';

/** Starts writing the figures of a scene and returns the message to show meanwhile; `tell` is called with the result. */
function exportView(source: AppSource, scene: Scene, tell: (message: string) => void): string {
  const exported = exportsOf(scene);
  if (exported === undefined) return 'a table is no figure: regimes verify and regimes runs export print it';
  const { figures, missing } = exported;
  const left = missing.length === 0 ? '' : `not written: ${missing.join('; ')}; `;
  if (figures.length === 0) return `nothing to write: ${missing.join('; ')}`;
  void source.exportFigures(figures).then((result) => tell(`${left}${result}`));
  return 'writing ...';
}

/**
 * Writing a view once it is final: the state as it was when it was asked for waits for the toy's last answer. Leaving the view, or
 * changing the toy, ends the waiting, since nobody computes that figure any more.
 */
export function useExport(source: AppSource, given: (state: AppState) => Scene, tell: (message: string) => void) {
  // The handler of keys may be that of the frame before: it draws what is known now.
  const latest = useRef(given);
  latest.current = given;
  const sceneFor = (state: AppState): Scene => latest.current(state);
  const [waiting, setState] = useState<AppState>();
  // What waits is known to it at once, too.
  const pending = useRef<AppState>(undefined);
  const setWaiting = useCallback((state: AppState | undefined): void => {
    pending.current = state;
    setState(state);
  }, []);
  const current = useRef<AppState>(undefined);
  const hasAskedToQuit = useRef(false);
  useEffect(() => {
    if (waiting === undefined) return;
    const now = current.current;
    if (now !== undefined && (now.view !== waiting.view || now.toy !== waiting.toy || now.elr !== waiting.elr)) {
      setWaiting(undefined);
      tell('not written: the view was left before it was computed; press e again');
    } else if (unfinished(sceneFor(waiting)) === undefined) {
      setWaiting(undefined);
      tell(exportView(source, sceneFor(waiting), tell));
    }
  });
  return {
    /** Called with the state of every frame. */
    see: (state: AppState) => {
      current.current = state;
    },
    /** What keeps the application from quitting, where a figure waits; undefined at the second time, and where none does. */
    quit: (): string | undefined => {
      const state = pending.current;
      if (state === undefined || hasAskedToQuit.current) return undefined;
      hasAskedToQuit.current = true;
      return `writing ... (${unfinished(sceneFor(state)) ?? 'almost there'}); q again quits without it`;
    },
    /** Called with every other key: the next q is a first one again. */
    stay: (): void => {
      hasAskedToQuit.current = false;
    },
    begin: (state: AppState): string => {
      const reason = unfinished(sceneFor(state));
      if (reason === undefined) return exportView(source, sceneFor(state), tell);
      setWaiting(state);
      return `${reason}; it is written when it is final`;
    },
  };
}
