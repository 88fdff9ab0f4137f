import { lowerPriority } from '../../src/system/lower-priority.js';
import { answerToy } from './toy-answer.js';
import type { ToyAnswer, ToyTask } from './toy-messages.js';

lowerPriority();

/** What a thread of the toy does. */
export default (task: ToyTask): ToyAnswer => answerToy(task);
