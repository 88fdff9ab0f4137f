import { createHash } from 'node:crypto';
import { parseStrictJson } from '../system/strict-json.js';
import { DamagedRun } from './damaged-run.js';
import { type Manifest, ManifestSchema } from './manifest.js';
import { storedConfiguration } from './stored-configuration.js';

const checksum = (content: object): string => createHash('sha256').update(JSON.stringify(content)).digest('hex');

/** A manifest as text; its last line is the SHA-256 of the rest, so that a changed digit does not make it another run. */
export function manifestText(manifest: Manifest): string {
  const content = { ...manifest, configuration: storedConfiguration(manifest.configuration) };
  return `${JSON.stringify({ ...content, sha256: checksum(content) }, null, 2)}\n`;
}

/**
 * The manifest in the text of the file `path`. Throws one line if it is none or not as it was written; one without a
 * checksum, as older versions wrote them, is taken as it is.
 */
export function parseManifest(text: string, path: string): Manifest {
  let manifest: Manifest;
  let isWhole: boolean;
  try {
    const { sha256, ...content } = parseStrictJson(text) as Record<string, unknown>;
    manifest = ManifestSchema.parse(content);
    isWhole = sha256 === undefined || sha256 === checksum(content);
  } catch {
    throw new DamagedRun(`${path} is not a manifest of this version of regimes`);
  }
  if (isWhole) return manifest;
  throw new DamagedRun(
    `${path} is damaged: its SHA-256 is not the one in its last line (after a change by hand, remove that)`,
  );
}
