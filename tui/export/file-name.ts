import type { Figure } from '../figure/figure.js';

/** What no system takes amiss in the name of a file. */
export const fileNamePart = (text: string): string => text.replace(/[^A-Za-z0-9.+-]+/g, '-').replace(/^-+|-+$/g, '');

/** The name of the files of a figure, without an ending: figures of other quantities or ELRs have others. */
export const figureFileName = ({ name, variant = [] }: Pick<Figure, 'name' | 'variant'>): string =>
  [name, ...variant].map(fileNamePart).join('-');
