import { zlibSync } from 'fflate';

/** A font file as WOFF 1.0 (W3C), which compresses its tables and leaves them as they are: small enough to stand in a page. */

const HEADER = { font: 12, woff: 44 };
const ENTRY = { font: 16, woff: 20 };
const SIGNATURE = 0x774f4646;
/** Tables begin at multiples of it. */
const ALIGNED = 4;

const aligned = (length: number): number => Math.ceil(length / ALIGNED) * ALIGNED;

interface Table {
  readonly tag: number;
  readonly checksum: number;
  readonly length: number;
  /** Compressed where that is shorter. */
  readonly data: Uint8Array;
}

function tablesOf(font: Uint8Array, view: DataView): Table[] {
  return Array.from({ length: view.getUint16(4) }, (_, i): Table => {
    const entry = HEADER.font + i * ENTRY.font;
    const [tag, checksum, offset, length] = [0, 4, 8, 12].map((at) => view.getUint32(entry + at)) as [
      ...[number, number, number, number],
    ];
    const plain = font.subarray(offset, offset + length);
    const packed = zlibSync(plain, { level: 9 });
    return { tag, checksum, length, data: packed.length < length ? packed : plain };
  });
}

/** The WOFF file of a TrueType font. */
export function woffOf(font: Uint8Array): Uint8Array {
  const view = new DataView(font.buffer, font.byteOffset, font.byteLength);
  const tables = tablesOf(font, view);
  const start = HEADER.woff + tables.length * ENTRY.woff;
  const size = tables.reduce((sum, { data }) => sum + aligned(data.length), start);
  const plainSize = tables.reduce((sum, { length }) => sum + aligned(length), HEADER.font + tables.length * ENTRY.font);
  const woff = new Uint8Array(size);
  const out = new DataView(woff.buffer);
  out.setUint32(0, SIGNATURE);
  out.setUint32(4, view.getUint32(0));
  out.setUint32(8, size);
  out.setUint16(12, tables.length);
  out.setUint32(16, plainSize);
  let offset = start;
  for (const [i, { tag, checksum, length, data }] of tables.entries()) {
    const entry = HEADER.woff + i * ENTRY.woff;
    for (const [at, value] of [tag, offset, data.length, length, checksum].entries())
      out.setUint32(entry + 4 * at, value);
    woff.set(data, offset);
    offset += aligned(data.length);
  }
  return woff;
}
