import type PDFDocument from 'pdfkit';
import { type Matrix, PlacedPath, placed } from './placed-path.js';

/** A page of a PDF as a canvas, with as much of the interface of the web's 2D context as Vega draws with. */

/** Colours along a line from one place to another. */
class LinearGradient {
  readonly stops: (readonly [offset: number, color: string])[] = [];
  constructor(readonly ends: readonly [number, number, number, number]) {}
  addColorStop(offset: number, color: string): void {
    this.stops.push([offset, color]);
  }
}

type Paint = string | LinearGradient;

interface State {
  matrix: Matrix;
  fillStyle: Paint;
  strokeStyle: Paint;
  globalAlpha: number;
  lineWidth: number;
  lineCap: 'butt' | 'round' | 'square';
  lineJoin: 'miter' | 'round' | 'bevel';
  miterLimit: number;
  dash: readonly number[];
  font: string;
  textAlign: 'left' | 'center' | 'right';
}

/** From here on a weight is that of the bold font. */
const BOLD = 600;

/** rgb(1, 2, 3) as the PDF library wants it. */
const hex = (color: string): string => {
  const parts = /^rgb\((\d+), ?(\d+), ?(\d+)\)$/.exec(color)?.slice(1);
  return parts === undefined ? color : `#${parts.map((part) => Number(part).toString(16).padStart(2, '0')).join('')}`;
};

export class PdfContext extends PlacedPath implements State {
  fillStyle: Paint = '#000000';
  strokeStyle: Paint = '#000000';
  globalAlpha = 1;
  globalCompositeOperation = 'source-over';
  lineWidth = 1;
  lineCap: State['lineCap'] = 'butt';
  lineJoin: State['lineJoin'] = 'miter';
  miterLimit = 4;
  lineDashOffset = 0;
  dash: readonly number[] = [];
  font = '';
  textAlign: State['textAlign'] = 'left';
  readonly pixelRatio = 1;
  private readonly stack: State[] = [];

  /** Fonts are those that the document knows as `regular` and `bold`. */
  constructor(private readonly page: InstanceType<typeof PDFDocument>) {
    super();
  }

  save(): void {
    const { matrix, fillStyle, strokeStyle, globalAlpha, lineWidth, lineCap, lineJoin, miterLimit } = this;
    const { dash, font, textAlign } = this;
    this.stack.push({
      ...{ matrix, fillStyle, strokeStyle, globalAlpha, lineWidth, lineCap, lineJoin, miterLimit },
      ...{ dash, font, textAlign },
    });
    this.page.save();
  }

  restore(): void {
    Object.assign(this, this.stack.pop());
    this.page.restore();
  }

  /** The page's scale: lines and text grow with it. */
  scale(x: number, y: number): void {
    this.page.transform(x, 0, 0, y, 0, 0);
  }

  setLineDash(dash: readonly number[]): void {
    this.dash = dash;
  }

  createLinearGradient(x1: number, y1: number, x2: number, y2: number): LinearGradient {
    return new LinearGradient([...placed(this.matrix, x1, y1), ...placed(this.matrix, x2, y2)]);
  }

  fillRect(x: number, y: number, width: number, height: number): void {
    this.beginPath();
    this.rect(x, y, width, height);
    this.fill();
  }

  fill(): void {
    this.draw();
    this.page.fillOpacity(this.globalAlpha);
    this.page.fill(this.paint(this.fillStyle) as PDFKit.Mixins.ColorValue);
  }

  stroke(): void {
    this.setPen();
    this.draw();
    this.page.stroke(this.paint(this.strokeStyle) as PDFKit.Mixins.ColorValue);
  }

  clip(): void {
    this.draw();
    this.page.clip();
  }

  fillText(text: string, x: number, y: number): void {
    this.write(text, x, y, 'fill');
  }

  strokeText(text: string, x: number, y: number): void {
    this.write(text, x, y, 'stroke');
  }

  private draw(): void {
    for (const [name, ...numbers] of this.path) (this.page[name] as (...all: number[]) => unknown)(...numbers);
  }

  private setPen(): void {
    const { page, dash } = this;
    page.strokeOpacity(this.globalAlpha).lineWidth(this.lineWidth).lineCap(this.lineCap).lineJoin(this.lineJoin);
    page.miterLimit(this.miterLimit);
    if (dash.length === 0) page.undash();
    else page.dash(dash[0]!, { space: dash[1] ?? dash[0]! });
  }

  private paint(style: Paint): string | PDFKit.PDFGradient {
    if (typeof style === 'string') return hex(style);
    const gradient = this.page.linearGradient(...style.ends);
    for (const [offset, color] of style.stops) gradient.stop(offset, hex(color));
    return gradient;
  }

  private write(text: string, x: number, y: number, how: 'fill' | 'stroke'): void {
    const { page } = this;
    const [, weight = '400', size = '0'] = /^(?:\w+ )?(?:(\d+) )?([\d.]+)px/.exec(this.font) ?? [];
    page.save();
    page.transform(...this.matrix);
    page.font(Number(weight) >= BOLD ? 'bold' : 'regular').fontSize(Number(size));
    const width = page.widthOfString(text);
    const left = x - (this.textAlign === 'center' ? width / 2 : this.textAlign === 'right' ? width : 0);
    if (how === 'stroke') this.setPen();
    page.fillOpacity(this.globalAlpha);
    page.fillColor(this.paint(this.fillStyle) as PDFKit.Mixins.ColorValue);
    page.strokeColor(this.paint(this.strokeStyle) as PDFKit.Mixins.ColorValue);
    page.text(text, left, y, {
      lineBreak: false,
      baseline: 'alphabetic',
      fill: how === 'fill',
      stroke: how === 'stroke',
    });
    page.restore();
  }
}
