import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeStep } from '../../src/run/run-directory.js';
import { runDirectory } from '../../src/run/sweep-directory.js';
import { inTerminal, missingTerminal, type Session, type Step } from './pseudo-terminal.js';
import { falling, metricsPath, recordedStep, TYPICAL, typicalRun, writeSweep } from './recorded.js';

const MAIN = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url));
const missing = missingTerminal();
if (missing !== undefined) console.warn(`the tests of the keyboard are skipped: ${missing}`);

const RIGHT = '\x1b[C';
const OVERVIEW: Step = { do: 'wait', until: '[o overview]' };
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of them
const COLOUR = /\x1b\[[\d;]*m/;

let folder: string;
const sweep = (name: string): string => join(folder, name);
const watched = (name: string, steps: readonly Step[], options = {}): Promise<Session> =>
  inTerminal(['watch', sweep(name)], [OVERVIEW, ...steps], options);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regimes-watch-'));
  for (const name of ['still', 'damaged']) writeSweep(sweep(name), TYPICAL);
  const going = { ...typicalRun(1e-3), status: 'running' as const, losses: falling(2, 5) };
  writeSweep(sweep('going'), [typicalRun(1e-4), going]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The screen the user had before, the cursor and the echo of keys are back. */
function expectRestored({ last, echo, output }: Session): void {
  expect({ alternate: last.alternate, cursor: last.cursorShown, echo }).toEqual({
    alternate: false,
    cursor: true,
    echo: true,
  });
  expect(output.split('\x1b[?1049h')).toHaveLength(2);
  expect(output.split('\x1b[?1049l')).toHaveLength(2);
}

const lastLine = (screen: readonly string[]): string => screen.findLast((line) => line !== '')!;

describe.skipIf(missing !== undefined).concurrent('in a terminal', () => {
  it('every key does what the help says, and q ends with 0', async () => {
    const session = await watched('still', [
      { do: 'type', value: RIGHT, until: 'ELR 0.004' },
      { do: 'type', value: 'c', until: '[c curves]' },
      { do: 'type', value: 'r', until: '[r runs]' },
      { do: 'type', value: 'hh', until: 'ELR 0.001' },
      { do: 'type', value: 't', until: '[t table]' },
      { do: 'type', value: 'jjj' },
      { do: 'type', value: '?', until: '[? help]' },
      { do: 'type', value: '\x1b', until: '[t table]' },
      { do: 'type', value: 'o', until: '[o overview]' },
      { do: 'type', value: 'q' },
    ]);
    expect(session.found).not.toContain(false);
    const [overview, moved, curves, runs, earlier, table, scrolled, help, back, again] = session.screens;
    expect(overview![0]).toBe('convnet width 4, fashion-mnist, batch 16   7 runs, finished');
    expect(overview!.join('\n')).toContain('ELR 0.003: * chaotic equilibrium');
    expect(moved!.join('\n')).toContain('ELR 0.004: * chaotic equilibrium');
    expect(curves!.join('\n')).toMatch(/network: loss against step, 400 steps/);
    expect(runs!.filter((line) => line.startsWith('>'))[0]).toMatch(/^> +0\.004 /);
    expect(earlier!.filter((line) => line.startsWith('>'))[0]).toMatch(/^> +0\.001 /);
    expect(table![1]).toMatch(/^verdict +prediction +predicted +measured +error/);
    expect(scrolled![1]).toBe(table![1]);
    expect(scrolled![2]).toBe(table![5]);
    expect(help!.join('\n')).toContain('q Ctrl-C  quit');
    expect(back![1]).toBe(table![1]);
    expect(again!.join('\n')).toContain('ELR 0.001: o convergence');
    expect(session.output).toMatch(COLOUR);
    expect(session.last.scrolled).toBe(0);
    expect(session.code).toBe(0);
    expectRestored(session);
  });

  it('after every resize the whole frame is there, and nothing else; Ctrl-C ends with 130', async () => {
    const sizes = [
      [120, 40],
      [60, 20],
      [40, 10],
      [100, 30],
      [80, 24],
    ] as const;
    const session = await watched('still', [
      ...sizes.map((value): Step => ({ do: 'resize', value, until: '? help', settle: 0.5 })),
      { do: 'type', value: '\x03' },
    ]);
    sizes.forEach(([columns, rows], i) => {
      const screen = session.screens[i + 1]!;
      expect(screen).toHaveLength(rows);
      expect(screen[0]).toMatch(/^convnet width 4, fa/);
      expect(screen[rows - 2]).toMatch(/\[o( overview)?\]/);
      expect(screen[rows - 1]).toBe('');
      expect(screen.join('\n').match(/\? help/g), `${columns} x ${rows}`).toHaveLength(1);
    });
    expect(session.screens[5]).toEqual(session.screens[0]);
    expect(session.screens[1]!.join('\n')).toContain('Runs by ELR');
    expect(session.code).toBe(130);
    expectRestored(session);
  });

  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)('%s gives the terminal back and ends with %i', async (value, code) => {
    const session = await watched('still', [{ do: 'signal', value }], { env: { NO_COLOR: '1' } });
    expect(session.code).toBe(code);
    expectRestored(session);
    expect(session.output).not.toMatch(COLOUR);
  });

  it('what fails inside is one line on the screen that is given back, and exit code 1', async () => {
    const manifest = join(runDirectory(sweep('damaged'), 1e-3), 'manifest.json');
    const session = await watched('damaged', [{ do: 'write', value: [manifest, '{', 'w'], until: 'error:' }]);
    expect(session.code).toBe(1);
    expectRestored(session);
    const shown = session.last
      .text()
      .filter((line) => line !== '')
      .join('');
    expect(shown).toBe(`error: ${manifest} is not a manifest of this version of regimes`);
  });

  it('so is what nobody catches, from a timer or a promise', async () => {
    const fault = (code: string) =>
      `--import=data:text/javascript,process.on('SIGUSR2',()=>{${encodeURIComponent(code)}})`;
    const faults = ['throw new Error("boom\\nsecond line")', 'Promise.reject(new Error("boom"))'];
    const env = (code: string) => ({ env: { NODE_OPTIONS: fault(code) } });
    const ended = faults.map((code) => watched('still', [{ do: 'signal', value: 'SIGUSR2' }], env(code)));
    for (const session of await Promise.all(ended)) {
      expect(session.code).toBe(1);
      expectRestored(session);
      expect(session.last.text().filter((line) => line !== '')).toEqual(['error: boom']);
    }
  });

  it('a run that another process goes on with is shown as it goes', async () => {
    const spec = typicalRun(1e-3);
    const more = [5, 6].map((i) => `${encodeStep(recordedStep(spec, 1, i))}\n`).join('');
    const session = await watched('going', [
      { do: 'type', value: RIGHT, until: 'running, step 5' },
      { do: 'write', value: [metricsPath(sweep('going'), 1e-3), more, 'a'], until: 'running, step 7' },
      { do: 'type', value: 'q' },
    ]);
    expect(session.found).not.toContain(false);
    expect(session.screens[0]![0]).toBe(
      'convnet width 4, fashion-mnist, batch 16   1 of 2 runs finished, 1 unfinished',
    );
    expect(lastLine(session.screens[2]!)).toMatch(/^\[o overview\]/);
    expect(session.code).toBe(0);
  });
});

describe('without a terminal', () => {
  const piped = (...words: string[]): Promise<{ code: number; out: string; err: string }> =>
    new Promise((resolve) => {
      const child = execFile(process.execPath, [MAIN, 'watch', ...words], (error, out, err) => {
        resolve({ code: error === null ? 0 : Number(error.code), out, err });
      });
      child.stdin?.end();
    });

  it('prints the same overview and the tables as plain text', async () => {
    const { code, out, err } = await piped(sweep('still'));
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).not.toContain('\x1b');
    expect(out.split('\n')[0]).toBe('o convergence  * chaotic equilibrium  x divergence  ? undecided  ┊ threshold');
    for (const text of ['network: loss / random loss', 'ELR 0.003: * chaotic equilibrium', 'verdict  prediction'])
      expect(out).toContain(text);
  });

  it('says in one line that a folder is no sweep', async () => {
    expect(await piped(folder)).toEqual({
      code: 2,
      out: '',
      err: `error: ${folder} is not a sweep; allowed: a folder written by regimes sweep --out\n`,
    });
  });
});
