import { Command } from 'commander';
import type { Installation } from '../../../deep/engine/installed/find.js';
import { INSTALLABLE, type InstallableEngine } from '../../../deep/engine/names.js';
import { UsageError } from '../../system/usage-error.js';
import { oneOf } from '../../text/grammar/value-grammar.js';
import { formatTable, printJson, printLine, rightAligned } from '../../text/output.js';
import { dirOption, folderOf, megabytes } from './engine-install.js';

interface ListOptions {
  readonly dir?: string;
  readonly json?: true;
}

/** What there is to do about an engine that cannot be used as it is. */
const ADVICE: Readonly<Record<Installation['state'], (engine: InstallableEngine) => string>> = {
  installed: () => '',
  outdated: (engine) => `regimes engine install ${engine} replaces it`,
  incomplete: (engine) => `regimes engine install ${engine} finishes it`,
  absent: (engine) => `regimes engine install ${engine}`,
};

async function list({ json, ...options }: ListOptions): Promise<void> {
  const { findInstallation } = await import('../../../deep/engine/installed/find.js');
  const { bytesBelow } = await import('../../../deep/engine/install/folders.js');
  const folder = await folderOf(options);
  const engines = INSTALLABLE.map((engine) => {
    const { state, directory, record } = findInstallation(engine, folder);
    const bytes = record?.bytes ?? bytesBelow(directory);
    const { version = null, device = null, installed = null, wheels = [] } = record ?? {};
    return { engine, state, directory, bytes, version, device, installed, wheels };
  });
  if (json) {
    printJson({ folder, engines });
    return;
  }
  const columns = [
    { title: 'engine' },
    { title: 'state' },
    { title: 'for' },
    rightAligned('MB'),
    { title: 'folder, or what to do' },
  ];
  const rows = engines.map(({ engine, state, device, bytes, directory }) => [
    ...[engine, state, device ?? '-', state === 'absent' ? '-' : megabytes(bytes)],
    state === 'installed' ? directory : ADVICE[state](engine),
  ]);
  printLine(formatTable(columns, rows));
}

export const listCommand = (): Command =>
  new Command('list')
    .description('List the engines that can be installed: state, size and folder.')
    .option(...dirOption)
    .option('--json', 'print JSON only')
    .action(list);

async function remove(engine: InstallableEngine, { json, ...options }: ListOptions): Promise<void> {
  const { findInstallation } = await import('../../../deep/engine/installed/find.js');
  const { removeEngine } = await import('../../../deep/engine/install/remove.js');
  const folder = await folderOf(options);
  const { directory, state } = findInstallation(engine, folder);
  if (state === 'absent') throw new UsageError(`engine ${engine} is not installed in ${folder}`);
  const bytes = removeEngine(engine, folder);
  if (json) printJson({ removed: directory, bytes });
  else printLine(`removed: ${directory}, ${megabytes(bytes)} MB`);
}

export const removeCommand = (): Command =>
  new Command('remove')
    .description('Remove an engine that was installed, wholly or in part.')
    .argument('<engine>', INSTALLABLE.join(' or '), oneOf(INSTALLABLE))
    .option(...dirOption)
    .option('--json', 'print JSON only')
    .action(remove);
