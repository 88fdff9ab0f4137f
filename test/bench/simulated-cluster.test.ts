import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Cluster, EVENTS } from '../../bench/simulated-cluster.js';

const events = fc.array(fc.tuple(fc.constantFrom(...EVENTS), fc.nat(20)), { minLength: 60, maxLength: 300 });
const lengths = fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 12 });
/** The same histories every time. */
const SEEDED = { seed: 18, numRuns: 200 };

describe('a sweep on a cluster where tasks are preempted, nodes die and answers are lost', () => {
  it('loses no run, trains none twice, and every run ends or is named', () => {
    let [finishedBefore, disturbed] = [0, 0];
    fc.assert(
      fc.property(lengths, events, fc.nat(11), (steps, history, divergent) => {
        const cluster = new Cluster(steps, { nodes: 4, isDivergent: (i) => i === divergent });
        // Throws where a run is trained by two at once, or again after its end.
        for (const [event, at] of history) cluster.happen(event, at);
        finishedBefore += cluster.runs.filter((run) => run.isFinished).length;
        disturbed += cluster.submissions.length > 1 ? 1 : 0;
        cluster.runToEnd();
        cluster.submit('heard');
        cluster.runToEnd();

        const states = cluster.states();
        expect(states).toHaveLength(steps.length);
        for (const [i, run] of cluster.runs.entries()) {
          if (i !== divergent) {
            expect(states[i]).toMatchObject({ folder: run.folder, state: 'finished' });
            // Every step once, and those again that no checkpoint had.
            expect(run.trained).toBe(run.steps + run.lost);
          } else expect(states[i]).toMatchObject({ state: 'failed', reason: 'loss is not finite', word: 'FAILED' });
        }
        // What is finished is not submitted again.
        const before = cluster.submissions.length;
        cluster.submit('heard');
        expect(cluster.submissions.slice(before).flatMap(({ runs }) => runs)).toEqual(
          divergent < steps.length ? [`run-${divergent}`] : [],
        );
      }),
      SEEDED,
    );
    // The histories are none in which nothing happens: most submit again, and runs end in the middle of them.
    expect(finishedBefore).toBeGreaterThan(SEEDED.numRuns / 4);
    expect(disturbed).toBeGreaterThan(SEEDED.numRuns / 2);
  });

  it('is caught where it plans without looking at the queue', () => {
    const careless = new Cluster([3, 3]);
    careless.submit('heard');
    careless.happen('start', 0);
    // A second submission of the same runs, as a planner would make that takes a run without result for a missing one.
    Object.assign(careless, {
      states: () => careless.runs.map(({ folder }) => ({ folder, varied: {}, state: 'waiting' })),
    });
    careless.submit('heard');
    expect(() => careless.runToEnd()).toThrow('is trained');
  });
});
