import { availableParallelism } from 'node:os';
import { benchConvNet } from './convnet.js';

const threads = [...new Set([1, availableParallelism()])];
console.log('One training step of the ConvNet, batch 128 of 3x32x32, forward, backward, update and measurements:\n');
console.log(await benchConvNet([8, 32], threads));
