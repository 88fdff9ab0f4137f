import type { FigurePoint, FigureSeries } from './figure.js';

/** A series as pieces without gaps: a point without a place ends a line, it does not bridge it. */
export interface DrawableSeries extends Omit<FigureSeries, 'points'> {
  readonly pieces: readonly (readonly FigurePoint[])[];
}

/** The runs of neighbouring points that are drawn. */
export function piecesOf(points: readonly FigurePoint[], isDrawn: (point: FigurePoint) => boolean): FigurePoint[][] {
  const all: FigurePoint[][] = [];
  let piece: FigurePoint[] = [];
  for (const point of points) {
    if (isDrawn(point)) piece.push(point);
    else if (piece.length > 0) {
      all.push(piece);
      piece = [];
    }
  }
  return piece.length > 0 ? [...all, piece] : all;
}
