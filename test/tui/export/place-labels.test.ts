import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { overlap, placeLabels } from '../../../tui/export/place-labels.js';
import { wrapped } from '../../../tui/export/text-width.js';

const ROOM = { width: 300, height: 200, drawn: [] };
const [WIDTH, HEIGHT] = [40, 12];
const boxes = (points: readonly { x: number; y: number }[], more = {}) =>
  placeLabels(
    points.map((point) => ({ ...point, width: WIDTH, height: HEIGHT })),
    { ...ROOM, ...more },
  )
    .filter((place) => place !== undefined)
    .map(({ x, y, leader }) => ({
      box: { left: x, right: x + WIDTH, top: y - HEIGHT / 2, bottom: y + HEIGHT / 2 },
      leader,
    }));

describe('labels of points', () => {
  it('stand right of a point with room, left at the right border, and apart where points are one', () => {
    const [only] = boxes([{ x: 100, y: 100 }]);
    expect(only!.box).toEqual({ left: 108, right: 148, top: 94, bottom: 106 });
    expect(only!.leader).toBeUndefined();
    expect(boxes([{ x: 299, y: 100 }])[0]!.box.right).toBeLessThan(299);
    const [first, second] = boxes([
      { x: 100, y: 100 },
      { x: 100, y: 100 },
    ]);
    expect(overlap(first!.box, second!.box)).toBe(false);
  });

  it('never leave the frame, and lie on each other or on other texts only where there is no other place', () => {
    const point = fc.record({ x: fc.integer({ min: 0, max: 300 }), y: fc.integer({ min: 0, max: 200 }) });
    fc.assert(
      fc.property(fc.array(point, { minLength: 1, maxLength: 6 }), (points) => {
        const taken = [{ left: 140, right: 156, top: 0, bottom: 90 }];
        const placed = boxes(points, { taken });
        for (const { box } of placed) {
          expect(box.left >= 0 && box.right <= 300 && box.top >= 0 && box.bottom <= 200).toBe(true);
          expect(overlap(box, taken[0]!)).toBe(false);
        }
        // Six labels of 40 x 12 around any point have room within the distances that are tried.
        placed.forEach(({ box }, i) => {
          for (const other of placed.slice(i + 1)) expect(overlap(box, other.box)).toBe(false);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('are left out where every place is over another text', () => {
    const everywhere = [{ left: 0, right: 300, top: 0, bottom: 200 }];
    expect(boxes([{ x: 100, y: 100 }], { taken: everywhere })).toEqual([]);
  });

  it('keep away from lines', () => {
    const line = Array.from({ length: 40 }, (_, i) => ({ x: 105 + i * 2, y: 100 }));
    const [only] = boxes([{ x: 100, y: 100 }], { drawn: line });
    expect(
      line.every(
        ({ x, y }) => x <= only!.box.left || x >= only!.box.right || y <= only!.box.top || y >= only!.box.bottom,
      ),
    ).toBe(true);
  });
});

it('text is wrapped between words, a longer word stays whole', () => {
  expect(wrapped('aa bb cc', 10, 25)).toEqual(['aa bb', 'cc']);
  expect(wrapped('aaaaaaaaaa bb', 10, 25)).toEqual(['aaaaaaaaaa', 'bb']);
  expect(wrapped('', 10, 25)).toEqual(['']);
});
