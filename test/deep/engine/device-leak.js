/**
 * Runs a program on webgpu many times, as built, with a state of 1 MiB and a frozen input that stay on the GPU, and prints
 * as JSON the memory after some runs and at the end, in MiB (SwiftShader's GPU memory is the process's), and the state's
 * first number. Arguments: runs before the first look, runs in all. Runs under --expose-gc.
 */
import * as tf from '@tensorflow/tfjs-core';
import { CompiledEngine } from '../../../dist/deep/engine/compiled.js';
import { SessionPool } from '../../../dist/deep/engine/session-pool.js';

const [warmUp, runs] = process.argv.slice(2).map(Number);
const spec = (name, shape) => ({ name, shape, layout: 'plain', type: 'float32' });
const [STATE, FROZEN] = [spec('state', [256, 1024]), spec('frozen', [256, 1024])];

function memory() {
  globalThis.gc();
  return process.memoryUsage().rss / 2 ** 20;
}

// Sessions that nobody holds are released at once.
const pool = new SessionPool({ mostIdle: 0 });
const engine = new CompiledEngine({ provider: 'webgpu', threads: 1, pool });
// Halves the way to the frozen numbers.
const half = ({ state, frozen }) => ({ state: tf.mul(tf.add(state, frozen), 0.5), mean: tf.mean(state) });
const program = await engine.compile(half, [STATE, FROZEN]);
const frozen = engine.upload(FROZEN, new Float32Array(2 ** 18).fill(3));
let state = engine.upload(STATE, new Float32Array(2 ** 18));
const looks = [];
for (let i = 0; i < runs; i += 1) {
  if (i === warmUp) looks.push(memory());
  const outputs = await program.run({ state, frozen });
  await outputs.mean.read();
  outputs.mean.dispose();
  state.dispose();
  state = outputs.state;
  // Copies to the host are made now and then, as for checkpoints.
  if (i % 100 === 0) await state.read();
}
looks.push(memory());
const [first] = await state.read();
frozen.dispose();
// The program first: its session, now the last one, has to live as long as the state.
await program.dispose();
await new Promise((done) => setTimeout(done, 100));
state.dispose();
console.log(JSON.stringify({ memory: looks, first }));
