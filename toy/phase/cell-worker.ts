import { evaluateTask } from './cell-task.js';

/** What a thread of the pool does. */
export default evaluateTask;
