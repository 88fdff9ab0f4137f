import type { DecodeOptions, HostTensor } from '../system/safetensors.js';
import { shownName } from '../system/shown-name.js';
import { openTorchFile } from './open-torch-file.js';
import { readPickle } from './pickle.js';
import { PickleDict, type Storage, StoredTensor, type Value } from './pickle-values.js';
import { READ_AS_THEY_ARE, STORAGE_TYPES } from './storage-types.js';
import { contentOf, spanOf } from './tensor-content.js';

/** State dicts in PyTorch's own files: a pickle says what there is, and storages hold the numbers. */

/** The tensors of a file of torch.save. */
export interface StateDict {
  readonly tensors: Map<string, HostTensor>;
  /** Whether it is a checkpoint as the official scripts save them, with the optimizer and the results of the epoch. */
  readonly isOfficial: boolean;
}

const hasTensors = (value: Value | undefined): value is PickleDict =>
  value instanceof PickleDict && [...value.entries.values()].some((each) => each instanceof StoredTensor);

/** Where checkpoints keep the state dict of the network. */
const PLACES = ['state_dict', 'model_state_dict', 'model'] as const;

function stateDictOf(root: Value): PickleDict {
  const inside = root instanceof PickleDict ? PLACES.map((place) => root.entries.get(place)) : [];
  const found = [...inside, root].find(hasTensors);
  if (found !== undefined) return found;
  throw new Error(`it holds no state dict; wanted: tensors by name, at the top or as ${PLACES.join(', ')}`);
}

const OFFICIAL_FIELDS = ['epoch', 'optimizer', 'state_dict', 'test_res', 'train_res'];
/** Of checkpoints within an epoch. */
const OFFICIAL_INNER_FIELDS = ['epoch', 'index', 'optimizer', 'state_dict'];

function isOfficialCheckpoint(root: Value): boolean {
  if (!(root instanceof PickleDict)) return false;
  const fields = [...root.entries.keys()].map(String).sort().join();
  return fields === OFFICIAL_FIELDS.join() || fields === OFFICIAL_INNER_FIELDS.join();
}

/** The tensors of a state dict by name, each checked: networks in parallel have all names begin with `module.`, which is left out. */
function namedTensors(dict: PickleDict): [string, StoredTensor][] {
  const entries = [...dict.entries].map(([name, value]): [string, StoredTensor] => {
    if (typeof name !== 'string' || !(value instanceof StoredTensor))
      throw new Error(`${shownName(String(name))} of its state dict is no tensor`);
    return [name, value];
  });
  const isParallel = entries.every(([name]) => name.startsWith('module.'));
  return isParallel ? entries.map(([name, tensor]) => [name.slice('module.'.length), tensor]) : entries;
}

/** The bytes of a storage. Throws where the archive has others than the pickle says, or two pickled types of the same ones. */
function storageReader(entry: (name: string) => Uint8Array | undefined): (storage: Storage) => Uint8Array {
  const known = new Map<string, Storage>();
  return (storage) => {
    const { key, type, elements } = storage;
    const before = known.get(key) ?? storage;
    known.set(key, before);
    if (before.type !== type || before.elements !== elements)
      throw new Error(`its storage ${key} is of two types or sizes`);
    const bytes = entry(`data/${key}`);
    if (bytes === undefined) throw new Error(`its storage ${key} is missing`);
    const wanted = elements * STORAGE_TYPES[type]!.bytes;
    if (bytes.length !== wanted) throw new Error(`its storage ${key} has ${bytes.length} bytes instead of ${wanted}`);
    return bytes;
  };
}

/** 4 GiB in single precision, of all tensors together: a small file may show the same numbers many times. */
const MOST_ELEMENTS = 2 ** 30;

/**
 * The tensors of a file that torch.save wrote: a state dict, or a checkpoint that holds one. F16, BF16 and F64 become F32, whole
 * numbers become I32. Only tensors and plain containers are read; a pickle with anything else is refused in one line that names it,
 * and nothing is ever executed. Throws one line where the file is malformed, whether or not what is wrong is wanted.
 */
export function readStateDict(bytes: Uint8Array, { wanted, onConverted = () => {} }: DecodeOptions = {}): StateDict {
  const { pickle, entry } = openTorchFile(bytes);
  const root = readPickle(pickle);
  const storageOf = storageReader(entry);
  const checked = namedTensors(stateDictOf(root)).map(([name, tensor]) => {
    const of = <Result>(work: () => Result): Result => {
      try {
        return work();
      } catch (error) {
        throw new Error(`its ${shownName(name)} ${(error as Error).message}`);
      }
    };
    return { name, tensor, span: of(() => spanOf(tensor)), storage: storageOf(tensor.storage), of };
  });
  if (checked.reduce((sum, { span }) => sum + span, 0) > MOST_ELEMENTS)
    throw new Error(`its tensors have more than ${MOST_ELEMENTS} elements together`);
  const tensors = new Map<string, HostTensor>();
  for (const { name, tensor, storage, of } of checked) {
    if (wanted !== undefined && !wanted.has(name)) continue;
    const type = STORAGE_TYPES[tensor.storage.type]!.name;
    tensors.set(
      name,
      of(() => contentOf(tensor, storage)),
    );
    if (!READ_AS_THEY_ARE.has(type)) onConverted(name, type);
  }
  return { tensors, isOfficial: isOfficialCheckpoint(root) };
}
