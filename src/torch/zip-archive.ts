import { shownName } from '../system/shown-name.js';

/**
 * Zip archives as torch.save writes them: entries stored without compression, one after another, then a directory of them. Every
 * entry is compared with its checksum, and no two may share a byte of the file.
 */

const END = { signature: 0x06054b50, bytes: 22 } as const;
const DIRECTORY = { signature: 0x02014b50, bytes: 46 } as const;
const LOCAL = { signature: 0x04034b50, bytes: 30 } as const;
/** What stands where a number is beyond the format's. */
const MOST_ENTRIES = 0xffff;
const BEYOND = 0xffffffff;

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 of the zip format. (zlib.crc32 is missing from the first versions of Node 20 and 22.) */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i += 1) crc = CRC_TABLE[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}

const damaged = (problem: string): Error => new Error(`not a file of torch.save: ${problem}`);

/** What the directory says of an entry. */
interface Entry {
  readonly name: string;
  readonly compression: number;
  readonly crc: number;
  /** Bytes in the file, and of the content: the same where nothing is compressed. */
  readonly stored: number;
  readonly size: number;
  /** Where its own header begins. */
  readonly at: number;
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw damaged('the name of an entry is not UTF-8');
  }
}

/** The entry of the directory that begins at a place, and where the next one does. Throws where it is none that ends before `limit`. */
function directoryEntry(bytes: Uint8Array, place: number, limit: number): { entry: Entry; next: number } {
  const view = viewOf(bytes);
  const names = place + DIRECTORY.bytes;
  const isHeader = names <= limit && view.getUint32(place, true) === DIRECTORY.signature;
  const lengthAt = (offset: number): number => (isHeader ? view.getUint16(place + offset, true) : 0);
  const [name, extra, comment] = [lengthAt(28), lengthAt(30), lengthAt(32)];
  const next = names + name + extra + comment;
  if (!isHeader || next > limit) throw damaged('the directory of its zip archive is damaged');
  const entry = {
    name: textOf(bytes.subarray(names, names + name)),
    compression: view.getUint16(place + 10, true),
    crc: view.getUint32(place + 16, true),
    stored: view.getUint32(place + 20, true),
    size: view.getUint32(place + 24, true),
    at: view.getUint32(place + 42, true),
  };
  return { entry, next };
}

/** The entries of the directory at the end of the file, and where the directory begins. */
function readDirectory(bytes: Uint8Array): { entries: Entry[]; start: number } {
  const view = viewOf(bytes);
  const end = bytes.length - END.bytes;
  if (end < 0 || view.getUint32(end, true) !== END.signature) throw damaged('the end of its zip archive is missing');
  const count = view.getUint16(end + 10, true);
  const [size, start] = [view.getUint32(end + 12, true), view.getUint32(end + 16, true)];
  // Of a single disk, without a comment.
  const isPlain = view.getUint32(end + 4, true) === 0 && view.getUint16(end + 8, true) === count;
  if (!isPlain || view.getUint16(end + 20, true) !== 0) throw damaged('the end of its zip archive is damaged');
  if (count === MOST_ENTRIES || start === BEYOND) throw new Error('files of torch.save beyond 4 GB are not read');
  if (start + size > end) throw damaged('the directory of its zip archive is cut off');
  const entries: Entry[] = [];
  let place = start;
  for (let i = 0; i < count; i += 1) {
    const { entry, next } = directoryEntry(bytes, place, start + size);
    entries.push(entry);
    place = next;
  }
  if (place !== start + size) throw damaged('the directory of its zip archive is damaged');
  return { entries, start };
}

/** The content of an entry and where it lies. Throws where its own header says something else than the directory. */
function readEntry(bytes: Uint8Array, { name, compression, crc, stored, size, at }: Entry, limit: number) {
  const view = viewOf(bytes);
  const isHeader = at + LOCAL.bytes <= limit && view.getUint32(at, true) === LOCAL.signature;
  if (!isHeader) throw damaged(`its entry ${shownName(name)} is missing`);
  const nameLength = view.getUint16(at + 26, true);
  const from = at + LOCAL.bytes + nameLength + view.getUint16(at + 28, true);
  const own = bytes.subarray(at + LOCAL.bytes, at + LOCAL.bytes + nameLength);
  if (from > limit || textOf(own) !== name)
    throw damaged(`its entry ${shownName(name)} has another name where it begins`);
  if (compression !== 0 || view.getUint16(at + 8, true) !== 0)
    throw new Error(
      `its entry ${shownName(name)} is compressed, which torch.save does not do; save it with torch.save again`,
    );
  if (stored !== size) throw damaged(`its entry ${shownName(name)} has two lengths`);
  if (from + size > limit) throw damaged(`the file ends inside its entry ${shownName(name)}`);
  const content = bytes.subarray(from, from + size);
  if (crc32(content) !== crc)
    throw damaged(`its entry ${shownName(name)} is not what was written: its CRC-32 has changed`);
  return { content, from: at, to: from + size };
}

/** Names of the entries of an archive, whatever they are. Throws one line where its directory is damaged. */
export const archiveNames = (bytes: Uint8Array): string[] => readDirectory(bytes).entries.map(({ name }) => name);

/** The entries of an archive by name. Throws one line where it is damaged or none that torch.save writes. */
export function readArchive(bytes: Uint8Array): Map<string, Uint8Array> {
  const { entries, start } = readDirectory(bytes);
  const found = new Map<string, Uint8Array>();
  let end = 0;
  for (const entry of entries.toSorted((a, b) => a.at - b.at)) {
    if (found.has(entry.name)) throw damaged(`its entry ${shownName(entry.name)} is there twice`);
    const { content, from, to } = readEntry(bytes, entry, start);
    if (from < end) throw damaged(`its entry ${shownName(entry.name)} overlaps another one`);
    end = to;
    found.set(entry.name, content);
  }
  return found;
}
