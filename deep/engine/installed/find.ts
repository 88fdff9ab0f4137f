import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { packageRoot } from '../../../src/system/package.js';
import { userDataFolder } from '../../../src/system/user-data-folder.js';
import type { InstallableEngine } from '../names.js';
import { type EngineRecord, readRecord } from './record.js';

/** Where engines are installed, one a folder: `$REGIMES_ENGINES`, or below the user's data folder. */
export function enginesFolder(environment: NodeJS.ProcessEnv = process.env): string {
  const { REGIMES_ENGINES } = environment;
  return REGIMES_ENGINES ? resolve(REGIMES_ENGINES) : join(userDataFolder(environment), 'engines');
}

/** The npm package that each engine is an engine of. */
export const PACKAGE_OF: Readonly<Record<InstallableEngine, string>> = {
  cuda: 'onnxruntime-node',
  tensorflow: '@tensorflow/tfjs-node-gpu',
};

/** The version of that package that this program works with. */
export function wantedVersion(engine: InstallableEngine): string {
  const { optionalDependencies, peerDependencies } = JSON.parse(
    readFileSync(join(packageRoot(), 'package.json'), 'utf8'),
  ) as Record<'optionalDependencies' | 'peerDependencies', Record<string, string>>;
  return { ...optionalDependencies, ...peerDependencies }[PACKAGE_OF[engine]]!;
}

/** `outdated`: made for another version of this program. `incomplete`: its installation was interrupted. */
export type InstallationState = 'installed' | 'outdated' | 'incomplete' | 'absent';

/** An engine's folder and what is in it. */
export interface Installation {
  readonly engine: InstallableEngine;
  readonly state: InstallationState;
  readonly directory: string;
  readonly record?: EngineRecord;
}

/** What is installed of an engine. */
export function findInstallation(engine: InstallableEngine, folder = enginesFolder()): Installation {
  const directory = join(folder, engine);
  const record = readRecord(directory);
  if (record === undefined) return { engine, state: existsSync(directory) ? 'incomplete' : 'absent', directory };
  const state = record.engine === engine && record.version === wantedVersion(engine) ? 'installed' : 'outdated';
  return { engine, state, directory, record };
}
