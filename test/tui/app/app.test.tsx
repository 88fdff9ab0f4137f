import { renderToString } from 'ink';
import { render } from 'ink-testing-library';
import { describe, expect, it, vi } from 'vitest';
import { App } from '../../../tui/app/app.js';
import { Frame, frameLines } from '../../../tui/app/frame.js';
import type { AppSource, SourceListener } from '../../../tui/app/source.js';
import type { NamedFigure } from '../../../tui/data/export-client.js';
import { answerToy } from '../../../tui/data/toy-answer.js';
import type { ToyTask } from '../../../tui/data/toy-messages.js';
import { VIEWS } from '../../../tui/state/state.js';
import type { Act } from '../../../tui/views/offers.js';
import { ALPHA, HARD, level, sceneWith, sweepSnapshotOf, TOLERANCE, typicalRun } from '../recorded.js';
import { textOf } from '../text.js';

const trimmed = (text: string): string[] => text.split('\n').map((line) => line.trimEnd());

describe('a frame', () => {
  it.each([
    [80, 23],
    [120, 39],
    [60, 19],
  ] as const)('of %i columns and %i rows is what its lines say', (columns, rows) => {
    for (const chosen of [...VIEWS.map((view) => ({ view })), { help: true }]) {
      const given = { scene: sceneWith(HARD.typical!, chosen), title: 'a title', columns, rows };
      const lines = trimmed(renderToString(<Frame {...given} />, { columns }));
      expect(lines).toEqual(textOf(frameLines(given)).map((line) => line.trimEnd()));
    }
  });

  it('of the usual size, from title to keys', () => {
    const scene = { ...sceneWith(HARD.typical!, { elr: 3e-3 }), glyphs: 'ascii', color: false } as const;
    const lines = textOf(frameLines({ scene, title: '', columns: 80, rows: 23 })).map((line) => line.trimEnd());
    expect(`\n${lines.join('\n')}\n`).toMatchInlineSnapshot(`
      "
      convnet width 4, fashion-mnist, batch 16   7 runs, finished
      toy ELR 0.2143 a1 1 a2 2 a3 4 steps 3000 noise 0 decay 0  ...
      Weights on a sphere: the ELR decides: converge (o), wander (*), diverge (x).
      converges to 0.001..0.003, diverges from 0.004..0.08
      toy, alpha 1,2,4: loss against ELR       network: loss against ELR
      o conv * equi x dive - closed form       o conv * equi x dive - floor - - T4
      1+                 :|:       -x-------x  1+                 :|        -x --  --x
       |                 :|: ------             |                 :|   --  -
       |                 :|*-                   |                 :|*
       |                 -*-                    |                 :*-
      0+o------o------o---|:                   0+o------o------o-----
       +--------+---------^----+-------------   +-------+----------^---+-------------+
              0.01             1                      1e-4           1e-2            1
      thresholds 0.143 and 0.357               k 1 at 0.002 by R
      k 1.5 * chaotic equilibrium              ELR 0.003: * chaotic equilibrium
      ELR 0.2143   closed last half            loss 3.333 +-0.0059, random 10
      loss          1.167     1.166            R 0.25 +-1e-4, noise floor 0.833
      EGN           5.217     5.217            EGN 33.33  ESS 0.1  accuracy 0.5
      ESS           1.118     1.118            ess_i   0.1 0.1 0.1 0.1
      R              1.25      1.25            shares  0.250 0.250 0.250 0.250
      shares  0.143 0.286 0.571                g_i/sum 0.250 0.250 0.250 0.250
        sim.  0.143 0.286 0.571
      [o overview] d diagram n plane b bars c curves t table r runs ? help q quit
      "
    `);
  });
});

/** A source that tells what it is told to tell, and answers for the toy at once. */
class Told implements AppSource {
  readonly title = 'a title';
  readonly alpha = ALPHA;
  readonly tolerance = TOLERANCE;
  listener: SourceListener | undefined;
  readonly asked: Omit<ToyTask, 'quick'>[] = [];
  toggled = 0;
  /** Whether the toy has only answered quickly so far. */
  isQuick = false;

  listen(listener: SourceListener): () => void {
    this.listener = listener;
    listener.onSweep(HARD.typical!);
    return () => {
      this.listener = undefined;
    };
  }
  askToy(task: Omit<ToyTask, 'quick'>): void {
    this.asked.push(task);
    this.answer(this.isQuick);
  }
  /** Answers what was asked for last, as finely as a test has time for. */
  answer(quick: boolean): void {
    const task = this.asked.at(-1)!;
    this.listener?.onToy({ ...answerToy({ ...task, quick: true }), task: { ...task, quick } });
  }
  chooseSetting(): void {}
  toggleWork(): string | undefined {
    this.toggled += 1;
    return this.toggled > 1 ? 'another process is training' : undefined;
  }
  readonly exported: (readonly NamedFigure[])[] = [];
  readonly acts: Act[] = [];
  act(act: Act): string | undefined {
    this.acts.push(act);
    return undefined;
  }
  exportFigures(figures: readonly NamedFigure[]): Promise<string> {
    this.exported.push(figures);
    return Promise.resolve(`written: ${figures.map(({ name }) => name).join(', ')}`);
  }
}

