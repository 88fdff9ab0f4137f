/** The safetensors file format: eight bytes of header length, a JSON header, the tensors' bytes one after another. */

export interface HostTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

const DTYPES = { F32: Float32Array, I32: Int32Array } as const;
const BYTES = 4;
const LENGTH_BYTES = 8;
const MAXIMUM_HEADER = 100_000_000;

interface Entry {
  dtype: keyof typeof DTYPES;
  shape: number[];
  data_offsets: [number, number];
}

const isEntry = (value: unknown): value is Entry => {
  const { dtype, shape, data_offsets: offsets } = (value ?? {}) as Partial<Entry>;
  return (
    typeof dtype === 'string' &&
    [shape, offsets].every((list) => Array.isArray(list) && list.every((n) => Number.isSafeInteger(n) && n >= 0)) &&
    offsets!.length === 2
  );
};

function readHeader(bytes: Uint8Array): { header: Record<string, unknown>; start: number } {
  if (bytes.length < LENGTH_BYTES) throw new Error('not a safetensors file: shorter than its length field');
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const start = LENGTH_BYTES + length;
  if (length > MAXIMUM_HEADER || start > bytes.length) throw new Error('not a safetensors file: the header is cut off');
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes.subarray(LENGTH_BYTES, start)));
    if (typeof header === 'object' && header !== null) return { header: header as Record<string, unknown>, start };
  } catch {
    // Reported below, with every other malformed header.
  }
  throw new Error('not a safetensors file: the header is not JSON');
}

function readTensor(name: string, entry: unknown, payload: Uint8Array): HostTensor {
  if (!isEntry(entry)) throw new Error(`safetensors: the entry of ${name} is malformed`);
  const type = Object.hasOwn(DTYPES, entry.dtype) ? DTYPES[entry.dtype] : undefined;
  if (type === undefined) throw new Error(`safetensors: ${name} is ${entry.dtype}; allowed: F32, I32`);
  const [begin, end] = entry.data_offsets;
  const size = entry.shape.reduce((product, n) => product * n, 1) * BYTES;
  if (end - begin !== size) throw new Error(`safetensors: ${name} has ${end - begin} bytes, its shape wants ${size}`);
  if (end > payload.length) throw new Error(`safetensors: the file ends inside ${name}`);
  return { shape: entry.shape, data: new type(payload.slice(begin, end).buffer) };
}

/**
 * The tensors in the bytes of a safetensors file: all, or only those named. Throws one line that says what is wrong with a
 * malformed one; what is not asked for may be of any type.
 */
export function decodeSafetensors(bytes: Uint8Array, wanted?: ReadonlySet<string>): Map<string, HostTensor> {
  const { header, start } = readHeader(bytes);
  // A plain view: `slice` of a Buffer would not copy.
  const payload = new Uint8Array(bytes.buffer, bytes.byteOffset + start, bytes.length - start);
  const entries = Object.entries(header).filter(
    ([name]) => name !== '__metadata__' && (wanted === undefined || wanted.has(name)),
  );
  return new Map(entries.map(([name, entry]) => [name, readTensor(name, entry, payload)]));
}

/** The texts that a file carries besides its tensors. Throws one line where it is malformed. */
export function readMetadata(bytes: Uint8Array): Readonly<Record<string, string>> {
  const { __metadata__: metadata } = readHeader(bytes).header;
  return typeof metadata === 'object' && metadata !== null ? (metadata as Record<string, string>) : {};
}

/**
 * The bytes of a safetensors file, tensors in the order given, with texts besides; the same content gives the same bytes.
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, HostTensor>,
  metadata?: Readonly<Record<string, string>>,
): Uint8Array {
  const header: Record<string, Entry | typeof metadata> = metadata === undefined ? {} : { __metadata__: metadata };
  let offset = 0;
  for (const [name, { shape, data }] of tensors) {
    const end = offset + data.byteLength;
    header[name] = {
      dtype: data instanceof Int32Array ? 'I32' : 'F32',
      shape: [...shape],
      data_offsets: [offset, end],
    };
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(header));
  // Padding with spaces aligns the data, as the format recommends.
  const headerBytes = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  headerBytes.set(text);
  const file = new Uint8Array(LENGTH_BYTES + headerBytes.length + offset);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes.length), true);
  file.set(headerBytes, LENGTH_BYTES);
  let position = LENGTH_BYTES + headerBytes.length;
  for (const { data } of tensors.values()) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), position);
    position += data.byteLength;
  }
  return file;
}
