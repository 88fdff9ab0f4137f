// Removes from onnxruntime-node the native libraries of other platforms: 288 MB become about 45.
//
//   node node_modules/sphere-regimes/scripts/prune-binaries.js [PLATFORM/ARCH ...]
//
// keeps those of this machine, or those named, such as linux/x64. `npm ci` brings the others back.
import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Bytes of all files in a folder and below it. */
function size(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0);
}

function binariesFolder() {
  try {
    return join(dirname(createRequire(import.meta.url).resolve('onnxruntime-node/package.json')), 'bin', 'napi-v6');
  } catch {
    return undefined;
  }
}

function refuse(message) {
  process.stderr.write(`error: ${message}\n`);
  process.exit(2);
}

const folder = binariesFolder();
if (folder === undefined || !existsSync(folder))
  refuse('onnxruntime-node is not installed; there is nothing to remove');
const present = readdirSync(folder).flatMap((os) => readdirSync(join(folder, os)).map((arch) => `${os}/${arch}`));
const named = process.argv.slice(2);
const kept = named.length > 0 ? named : [`${process.platform}/${process.arch}`];
const missing = kept.find((name) => !present.includes(name));
if (missing !== undefined) refuse(`onnxruntime-node has no binding for ${missing}; allowed: ${present.join(', ')}`);

let freed = 0;
for (const name of present.filter((each) => !kept.includes(each))) {
  freed += size(join(folder, name));
  rmSync(join(folder, name), { recursive: true });
}
process.stdout.write(`kept ${kept.join(', ')}; ${Math.round(freed / 2 ** 20)} MB removed from onnxruntime-node\n`);
