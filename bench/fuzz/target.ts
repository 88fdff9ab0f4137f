/** A reader that is tried, with a file that it takes. */
export interface Target {
  readonly name: string;
  /** The file that is changed. */
  readonly path: string;
  /** Reads what is there; throws one line where it is damaged. */
  readonly read: () => unknown;
  /** Whether taking the file was right, by a second opinion; undefined where there is none. */
  readonly isRight?: (changed: Buffer, original: Buffer) => boolean;
  /** The second opinion is a coarse one: what it takes may well be damaged. */
  readonly isCoarse?: true;
}
