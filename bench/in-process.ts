import { runCli } from '../src/cli/run-cli.js';

/** What a command line printed, and its exit code. */
export interface Result {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Keeps what is written to a stream, which is none of a terminal meanwhile, as in a process whose output is a pipe. */
function capture(stream: NodeJS.WriteStream) {
  const names = ['write', 'isTTY', 'columns'] as const;
  const before = names.map((name) => Object.getOwnPropertyDescriptor(stream, name));
  let text = '';
  const write = (chunk: string | Uint8Array): boolean => {
    text += typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString();
    return true;
  };
  for (const name of names)
    Object.defineProperty(stream, name, { value: name === 'write' ? write : undefined, configurable: true });
  const giveBack = (): void => {
    for (const [i, name] of names.entries()) {
      delete (stream as Partial<NodeJS.WriteStream>)[name];
      if (before[i]) Object.defineProperty(stream, name, before[i]);
    }
  };
  return { text: () => text, giveBack };
}

/** A command line in this process: main.ts without the start of a process (half a second to a second each). */
export async function runInProcess(environment: NodeJS.ProcessEnv, words: readonly string[]): Promise<Result> {
  const kept = { env: { ...process.env }, exitCode: process.exitCode };
  const [out, err] = [capture(process.stdout), capture(process.stderr)];
  Object.assign(process.env, environment);
  process.exitCode = undefined;
  try {
    const { code } = await runCli(words);
    return { code, out: out.text(), err: err.text() };
  } finally {
    out.giveBack();
    err.giveBack();
    for (const name of Object.keys(process.env)) if (!(name in kept.env)) delete process.env[name];
    Object.assign(process.env, kept.env);
    process.exitCode = kept.exitCode;
  }
}
