import { eachReplica, type PerReplica, type Transform } from './ensemble.js';

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

/**
 * `descend`, then all coordinates of a replica together back to norm 1: the plain step, and the fast one. Two sums at a
 * time, since each addition waits for the one before it.
 */
export function descendOnSphere(learningRate: PerReplica, replicas: number): Transform {
  const rates = eachReplica(learningRate, replicas);
  return ({ fn: { dimension }, position, update }) => {
    const paired = dimension - (dimension % 2);
    for (let replica = 0, start = 0; replica < replicas; replica += 1, start += dimension) {
      const rate = rates[replica]!;
      let [even, odd] = [0, 0];
      for (let i = start; i < start + paired; i += 2) {
        const first = position[i]! - rate * update[i]!;
        const second = position[i + 1]! - rate * update[i + 1]!;
        position[i] = first;
        position[i + 1] = second;
        even += first * first;
        odd += second * second;
      }
      const last = start + paired;
      if (paired < dimension) {
        position[last]! -= rate * update[last]!;
        even += position[last]! * position[last]!;
      }
      const scale = 1 / Math.sqrt(even + odd);
      for (let i = start; i < start + dimension; i += 1) position[i]! *= scale;
    }
  };
}

/** x <- x - elr rho^2 update, with rho the norm of x: a fixed ELR at any norm. */
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

/** update <- update + weightDecay x, before momentum accumulates it: coupled weight decay, as in torch.optim.SGD. */
export function addWeightDecay(weightDecay: PerReplica, replicas: number): Transform {
  const decays = eachReplica(weightDecay, replicas);
  return ({ fn: { dimension }, position, update }) => {
    for (let replica = 0, i = 0; replica < replicas; replica += 1) {
      const decay = decays[replica]!;
      for (const end = i + dimension; i < end; i += 1) update[i]! += decay * position[i]!;
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
