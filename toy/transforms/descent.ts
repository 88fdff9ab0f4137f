import { eachReplica, type PerReplica, type Transform } from '../ensemble.js';

/** x <- x - learningRate * update. On a sphere of radius 1 the learning rate is the ELR. */
export function descend(learningRate: PerReplica, replicas: number): Transform {
  const rates = eachReplica(learningRate, replicas);
  return ({ fn: { dimension }, position, update }) => {
    for (let replica = 0, i = 0; replica < replicas; replica += 1) {
      const rate = rates[replica]!;
      for (const end = i + dimension; i < end; i += 1) position[i]! -= rate * update[i]!;
    }
  };
}

/** `descend`, then all coordinates of a replica together back to norm 1, in one pass: the plain step, and the fast one. */
export function descendOnSphere(learningRate: PerReplica, replicas: number): Transform {
  const rates = eachReplica(learningRate, replicas);
  return ({ fn: { dimension }, position, update }) => {
    for (let replica = 0, i = 0; replica < replicas; replica += 1) {
      const rate = rates[replica]!;
      const start = i;
      let square = 0;
      for (const end = i + dimension; i < end; i += 1) {
        const moved = position[i]! - rate * update[i]!;
        position[i] = moved;
        square += moved * moved;
      }
      const scale = 1 / Math.sqrt(square);
      for (let j = start; j < i; j += 1) position[j]! *= scale;
    }
  };
}

/** x <- x - elr rho^2 update, with rho the norm of x: a fixed ELR whatever the norm. */
export function descendAtElr(elr: PerReplica, replicas: number): Transform {
  const rates = eachReplica(elr, replicas);
  return ({ fn: { dimension }, position, update }) => {
    for (let replica = 0; replica < replicas; replica += 1) {
      const start = replica * dimension;
      let square = 0;
      for (let i = start; i < start + dimension; i += 1) square += position[i]! * position[i]!;
      const rate = rates[replica]! * square;
      for (let i = start; i < start + dimension; i += 1) position[i]! -= rate * update[i]!;
    }
  };
}

/** x <- (1 - learningRate * weightDecay) x, before the descent it belongs to. */
export function decayWeights(learningRate: PerReplica, weightDecay: PerReplica, replicas: number): Transform {
  const rates = eachReplica(learningRate, replicas);
  const decays = eachReplica(weightDecay, replicas);
  return ({ fn: { dimension }, position }) => {
    for (let replica = 0, i = 0; replica < replicas; replica += 1) {
      const factor = 1 - rates[replica]! * decays[replica]!;
      for (const end = i + dimension; i < end; i += 1) position[i]! *= factor;
    }
  };
}

/** Heavy-ball momentum: velocity <- momentum * velocity + update, and the velocity is what the step moves along. */
export function accumulateMomentum(momentum: PerReplica, dimension: number, replicas: number): Transform {
  const factors = eachReplica(momentum, replicas);
  const velocity = new Float64Array(replicas * dimension);
  return ({ update }) => {
    for (let replica = 0, i = 0; replica < replicas; replica += 1) {
      const factor = factors[replica]!;
      for (const end = i + dimension; i < end; i += 1) {
        velocity[i] = factor * velocity[i]! + update[i]!;
        update[i] = velocity[i]!;
      }
    }
  };
}
