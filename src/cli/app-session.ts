import type { AppSource } from '../../tui/app.js';

/** Whether there is a terminal to draw in and a keyboard to read. */
export const isInteractive = (once: true | undefined): boolean =>
  process.stdin.isTTY === true && process.stdout.isTTY === true && !once;

/** Runs the application; answers the exit code. */
export async function runApp(source: AppSource): Promise<number> {
  // Read when React and Ink are first imported: the development build of React leaks, and Ink knows no NO_COLOR.
  process.env.NODE_ENV ??= 'production';
  if (process.env.NO_COLOR) process.env.FORCE_COLOR = '0';
  const { showApp } = await import('../../tui/app.js');
  const { EXIT_CODE } = await import('../../tui/guard.js');
  return EXIT_CODE[await showApp(source)];
}
