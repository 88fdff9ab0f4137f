/** Files of a run that cannot be read, or are not what was written: one line that says which. */
export class DamagedRun extends Error {
  override readonly name = 'DamagedRun';
}

/** What to do about a damaged run, as a clause of a message. */
export const REDO = 'remove its folder or use regimes sweep --redo-damaged to train it again';
