import type { KnownToy, ToyTask } from './toy.js';
import { answerToy } from './toy-answer.js';

/** What a thread of the toy does. */
export default (task: ToyTask): KnownToy => answerToy(task);
