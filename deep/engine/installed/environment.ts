import { delimiter, join } from 'node:path';
import { type EngineName, INSTALLABLE, type InstallableEngine } from '../names.js';
import { findInstallation } from './find.js';

/**
 * The loader of Linux reads LD_LIBRARY_PATH once, when a process starts: an installed engine therefore needs a process
 * that was started for it.
 */
const VARIABLE = 'LD_LIBRARY_PATH';

const isInstallable = (engine: string): engine is InstallableEngine =>
  (INSTALLABLE as readonly string[]).includes(engine);

/** Folders of an installed engine that the loader has to know; none for any other engine. */
export function libraryFolders(engine: EngineName): string[] {
  if (!isInstallable(engine)) return [];
  const { state, directory, record } = findInstallation(engine);
  return state === 'installed' ? record!.libraries.map((folder) => join(directory, folder)) : [];
}

/** Variables that a process needs to be started with, beyond those it has, to run an engine; none where it has them all. */
export function engineEnvironment(
  engine: EngineName,
  environment: NodeJS.ProcessEnv = process.env,
): Readonly<Record<string, string>> {
  const folders = libraryFolders(engine);
  const known = (environment[VARIABLE] ?? '').split(delimiter).filter((folder) => folder !== '');
  // The first folder that has a library of some name provides it: another engine's folders must come later.
  const isSuited = folders.every((folder, i) => known[i] === folder);
  if (isSuited) return {};
  const others = known.filter((folder) => !folders.includes(folder));
  return { [VARIABLE]: [...folders, ...others].join(delimiter) };
}

/** Thrown where an engine is installed, but this process was not started for it. */
export class OwnProcessNeeded extends Error {
  override readonly name = 'OwnProcessNeeded';

  constructor(
    readonly engine: EngineName,
    readonly environment: Readonly<Record<string, string>>,
  ) {
    const [[name, value]] = Object.entries(environment) as [[string, string]];
    super(`engine ${engine} needs a process that is started with ${name}=${value}`);
  }
}

/** Throws OwnProcessNeeded unless this process can run the engine. */
export function enterEngine(engine: EngineName): void {
  const environment = engineEnvironment(engine);
  if (Object.keys(environment).length > 0) throw new OwnProcessNeeded(engine, environment);
}

/** Names the engine that a process was started for, after it had been chosen and tried. */
const STARTED_FOR = 'REGIMES_STARTED_FOR';

/** The engine that this process was started for; undefined where it was not started for one. */
export const startedFor = (): EngineName | undefined => process.env[STARTED_FOR] as EngineName | undefined;

/** The environment of a process that is started for an engine. */
export const environmentFor = ({ engine, environment }: OwnProcessNeeded): NodeJS.ProcessEnv => ({
  ...process.env,
  ...environment,
  [STARTED_FOR]: engine,
});
