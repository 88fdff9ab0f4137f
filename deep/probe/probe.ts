import { type ChildProcess, fork } from 'node:child_process';
import { siblingModule } from '../../src/system/sibling-module.js';
import { engineEnvironment } from '../engine/installed/environment.js';
import type { TensorFlowDetails } from '../engine/tensorflow.js';
import { ADAPTER_ENVIRONMENT, type Adapter, adapterFrom } from './adapter.js';
import type { ProbeTask } from './probe-child.js';
import { type ProbeEnd, reasonOf } from './reason.js';
import type { Trial } from './trial.js';

export type { ProbeTask } from './probe-child.js';

export type ProbeReport =
  | {
      readonly works: true;
      readonly trial: Trial;
      readonly adapter?: Adapter;
      readonly tensorflow?: TensorFlowDetails;
    }
  | { readonly works: false; readonly reason: string };

export type Probe = (task: ProbeTask) => Promise<ProbeReport>;

type ChildMessage = { readonly trial: Trial; readonly tensorflow?: TensorFlowDetails } | { readonly failure: string };

/** Drivers compile for a while when first used; what takes longer than this is of no use either. */
const TIMEOUT_MILLISECONDS = 60_000;

/** The end of what a process says: drivers can be talkative. */
function collectStderr(child: ChildProcess): () => string {
  let text = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-200_000);
  });
  return () => text;
}

/** Waits for the process to end, and says what it sent before. */
function awaitEnd(child: ChildProcess, timeout: number): Promise<{ message?: ChildMessage; ended: string }> {
  return new Promise((resolve) => {
    let message: ChildMessage | undefined;
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeout);
    child.on('message', (received: ChildMessage) => {
      message = received;
    });
    child.on('error', ({ message: ended }) => {
      clearTimeout(timer);
      resolve({ ended });
    });
    // 'close', not 'exit': its stderr is complete then.
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      const ended = late ? `no answer within ${timeout / 1000} s` : (signal ?? `exit code ${code}`);
      resolve(message === undefined ? { ended } : { message, ended });
    });
  });
}

/** Tries an engine in a process of its own. Never throws for an engine that does not work: that is an answer. */
export async function probeEngine(task: ProbeTask, timeout = TIMEOUT_MILLISECONDS): Promise<ProbeReport> {
  const child = fork(siblingModule(import.meta.url, 'probe-child'), {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: {
      ...process.env,
      ...engineEnvironment(task.engine),
      ...(task.engine === 'webgpu' ? ADAPTER_ENVIRONMENT : {}),
    },
  });
  const stderr = collectStderr(child);
  child.send(task, () => {});
  const { message, ended } = await awaitEnd(child, timeout);
  if (message !== undefined && 'trial' in message) {
    const adapter = adapterFrom(stderr());
    return { works: true, ...message, ...(adapter === undefined ? {} : { adapter }) };
  }
  const end: ProbeEnd =
    message === undefined ? { ended, stderr: stderr() } : { failure: message.failure, stderr: stderr() };
  return { works: false, reason: reasonOf(task.engine, end) };
}
