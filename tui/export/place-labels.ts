/** Where labels of points have room: beside their points, not over one another, and over as little else as there is. */

export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface LabelWish {
  /** The point that it names. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

interface Spot {
  readonly x: number;
  readonly y: number;
}

export interface LabelRoom {
  readonly width: number;
  readonly height: number;
  /** Places of what is drawn, which a label is better not over. */
  readonly drawn: readonly Spot[];
  /** Other texts, which it must not be over. */
  readonly taken?: readonly Box[];
}

/** Where a label goes: the middle of its left end, and where a line to its point begins; undefined where it stands beside it. */
export interface PlacedLabel {
  readonly x: number;
  readonly y: number;
  readonly leader: Spot | undefined;
}

const DISTANCES = [8, 14, 22, 32, 44, 58, 76, 98];
const NEAR = 14;
const DIRECTIONS = [0, 45, -45, 90, -90, 180, 135, -135].map((degrees) => {
  const angle = (degrees * Math.PI) / 180;
  return { x: Math.cos(angle), y: -Math.sin(angle) };
});
/** Between a text and the vertical axis. */
const FRAME = 3;
/** Half the size of a mark. */
const MARK = 5;
const COST = { outside: 1e6, label: 1e4, mark: 300, drawn: 8, distance: 0.5 };

export const overlap = (a: Box, b: Box): boolean =>
  a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;

/** The box of a label whose nearest side is at a distance from its point. */
function boxAt({ x, y, width, height }: LabelWish, direction: Spot, distance: number): Box {
  const [cx, cy] = [x + direction.x * (distance + width / 2), y + direction.y * (distance + height / 2)];
  return { left: cx - width / 2, right: cx + width / 2, top: cy - height / 2, bottom: cy + height / 2 };
}

const isInside = ({ left, right, top, bottom }: Box, { x, y }: Spot): boolean =>
  x > left && x < right && y > top && y < bottom;

function costOf(box: Box, placed: readonly Box[], marks: readonly Box[], { width, height, drawn }: LabelRoom): number {
  // The halo of a text must not cut the frame.
  const isOutside = box.left < FRAME || box.right > width || box.top < 0 || box.bottom > height;
  const count = (all: readonly Box[]): number => all.filter((other) => overlap(box, other)).length;
  return (
    (isOutside ? COST.outside : 0) +
    COST.label * count(placed) +
    COST.mark * count(marks) +
    COST.drawn * drawn.filter((spot) => isInside(box, spot)).length
  );
}

/** A place for each label, in the order given: the first ones choose first. undefined where all places are over another text. */
export function placeLabels(wishes: readonly LabelWish[], room: LabelRoom): (PlacedLabel | undefined)[] {
  const marks = wishes.map(({ x, y }) => ({ left: x - MARK, right: x + MARK, top: y - MARK, bottom: y + MARK }));
  const placed: Box[] = [...(room.taken ?? [])];
  return wishes.map((wish) => {
    const options = DISTANCES.flatMap((distance) =>
      DIRECTIONS.map((direction) => {
        const box = boxAt(wish, direction, distance);
        return { box, distance, cost: costOf(box, placed, marks, room) + COST.distance * distance };
      }),
    );
    const best = options.reduce((a, b) => (b.cost < a.cost ? b : a));
    if (best.cost >= COST.label) return undefined;
    placed.push(best.box);
    const { left, right, top, bottom } = best.box;
    const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
    return {
      x: left,
      y: (top + bottom) / 2,
      leader: best.distance > NEAR ? { x: clamp(wish.x, left, right), y: clamp(wish.y, top, bottom) } : undefined,
    };
  });
}
