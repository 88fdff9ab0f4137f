/** One training step of a network on every engine that works here, and on PyTorch. */
import { availableParallelism } from 'node:os';
import { ENGINES, type EngineName } from '../deep/engine/names.js';
import type { ModelName } from '../deep/models/network.js';
import { type ProbeReport, probeEngine } from '../deep/probe/probe.js';
import { SMALLEST } from '../deep/probe/trial.js';
import { formatNumber, formatTable } from '../src/text/output.js';
import { pythonWith } from './peers.js';
import { BATCH, type Candidate, type Measurement, measureInTurns, ourCommand, peerCommand } from './processes.js';

export interface Network {
  readonly model: ModelName;
  readonly width: number;
}

interface Labelled extends Candidate {
  readonly label: string;
}

const cores = availableParallelism();
/** One thread, and as many as cores. */
const THREAD_COUNTS = [...new Set([1, cores])];

/** Engines measured where they work; the cpu always does. */
const OTHERS = ENGINES.filter((engine) => engine !== 'cpu' && engine !== 'eager');

interface Found {
  readonly engines: readonly { readonly engine: EngineName; readonly label: string }[];
  /** Why others are left out. */
  readonly notes: readonly string[];
}

function reasonAgainst(report: ProbeReport): string | undefined {
  if (!report.works) return report.reason;
  return report.adapter?.software ? `${report.adapter.name} computes in software` : undefined;
}

/** Tries each engine on the smallest network, as `regimes doctor` does. */
async function findEngines(): Promise<Found> {
  const engines: { engine: EngineName; label: string }[] = [];
  const notes = ['eager: left out, it takes minutes a step'];
  for (const engine of OTHERS) {
    const report = await probeEngine({ ...SMALLEST, engine });
    const reason = reasonAgainst(report);
    if (reason !== undefined) notes.push(`${engine}: left out, ${reason}`);
    else {
      const adapter = report.works ? report.adapter : undefined;
      engines.push({ engine, label: adapter === undefined ? engine : `${engine} on ${adapter.name}` });
    }
  }
  return { engines, notes };
}

function candidates(network: Network, { engines }: Found, python: string | undefined): Labelled[] {
  const counts = <T>(make: (threads: number) => T): T[] => THREAD_COUNTS.map(make);
  const onCpu = counts((threads) => ({ label: 'cpu', threads, command: ourCommand({ ...network, threads }) }));
  const inPlainLayouts = counts((threads) => ({
    label: 'cpu, plain layouts',
    threads,
    command: ourCommand({ ...network, threads, plain: true }),
  }));
  const others = engines.map(({ engine, label }) => ({
    label,
    threads: cores,
    command: ourCommand({ ...network, threads: cores, engine }),
  }));
  const peers = python === undefined ? [] : counts((threads) => peerOf(python, network, threads));
  return [...onCpu, ...inPlainLayouts, ...others, ...peers];
}

const peerOf = (python: string, network: Network, threads: number): Labelled => ({
  label: 'PyTorch, cpu',
  threads,
  command: peerCommand(python, { ...network, threads }),
});

function row({ model, width }: Network, { label, threads }: Labelled, { step, ready, memory }: Measurement): string[] {
  const numbers = [(1000 * BATCH) / step, step, ready, memory];
  const texts = numbers.map((value) => (value === undefined ? '-' : formatNumber(value)));
  return [model, String(width), label, String(threads), ...texts];
}

/** The table of the networks, a minute each, and what was left out. */
export async function benchEngines(networks: readonly Network[]): Promise<string> {
  const python = pythonWith('torch');
  const found = await findEngines();
  const rows: string[][] = [];
  for (const network of networks) {
    const all = candidates(network, found, python);
    const measured = await measureInTurns(all);
    rows.push(...all.map((candidate, i) => row(network, candidate, measured[i]!)));
  }
  const titles = ['network', 'width', 'engine', 'threads', 'images/s', 'ms a step', 'ready ms', 'MiB'];
  const columns = titles.map((title) =>
    title === 'network' || title === 'engine' ? { title } : { title, align: 'right' as const },
  );
  const notes =
    python === undefined ? [...found.notes, 'PyTorch is not installed (Debian: python3-torch)'] : found.notes;
  return [formatTable(columns, rows), ...notes].join('\n');
}
