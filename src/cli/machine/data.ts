import { dirname } from 'node:path';
import { Command } from 'commander';
import type { DataCheck } from '../../../deep/data/check.js';
import type { ListedSet } from '../../../deep/data/list.js';
import { makeDirectory, writeAtomically } from '../../system/atomic.js';
import { UsageError } from '../../system/usage-error.js';
import { formatTable, printJson, printLine } from '../../text/output.js';
import { Progress } from '../../text/progress.js';
import { refuseOutFile } from '../options/out-file.js';

interface JsonOption {
  readonly json?: true;
}

interface FetchOptions extends JsonOption {
  readonly from?: string;
}

interface LabelsOptions extends JsonOption {
  readonly out?: string;
}

/** Enough of a checksum to compare by eye; --json has all of it. */
const short = (sha256: string | undefined): string => sha256?.slice(0, 12) ?? '';

const listRow = (set: ListedSet): string[] => [
  set.name,
  `${set.trainImages} + ${set.testImages}`,
  String(set.classes),
  short(set.archives[0]?.sha256 ?? set.contents['train-images-idx3-ubyte']),
  set.directory ?? set.command ?? '',
];

async function list({ json }: JsonOption): Promise<void> {
  const { listData } = await import('../../../deep/data/list.js');
  const sets = listData();
  if (json) {
    printJson(sets);
    return;
  }
  const columns = ['name', 'images', 'classes', 'SHA-256', 'location, or how to get it'].map((title) => ({ title }));
  printLine(formatTable(columns, sets.map(listRow)));
}

/** What a check found, for people. */
function checkText({ name, directory, classes, trainImages, testImages, files, problems, notes }: DataCheck): string {
  const known = files.filter(({ equals }) => equals !== null).length;
  const summary = `${name} in ${directory}: ${trainImages ?? '?'} + ${testImages ?? '?'} images, ${classes} classes`;
  const checksums = `checksums known and equal: ${known} of ${files.length} files`;
  return [summary, checksums, ...(problems.length === 0 ? ['in order'] : problems), ...notes].join('\n');
}

async function check(word: string, { json }: JsonOption): Promise<void> {
  const { locateForCheck } = await import('../../../deep/data/locate-check.js');
  const { checkData } = await import('../../../deep/data/check.js');
  const found = await checkData(await locateForCheck(word));
  if (json) printJson(found);
  else printLine(checkText(found));
  if (found.problems.length > 0) process.exitCode = 1;
}

async function labels(directory: string, { out, json }: LabelsOptions): Promise<void> {
  if (out !== undefined) refuseOutFile(out, '--out');
  const { measuredManifest, openExaminedRun } = await import('../../../deep/evaluate/examined-run.js');
  const { labelFileText } = await import('../../../deep/data/label-file.js');
  const { train, classes } = openExaminedRun(measuredManifest(directory)).data;
  const text = labelFileText(train.labels);
  if (out !== undefined) {
    makeDirectory(dirname(out));
    writeAtomically(out, text);
  }
  if (json) printJson({ count: train.count, classes, labels: [...train.labels] });
  else if (out === undefined) printLine(text.trimEnd());
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

async function fetchByName(name: string, { from, json }: FetchOptions): Promise<void> {
  const { KNOWN_SETS, setNames } = await import('../../../deep/data/catalogue.js');
  const set = KNOWN_SETS.find((known) => known.name === name);
  if (set === undefined) throw new UsageError(`${name} cannot be fetched; allowed: ${setNames()}`);
  if (from !== undefined && !/^https?:\/\//.test(from)) {
    throw new UsageError(`--from ${from} is not an address; allowed: http://... or https://...`);
  }
  const { dataFolder } = await import('../../../deep/data/locate.js');
  const { fetchSet } = await import('../../../deep/data/fetch/fetch.js');
  const progress = new Progress();
  try {
    const { check: found, fetched } = await fetchSet(set, {
      folder: dataFolder(),
      ...(from === undefined ? {} : { from }),
      onProgress: (bytes, total) => progress.update(bytes, total, `${megabytes(bytes)} of ${megabytes(total)} MB`),
    });
    progress.end();
    if (json) printJson({ fetched, ...found });
    else printLine(`${fetched ? 'fetched' : 'here already'}: ${checkText(found)}`);
  } catch (error) {
    progress.end();
    throw error;
  }
}

/** `regimes data`: which data sets there are, getting them, and whether they are in order. */
export const dataCommand = (): Command => {
  const jsonOption = ['--json', 'print JSON only'] as const;
  return new Command('data')
    .addCommand(
      new Command('list')
        .description('List every named data set: location or how to get it, images, classes, checksum.')
        .option(...jsonOption)
        .action(list),
    )
    .addCommand(
      new Command('fetch')
        .description('Fetch a data set; the same command resumes an interrupted download.')
        .argument('<name>', 'a name from regimes data list')
        .option('--from <url>', 'another address of the same files, which are checked in the same way')
        .option(...jsonOption)
        .action(fetchByName),
    )
    .addCommand(
      new Command('check')
        .description('Check files, sizes, labels and checksums of a data set; exit code 1 if something is wrong.')
        .argument('<name|dir>', 'a name, NAME:DIR, or a folder')
        .option(...jsonOption)
        .action(check),
    )
    .addCommand(
      new Command('labels')
        .description('Print the training labels of a run, one per line, in the order of its images.')
        .argument('<dir>', 'folder of a run')
        .option('--out <file>', 'write them to a file instead, which --labels of another run reads')
        .option(...jsonOption)
        .action(labels),
    );
};
