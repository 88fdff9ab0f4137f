import { existsSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Debian's chromium-common brings Vulkan in software: its loader, and the driver with the file that points to it. Another
 * folder, as of the unpacked package, can be given.
 */
const CHROMIUM = process.env.REGIMES_TEST_SWIFTSHADER ?? '/usr/lib/chromium';
const DRIVER = join(CHROMIUM, 'vk_swiftshader_icd.json');

/** Environment of a process that finds SwiftShader as its only GPU; undefined where it is not installed. */
export function swiftShader(): NodeJS.ProcessEnv | undefined {
  if (process.platform !== 'linux' || ![DRIVER, join(CHROMIUM, 'libvulkan.so.1')].every((path) => existsSync(path))) {
    return undefined;
  }
  const libraries = [CHROMIUM, process.env.LD_LIBRARY_PATH].filter((path) => path !== undefined).join(':');
  return { ...process.env, VK_ICD_FILENAMES: DRIVER, VK_DRIVER_FILES: DRIVER, LD_LIBRARY_PATH: libraries };
}

export const NO_SWIFTSHADER = `${DRIVER} is not installed (Debian: chromium-common)`;
