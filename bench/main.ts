import { availableParallelism } from 'node:os';
import { benchConvNet } from './convnet.js';
import { benchPhaseDiagram, benchToySteps } from './toy.js';

const threads = [...new Set([1, availableParallelism()])];

console.log('The toy on one core, 256 replicas:\n');
console.log(benchToySteps([1, 2, 3, 8]));
console.log('\nA phase diagram, 2 groups, 1,000 steps, all cores:\n');
console.log(await benchPhaseDiagram(400));
console.log('\nOne training step of the ConvNet, batch 128 of 3x32x32, forward, backward, update and measurements:\n');
console.log(await benchConvNet([8, 32], threads));
