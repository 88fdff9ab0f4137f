import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { Command } from 'commander';
import { classesOf, type Manifest } from '../../run/manifest.js';
import { readManifest } from '../../run/run-directory.js';
import { makeDirectory, writeAtomically } from '../../system/atomic.js';
import { UsageError } from '../../system/usage-error.js';
import { log, printJson, printLine } from '../../text/output.js';
import { refuseOutFile } from '../options/out-file.js';

interface ConvertOptions {
  readonly json?: true;
}

/** The run in the folder of a file, if there is a readable one. */
function runBeside(path: string): Manifest | undefined {
  try {
    return readManifest(dirname(path));
  } catch {
    return undefined;
  }
}

/** What the official scripts would do otherwise with weights of ours. */
function exchangeNote(from: string): string | undefined {
  const manifest = runBeside(from);
  if (manifest === undefined || manifest.data.name === 'cifar10') return undefined;
  if (manifest.configuration.normalisation === 'official') return undefined;
  const set = `${manifest.data.name} (${classesOf(manifest)} classes)`;
  return `pixels were normalised with the constants of ${set}; the official scripts take CIFAR-10's: --normalisation official trains for them`;
}

async function convert(from: string, to: string, { json }: ConvertOptions): Promise<void> {
  if (resolve(from) === resolve(to)) throw new UsageError(`${to} is the file to read; give another one to write`);
  refuseOutFile(to);
  const { conversionNotes, decodeWeights, readWeightsBytes } = await import('../../torch/weights-file.js');
  const { encodeWeights } = await import('../../torch/convert-weights.js');
  const bytes = readWeightsBytes(from);
  const { onConverted, lines } = conversionNotes(from);
  let weights: ReturnType<typeof decodeWeights>;
  try {
    weights = decodeWeights(bytes, { onConverted });
  } catch (error) {
    throw new UsageError(`${from}: ${(error as Error).message}`);
  }
  const encoded = encodeWeights(weights, to);
  makeDirectory(dirname(to));
  writeAtomically(to, encoded);
  for (const line of [...lines(), exchangeNote(from)]) if (line !== undefined) log(line);
  const { tensors, normalisation = null } = weights;
  if (json) printJson({ from, to, tensors: [...tensors.keys()], normalisation, bytes: readFileSync(to).length });
  else
    printLine(`${from} -> ${to}: ${tensors.size} tensors${normalisation === null ? '' : ', of the official scripts'}`);
}

/** `regimes weights`: files of weights. */
export const weightsCommand = (): Command =>
  new Command('weights').addCommand(
    new Command('convert')
      .description(
        "Convert weights between safetensors and PyTorch's .pt or .pth, by the ends of the names. Of a checkpoint, the state dict is taken; " +
          'nothing in the file is executed.',
      )
      .argument('<from>', 'safetensors file, or state dict or checkpoint written by torch.save')
      .argument('<to>', 'file to write, as weights.safetensors or weights.pt')
      .option('--json', 'print JSON only')
      .action(convert),
  );
