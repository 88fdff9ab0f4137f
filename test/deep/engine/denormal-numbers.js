/**
 * Multiplies numbers whose products are denormal, on the engine as built and in this thread; prints as JSON the share of
 * products that are 0 at each call, and whether this thread still has denormal numbers. Argument: threads of the engine.
 */
import * as tf from '@tensorflow/tfjs-core';
import { CompiledEngine } from '../../../dist/deep/engine/compiled.js';

const [threads, blocked] = [Number(process.argv[2]), process.argv[3] === 'blocked'];
// Enough for several threads to share.
const SIZE = 1 << 20;
const engine = new CompiledEngine({ threads, blocked });
const spec = { name: 'x', shape: [SIZE], type: 'float32', layout: 'plain' };
const program = await engine.compile(({ x }) => ({ square: tf.mul(x, x) }), [spec]);
const zeros = [];
for (let call = 0; call < 4; call += 1) {
  const x = engine.upload(spec, new Float32Array(SIZE).fill(1e-20));
  const { square } = await program.run({ x });
  zeros.push((await square.read()).filter((value) => value === 0).length / SIZE);
  x.dispose();
  square.dispose();
}
const here = Float32Array.of(1e-20, 1e-40);
console.log(JSON.stringify({ zeros, here: [here[0] * here[0] > 0, here[1] > 0, Number.MIN_VALUE * here.length > 0] }));
