import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { randomImages } from '../../../deep/data/random-images.js';
import { type Companion, Companions } from '../../../deep/engine/companions.js';
import { CompiledEngine } from '../../../deep/engine/compiled.js';
import type { Engine, EngineTensor, Program, TensorFunction, TensorSpec } from '../../../deep/engine/engine.js';
import { createModel } from '../../../deep/models/network.js';
import { startTraining, type Training } from '../../../deep/training/train.js';
import { elrRate } from '../../../src/run/rate.js';
import { countingPool } from './counting-pool.js';

const X: TensorSpec = { name: 'x', shape: [2], layout: 'plain', type: 'float32' };
const twice: TensorFunction = ({ x }) => ({ y: tf.mul(x!, 2) });
const squared: TensorFunction = ({ x }) => ({ y: tf.square(x!) });

interface Member {
  readonly companion: Companion;
  readonly program: Program;
  run(...numbers: number[]): Promise<number[]>;
}

/** Sessions, and how many runs each of their calls was for, by an input that each run has. */
function poolCounting(input: string) {
  const { pool, calls } = countingPool();
  const isOf = (name: string): boolean => name.endsWith(`in:${input}`);
  return { pool, runsOfCalls: () => calls.map((feeds) => Object.keys(feeds).filter(isOf).length) };
}

/** Runs that have joined, with a program each. */
async function gather(functions: readonly TensorFunction[]) {
  const { pool, runsOfCalls } = poolCounting('x');
  const companions = new Companions();
  const joined = functions.map(() => companions.join());
  const members: Member[] = [];
  for (const [i, companion] of joined.entries()) {
    const engine = companion.engineOn(new CompiledEngine({ threads: 1, pool }));
    const program = await engine.compile(functions[i]!, [X]);
    const run = async (...numbers: number[]): Promise<number[]> => {
      const { y } = await program.run({ x: engine.upload(X, Float32Array.from(numbers)) });
      return Array.from(await (y as EngineTensor).read());
    };
    members.push({ companion, program, run });
  }
  return { members, runsOfCalls };
}

describe('companions', () => {
  it('run one graph with a copy for each, and get what is theirs', async () => {
    const { members, runsOfCalls } = await gather([twice, twice, twice, twice]);
    expect(await Promise.all(members.map(({ run }, i) => run(i, 10 * i)))).toEqual([
      [0, 0],
      [2, 20],
      [4, 40],
      [6, 60],
    ]);
    expect(runsOfCalls()).toEqual([4]);
  });

  it('run graphs of few sizes, first those of the function that the fewest want', async () => {
    const { members, runsOfCalls } = await gather([twice, squared, twice, twice, squared]);
    const results = await Promise.all(members.map(({ run, companion }, i) => run(i, 3).finally(companion.leave)));
    expect(results.map(([first]) => first)).toEqual([0, 1, 4, 6, 16]);
    expect(runsOfCalls()).toEqual([2, 2, 1]);
  });

  it('wait for one that does something else in between, and go on with it', async () => {
    const { members, runsOfCalls } = await gather([twice, twice, twice, squared]);
    const results = members.map(async ({ run, companion, program }, i) => {
      const seen: number[] = [];
      // The last one has squared its number three times when the others take their first step.
      const other = i === 3 ? 3 : 0;
      for (let taken = 0; taken < other; taken += 1) seen.push((await run(i, taken))[1]!);
      const same = i === 3 ? members[0]!.program : program;
      for (let taken = 0; taken < 2; taken += 1) {
        const { y } = await same.run({ x: new CompiledEngine().upload(X, Float32Array.of(i, taken)) });
        seen.push((await y!.read())[0]!);
      }
      companion.leave();
      return seen;
    });
    expect(await Promise.all(results)).toEqual([
      [0, 0],
      [2, 2],
      [4, 4],
      [0, 1, 4, 6, 6],
    ]);
    expect(runsOfCalls()).toEqual([1, 1, 1, 4, 4]);
  });

  it('wait for one another until one leaves', async () => {
    const { members, runsOfCalls } = await gather([twice, twice, twice]);
    const running = members.slice(0, 2).map(({ run }) => run(1, 1));
    await new Promise((done) => setImmediate(done));
    expect(runsOfCalls()).toEqual([]);
    members[2]!.companion.leave();
    // A second time does nothing.
    members[2]!.companion.leave();
    expect(await Promise.all(running)).toEqual([
      [2, 2],
      [2, 2],
    ]);
    expect(runsOfCalls()).toEqual([2]);
  });

  it('are not disturbed by one whose numbers are none, nor by one that fails', async () => {
    const { members, runsOfCalls } = await gather([twice, twice]);
    const [first, second] = members as [Member, Member];
    expect(await Promise.all([first.run(Number.NaN, Number.POSITIVE_INFINITY), second.run(1, 2)])).toEqual([
      [Number.NaN, Number.POSITIVE_INFINITY],
      [2, 4],
    ]);
    const [failed, whole] = await Promise.allSettled([first.program.run({}), second.run(3, 4)]);
    expect(failed).toMatchObject({ status: 'rejected', reason: new Error('the program needs an input x') });
    expect(whole).toEqual({ status: 'fulfilled', value: [6, 8] });
    expect(runsOfCalls()).toEqual([2, 1]);
  });

  it('train networks in one call a step, each to the bytes that it has alone', async () => {
    const data = randomImages(5);
    const model = createModel({ model: 'convnet', width: 1 }, data);
    const begin = (engine: Engine, seed: number): Training =>
      startTraining(engine, model, data, { rate: elrRate(seed / 1000), batch: 2, seed, momentum: 0.9 });
    const train = async (training: Training, steps: number) => {
      const losses: number[] = [];
      for (let i = 0; i < steps; i += 1) losses.push((await training.step()).loss);
      const { tensors } = await training.state();
      return { losses, tensors };
    };
    const { pool, runsOfCalls } = poolCounting('images');
    const companions = new Companions();
    // Seven steps and four, of three batches an epoch.
    const lengths = [7, 4, 7];
    const together = lengths.map(async (steps, i) => {
      const companion = companions.join();
      const trained = await train(begin(companion.engineOn(new CompiledEngine({ threads: 1, pool })), i + 1), steps);
      companion.leave();
      return trained;
    });
    const results = await Promise.all(together);
    // Three runs: in parts of two and one.
    expect(runsOfCalls()).toEqual([2, 1, 2, 1, 2, 1, 2, 1, 2, 2, 2]);
    const engine = new CompiledEngine({ threads: 1 });
    for (const [i, steps] of lengths.entries()) expect(results[i]).toEqual(await train(begin(engine, i + 1), steps));
  });

  it('do not take an engine without a graph', async () => {
    const companions = new Companions();
    const [own, other] = [companions.join(), companions.join()];
    const engine = { name: 'eager', compile: () => Promise.reject(new Error()), upload: () => ({}) as EngineTensor };
    expect(other.engineOn(engine)).toBe(engine);
    // It has left, or this would never end.
    const compiled = own.engineOn(new CompiledEngine({ threads: 1 }));
    const program = await compiled.compile(twice, [X]);
    const { y } = await program.run({ x: compiled.upload(X, Float32Array.of(1, 2)) });
    expect(Array.from(await y!.read())).toEqual([2, 4]);
  });
});
