import { renderToString } from 'ink';
import { render } from 'ink-testing-library';
import { describe, expect, it, vi } from 'vitest';
import { App, type AppSource } from '../../tui/app.js';
import { Frame, type FrameProps, frameLines } from '../../tui/frame.js';
import type { Page } from '../../tui/views.js';
import { HARD } from './recorded.js';
import { textOf } from './text.js';

const TITLE = 'convnet width 4, fashion-mnist, batch 16';
const props = (columns: number, rows: number, page: Page = 'overview'): FrameProps => ({
  view: HARD.typical!,
  page,
  title: TITLE,
  status: '7 runs, finished',
  columns,
  rows,
  cursor: 3,
  scroll: 0,
});
const trimmed = (text: string): string[] => text.split('\n').map((line) => line.trimEnd());

describe('a frame', () => {
  it.each([
    [80, 23],
    [120, 39],
    [60, 19],
  ] as const)('of %i columns and %i rows is what its lines say', (columns, rows) => {
    for (const page of ['overview', 'curves', 'runs', 'table', 'help'] as const) {
      const given = props(columns, rows, page);
      const lines = trimmed(renderToString(<Frame {...given} />, { columns }));
      expect(lines).toEqual(textOf(frameLines(given)).map((line) => line.trimEnd()));
    }
  });

  it('of the usual size, from title to keys', () => {
    const { lastFrame, unmount } = render(<Frame {...props(80, 23)} />);
    expect(`\n${trimmed(lastFrame()!).join('\n')}\n`).toMatchInlineSnapshot(`
      "
      convnet width 4, fashion-mnist, batch 16   7 runs, finished
      o convergence  * chaotic equilibrium  x divergence  ? undecided  ┊ threshold
      toy, alpha 1,2,4: loss / random loss     network: loss / random loss
      ┊ thresholds 0.143 and 0.357             ┊ 0.002 and 0.005; seen 0.001..0.003
      1.20 ┤               ┊ ┊                 1.20 ┤               ┊ ┊
      1.07 ┤               ┊ ┊                 1.07 ┤               ┊ ┊
      0.93 ┤               ┊ ┊  ╭────x──────x  0.93 ┤               ┊ ┊  ╭────x──────x
      0.80 ┤               ┊ ┊╭─╯              0.80 ┤               ┊ ┊╭─╯
      0.67 ┤               ┊ ╭╯                0.67 ┤               ┊ ╭╯
      0.53 ┤               ┊╭*                 0.53 ┤               ┊╭*
      0.40 ┤               ╭*┊                 0.40 ┤               ╭╯┊
      0.27 ┤               │ ┊                 0.27 ┤               │*┊
      0.13 ┤              ╭╯ ┊                 0.13 ┤              ╭╯ ┊
      0.00 ┤o─────o──────o╯┊ ┊                 0.00 ┤o─────o──────o╯┊ ┊
           └─┬─────┬──────┬─▲───┬──────┬─────       └┬─────┬──────┬──▲──┬──────┬─────┬
       ELR  0.001        0.1    1     10        ELR  1e-5       0.001 0.01    0.1    1
      k 1.5 * chaotic equilibrium              ELR 0.003: * chaotic equilibrium
      ELR 0.2143   closed simulated            loss 3.333, at random points 10
      loss          1.167     1.167            EGN 33.33  ESS 0.1  accuracy 0.5
      ESS           1.118     1.118            ess_i   0.1 0.1 0.1 0.1
      shares  0.143 0.286 0.571                shares  0.250 0.250 0.250 0.250
        sim.  0.143 0.286 0.571                g_i/sum 0.250 0.250 0.250 0.250
      [o overview] c curves  r runs  t table  arrows move  ? help  q quit
      "
    `);
    unmount();
  });
});

describe('the application', () => {
  const source = (): AppSource & { state: string } => ({
    state: '3 of 7 runs',
    title: TITLE,
    status() {
      return this.state;
    },
    view: () => HARD.typical!,
  });
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 60));

  it('answers keys, also several at a time', async () => {
    const { stdin, lastFrame, unmount } = render(<App source={source()} />);
    await settled();
    expect(lastFrame()).toContain('ELR 0.003: * chaotic equilibrium');
    stdin.write('\x1b[C\x1b[C');
    await settled();
    expect(lastFrame()).toContain('ELR 0.08: x divergence');
    stdin.write('hhc');
    await settled();
    expect(lastFrame()).toContain('[c curves]');
    expect(lastFrame()).toContain('ELR 0.003: * chaotic equilibrium');
    stdin.write('?');
    await settled();
    expect(lastFrame()).toContain('[? help]');
    unmount();
  });

  it('looks again at every tick', async () => {
    const live = source();
    const { lastFrame, unmount } = render(<App source={live} interval={20} />);
    expect(lastFrame()).toContain('3 of 7 runs');
    live.state = '4 of 7 runs';
    await vi.waitFor(() => expect(lastFrame()).toContain('4 of 7 runs'));
    unmount();
  });
});
