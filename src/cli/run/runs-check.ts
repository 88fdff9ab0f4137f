import { Command } from 'commander';
import { type CheckedFolder, checkFolders } from '../../archive/check-folders.js';
import type { RunFinding } from '../../archive/check-run.js';
import { REDO } from '../../run/damaged-run.js';
import { counted, printJson, printLine } from '../../text/output.js';

const lineOf = (path: string, { file, problem }: RunFinding): string => `${path}/${file}: ${problem}`;

const isDamaged = ({ findings }: CheckedFolder): boolean => findings.some(({ kind }) => kind === 'damage');

function printFolder({ path, findings, repaired }: CheckedFolder): void {
  for (const each of repaired) printLine(`removed: ${lineOf(path, each)}`);
  for (const each of findings) printLine(`${each.kind}: ${lineOf(path, each)}`);
}

/** How many there are of each sort, in one line. */
function summary(folders: readonly CheckedFolder[]): string {
  const runs = folders.filter(({ kind }) => kind === 'run');
  const damaged = folders.filter(isDamaged);
  const whole = runs.filter((each) => !isDamaged(each));
  const finished = whole.filter(({ status }) => status === 'finished').length;
  const leftover = folders.filter(({ findings }) => findings.some(({ kind }) => kind === 'leftover')).length;
  const parts = [
    `${counted(runs.length, 'run')}: ${finished} finished and whole`,
    ...(whole.length > finished ? [`${whole.length - finished} unfinished`] : []),
    `${counted(damaged.length, 'folder')} damaged`,
    ...(leftover > 0 ? [`${counted(leftover, 'folder')} with leftovers, which --repair removes`] : []),
  ];
  return parts.join(', ');
}

interface CheckOptions {
  readonly repair?: true;
  readonly json?: true;
}

function check(directories: readonly string[], { repair, json }: CheckOptions): void {
  const folders: CheckedFolder[] = [];
  for (const folder of checkFolders(directories, { repair: repair ?? false })) {
    folders.push(folder);
    if (json) printJson(folder);
    else printFolder(folder);
  }
  const isAnyDamaged = folders.some(isDamaged);
  if (!json) {
    printLine(summary(folders));
    if (isAnyDamaged) printLine(`For a damaged run, ${REDO}.`);
  }
  if (isAnyDamaged) process.exitCode = 1;
}

/** `regimes runs check`: every file of runs against its schema and checksum. */
export const runsCheckCommand = (): Command =>
  new Command('check')
    .description(
      'Check every file of all runs in folders: manifest, each line, weights and checkpoints, numbers of steps, checksums. The exit ' +
        'code is 1 if a run is damaged.',
    )
    .argument('<dir...>', 'folders of runs, or folders that contain runs')
    .option('--repair', 'remove unfinished last lines and temporary files of killed processes; data is never removed')
    .option('--json', 'print JSON lines only, one per folder')
    .action(check);
