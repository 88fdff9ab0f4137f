import { lowerPriority } from '../../src/system/processors.js';
import type { ToyAnswer, ToyTask } from './toy-messages.js';

// Before all that takes time to load: a thread that is out of date is replaced by another.
lowerPriority();
const { answerToy } = await import('./toy-answer.js');

/** What a thread of the toy does. */
export default (task: ToyTask): ToyAnswer => answerToy(task);
