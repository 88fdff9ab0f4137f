import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeStep } from '../../src/run/run-writer.js';
import { readSweepPlan, runDirectory } from '../../src/sweep/directory.js';
import { lockDirectory } from '../../src/system/lock.js';
import { commandInTerminal, inTerminal, MAIN, missingTerminal, type Session, type Step } from './pseudo-terminal.js';
import { falling, metricsPath, recordedStep, TYPICAL, typicalRun, writeSweep } from './recorded.js';

const missing = missingTerminal();
if (missing !== undefined) console.warn(`the tests of the keyboard are skipped: ${missing}`);

const RIGHT = '\x1b[C';
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are made of them
const COLOUR = /\x1b\[[\d;]*m/;

let folder: string;
let unlock: () => void;
const sweep = (name: string): string => join(folder, name);
const READ: Step = { do: 'wait', until: 'ELR 0.003:' };
const watched = (name: string, steps: readonly Step[], options = {}): Promise<Session> =>
  inTerminal(['watch', sweep(name)], [READ, ...steps], options);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'regimes-watch-'));
  for (const name of ['still', 'damaged']) writeSweep(sweep(name), TYPICAL);
  const going = { ...typicalRun(1e-3), status: 'running' as const, losses: falling(2, 5) };
  writeSweep(sweep('going'), [typicalRun(1e-4), going, typicalRun(3e-3)]);
  // The process that runs this test is the one that writes.
  unlock = lockDirectory(runDirectory(sweep('going'), 1e-3));
});
afterAll(() => {
  unlock();
  rmSync(folder, { recursive: true, force: true });
});

/** The screen the user had before, the cursor and the echo of keys are back. */
function expectRestored({ last, echo, output }: Session): void {
  expect({ alternate: last.alternate, cursor: last.cursorShown, echo }).toEqual({
    alternate: false,
    cursor: true,
    echo: true,
  });
  expect(output.split('\x1b[?1049h')).toHaveLength(2);
  expect(output.split('\x1b[?1049l')).toHaveLength(2);
  // What the user had before can still be scrolled to.
  expect(last.scrollbackCleared).toBe(false);
}

const lastLine = (screen: readonly string[]): string => screen.findLast((line) => line !== '')!;

