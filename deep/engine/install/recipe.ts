import type { Device, InstallableEngine } from '../names.js';
import type { LockedWheel } from './locks.js';

/** How an engine is made. */
export interface Recipe {
  readonly engine: InstallableEngine;
  readonly device: Device;
  /** Version of the npm package that it is an engine of. */
  readonly version: string;
  /** The wheels it is made from. */
  readonly wheels: readonly LockedWheel[];
  /** Paths of the files of these wheels that are used. */
  readonly files: RegExp;
  /** Folders of native libraries below that of the wheels, besides NVIDIA's. */
  readonly libraries: readonly string[];
  /** Bytes on disk of the unpacked wheels, and of what is added to them, as measured. */
  readonly unpackedBytes: number;
  /** What else is downloaded, in words. */
  readonly alsoDownloads?: string;
  /** Throws a UsageError in one line where a program is missing. */
  readonly requirePrograms: () => Promise<void>;
  /** Makes an engine of the unpacked wheels in a folder; may be repeated after an interruption. */
  readonly finish: (directory: string) => Promise<void>;
}
