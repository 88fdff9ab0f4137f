import { dirname } from 'node:path';
import type { Command } from 'commander';
import { ENGINE_CHOICES, type EngineChoice } from '../../../deep/engine/names.js';
import type { ModelName } from '../../../deep/models/names.js';
import type { PassSetting, Weights } from '../../../deep/observe/batch-pass.js';
import { cores } from '../../system/cores.js';
import { log } from '../../text/output.js';
import { oneOf, threadCount } from '../../text/value-grammar.js';

/** Options of commands that look at weights on disk. */
export interface ExaminationOptions {
  readonly run?: string;
  readonly engine?: EngineChoice;
  readonly threads?: number;
}

export const withExaminationOptions = (command: Command): Command =>
  command
    .option('--run <dir>', 'run whose network and images to use (default: the folder of the first file)')
    .option('--engine <name>', `${ENGINE_CHOICES.join(', ')} (default: that of the run)`, oneOf(ENGINE_CHOICES))
    .option('--threads <count>', 'threads per operation (default: all cores)', threadCount);

export interface Examination {
  readonly setting: PassSetting;
  /** One for each file. */
  readonly weights: readonly Weights[];
}

/** Reads weights, then opens what it takes to look at them. Throws a UsageError where something does not fit. */
export async function openExamination(
  files: readonly string[],
  { run, engine, threads = cores() }: ExaminationOptions,
): Promise<Examination> {
  const { examinedManifest, openExaminedRun, readWeights, withEngine } = await import(
    '../../../deep/evaluate/examined-run.js'
  );
  const manifest = examinedManifest(run ?? dirname(files[0]!));
  const { model, width, batch, engine: usual } = manifest.configuration;
  const examined = openExaminedRun(manifest);
  const weights = files.map((file) => readWeights(examined, file, log));
  const wanted = { engine: engine ?? (usual as EngineChoice), model: model as ModelName, width, batch };
  const { chooseEngine } = await import('../../../deep/study/choose-engine.js');
  const chosen = await chooseEngine(wanted, { threads, sideBySide: 1 }, log);
  return { setting: await withEngine(examined, chosen, threads), weights };
}
