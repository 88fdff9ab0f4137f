import { encodeCopy } from './onnx/encode.js';
import type { ort } from './onnxruntime.js';
import type { BorrowedSession, SessionPool } from './session-pool.js';

type SessionOptions = ort.InferenceSession.SessionOptions;

/** A tensor in a GPU's memory, and the loan of the session that it belongs to: without it, it must not be touched. */
export interface DeviceTensor {
  readonly tensor: ort.Tensor;
  readonly owner: BorrowedSession;
}

/** Where onnxruntime leaves a result on the GPU. */
export const ON_DEVICE = 'gpu-buffer';

export const isOnDevice = ({ location }: ort.Tensor): boolean => location === ON_DEVICE;

/**
 * Copies between the memory of the host and that of a GPU, by sessions that do nothing else: onnxruntime for Node has no
 * other way to copy, and asking a tensor on the GPU for its data ends the process.
 */
export class DeviceMemory {
  constructor(
    private readonly pool: SessionPool,
    private readonly options: SessionOptions,
  ) {}

  async upload(tensor: ort.Tensor): Promise<DeviceTensor> {
    const copy = await this.copy(tensor, { y: ON_DEVICE });
    return { tensor: copy.result, owner: copy.session };
  }

  async download(tensor: ort.Tensor): Promise<ort.Tensor> {
    const { result, session } = await this.copy(tensor, { y: 'cpu' });
    await session.release();
    return result;
  }

  private async copy(tensor: ort.Tensor, locations: SessionOptions['preferredOutputLocation']) {
    const options = { ...this.options, ...(locations === undefined ? {} : { preferredOutputLocation: locations }) };
    const session = await this.pool.borrow(encodeCopy(tensor.type as 'float32' | 'int32'), options);
    const { y } = await session.session.run({ x: tensor });
    return { result: y!, session };
  }
}
