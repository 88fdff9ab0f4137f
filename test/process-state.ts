import { afterAll, expect } from 'vitest';

// Test files share a process, so each must leave it as it was found: otherwise the outcome of one file would depend on
// which others ran before it.

/** Set once in a process, when the engine is loaded; no test depends on when that is. */
const setByEngine = 'ORT_DISABLE_TELEMETRY';

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGCONT'] as const;

const stateOf = (it: NodeJS.Process) => ({
  cwd: it.cwd(),
  env: { ...it.env, [setByEngine]: undefined },
  exitCode: it.exitCode,
  listeners: SIGNALS.map((signal) => it.listenerCount(signal)),
});

const before = stateOf(process);

afterAll(() => {
  expect(stateOf(process), 'a test file must leave the process as it found it').toEqual(before);
});
