import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { RunListLine } from '../../../src/interface/run-list-schema.js';
import { INTERFACES, jsonSchema } from '../../../src/interface/schemas.js';
import { VerifyLine } from '../../../src/interface/verification-schema.js';
import { WatchOutput } from '../../../src/interface/watch-schema.js';
import { runDirectory } from '../../../src/sweep/directory.js';
import { regimes } from '../../cli.js';
import { falling, level, type RunSpec, TYPICAL, typicalRun, writeSweep } from '../../tui/recorded.js';

const folder = mkdtempSync(join(tmpdir(), 'regimes-schemas-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SWEEPS: Readonly<Record<string, readonly RunSpec[]>> = {
  finished: TYPICAL,
  'half undecided': [typicalRun(1e-4), { ...typicalRun(1e-3), losses: falling(2, 60) }, typicalRun(3e-3)],
  running: [typicalRun(1e-4), { ...typicalRun(1e-3), status: 'running', losses: falling(2, 5) }],
  'numbers that are not finite': [
    typicalRun(3e-3),
    { elr: 1, losses: [...level(9, 50), ...level(Number.NaN, 50)] },
    { elr: 10, losses: level(Number.POSITIVE_INFINITY), ess: Number.POSITIVE_INFINITY },
  ],
  failed: [typicalRun(1e-3), { ...typicalRun(3e-3), status: 'failed', failure: 'no memory left' }],
  damaged: [typicalRun(1e-3), typicalRun(3e-3)],
};
const written = (name: string): string => {
  const directory = join(folder, name.replaceAll(' ', '-'));
  writeSweep(directory, SWEEPS[name]!);
  if (name === 'damaged') writeFileSync(join(runDirectory(directory, 1e-3), 'manifest.json'), '{');
  return directory;
};

const COMMANDS: readonly (readonly [string[], z.ZodType])[] = [
  [['runs', 'list'], RunListLine],
  [['verify'], VerifyLine],
  [['watch', '--once'], WatchOutput],
];

describe('what other programs read', () => {
  it.each(Object.keys(INTERFACES) as (keyof typeof INTERFACES)[])(
    '%s is described by the file in docs (npx vitest run test/src/interface -u writes it anew)',
    async (name) => {
      await expect(jsonSchema(name)).toMatchFileSnapshot(`../../../docs/schemas/${name}.schema.json`);
    },
  );

  it.each(Object.keys(SWEEPS))('is that, of a sweep that is %s', async (name) => {
    const directory = written(name);
    for (const [words, schema] of COMMANDS) {
      const { out } = await regimes(...words, directory, '--json');
      const lines = out.trim().split('\n');
      expect(lines.length, words.join(' ')).toBe(words[0] === 'runs' ? SWEEPS[name]!.length : 1);
      for (const line of lines) {
        const found = schema.safeParse(JSON.parse(line));
        expect(found.error?.issues ?? [], `${words.join(' ')}: ${line.slice(0, 300)}`).toEqual([]);
      }
    }
  });

  it('does not fit without a field, with another one, or with a field of another type', () => {
    const line = { path: 'a', status: 'damaged', reason: 'x', configuration: null, dataName: null, steps: null };
    const rest = { loss: null, accuracy: null, test: null, regime: null, noiseShare: null, created: null };
    const whole: Record<string, unknown> = { ...line, ...rest };
    expect(RunListLine.safeParse(whole).success).toBe(true);
    for (const name of Object.keys(whole)) {
      const { [name]: _, ...without } = whole;
      expect(RunListLine.safeParse(without).success, name).toBe(false);
      expect(RunListLine.safeParse({ ...whole, [name]: [] }).success, name).toBe(false);
    }
    expect(RunListLine.safeParse({ ...whole, more: 1 }).success).toBe(false);
  });
});
