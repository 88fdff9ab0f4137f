import { afterEach, describe, expect, it, vi } from 'vitest';
import { LatestAnswer } from '../../../tui/data/latest-answer.js';

/** What the pool makes of each run, one after the other. */
const runs: (() => Promise<string>)[] = [];

vi.mock('tinypool', () => ({
  Tinypool: class {
    run = (): Promise<string> => runs.shift()!();
    destroy = async (): Promise<void> => {};
  },
}));

afterEach(() => {
  runs.length = 0;
});

const failing = (message: string) => () => Promise.reject(new Error(message));

/** What is heard of one task, once all that the pool does has been done. */
async function heard(): Promise<{ answers: string[]; errors: string[] }> {
  const [answers, errors]: [string[], string[]] = [[], []];
  const client = new LatestAnswer<string, string>({
    module: 'none',
    onAnswer: (answer) => answers.push(answer),
    onError: ({ message }) => errors.push(message),
  });
  client.ask('task');
  await vi.waitFor(() => expect(answers.length + errors.length).toBe(1));
  expect(runs.length).toBe(0);
  await client.close();
  return { answers, errors };
}

describe('a task that the pool gave to a thread it was ending', () => {
  it('is asked again until it is answered', async () => {
    runs.push(failing('Terminating worker thread'), failing('Terminating worker thread'), async () => 'answer');
    expect(await heard()).toEqual({ answers: ['answer'], errors: [] });
  });

  it('is not taken for a task that fails of itself', async () => {
    runs.push(failing('alpha is [-1]'));
    expect(await heard()).toEqual({ answers: [], errors: ['alpha is [-1]'] });
  });
});
