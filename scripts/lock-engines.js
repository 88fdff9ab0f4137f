// Prints the wheels that engines are installed from (deep/engine/install/locks.ts) as the package index has them now.
//
//   node scripts/lock-engines.js > deep/engine/install/locks.ts && npm run format
//
// needs pip 25 or newer, which resolves without downloading wheels: PYTHON=venv/bin/python says which Python has it.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const PYTHON = process.env.PYTHON ?? 'python3';
const { optionalDependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));

/** The TensorFlow that the binding of tfjs-node compiles with. */
const TENSORFLOW = '2.20.0';

/** What pip resolves for each lock; of what it finds, those wheels are taken that hold native libraries. */
const LOCKS = {
  CUDA_WHEELS: `onnxruntime-gpu[cuda,cudnn]==${optionalDependencies['onnxruntime-node']}`,
  TENSORFLOW_GPU_WHEELS: `tensorflow[and-cuda]==${TENSORFLOW}`,
  TENSORFLOW_CPU_WHEELS: `tensorflow-cpu==${TENSORFLOW}`,
};
const NATIVE = /^(onnxruntime[-_]gpu|tensorflow([-_]cpu)?|nvidia[-_].*)$/i;

function resolve(requirement) {
  const forWheels = ['--only-binary=:all:', '--python-version', '3.12', '--target', 'nowhere'];
  const words = ['-m', 'pip', 'install', '--quiet', '--dry-run', '--ignore-installed', '--report', '-', ...forWheels];
  const { status, stdout, stderr } = spawnSync(PYTHON, [...words, requirement], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout).install.filter(({ metadata }) => NATIVE.test(metadata.name));
}

async function locked({ metadata: { name, version }, download_info: { url, archive_info } }) {
  const { headers } = await fetch(url, { method: 'HEAD' });
  const file = decodeURIComponent(new URL(url).pathname.split('/').at(-1));
  return { name, version, file, sha256: archive_info.hashes.sha256, bytes: Number(headers.get('content-length')) };
}

const lines = [
  '/** A wheel of the package index, by its checksum. */',
  'export interface LockedWheel {',
  '  readonly name: string;',
  '  readonly version: string;',
  '  readonly file: string;',
  '  readonly sha256: string;',
  '  readonly bytes: number;',
  '}',
];
for (const [name, requirement] of Object.entries(LOCKS)) {
  const wheels = await Promise.all(resolve(requirement).map(locked));
  wheels.sort((a, b) => a.name.localeCompare(b.name, 'en'));
  lines.push('', `/** \`${requirement}\`, written by scripts/lock-engines.js. */`);
  lines.push(`export const ${name}: readonly LockedWheel[] = ${JSON.stringify(wheels)};`);
}
process.stdout.write(`${lines.join('\n')}\n`);