describe.skipIf(missing !== undefined).concurrent('in a terminal', () => {
  it('every key does what the help says, e writes what is shown beside the runs, and q ends with 0', async () => {
    const session = await watched('still', [
      { do: 'type', value: RIGHT, until: 'ELR 0.004:' },
      { do: 'type', value: 'c', until: '[c curves]' },
      { do: 'type', value: 'r', until: '[r runs]' },
      { do: 'type', value: 'hh', until: 'ELR 0.001:' },
      { do: 'type', value: 't', until: '[t table]' },
      { do: 'type', value: 'jjj', until: 'Enter explains' },
      { do: 'type', value: '\r', until: 'in docs/theory.md' },
      { do: 'type', value: '\x1b', until: 'Enter explains' },
      { do: 'type', value: '?', until: '[? help]' },
      { do: 'type', value: '\x1b', until: '[t table]' },
      { do: 'type', value: 'o', until: '[o overview]' },
      { do: 'type', value: 'e', until: 'written to' },
      { do: 'type', value: 'n', until: '[n plane]' },
      // What has been begun is written to its end, and said on the screen that is given back.
      { do: 'type', value: 'eq', until: 'written to' },
    ]);
    expect(session.found).not.toContain(false);
    const [overview, moved, curves, runs, earlier, table, third, explained, closed, help, back, again] =
      session.screens;
    expect(overview![0]).toBe('convnet width 4, fashion-mnist, batch 16   7 runs, finished');
    expect(overview![1]).toMatch(/^First time\?/);
    expect(overview!.join('\n')).toContain('ELR 0.003: * chaotic equilibrium');
    expect(moved!.join('\n')).toContain('ELR 0.004: * chaotic equilibrium');
    expect(curves!.join('\n')).toContain('network, ELR 0.004: loss against step');
    expect(runs!.filter((line) => line.startsWith('>'))[0]).toMatch(/^> +0\.004 /);
    expect(earlier!.filter((line) => line.startsWith('>'))[0]).toMatch(/^> +0\.001 /);
    expect(table![2]).toMatch(/^ {2}verdict +prediction +predicted +measured +error/);
    expect(third!.filter((line) => line.startsWith('> '))).toHaveLength(1);
    expect(explained!.join('\n')).toMatch(/predicted .*\n+measured .*\n+error /);
    // Above it a dot less once the toy has its finer answer.
    expect(closed!.slice(2)).toEqual(third!.slice(2));
    expect(help!.join('\n')).toContain('o             overview: loss against ELR');
    expect(back![2]).toBe(table![2]);
    expect(again!.join('\n')).toContain('ELR 0.001: o convergence');
    expect(session.output).toMatch(COLOUR);
    expect(session.last.scrolled).toBe(0);
    const figures = join(sweep('still'), 'figures');
    const names = ['network-loss', 'network-loss-egn', 'toy-alpha-1-2-4-loss', 'toy-alpha-1-2-4-loss-egn'];
    const files = names.flatMap((name) => ['csv', 'png', 'svg'].map((end) => `${name}.${end}`));
    expect(readdirSync(figures).sort()).toEqual(files.sort());
    for (const file of files) {
      const whole = { csv: /\n$/, png: /IEND.{4}$/s, svg: /^<svg.*<\/svg>\s*$/s }[file.slice(-3)]!;
      expect(readFileSync(join(figures, file), 'latin1'), file).toMatch(whole);
    }
    const said = session.last.text().join('');
    expect(said).toMatch(/written to .*: toy-alpha-1-2-4-loss-egn, network-loss-egn/);
    expect(session.code).toBe(0);
    expectRestored(session);
  });

  it('the toy answers when it is changed by hand, and every view shows it, on a build server too', async () => {
    const steps: readonly Step[] = [
      // The toy's ELR at k = 1.5 is 1.5 / 7 with alpha 1,2,4, and 1.5 / 8 with 3,5.
      { do: 'type', value: 'a\x7f\x7f\x7f\x7f\x7f', until: 'alphas: ' },
      { do: 'type', value: '3,5\r', until: 'sim.  0.3' },
      { do: 'wait', settle: 0.3 },
      { do: 'type', value: 'd', until: 'runs have no place' },
      { do: 'type', value: 'n', until: '[n plane]' },
      { do: 'type', value: 'b', until: 'norm share of' },
      { do: 'type', value: '1+', until: '0.236' },
      { do: 'type', value: '/diver\r', until: '2 of 7 runs' },
      { do: 'type', value: '\t\x1b' },
      // A diagram that is not computed yet is not written, and the first q says so.
      { do: 'type', value: 'deq', until: 'q again quits without it' },
      { do: 'type', value: 'q' },
    ];
    // Ink draws nothing where one of these says that it runs on a build server.
    const session = await watched('still', steps, { env: { CI: 'true', CONTINUOUS_INTEGRATION: '1' } });
    expect(session.found).not.toContain(false);
    const text = session.screens.map((screen) => screen.join('\n'));
    expect(text[2]).toMatch(/alpha1 3|a1 3/);
    expect(text[3]).toMatch(/loss +1\.33\d* +1\.3/);
    expect(text[4]).toContain('o convergence  * chaotic equilibrium');
    expect(text[6]).toMatch(/toy, ELR 0\.1875: ESS/);
    expect(text[8]!.match(/x divergence/g)).toHaveLength(2);
    const figures = join(sweep('still'), 'figures');
    expect((existsSync(figures) ? readdirSync(figures) : []).filter((file) => file.includes('phase'))).toEqual([]);
    expect(session.code).toBe(0);
    expectRestored(session);
  });

  it('after every resize the whole frame is there, and nothing else; Ctrl-C ends with 130', async () => {
    const sizes = [
      [120, 40],
      [60, 20],
      [40, 10],
      [250, 80],
      // Lower at the same width: a frame as high as the terminal would clear what can be scrolled back to.
      [80, 20],
      [80, 16],
      [80, 24],
    ] as const;
    const session = await watched('still', [
      { do: 'type', value: 'c', until: '[c curves]' },
      { do: 'type', value: 'o', until: '[o overview]' },
      // The finer answer of the toy: from here on the screen stays as it is.
      { do: 'wait', until: '1.167     1.167', settle: 0.5 },
      ...sizes.map((value): Step => ({ do: 'resize', value, until: '? help', settle: 1.5 })),
      { do: 'type', value: '\x03' },
    ]);
    expect(session.found).not.toContain(false);
    sizes.forEach(([columns, rows], i) => {
      const screen = session.screens[i + 4]!;
      expect(screen).toHaveLength(rows);
      expect(screen[0]).toMatch(/^convnet width 4,/);
      expect(screen[rows - 1]).toMatch(columns === 40 ? /\? help/ : /^\[o( overview)?\]/);
      expect(screen.join('\n').match(/\? help/g), `${columns} x ${rows}`).toHaveLength(1);
    });
    expect(session.screens[10]).toEqual(session.screens[3]);
    expect(session.screens[4]!.join('\n')).toContain('Runs by ELR');
    expect(session.code).toBe(130);
    expectRestored(session);
  });

  it('prints text where the terminal is called dumb', async () => {
    const wait: Step = { do: 'wait', until: 'predictions hold', settle: 0.3 };
    const session = await inTerminal(['watch', sweep('still')], [wait], { env: { TERM: 'dumb' }, size: [100, 200] });
    expect(session.output).not.toContain('\x1b');
    expect(session.output).toContain('predictions hold');
    expect(session.code).toBe(0);
  });

  it('Ctrl-Z gives the terminal back to the shell, fg takes it again as it was, with what was typed', async () => {
    const session = await commandInTerminal(
      [
        'bash',
        '--norc',
        '-c',
        `set -m; '${process.execPath}' '${MAIN}' watch '${sweep('still')}'; echo "at $?"; read; fg`,
      ],
      [
        READ,
        { do: 'type', value: '/div', until: 'filter: div' },
        { do: 'type', value: '\x1a', until: 'at 148', settle: 0.3 },
        { do: 'type', value: '\r', until: 'filter: div', settle: 0.3 },
        { do: 'type', value: 'e\rq' },
      ],
    );
    expect(session.found).not.toContain(false);
    const [, typed, shell, back] = session.screens;
    // The shell's own screen, where nothing was drawn.
    expect(shell!.join('\n')).not.toContain('filter');
    // The toy may have had its finer answer meanwhile.
    const own = (screen: readonly string[]): readonly string[] => [screen[0]!, screen[2]!, screen.at(-1)!];
    expect(own(back!)).toEqual(own(typed!));
    expect(session.code).toBe(0);
    const { last, echo, output } = session;
    expect({ alternate: last.alternate, cursor: last.cursorShown, echo }).toEqual({
      ...{ alternate: false, cursor: true, echo: true },
    });
    expect(output.split('\x1b[?1049h')).toHaveLength(3);
    expect(last.scrollbackCleared).toBe(false);
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

  it('a run that becomes damaged is shown as that, and the others go on; in ASCII without colour where asked', async () => {
    const manifest = join(runDirectory(sweep('damaged'), 1e-3), 'manifest.json');
    const session = await inTerminal(
      ['watch', sweep('damaged'), '--glyphs', 'ascii', '--no-color'],
      [
        READ,
        { do: 'type', value: 'd', until: 'runs have no place' },
        { do: 'type', value: 'r' },
        { do: 'write', value: [manifest, '{', 'w'], until: '1 damaged' },
        { do: 'type', value: 'h', until: 'ELR 0.001 damaged' },
        { do: 'type', value: '?q' },
      ],
    );
    expect(session.found).not.toContain(false);
    expect(session.code).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what is not ASCII
    for (const screen of session.screens) expect(screen.join('\n')).toMatch(/^[\x00-\x7f]*$/);
    expect(session.output).not.toMatch(COLOUR);
  });

  it('what nobody catches, from a timer or a promise, is one line on the screen that is given back, and exit code 1', async () => {
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

  it('a run that another process goes on with is shown as it goes, and never trained twice', async () => {
    const spec = typicalRun(1e-3);
    const more = [5, 6].map((i) => `${encodeStep(recordedStep(spec, 1, i))}\n`).join('');
    const session = await watched('going', [
      { do: 'type', value: 'h', until: 'running, step 5' },
      { do: 'write', value: [metricsPath(sweep('going'), 1e-3), more, 'a'], until: 'running, step 7' },
      { do: 'type', value: 'w', until: 'another process is training' },
      { do: 'type', value: 'q' },
    ]);
    expect(session.found).not.toContain(false);
    expect(session.screens[0]![0]).toBe('convnet width 4, fashion-mnist, batch 16   2 of 3 runs finished, 1 running');
    expect(lastLine(session.screens[2]!)).toMatch(/^\[o overview\]/);
    expect(session.code).toBe(0);
  });
});

describe.skipIf(missing !== undefined)('a sweep trained from inside', () => {
  it('begins at once, stops at w, goes on at w, and keeps what is finished', async () => {
    const out = sweep('inside');
    const session = await inTerminal(
      ['--out', out],
      [
        { do: 'wait', until: '0 of 6 runs' },
        { do: 'type', value: 'r', until: 'running, step' },
        { do: 'type', value: 'w', until: 'stopped, step' },
        { do: 'type', value: 'w', until: 'running' },
        { do: 'type', value: 'q' },
      ],
    );
    expect(session.found).not.toContain(false);
    expect(session.code).toBe(0);
    expectRestored(session);
    expect(readSweepPlan(out).runs).toHaveLength(6);
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
    expect(out.split('\n')[0]).toMatch(/^Weights on a sphere: the ELR decides/);
    expect(out).toMatch(
      /^Convergence ends between .*\n(.*\n)?\ntoy, alpha 1,2,4: loss against ELR +network: loss against ELR$/m,
    );
    for (const text of ['ELR 0.003: * chaotic equilibrium', 'verdict  prediction']) expect(out).toContain(text);
  });

  it('prints the same as JSON', async () => {
    const { code, out, err } = await piped(sweep('still'), '--json');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out.trim().split('\n')).toHaveLength(1);
    const shown = JSON.parse(out);
    expect(shown.elrs).toEqual(TYPICAL.map(({ elr }) => elr));
    expect(shown.runs.map(({ regime }: { regime: string }) => regime)).toEqual([
      ...Array(3).fill('convergence'),
      ...Array(2).fill('chaotic equilibrium'),
      ...Array(2).fill('divergence'),
    ]);
    expect(shown.threshold).toBeCloseTo(2e-3, 4);
    expect(shown.toy).toHaveLength(7);
  });

  it('says in one line that a folder is no sweep', async () => {
    expect(await piped(folder)).toEqual({
      code: 2,
      out: '',
      err: expect.stringMatching(
        /^error: \S+ is not a sweep; allowed: a folder written by regimes sweep --out, or a run [^\n]*\n$/,
      ),
    });
  });
});
