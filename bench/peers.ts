/** Programs that benchmarks are compared with, where they are installed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../src/system/package.js';

/** Python programs that may have a module: the user's, then the system's. */
const PYTHONS = ['python3', '/usr/bin/python3'];

/** Path of a program of this folder. */
export const source = (name: string): string => join(packageRoot(), 'bench', name);

/** A Python that can import `module`, the one named before all others; undefined where none can. */
export const pythonWith = (module: string, named?: string): string | undefined =>
  [...(named === undefined ? [] : [named]), ...PYTHONS].find(
    (python) => spawnSync(python, ['-c', `import ${module}`]).status === 0,
  );

/** The version of a module of a Python. */
export const versionOf = (python: string, module: string): string =>
  execFileSync(python, ['-c', `import ${module}; print(${module}.__version__)`], { encoding: 'utf8' }).trim();

/** The number that a Python program of this folder prints. */
export const runPython = (python: string, name: string, words: readonly number[]): number =>
  Number(execFileSync(python, [source(name), ...words.map(String)], { encoding: 'utf8' }));

/** The number that a C program of this folder prints, compiled with these options; undefined without a compiler. */
export function runC(name: string, words: readonly number[], options: readonly string[] = ['-O2']): number | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'regimes-bench-'));
  const program = join(folder, 'program');
  try {
    if (spawnSync('cc', [...options, '-o', program, source(name), '-lm']).status !== 0) return undefined;
    return Number(execFileSync(program, words.map(String), { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
