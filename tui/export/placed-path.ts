/** Affine maps of the plane as PDF and SVG have them: (x, y) -> (a x + c y + e, b x + d y + f). */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

const translation = (x: number, y: number): Matrix => [1, 0, 0, 1, x, y];

const rotation = (angle: number): Matrix => {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  return [cos, sin, -sin, cos, 0, 0];
};

/** The second map, then the first. */
const multiplied = ([a, b, c, d, e, f]: Matrix, [g, h, i, j, k, l]: Matrix): Matrix => [
  ...([a * g + c * h, b * g + d * h, a * i + c * j, b * i + d * j] as const),
  ...([a * k + c * l + e, b * k + d * l + f] as const),
];

export const placed = ([a, b, c, d, e, f]: Matrix, x: number, y: number): [number, number] => [
  a * x + c * y + e,
  b * x + d * y + f,
];

type Command = readonly [name: 'moveTo' | 'lineTo' | 'bezierCurveTo' | 'closePath', ...numbers: number[]];

/** A quarter of a circle as a Bezier curve: length of its handles for a radius of 1. */
const HANDLE = (4 / 3) * (Math.SQRT2 - 1);
/** A path as the web's 2D context builds it. Vega moves the origin for each mark and back before it fills, so it is kept in the page's own coordinates. */
export class PlacedPath {
  matrix: Matrix = [1, 0, 0, 1, 0, 0];
  protected path: Command[] = [];

  translate(x: number, y: number): void {
    this.matrix = multiplied(this.matrix, translation(x, y));
  }

  rotate(angle: number): void {
    this.matrix = multiplied(this.matrix, rotation(angle));
  }

  beginPath(): void {
    this.path = [];
  }

  moveTo(x: number, y: number): void {
    this.path.push(['moveTo', ...placed(this.matrix, x, y)]);
  }

  lineTo(x: number, y: number): void {
    this.path.push([this.path.length === 0 ? 'moveTo' : 'lineTo', ...placed(this.matrix, x, y)]);
  }

  bezierCurveTo(ax: number, ay: number, bx: number, by: number, x: number, y: number): void {
    const { matrix } = this;
    this.path.push(['bezierCurveTo', ...placed(matrix, ax, ay), ...placed(matrix, bx, by), ...placed(matrix, x, y)]);
  }

  closePath(): void {
    this.path.push(['closePath']);
  }

  rect(x: number, y: number, width: number, height: number): void {
    this.moveTo(x, y);
    this.lineTo(x + width, y);
    this.lineTo(x + width, y + height);
    this.lineTo(x, y + height);
    this.closePath();
  }

  /** Whole circles: figures have no others. */
  arc(x: number, y: number, radius: number): void {
    const handle = HANDLE * radius;
    this.moveTo(x + radius, y);
    for (const [cos, sin] of [
      [1, 0],
      [0, 1],
      [-1, 0],
      [0, -1],
    ] as const) {
      const [px, py] = [x + radius * cos, y + radius * sin];
      const [qx, qy] = [x - radius * sin, y + radius * cos];
      this.bezierCurveTo(px - handle * sin, py + handle * cos, qx + handle * cos, qy + handle * sin, qx, qy);
    }
    this.closePath();
  }
}
