import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { writeAtomically } from '../../../src/system/atomic.js';
import { FOR_WHEELS, pip } from './pip.js';
import type { Recipe } from './recipe.js';

/** A wheel that an engine is made from. */
export interface PlannedWheel {
  readonly name: string;
  readonly version: string;
  /** Name of its file. */
  readonly file: string;
  readonly sha256: string;
  /** Null where the index does not say. */
  readonly bytes: number | null;
}

/** The wheels of an engine, as its package index has them at the time. */
export interface WheelPlan {
  readonly requirement: string;
  readonly wheels: readonly PlannedWheel[];
}

/** What pip reports of a wheel that it would install. */
interface Reported {
  readonly metadata: { readonly name: string; readonly version: string };
  readonly download_info: {
    readonly url: string;
    readonly archive_info?: { readonly hashes?: { readonly sha256?: string } };
  };
}

/** How long an answer to a question about a size is waited for. */
const PATIENCE = 20_000;

async function sizeOf(url: string): Promise<number | null> {
  if (url.startsWith('file:')) return statSync(fileURLToPath(url)).size;
  try {
    const { ok, headers } = await fetch(url, { method: 'HEAD', signal: AbortSignal.timeout(PATIENCE) });
    return ok && headers.has('content-length') ? Number(headers.get('content-length')) : null;
  } catch {
    return null;
  }
}

async function planned({ metadata: { name, version }, download_info: info }: Reported): Promise<PlannedWheel> {
  const sha256 = info.archive_info?.hashes?.sha256;
  if (sha256 === undefined) throw new Error(`the package index has no SHA-256 of ${name} ${version}`);
  const file = decodeURIComponent(new URL(info.url).pathname.split('/').at(-1)!);
  return { name, version, file, sha256, bytes: await sizeOf(info.url) };
}

/**
 * Asks the package index which wheels an engine is made from, and how large they are. pip resolves the whole requirement;
 * of what it finds those wheels are taken that hold native libraries.
 */
export async function planWheels({ requirement, wheels: wanted }: Recipe): Promise<WheelPlan> {
  const report = await pip([
    'install',
    ...['--dry-run', '--ignore-installed', '--report', '-', ...FOR_WHEELS],
    // Without a folder of its own pip refuses to look for another Python than the one that runs it.
    ...['--target', 'nowhere', requirement],
  ]);
  const { install } = JSON.parse(report) as { install: readonly Reported[] };
  const wheels = await Promise.all(install.filter(({ metadata }) => wanted.test(metadata.name)).map(planned));
  return { requirement, wheels: wheels.toSorted((a, b) => a.name.localeCompare(b.name, 'en')) };
}

const FILE = 'plan.json';

/** The plan of an installation that was begun; undefined where there is none, or one for other wheels. */
export function readPlan(directory: string, { requirement }: Recipe): WheelPlan | undefined {
  try {
    const plan = JSON.parse(readFileSync(join(directory, FILE), 'utf8')) as WheelPlan;
    return plan.requirement === requirement ? plan : undefined;
  } catch {
    return undefined;
  }
}

export const writePlan = (directory: string, plan: WheelPlan): void =>
  writeAtomically(join(directory, FILE), `${JSON.stringify(plan, null, 2)}\n`);
