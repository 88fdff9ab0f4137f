import { statSync } from 'node:fs';
import { Command } from 'commander';
import type { InstallationPlan } from '../../../deep/engine/install/plan-installation.js';
import { DEVICES, type Device, INSTALLABLE, type InstallableEngine } from '../../../deep/engine/names.js';
import { UsageError } from '../../system/usage-error.js';
import { oneOf } from '../../text/grammar/value-grammar.js';
import { formatTable, log, printJson, printLine, rightAligned } from '../../text/output.js';
import { Progress } from '../../text/progress.js';

interface InstallOptions {
  readonly device?: Device;
  readonly dir?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

export const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(bytes < 10e6 ? 1 : 0);
const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(1);

/** What an installation would do, for people. */
function planText(plan: InstallationPlan): string {
  const { engine, device, directory, wheels, bytes, missingBytes, neededBytes, freeBytes, also } = plan;
  const columns = [{ title: 'wheel' }, { title: 'version' }, rightAligned('MB')];
  const rows = wheels.map(({ name, version, bytes: size }) => [name, version, megabytes(size)]);
  const here = missingBytes < bytes ? `, of which ${megabytes(bytes - missingBytes)} MB are here already` : '';
  return [
    formatTable(columns, rows),
    '',
    `engine ${engine} for ${device === 'gpu' ? 'a GPU' : 'the cpu'}: ${megabytes(bytes)} MB to download from PyPI${here}`,
    ...(also === undefined ? [] : [`also ${also}`]),
    `at most ${gigabytes(neededBytes)} GB of disk in ${directory}, where ${gigabytes(freeBytes)} GB are free`,
  ].join('\n');
}

/** The folder of engines that an option names, or the usual one. */
export async function folderOf({ dir }: { readonly dir?: string }): Promise<string> {
  const { enginesFolder } = await import('../../../deep/engine/installed/find.js');
  const folder = enginesFolder(dir === undefined ? process.env : { REGIMES_ENGINES: dir });
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() === false)
    throw new UsageError(
      `${folder} is not a folder; allowed: the folder of engines, which is made where there is none`,
    );
  return folder;
}

async function installNow(engine: InstallableEngine, folder: string, { device, dir, json }: InstallOptions) {
  const { installEngine } = await import('../../../deep/engine/install/install.js');
  const progress = new Progress();
  try {
    const { isNew, directory, record } = await installEngine(
      { engine, folder, ...(device && { device }) },
      {
        onProgress: (bytes, total, label) =>
          progress.update(bytes, total, `${megabytes(bytes)} of ${megabytes(total)} MB, ${label}`),
        onNote: (line) => {
          progress.end();
          log(line);
        },
      },
    );
    if (json) {
      printJson({ installed: isNew, directory, ...record });
      return;
    }
    printLine(
      `${isNew ? 'installed' : 'here already'}: engine ${engine} in ${directory}, ${megabytes(record!.bytes)} MB`,
    );
    if (dir !== undefined) printLine(`commands find it with REGIMES_ENGINES=${folder}`);
    printLine('regimes doctor tries it');
  } finally {
    progress.end();
  }
}

async function install(engine: InstallableEngine, options: InstallOptions): Promise<void> {
  const folder = await folderOf(options);
  if (options.dryRun === undefined) return installNow(engine, folder, options);
  const { planInstallation } = await import('../../../deep/engine/install/plan-installation.js');
  const { device, json } = options;
  const plan = await planInstallation({ engine, folder, ...(device && { device }) });
  if (json) printJson(plan);
  else printLine(planText(plan));
}

export const dirOption = [
  '--dir <dir>',
  'folder of engines (default: $REGIMES_ENGINES, or below your data folder)',
] as const;

export const installCommand = (): Command =>
  new Command('install')
    .description('Install an engine from PyPI; the same command continues an interrupted installation.')
    .argument('<engine>', INSTALLABLE.join(' or '), oneOf(INSTALLABLE))
    .option('--device <name>', 'gpu, or cpu for tensorflow (default: gpu where there is a driver)', oneOf(DEVICES))
    .option(...dirOption)
    .option('--dry-run', 'only say what would be downloaded, and how large it is')
    .option('--json', 'print JSON only')
    .action(install);
