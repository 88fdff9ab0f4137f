import type { Command } from 'commander';
import { ENGINE_CHOICES, type EngineChoice } from '../../../deep/engine/names.js';
import type { ModelName } from '../../../deep/models/names.js';
import type { PassSetting, Weights } from '../../../deep/observe/batch-pass.js';
import { NORMALISATIONS, type Normalisation } from '../../run/image-settings.js';
import { defined } from '../../system/defined.js';
import { cores } from '../../system/processors.js';
import { UsageError } from '../../system/usage-error.js';
import { oneOf, threadCount } from '../../text/grammar/value-grammar.js';
import { log } from '../../text/output.js';

/** Options of commands that look at weights on disk. */
export interface ExaminationOptions {
  readonly run?: string;
  readonly engine?: EngineChoice;
  readonly threads?: number;
  readonly normalisation?: Normalisation;
}

export const withExaminationOptions = (command: Command): Command =>
  command
    .option('--run <dir>', 'run whose network and images to use (default: the folder of the first file)')
    .option(
      '--normalisation <whose>',
      'constants for the pixels: own or official (default: official for checkpoints of the official scripts, else that of the run)',
      oneOf(NORMALISATIONS),
    )
    .option('--engine <name>', `${ENGINE_CHOICES.join(', ')} (default: that of the run)`, oneOf(ENGINE_CHOICES))
    .option('--threads <count>', 'threads per operation (default: all cores)', threadCount);

export interface Examination {
  readonly setting: PassSetting;
  /** With which constants pixels are normalised. */
  readonly normalisation: Normalisation;
  /** One for each file. */
  readonly weights: readonly Weights[];
}

/**
 * With which constants pixels are normalised: as is said, or as the files say, or as the run does. Throws a UsageError where some
 * files are of the official scripts, others do not say, and the run is none of those.
 */
async function normalisationFor(files: readonly string[], said: Normalisation | undefined, ofRun: Normalisation) {
  if (said !== undefined) return said;
  const { weightsNormalisation } = await import('../../torch/weights-file.js');
  const official = files.filter((file) => weightsNormalisation(file) === 'official');
  if (official.length === 0 || ofRun === 'official') return ofRun;
  if (official.length === files.length) return 'official';
  throw new UsageError(
    `${official[0]} is of the official scripts and others are not; --normalisation says which constants to take`,
  );
}

/** Reads weights, then opens what it takes to look at them. Throws a UsageError where something does not fit. */
export async function openExamination(
  files: readonly string[],
  { run, engine, threads = cores(), normalisation: said }: ExaminationOptions,
): Promise<Examination> {
  const { examinedManifest, openExaminedRun, readWeights, withEngine } = await import(
    '../../../deep/evaluate/examined-run.js'
  );
  const manifest = examinedManifest(files[0]!, run);
  const { model, width, depth, norm, groups, lastLayer, batch, engine: usual } = manifest.configuration;
  const variant = defined({ depth, norm, groups, lastLayer });
  const normalisation = await normalisationFor(files, said, manifest.configuration.normalisation ?? 'own');
  const examined = openExaminedRun(manifest, normalisation);
  const weights = files.map((file) => readWeights(examined, file, log));
  const wanted = { engine: engine ?? (usual as EngineChoice), model: model as ModelName, width, ...variant, batch };
  const { chooseEngine } = await import('../../../deep/study/choose-engine.js');
  const chosen = await chooseEngine(wanted, { threads, sideBySide: 1 }, log);
  return { setting: await withEngine(examined, chosen, threads), normalisation, weights };
}
