// Your own scale-invariant function: its convergence threshold, found numerically, and runs on both sides of it.
import { parseToyFunction, sharpnessThreshold, simulateToy, userSubject } from 'sphere-regimes/toy';

// Three coordinates in one group: multiplying all of them by the same number leaves the function as it is.
const own = await parseToyFunction('(x^2 + 3*y^2) / (x^2 + y^2 + z^2)', 'x,y,z');
const { threshold, sharpness } = sharpnessThreshold(own.fn);
console.log(
  `sharpness ${sharpness.toPrecision(6)} at the flattest minimum: convergence up to ELR ${threshold.toPrecision(6)}`,
);
console.log(`mean loss of random points ${own.randomLoss.mean.toPrecision(3)}`);

for (const elr of [0.9 * threshold, 1.5 * threshold, 100 * threshold]) {
  const { decision, loss } = simulateToy(userSubject(own), elr, { steps: 20_000, seed: 1 });
  console.log(`ELR ${elr.toPrecision(3)}: ${decision.regime}, mean loss of the last half ${loss.mean.toPrecision(3)}`);
}
