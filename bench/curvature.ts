/** A Hessian-vector product beside a training step, which is a gradient, an update and measurements. */
import { availableParallelism } from 'node:os';
import { formatNumber, formatTable } from '../src/text/output.js';
import type { Network } from './engines.js';
import { measureInTurns, ourCommand } from './processes.js';

const TITLES = ['network', 'width', 'threads', 'ms a step', 'ms a product', 'product / step', 'MiB'] as const;

async function row(network: Network, threads: number): Promise<string[]> {
  const candidates = (['step', 'hessian'] as const).map((work) => ({
    command: ourCommand({ ...network, threads, work }),
    threads,
  }));
  const [step, product] = await measureInTurns(candidates);
  const numbers = [step!.step, product!.step].map((value) => formatNumber(value));
  const ratio = (product!.step / step!.step).toFixed(2);
  return [network.model, String(network.width), String(threads), ...numbers, ratio, formatNumber(product!.memory)];
}

/** The table of the networks on the cpu, with one thread and with all cores. */
export async function benchCurvature(networks: readonly Network[]): Promise<string> {
  const rows: string[][] = [];
  for (const network of networks) {
    for (const threads of new Set([1, availableParallelism()])) rows.push(await row(network, threads));
  }
  const columns = TITLES.map((title, i) => (i === 0 ? { title } : { title, align: 'right' as const }));
  return formatTable(columns, rows);
}
