import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import { readStateDict } from '../../src/torch/read-state-dict.js';
import { encodeStateDict } from '../../src/torch/write-state-dict.js';
import type { Target } from './target.js';

/** Files of torch.save, changed: as a whole, where their checksums protect them, and their pickle alone, with the right checksum. */

const weights = new Map([
  ['a', { shape: [3, 2], data: Float32Array.of(1, 2, 3, 4, 5, 6) }],
  ['b', { shape: [], data: Float32Array.of(7) }],
  ['c', { shape: [2], data: Int32Array.of(8, 9) }],
]);
/** Of four bytes each, whatever type a changed pickle gives them. */
const words = ({ buffer }: Float32Array | Int32Array): number[] => [...new Uint32Array(buffer)];
const WRITTEN = new Set([...weights.values()].flatMap(({ data }) => words(data)));

/** Whether another reader of zip archives finds the entries that were written, all of them unchanged. */
function hasSameEntries(changed: Buffer, original: Buffer): boolean {
  const [now, before] = [unzipSync(changed), unzipSync(original)];
  return Object.entries(before).every(([name, bytes]) => {
    const found = now[name];
    // What PyTorch calls the version of the format says nothing of tensors.
    return name.endsWith('/version') || (found !== undefined && Buffer.from(bytes).equals(found));
  });
}

/** Reads a pickle as that of a file with these storages. Throws what counts as a crash where a tensor shows what no storage holds. */
function readPickled(pickle: Uint8Array, entries: Readonly<Record<string, Uint8Array>>): void {
  const file = zipSync({ ...entries, 'archive/data.pkl': pickle }, { level: 0 });
  for (const [name, { shape, data }] of readStateDict(file).tensors) {
    const isWhole = data.length === shape.reduce((product, size) => product * size, 1);
    if (!isWhole || !words(data).every((word) => WRITTEN.has(word))) throw new TypeError(`${name} shows other numbers`);
  }
}

/** The two targets, their files written below a folder. */
export function torchTargets(folder: string): Target[] {
  const bytes = encodeStateDict(weights);
  const entries = unzipSync(bytes);
  const [file, pickle] = [join(folder, 'weights.pt'), join(folder, 'data.pkl')];
  writeFileSync(file, bytes);
  writeFileSync(pickle, entries['archive/data.pkl']!);
  return [
    {
      ...{ name: 'state dict of PyTorch', path: file, isRight: hasSameEntries, isCoarse: true },
      read: () => readStateDict(readFileSync(file)),
    },
    { name: 'pickle of a state dict', path: pickle, read: () => readPickled(readFileSync(pickle), entries) },
  ];
}