describe('the application', () => {
  /** The application, and what it shows after keys once the text given is there. */
  const opened = async () => {
    const source = new Told();
    const { stdin, lastFrame, unmount } = render(<App source={source} />);
    const shows = async (text: string): Promise<string> => {
      await vi.waitFor(() => expect(lastFrame()).toContain(text), 10_000);
      return lastFrame()!;
    };
    await vi.waitFor(() => expect(source.asked.length).toBeGreaterThan(0), 10_000);
    const type = (keys: string, text: string): Promise<string> => {
      stdin.write(keys);
      return shows(text);
    };
    /** Whether the application has let go of the source. */
    const ended = (): boolean => source.listener === undefined;
    return { source, type, shows, unmount, ended };
  };

  it('answers keys, also several at a time', async () => {
    const { type, shows, unmount } = await opened();
    expect(await shows('First time')).toContain('ELR 0.003: * chaotic equilibrium');
    await type('\x1b[C\x1b[C', 'ELR 0.08: x divergence');
    expect(await type('hhc', '[c curves]')).toContain('ELR 0.003: * chaotic equilibrium');
    await type('?', '[? help]');
    unmount();
  });

  it('asks the toy again where its settings, its ELR or the view need it, and only then', async () => {
    const { source, type, unmount } = await opened();
    const count = source.asked.length;
    expect(source.asked.at(-1)!.settings.alpha).toEqual([1, 2, 4]);
    await type('r', '[r runs]');
    expect(source.asked).toHaveLength(count);
    await type('a\x7f\x7f\x7f\x7f\x7f3,5\r', 'alpha1 3  alpha2 5');
    await vi.waitFor(() => expect(source.asked.at(-1)!.settings.alpha).toEqual([3, 5]));
    await type('d', '[d diagram]');
    await vi.waitFor(() => expect(source.asked.at(-1)!.phase).toHaveLength(2));
    unmount();
  });

  it('shows what the source tells: a sweep that goes on, how the work stands, what cannot be read', async () => {
    const { source, shows, unmount } = await opened();
    source.listener!.onWork({ state: 'working', text: '3 of 7 runs' });
    await shows('3 of 7 runs');
    source.listener!.onWork({ state: 'idle', text: '' });
    source.listener!.onSweep(HARD['a run that is going']!);
    await shows('1 of 7 runs finished, 1 running');
    source.listener!.onProblem('the folder is gone');
    await shows('cannot be read: the folder is gone');
    unmount();
  });

  it('w begins or stops the work, and says why it cannot until the next key', async () => {
    const { source, type, unmount } = await opened();
    expect(await type('wc', '[c curves]')).not.toContain('another process');
    await type('w', 'another process is training');
    expect(source.toggled).toBe(2);
    await type('n', '[n plane]');
    unmount();
  });

  it('C says the command of what is shown, and hands it to the clipboard', async () => {
    const source = new Told();
    const copied: string[] = [];
    const frames: string[] = [];
    const screen = {
      draw: (frame: string) => void frames.push(frame),
      redraw() {},
      suspend() {},
      copy: (text: string) => void copied.push(text),
    };
    const { stdin, unmount } = render(<App {...{ source, screen }} />);
    const type = async (keys: string, text: string): Promise<void> => {
      stdin.write(keys);
      await vi.waitFor(() => expect(frames.at(-1)).toContain(text), 10_000);
    };
    await vi.waitFor(() => expect(source.asked.length).toBeGreaterThan(0), 10_000);
    await type('C', 'npx regimes figure loss runs/recorded (copied');
    await type('tC', 'npx regimes verify runs/recorded (copied');
    await type('?C', 'no command prints this page');
    expect(copied).toEqual(['npx regimes figure loss runs/recorded', 'npx regimes verify runs/recorded']);
    unmount();
  });

  it('B says what it would train and what that costs, and does it at the second press alone', async () => {
    const { source, type, shows, unmount } = await opened();
    // The middles 0.00173 of 0.001 to 0.003 and 0.0179 of 0.004 to 0.08 on the logarithmic axis, within a twentieth of these gaps.
    await type('B', 'B again trains ELR 0.0017 and 0.02: 2 runs of 400 steps');
    await type('c', '[c curves]');
    await type('B', 'B again trains');
    expect(source.acts).toEqual([]);
    await type('B', '[c curves]');
    expect(source.acts).toEqual([{ kind: 'bisect', runs: 2 }]);
    source.listener!.onSweep(HARD['a run that is going']!);
    await shows('1 of 7 runs finished');
    await type('B', 'not finished: w trains first');
    await type('B', 'not finished: w trains first');
    await shows('not finished');
    expect(source.acts).toHaveLength(1);
    unmount();
  });

  it('L says what twice as many steps of undecided runs cost, A what annealing the run at the cursor does', async () => {
    const { source, type, shows, unmount } = await opened();
    await type('L', 'no run is undecided');
    // Too few steps at too noisy a level.
    const open = [1e-3, 3e-3].map((elr) => ({ elr, losses: level(3, 6) }));
    source.listener!.onSweep(sweepSnapshotOf([typicalRun(1e-4), ...open, typicalRun(1)]));
    await shows('4 runs, finished');
    // The cursor is at a decided run: all that are undecided.
    await type('\x1b[H', 'ELR 1e-4');
    await type('L', 'L again trains ELR 0.001, 0.003, 2 runs from 400 to 800 steps');
    await type('L', '[o overview]');
    expect(source.acts).toEqual([{ kind: 'lengthen', folders: ['elr-0.001', 'elr-0.003'] }]);
    await type('l', 'ELR 0.001');
    await type('L', 'L again trains ELR 0.001 from 400 to 800 steps');
    // Another key in between, though it offers something too: nothing is done.
    await type('A', 'A again anneals ELR 0.001: its rate falls to a thousandth');
    await type('L', 'L again trains');
    expect(source.acts).toHaveLength(1);
    await type('A', 'A again anneals');
    await type('A', '[o overview]');
    expect(source.acts[1]).toEqual({ kind: 'anneal', folders: ['elr-0.001'] });
    source.listener!.onSweep(sweepSnapshotOf([{ ...typicalRun(1e-3), status: 'running', losses: [2, 1.9] }]));
    await shows('1 running');
    await type('A', 'ELR 0.001 is not finished: w trains it first');
    await type('L', 'no undecided run is finished: w trains them');
    unmount();
  });

  it('q says that a figure is still to be written, and quits at the second time', async () => {
    const { source, type, shows, unmount, ended } = await opened();
    source.isQuick = true;
    await type('d', '[d diagram]');
    await vi.waitFor(() => expect(source.asked.at(-1)!.phase).toHaveLength(2));
    await type('e', 'it is written when it is final');
    await type('q', 'writing ... (the phase diagram is being computed); q again quits without it');
    await type('x', '[d diagram]');
    await type('q', 'q again quits without it');
    expect(ended()).toBe(false);
    source.answer(false);
    await shows('written: toy-alpha-1-2-4-phase-regime');
    // Written: there is nothing to wait for.
    await type('hde', 'it is written when it is final');
    await type('q', 'q again quits without it');
    await type('q', '');
    await vi.waitFor(() => expect(ended()).toBe(true));
    expect(source.exported).toHaveLength(1);
    unmount();
  });

  it('e writes the figures of the view, named by toy, ELR and quantity, and says that a table is none', async () => {
    const { type, unmount } = await opened();
    await type('e', 'written: toy-alpha-1-2-4-loss, network-loss');
    await type('be', 'network-ess-elr-3e-3, network-shares-elr-3e-3');
    await type('ce', 'toy-alpha-1-2-4-trajectory-loss-elr-');
    await type('te', 'a table is no figure: regimes verify and regimes runs export print it');
    unmount();
  });

  it('e waits for the final diagram, and says so where it is left before', async () => {
    const { source, type, shows, unmount } = await opened();
    source.isQuick = true;
    await type('d', '[d diagram]');
    await vi.waitFor(() => expect(source.asked.at(-1)!.phase).toHaveLength(2));
    await type('e', 'the phase diagram is being computed; it is written when it is final');
    expect(source.exported).toEqual([]);
    source.answer(false);
    await shows('written: toy-alpha-1-2-4-phase-regime');
    expect(source.exported).toHaveLength(1);
    await type('h', '[d diagram]');
    await vi.waitFor(() => expect(source.asked.length).toBeGreaterThan(2));
    await type('e', 'it is written when it is final');
    await type('o', 'not written: the view was left before it was computed');
    expect(source.exported).toHaveLength(1);
    unmount();
  });

  it('e writes no empty figure, and names what is missing', async () => {
    const { source, type, shows, unmount } = await opened();
    source.listener!.onSweep(HARD['one run waiting']!);
    await shows('0 of 1 runs finished');
    await type('ce', 'not written: network: no step yet of the run at the cursor');
    expect(source.exported.flat().map(({ name }) => name)).toEqual([
      expect.stringMatching(/^toy-alpha-1-2-4-trajectory/),
    ]);
    unmount();
  });
});
