import { ratioFromNoise } from '../../src/regime/noise-ratio.js';
import type { Verification } from '../../src/verify/verify.js';

/**
 * ELR of the network at which k is 1, as far as the noise share R of its runs determines it (T14): the geometric mean of ELR / k over
 * the runs whose R is a k (`ratioFromNoise`). undefined where no run's is, so that nothing puts the network and the toy at one k. No
 * threshold that is read off the sweep enters.
 */
export function networkThreshold({ runs }: Pick<Verification, 'runs'>): number | undefined {
  const logs = runs.flatMap((run) => {
    const k = ratioFromNoise(run);
    return k === undefined ? [] : [Math.log(run.elr / k)];
  });
  return logs.length === 0 ? undefined : Math.exp(logs.reduce((sum, log) => sum + log / logs.length, 0));
}
