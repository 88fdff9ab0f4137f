import { archiveNames, readArchive } from './zip-archive.js';

/** PyTorch's own files: zip archives of a pickle and of storages. */

/** All four bytes of its first header: two of them begin a safetensors file with a header of 19,280 bytes too. */
const ZIP = [0x50, 0x4b, 0x03, 0x04];
/** The pickle of a number of ten bytes, which files of PyTorch before 1.6 begin with. */
const LEGACY = [0x80, 0x02, 0x8a, 0x0a];

const beginsWith = (bytes: Uint8Array, start: readonly number[]): boolean =>
  bytes.length >= start.length && start.every((byte, i) => bytes[i] === byte);

/** Whether a file is one of PyTorch rather than of safetensors, by its first bytes. */
export const isTorchFile = (bytes: Uint8Array): boolean => beginsWith(bytes, ZIP) || beginsWith(bytes, LEGACY);

const PICKLE = 'data.pkl';

/**
 * The pickle of a file of torch.save, and its other entries by their names in the folder that they share. Throws one line where the
 * file is damaged, or is one of PyTorch that is not read.
 */
export function openTorchFile(bytes: Uint8Array): {
  pickle: Uint8Array;
  entry: (name: string) => Uint8Array | undefined;
} {
  if (beginsWith(bytes, LEGACY))
    throw new Error(
      'a file as PyTorch before 1.6 saved it, which is not read; save it anew with any later version: torch.save(torch.load(FILE), FILE)',
    );
  // Their programs are compressed, which is otherwise what is refused first.
  if (archiveNames(bytes).some((name) => name.endsWith('/constants.pkl')))
    throw new Error(
      'a TorchScript program, which is not read; save its tensors: torch.save(module.state_dict(), FILE)',
    );
  const archive = readArchive(bytes);
  const pickles = [...archive.keys()].filter((name) => name.endsWith(`/${PICKLE}`));
  if (pickles.length !== 1) throw new Error(`not a file of torch.save: its archive has no single ${PICKLE}`);
  const folder = pickles[0]!.slice(0, -PICKLE.length);
  const entry = (name: string): Uint8Array | undefined => archive.get(`${folder}${name}`);
  const order = entry('byteorder');
  if (order !== undefined && Buffer.from(order).toString('latin1') !== 'little')
    throw new Error('its numbers are not little-endian; save it on another machine');
  return { pickle: entry(PICKLE)!, entry };
}
