import * as tf from '@tensorflow/tfjs-core';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CompiledEngine } from '../../../deep/engine/compiled.js';
import { onnxruntime } from '../../../deep/engine/onnxruntime.js';
import { type CreateSession, SessionPool, type SessionPoolOptions } from '../../../deep/engine/session-pool.js';
import { trace } from '../../../deep/engine/trace/trace.js';
import { convNet } from '../../../deep/models/convnet.js';
import { initialTensors } from '../../../deep/models/model.js';
import { jointNorm } from '../../../deep/models/network.js';
import { trainingStep } from '../../../deep/step/step.js';
import { randomSource } from '../../../src/numerics/random.js';
import { givenStep } from '../fixture.js';
import { type Given, input, runOn } from './agreement.js';

const pools: SessionPool[] = [];

/** A pool that counts the sessions that it made and that it released. */
function countingPool(options: SessionPoolOptions = {}) {
  const counts = { made: 0, released: 0 };
  const create: CreateSession = async (model, given) => {
    counts.made += 1;
    const session = await onnxruntime().InferenceSession.create(model, given);
    const release = session.release.bind(session);
    session.release = async () => {
      counts.released += 1;
      await release();
    };
    return session;
  };
  const pool = new SessionPool({ create, ...options });
  pools.push(pool);
  return { pool, counts };
}

afterEach(async () => {
  vi.useRealTimers();
  for (const pool of pools.splice(0)) await pool.releaseIdle();
});

const engineOf = (pool: SessionPool, threads = 1) => new CompiledEngine({ threads, pool });

const x = input('x', [2, 3]);
const plus = (term: number) => (given: tf.NamedTensorMap) => ({ out: tf.add(given.x!, term) });
const compilePlus = (engine: CompiledEngine, term: number) => engine.compile(plus(term), [x.spec]);

function stepInputsOf(width: number, seed: number): { model: ReturnType<typeof convNet>; given: Given[] } {
  const model = convNet({ width });
  const random = randomSource(seed);
  const weights = initialTensors(model, random);
  const images = Float32Array.from({ length: 4 * 3 * 32 * 32 }, () => random.gaussian());
  const labels = Int32Array.of(1, 2, 3, 4);
  const radius = jointNorm(model, weights);
  return { model, given: givenStep(model, { weights, images, labels, learningRate: 0.05, radius }) };
}

describe('sessions', () => {
  it('are made once for the same graph and options, in use or given back', async () => {
    const { pool, counts } = countingPool();
    const first = await compilePlus(engineOf(pool), 1);
    const second = await compilePlus(engineOf(pool), 1);
    expect(counts.made).toBe(1);
    await first.dispose();
    await second.dispose();
    const third = await compilePlus(engineOf(pool), 1);
    expect(counts).toEqual({ made: 1, released: 0 });
    await compilePlus(engineOf(pool), 2);
    await compilePlus(engineOf(pool, 2), 1);
    await compilePlus(new CompiledEngine({ threads: 1, pool, blocked: false }), 1);
    // Another graph, another number of threads; without a convolution, the blocked layout makes no difference.
    expect(counts.made).toBe(3);
    await third.dispose();
  });

  it('are made once where two ask at the same time', async () => {
    const { pool, counts } = countingPool();
    await Promise.all([compilePlus(engineOf(pool), 1), compilePlus(engineOf(pool), 1)]);
    expect(counts.made).toBe(1);
  });

  it('stay while somebody uses them, however often another gives back the same', async () => {
    const { pool, counts } = countingPool({ mostIdle: 0 });
    const engine = engineOf(pool);
    const [first, second] = [await compilePlus(engine, 1), await compilePlus(engine, 1)];
    await first.dispose();
    await first.dispose();
    expect(counts.released).toBe(0);
    const given = engine.upload(x.spec, x.data);
    expect((await (await second.run({ x: given })).out!.read())[0]).toBeCloseTo(x.data[0]! + 1, 6);
    await second.dispose();
    expect(counts.released).toBe(1);
  });

  it('are released when nobody has used them for a while', async () => {
    const { pool, counts } = countingPool({ idleMilliseconds: 1000 });
    const engine = engineOf(pool);
    const program = await compilePlus(engine, 1);
    vi.useFakeTimers();
    await program.dispose();
    await vi.advanceTimersByTimeAsync(900);
    const again = await compilePlus(engine, 1);
    await vi.advanceTimersByTimeAsync(5000);
    expect(counts).toEqual({ made: 1, released: 0 });
    await again.dispose();
    await vi.advanceTimersByTimeAsync(1000);
    expect(counts.released).toBe(1);
  });

  it('are released, the longest unused first, when too many are unused', async () => {
    const { pool, counts } = countingPool({ mostIdle: 2 });
    const engine = engineOf(pool);
    for (const term of [1, 2, 1, 3]) await (await compilePlus(engine, term)).dispose();
    expect(counts).toEqual({ made: 3, released: 1 });
    // 2 went; 1 and 3 are still there.
    for (const term of [1, 3]) await (await compilePlus(engine, term)).dispose();
    expect(counts.made).toBe(3);
    await (await compilePlus(engine, 2)).dispose();
    expect(counts.made).toBe(4);
  });

  it.each(['borrow', 'borrowAlone'] as const)('live as long as the last who shares them, by %s', async (method) => {
    const { pool, counts } = countingPool({ mostIdle: 0 });
    const { graph } = await trace(plus(1), [x.spec]);
    const first = await pool[method](graph.encode(), { executionProviders: ['cpu'] });
    const second = first.share();
    const third = second.share();
    for (const loan of [first, first, third]) await loan.release();
    expect(counts.released).toBe(0);
    await second.release();
    expect(counts).toEqual({ made: 1, released: 1 });
  });

  it('that could not be made are tried again', async () => {
    let attempts = 0;
    const pool = new SessionPool({
      create: () => {
        attempts += 1;
        return Promise.reject(new Error('no memory'));
      },
    });
    await expect(compilePlus(engineOf(pool), 1)).rejects.toThrow('no memory');
    await expect(compilePlus(engineOf(pool), 1)).rejects.toThrow('no memory');
    expect(attempts).toBe(2);
  });
});

describe('a training step on a shared session', () => {
  it('gives the same bytes as on one of its own, also after other weights', async () => {
    const { model, given } = stepInputsOf(8, 1);
    const alone = await runOn(engineOf(countingPool({ mostIdle: 0 }).pool), trainingStep(model).fn, given);
    const { pool, counts } = countingPool();
    await runOn(engineOf(pool), trainingStep(model).fn, stepInputsOf(8, 2).given);
    const shared = await runOn(engineOf(pool), trainingStep(convNet({ width: 8 })).fn, given);
    expect(counts.made).toBe(1);
    expect(shared).toEqual(alone);
  });

  it('gives the same bytes when several run at the same time', async () => {
    const { pool } = countingPool();
    const settings = [1, 2, 3].map((seed) => stepInputsOf(8, seed));
    const run = ({ model, given }: (typeof settings)[number]) => runOn(engineOf(pool), trainingStep(model).fn, given);
    const inTurn: unknown[] = [];
    for (const setting of settings) inTurn.push(await run(setting));
    expect(await Promise.all(settings.map(run))).toEqual(inTurn);
  });
});
