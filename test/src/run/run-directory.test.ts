import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { manifest, step } from '../../../bench/example-run.js';
import { readSteps } from '../../../src/run/read-steps.js';
import { MANIFEST_FILE, METRICS_FILE, readManifest, WEIGHTS_FILE } from '../../../src/run/run-directory.js';
import { RunWriter } from '../../../src/run/run-writer.js';
import { decodeSafetensors } from '../../../src/system/safetensors.js';
import { temporaryFolder } from '../../cli.js';

const folder = temporaryFolder();
afterAll(folder.remove);

function checksumOf(path: string) {
  const bytes = readFileSync(path);
  return { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}

const freshDirectory = (): string => `${mkdtempSync(folder.path('run-'))}/nested`;
const weights = new Map([['w', { shape: [2], data: Float32Array.of(1, 2) }]]);
const outcome = { seconds: 1.5, test: { loss: 0.25, accuracy: 0.9 } };

describe('a run on disk', () => {
  it('comes back as it was written', () => {
    const directory = freshDirectory();
    const writer = RunWriter.create(directory, manifest);
    expect(readManifest(directory)).toEqual(manifest);
    expect([...readSteps(directory)]).toEqual([]);
    const steps = [step(0), step(1, { loss: 1 / 3, radial: 1e-5 })];
    for (const each of steps) writer.append(each);
    // Readable while the run is still going.
    expect([...readSteps(directory)]).toEqual(steps);
    expect(existsSync(`${directory}/${WEIGHTS_FILE}`)).toBe(false);
    writer.finish(weights, outcome);
    const files = {
      // SHA-256 by another hand: that of the bytes read back whole.
      [METRICS_FILE]: checksumOf(`${directory}/${METRICS_FILE}`),
      [WEIGHTS_FILE]: checksumOf(`${directory}/${WEIGHTS_FILE}`),
    };
    expect(readManifest(directory)).toEqual({ ...manifest, status: 'finished', outcome, files });
    expect(decodeSafetensors(readFileSync(`${directory}/${WEIGHTS_FILE}`))).toEqual(weights);
    expect(readdirSync(directory).sort()).toEqual([MANIFEST_FILE, METRICS_FILE, WEIGHTS_FILE].sort());
  });

  it('keeps numbers that JSON does not have, and names that look like them', () => {
    const directory = freshDirectory();
    const writer = RunWriter.create(directory, manifest);
    const odd = step(0, {
      loss: Number.NaN,
      egn: Number.POSITIVE_INFINITY,
      ess: Number.NEGATIVE_INFINITY,
      groups: [{ name: 'NaN', share: Number.NaN, egn: 5e-324, ess: 1.7976931348623157e308 }],
    });
    writer.append(odd);
    writer.fail('over');
    expect([...readSteps(directory)]).toEqual([odd]);
  });

  it('that failed keeps its steps and says why', () => {
    const directory = freshDirectory();
    const writer = RunWriter.create(directory, manifest);
    writer.append(step(0));
    writer.fail('loss or gradient is not finite at step 0');
    expect(readManifest(directory)).toEqual({
      ...manifest,
      status: 'failed',
      failure: 'loss or gradient is not finite at step 0',
    });
    expect([...readSteps(directory)]).toEqual([step(0)]);
  });

  it('leaves out a last line that is still being written, and only that', () => {
    const directory = freshDirectory();
    const writer = RunWriter.create(directory, manifest);
    writer.append(step(0));
    const path = `${directory}/${METRICS_FILE}`;
    appendFileSync(path, '{"step":1,"lo');
    expect([...readSteps(directory)]).toEqual([step(0)]);
    appendFileSync(path, '\n');
    expect(() => readSteps(directory)).toThrow(/metrics.jsonl, line 2, is not a metrics line/);
  });

  it('started again begins with nothing of the old one', () => {
    const directory = freshDirectory();
    const first = RunWriter.create(directory, manifest);
    first.append(step(0));
    first.finish(weights, outcome);
    RunWriter.create(directory, manifest);
    expect([...readSteps(directory)]).toEqual([]);
    expect(readManifest(directory)!.status).toBe('running');
    expect(existsSync(`${directory}/${WEIGHTS_FILE}`)).toBe(false);
  });

  it('is not there, or is not understood', () => {
    const directory = freshDirectory();
    expect(readManifest(directory)).toBeUndefined();
    expect([...readSteps(directory)]).toEqual([]);
    RunWriter.create(directory, manifest);
    const path = `${directory}/${MANIFEST_FILE}`;
    const stored = JSON.parse(readFileSync(path, 'utf8')) as object;
    for (const text of ['{', '7', JSON.stringify({ ...stored, format: 2 }), JSON.stringify({ ...stored, x: 1 })]) {
      writeFileSync(path, text);
      expect(() => readManifest(directory)).toThrow(/manifest.json is not a manifest of this version/);
    }
  });
});
