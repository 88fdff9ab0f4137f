import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it } from 'vitest';
import { giveBackWorker, isAlive, takeWorker } from '../../../deep/sweep/spare-workers.js';

const taken: ChildProcess[] = [];
const take = (): ChildProcess => {
  const worker = takeWorker();
  taken.push(worker);
  return worker;
};

afterEach(() => {
  for (const worker of taken.splice(0)) worker.kill('SIGKILL');
});

it('a process that was given back is the next one taken, and is given to one taker only', () => {
  const first = take();
  giveBackWorker(first);
  expect(take()).toBe(first);
  expect(take()).not.toBe(first);
});

it('a process of another environment is not taken, since it would train with other variables', () => {
  const first = take();
  giveBackWorker(first);
  process.env.REGIMES_TEST_OTHER = '1';
  try {
    expect(take()).not.toBe(first);
  } finally {
    delete process.env.REGIMES_TEST_OTHER;
  }
  expect(take()).toBe(first);
});

it('a process that was killed is not taken, whether its end has been seen yet or not', async () => {
  const killed = take();
  killed.kill('SIGKILL');
  expect(isAlive(killed)).toBe(false);
  giveBackWorker(killed);
  expect(take()).not.toBe(killed);
  const dying = take();
  giveBackWorker(dying);
  process.kill(dying.pid!, 'SIGKILL');
  await once(dying, 'exit');
  expect(take()).not.toBe(dying);
});

it('a process that nobody takes ends by itself', async () => {
  const idle = take();
  giveBackWorker(idle, 50);
  const exit = once(idle, 'exit');
  // The timer that ends it keeps nobody waiting; here somebody waits.
  await Promise.race([exit, sleep(20_000)]);
  expect(idle.connected).toBe(false);
  expect(idle.signalCode).toBe(null);
});
