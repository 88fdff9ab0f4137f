// Thresholds and equilibrium of the toy model in closed form, beside a simulation.
import { convergenceThreshold, divergenceThreshold, equilibrium, simulateToy } from 'sphere-regimes/toy';

const alpha = [1, 2, 4];
const elrs = [0.05, 0.2, 1, 5];

console.log(`alpha ${alpha}: convergence up to ELR ${convergenceThreshold(alpha).toPrecision(4)}`);
console.log(
  `divergence, within 5% of the loss of random points, from ${divergenceThreshold(alpha, 0.05).toPrecision(4)}`,
);

for (const elr of elrs) {
  const closed = equilibrium(alpha, elr);
  const simulated = simulateToy(alpha, elr, { steps: 20_000, seed: 1 });
  console.log(
    `ELR ${elr}: ${closed.regime}, loss ${closed.loss.toPrecision(3)};`,
    `simulated: ${simulated.decision.regime}, mean loss of the last half ${simulated.loss.mean.toPrecision(3)}`,
  );
}
