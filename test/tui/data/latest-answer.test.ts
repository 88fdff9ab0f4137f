import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LatestAnswer } from '../../../tui/data/latest-answer.js';
import { ToyClient } from '../../../tui/data/toy-client.js';
import { firstToy, type ToyAnswer, type ToyTask } from '../../../tui/data/toy-messages.js';

/** As built: a thread runs no TypeScript. */
const MODULE = fileURLToPath(new URL('../../../dist/tui/data/toy-worker.js', import.meta.url));

const task = (elr: number, steps = 10): ToyTask => ({
  settings: { ...firstToy([1, 2, 4]), steps },
  ...{ tolerance: 0.4, elrs: [elr], elr, phase: undefined, quick: false },
});

let close: () => Promise<void> = async () => {};
afterEach(() => close());

function asking(patience?: number) {
  const heard: number[] = [];
  const errors: string[] = [];
  const latest = new LatestAnswer<ToyTask, ToyAnswer>({
    module: MODULE,
    ...(patience && { patience }),
    onAnswer: ({ task: { elr } }) => heard.push(elr!),
    onError: ({ message }) => errors.push(message),
  });
  close = () => latest.close();
  return { latest, heard, errors };
}
const inTime = { timeout: 20_000, interval: 20 };

describe('a thread that answers the latest question', () => {
  it('answers the last of many, and none of those that are out of date', async () => {
    const { latest, heard } = asking();
    for (const elr of [0.1, 0.2, 0.3, 0.4]) latest.ask(task(elr));
    await vi.waitFor(() => expect(heard).toEqual([0.4]), inTime);
    latest.ask(task(0.5));
    await vi.waitFor(() => expect(heard).toEqual([0.4, 0.5]), inTime);
  });

  it('ends a thread that is busy with what nobody waits for, after its patience', async () => {
    const { latest, heard, errors } = asking(50);
    latest.ask(task(0.1));
    await vi.waitFor(() => expect(heard).toEqual([0.1]), inTime);
    // 2e8 steps take minutes.
    latest.ask(task(0.2, 9_999_999));
    await new Promise((resolve) => setTimeout(resolve, 300));
    latest.ask(task(0.3));
    await vi.waitFor(() => expect(heard).toEqual([0.1, 0.3]), inTime);
    expect(errors).toEqual([]);
  });

  it('tells what fails, and answers again', async () => {
    const { latest, heard, errors } = asking();
    latest.ask({ ...task(0.1), settings: { ...firstToy([-1]), steps: 10 } });
    await vi.waitFor(() => expect(errors).toHaveLength(1), inTime);
    expect(errors[0]).toMatch(/allowed/);
    latest.ask(task(0.2));
    await vi.waitFor(() => expect(heard).toEqual([0.2]), inTime);
  });
});

describe('the client of the toy', () => {
  it('answers quickly, then finely, and ends with the fine answer', async () => {
    const heard: [number, boolean][] = [];
    const client = new ToyClient({
      module: MODULE,
      onAnswer: ({ task: { elr, quick } }) => heard.push([elr!, quick]),
      onError: (error) => {
        throw error;
      },
    });
    close = client.close;
    client.ask(task(0.1, 3000));
    await vi.waitFor(() => expect(heard.at(-1)).toEqual([0.1, false]), inTime);
    client.ask(task(0.2, 3000));
    await vi.waitFor(() => expect(heard.at(-1)).toEqual([0.2, false]), inTime);
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(heard.at(-1)).toEqual([0.2, false]);
  });

  it('computes the phase diagram of a toy once: it stays while the cursor moves and in other views, until the toy changes', async () => {
    const heard: ToyAnswer[] = [];
    const client = new ToyClient({
      module: MODULE,
      onAnswer: (toy) => heard.push(toy),
      onError: (error) => {
        throw error;
      },
    });
    close = client.close;
    const answered = async (asked: ToyTask): Promise<readonly (number | undefined)[]> => {
      heard.length = 0;
      client.ask(asked);
      await vi.waitFor(() => expect(heard.at(-1)?.task).toEqual(asked), inTime);
      return heard.map(({ phase }) => phase?.x.values.length);
    };
    const diagram = (elr: number): ToyTask => ({ ...task(elr), phase: [0.01, 1] });
    // 24 columns at first, 96 in the end.
    expect((await answered(diagram(0.1))).at(-1)).toBe(96);
    const { phase } = heard.at(-1)!;
    expect(new Set(await answered(diagram(0.2)))).toEqual(new Set([96]));
    expect(new Set(await answered(task(0.3)))).toEqual(new Set([96]));
    expect(heard.at(-1)!.phase).toBe(phase);
    const others = [{ ...task(0.3, 11) }, { ...diagram(0.3), phase: [0.02, 1] } as const];
    expect(new Set(await answered(others[0]!))).toEqual(new Set([undefined]));
    await answered(others[1]!);
    expect(heard.at(-1)!.phase!.x.values[0]).toBeCloseTo(0.02, 12);
  });
});
