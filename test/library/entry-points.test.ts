import { readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** What `import` and `export ... from` of a file load at once; types and `import()` load nothing. */
function staticImports(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const statements = text.matchAll(/^(?:import|export)\s+(?!type\s)(?:([^'";]*?)\s*from\s+)?'([^']+)'/gm);
  return [...statements].flatMap(([, names, target]) => {
    const listed = /^\{(.*)\}$/s
      .exec(names ?? '')?.[1]
      ?.split(',')
      .map((name) => name.trim());
    const onlyTypes = listed?.every((name) => name === '' || name.startsWith('type '));
    return onlyTypes ? [] : [target!];
  });
}

const sourceOf = (file: string, target: string): string => {
  const path = relative(ROOT, join(ROOT, dirname(file), target)).replace(/\.js$/, '');
  return `${path}.ts`;
};

/** The packages that an entry point loads at once. */
function packagesOf(entry: string): string[] {
  const packages = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const target of staticImports(file)) {
      if (target.startsWith('.')) visit(sourceOf(file, target));
      else if (!target.startsWith('node:'))
        packages.add(
          target
            .split('/')
            .slice(0, target[0] === '@' ? 2 : 1)
            .join('/'),
        );
    }
  };
  visit(entry);
  return [...packages].sort();
}

describe('what an entry point loads at once', () => {
  it('quantities and regimes: no engine, no tensors', () => {
    expect(packagesOf('src/index.ts')).toEqual(['ml-matrix', 'pure-rand', 'zod']);
  });
  it('toy: no engine, no mathjs', () => {
    expect(packagesOf('toy/index.ts')).toEqual(['ml-matrix', 'pure-rand', 'tinypool']);
  });
  it('deep: no onnxruntime, no TensorFlow, none of the terminal', () => {
    const packages = packagesOf('deep/index.ts');
    expect(packages).toContain('@tensorflow/tfjs-core');
    for (const name of ['onnxruntime-node', 'ink', 'vega', 'mathjs', 'commander']) expect(packages).not.toContain(name);
  });
  it('figure: neither Ink nor vega', () => {
    const packages = packagesOf('tui/index.ts');
    for (const name of ['ink', 'react', 'vega', '@resvg/resvg-js', '@tensorflow/tfjs-core', 'mathjs'])
      expect(packages).not.toContain(name);
  });
});

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { types: string; default: string }>;
};

describe('exports of package.json', () => {
  it('name files that the build writes from the entry points above', () => {
    const targets = Object.values(manifest.exports).filter((target) => typeof target === 'object');
    expect(targets.map((target) => target.default)).toEqual(
      ['src', 'toy', 'deep', 'tui'].map((folder) => `./dist/${folder}/index.js`),
    );
    for (const { types, default: code } of targets) {
      expect(types).toBe(code.replace(/\.js$/, '.d.ts'));
      expect(() => readFileSync(join(ROOT, types))).not.toThrow();
    }
  });
});
