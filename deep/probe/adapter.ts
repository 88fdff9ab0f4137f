/** What Vulkan's loader says on stderr when VK_LOADER_DEBUG asks it: onnxruntime itself does not name its adapter. */
const CHOSEN_DEVICE = /Using "(.+?)" with driver/;

/** Adapters that compute on the cpu. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|softpipe|software|basic render|\bwarp\b/i;

export interface Adapter {
  readonly name: string;
  /** Whether it only imitates a GPU. */
  readonly software: boolean;
}

/** The adapter that a process used, from its stderr. */
export function adapterFrom(stderr: string): Adapter | undefined {
  const name = CHOSEN_DEVICE.exec(stderr)?.[1];
  return name === undefined ? undefined : { name, software: SOFTWARE.test(name) };
}

/** Makes Vulkan's loader name the device. Elsewhere than on Vulkan it has no effect. */
export const ADAPTER_ENVIRONMENT = { VK_LOADER_DEBUG: 'info,driver' } as const;
