import { disk } from '../../../src/system/disk.js';
import { lockDirectory } from '../../../src/system/lock.js';
import { findInstallation } from '../installed/find.js';
import type { InstallableEngine } from '../names.js';
import { bytesBelow } from './folders.js';

/** Removes an engine, whole or half; the bytes that it had. Throws a UsageError where a process is installing it. */
export function removeEngine(engine: InstallableEngine, folder: string): number {
  const { state, directory } = findInstallation(engine, folder);
  if (state === 'absent') return 0;
  lockDirectory(directory);
  const bytes = bytesBelow(directory);
  disk().removeTree(directory);
  return bytes;
}
