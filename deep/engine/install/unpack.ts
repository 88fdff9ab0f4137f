import { existsSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { explainWriting, makeWithParents, writeAtomically } from '../../../src/system/atomic.js';
import { disk } from '../../../src/system/disk.js';
import { DOWNLOADS, filesBelow, removeEmptyFolders, TEMPORARY, WHEELS } from './folders.js';
import type { LockedWheel } from './locks.js';
import { FOR_WHEELS, pip } from './pip.js';
import type { Recipe } from './recipe.js';

/** Lines of a requirements file with which pip accepts these very wheels and no others. */
export const requirementLines = (wheels: readonly LockedWheel[]): string =>
  wheels.map(({ name, version, sha256 }) => `${name}==${version} --hash=sha256:${sha256}\n`).join('');

/** Unpacks the downloaded wheels, checked by pip once more, and keeps of them what the engine uses. */
export async function unpackWheels(directory: string, { wheels, files }: Recipe): Promise<void> {
  const [target, part] = [join(directory, WHEELS), join(directory, `${WHEELS}.part`)];
  if (existsSync(target)) return;
  disk().removeTree(part);
  makeWithParents(join(directory, TEMPORARY));
  const requirements = join(directory, TEMPORARY, 'requirements.txt');
  writeAtomically(requirements, requirementLines(wheels));
  await pip(
    [
      'install',
      ...['--no-index', '--find-links', join(directory, DOWNLOADS), '--no-deps', '--require-hashes', '--no-compile'],
      ...[...FOR_WHEELS, '--target', part, '--requirement', requirements],
    ],
    { environment: { TMPDIR: join(directory, TEMPORARY) } },
  );
  for (const file of filesBelow(part)) if (!files.test(relative(part, file).split(sep).join('/'))) disk().remove(file);
  removeEmptyFolders(part);
  explainWriting(target, () => {
    disk().rename(part, target);
    disk().syncFolder(directory);
  });
}
