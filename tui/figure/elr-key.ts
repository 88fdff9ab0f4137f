/** Key of all runs at an ELR: how a cursor finds their point. */
export const elrKey = (elr: number): string => `elr ${elr}`;

/** Digits of an ELR in names: ELRs of the toy follow from those of the network and would have all of theirs. */
const DIGITS = 6;

/** What tells the figure of a run from that of another, as part of the name of a file. */
export const elrVariant = ({ elr, seed }: { readonly elr: number; readonly seed?: number }): string =>
  `elr-${Number(elr.toPrecision(DIGITS)).toExponential()}${seed === undefined ? '' : `-seed-${seed}`}`;
