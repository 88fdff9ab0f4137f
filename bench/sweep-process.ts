/**
 * A command of the program after which its workers end before this process does: who times it sees their processor time
 * only if somebody has waited for them. First argument: how many there are.
 */
import { once } from 'node:events';
import { takeWorker } from '../deep/sweep/spare-workers.js';
import { runCli } from '../src/cli/run-cli.js';

const [workers, ...words] = process.argv.slice(2);
const { code } = await runCli(words);
for (let i = 0; i < Number(workers); i += 1) {
  const worker = takeWorker();
  const exit = once(worker, 'exit');
  worker.disconnect();
  await exit;
}
process.exit(code);
