import { answerToy } from './toy-answer.js';
import type { ToyAnswer, ToyTask } from './toy-messages.js';

/** What a thread of the toy does. */
export default (task: ToyTask): ToyAnswer => answerToy(task);
