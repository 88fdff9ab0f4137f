import { describe, expect, it } from 'vitest';
import { shownNames, withShortElrs } from '../../../../src/text/verification/short-elrs.js';

describe('ELRs in the names of rows', () => {
  it.each([
    ['all ess_i equal, ELR 0.00316227766017', 'all ess_i equal, ELR 0.003162'],
    ['ELR 0.000316227766017', 'ELR 3.16e-4'],
    ['ELR 1e-5, seed 2', 'ELR 1e-5, seed 2'],
    [
      'undecided between others at ELR 0.00316227766017, 0.0316227766017',
      'undecided between others at ELR 0.003162, 0.03162',
    ],
    [
      'at ELR 0.0316227766017; the cosine itself reaches 0.123456789',
      'at ELR 0.03162; the cosine itself reaches 0.123456789',
    ],
    ['ELR / balance ELR', 'ELR / balance ELR'],
    ['same-batch sharpness x ELR / 2', 'same-batch sharpness x ELR / 2'],
    ['ELR lambda / 2 at most 1', 'ELR lambda / 2 at most 1'],
  ])('%s', (name, short) => {
    expect(withShortElrs(name)).toBe(short);
  });

  it('keep their digits where two of them would look the same', () => {
    const names = ['loss, ELR 0.00316227', 'loss, ELR 0.00316228', 'loss, ELR 0.0316227766', 'EGN, ELR 0.00316227'];
    expect(shownNames(names)).toEqual([names[0], names[1], 'loss, ELR 0.03162', 'EGN, ELR 0.003162']);
    expect(shownNames([names[2]!, names[2]!])).toEqual(['loss, ELR 0.03162', 'loss, ELR 0.03162']);
  });
});
