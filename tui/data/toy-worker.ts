import type { ToyAnswer, ToyTask } from './toy.js';
import { answerToy } from './toy-answer.js';

/** What a thread of the toy does. */
export default (task: ToyTask): ToyAnswer => answerToy(task);
