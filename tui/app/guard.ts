/** How the application ended: by the user, or by a signal. */
export type Ending = 'quit' | 'interrupted' | 'terminated' | 'hung up';

/** Exit codes as shells know them: 128 and the number of the signal. */
export const EXIT_CODE: Readonly<Record<Ending, number>> = {
  quit: 0,
  'hung up': 129,
  interrupted: 130,
  terminated: 143,
};

const SIGNALS = { SIGINT: 'interrupted', SIGTERM: 'terminated', SIGHUP: 'hung up' } as const;

export interface Guard {
  /** A signal asks to end. */
  onEnding(ending: Ending): void;
  /** Nobody caught this. */
  onCrash(error: unknown): void;
}

/** Catches errors that would leave the terminal unusable; returns a function that removes the handlers. */
export function guardProcess({ onEnding, onCrash }: Guard): () => void {
  const listeners: [string, (error: unknown) => void][] = [
    ...Object.entries(SIGNALS).map(([signal, ending]): [string, () => void] => [signal, () => onEnding(ending)]),
    ['uncaughtException', onCrash],
    ['unhandledRejection', onCrash],
  ];
  for (const [event, listener] of listeners) process.on(event, listener);
  return () => {
    for (const [event, listener] of listeners) process.off(event, listener);
  };
}

/** The first line of what an error says. */
export const errorLine = (error: unknown): string =>
  `error: ${(error instanceof Error ? error.message : String(error)).split('\n')[0]}`;
