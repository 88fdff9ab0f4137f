import { Command, Option } from 'commander';
import { PROVIDERS, type Provider } from '../../../deep/engine/names.js';
import type { ModelName } from '../../../deep/models/names.js';
import type { NetworkVariant } from '../../run/network-variants.js';
import { MOST_MEASURED_STEPS } from '../../system/bounds.js';
import { cores } from '../../system/processors.js';
import { count, countUpTo, oneOf, threadCount, togetherCount } from '../../text/grammar/value-grammar.js';
import { log, printJson, printLine } from '../../text/output.js';
import { networkTitle } from '../../text/titles.js';
import { depthOption, modelOption, VARIANT_OPTIONS } from '../options/run-options.js';
import { installCommand } from './engine-install.js';
import { listCommand, removeCommand } from './engine-list.js';
import { inspectionText } from './inspection-text.js';

interface InspectOptions extends NetworkVariant {
  readonly model: ModelName;
  readonly width: number;
  readonly depth?: number;
  readonly batch: number;
  readonly engine: Provider;
  readonly threads?: number;
  readonly together?: number;
  readonly steps: number;
  readonly json?: true;
}

async function inspect({ json, threads = cores(), ...options }: InspectOptions): Promise<void> {
  const { requireEngine } = await import('../../../deep/probe/choose.js');
  const { explanation } = await requireEngine(options.engine);
  if (explanation !== undefined) log(explanation);
  const { inspectEngine } = await import('../../../deep/probe/inspect-engine.js');
  const task = { ...options, threads };
  const inspection = await inspectEngine(task);
  if (json) printJson({ ...task, ...inspection });
  else {
    const { batch, engine, together } = task;
    const runs = together === undefined ? '' : `, ${together} runs together`;
    printLine(`${networkTitle(task)}, batch ${batch} of random images, engine ${engine}, threads ${threads}${runs}`);
    printLine();
    printLine(inspectionText(inspection, engine));
  }
}

function inspectCommand(): Command {
  const command = new Command('inspect')
    .description('Profile a compiled training step, operator by operator.')
    .option(...modelOption)
    .option('--width <count>', 'channels of the first block', count, 8)
    .option(...depthOption);
  for (const [flags, description, parse] of VARIANT_OPTIONS)
    command.addOption(new Option(flags, description).argParser<unknown>(parse));
  return command
    .option('--batch <count>', 'batch size', count, 128)
    .option('--engine <name>', PROVIDERS.join(', '), oneOf(PROVIDERS), 'cpu')
    .option('--threads <count>', 'threads per operation (default: all cores)', threadCount)
    .option('--together <count>', 'runs whose steps share one graph: 1, 2, 4 ... 64 (default: 1)', togetherCount)
    .option('--steps <count>', 'steps to measure, after a warm-up', countUpTo(MOST_MEASURED_STEPS), 8)
    .option('--json', 'print JSON only')
    .action(inspect);
}

/** `regimes engine`: getting engines, and looking into them. */
export const engineCommand = (): Command =>
  new Command('engine')
    .addCommand(installCommand())
    .addCommand(listCommand())
    .addCommand(removeCommand())
    .addCommand(inspectCommand());
