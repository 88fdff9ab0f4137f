"""The loop of bench/toy.ts in NumPy, vectorised over replicas: group-steps per second of processor time.

Arguments: groups, replicas, steps.
"""
import sys
import time

import numpy

groups, replicas, steps = (int(word) for word in sys.argv[1:])
alpha = numpy.arange(1, groups + 1, dtype=float)
generator = numpy.random.default_rng(1)
x, y = generator.normal(size=(2, replicas, groups))
elr = 1.3 / alpha.sum()
losses = numpy.zeros(replicas)
begin = time.process_time()
for _ in range(steps):
    inverse = 1 / (x * x + y * y)
    turn = 2 * elr * alpha * x * y * inverse * inverse
    losses += (alpha * x * x * inverse).sum(axis=1)
    x, y = x - turn * y, y + turn * x
    scale = 1 / numpy.sqrt((x * x + y * y).sum(axis=1, keepdims=True))
    x *= scale
    y *= scale
print(groups * replicas * steps / (time.process_time() - begin))
