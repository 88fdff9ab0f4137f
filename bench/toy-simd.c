/* The loop of bench/toy.ts in C with replicas side by side, for the compiler to vectorise: group-steps per second of
   processor time. Arguments: groups, replicas (a multiple of 16), steps. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

/* Replicas that go through all steps together: two or more vectors of every width, whose state stays near. */
#define BLOCK 16

static double run(int groups, int steps, double elr, const double *restrict alpha, double *restrict x, double *restrict y) {
  double losses[BLOCK] = {0};
  for (int t = 0; t < steps; t++) {
    double square[BLOCK] = {0};
    for (int i = 0; i < groups; i++) {
      double *restrict p = x + i * BLOCK, *restrict q = y + i * BLOCK, rate = 2 * elr * alpha[i];
      for (int r = 0; r < BLOCK; r++) {
        double a = p[r], b = q[r], inverse = 1 / (a * a + b * b);
        double turn = rate * a * b * inverse * inverse;
        losses[r] += alpha[i] * a * a * inverse;
        p[r] = a - turn * b;
        q[r] = b + turn * a;
        square[r] += p[r] * p[r] + q[r] * q[r];
      }
    }
    for (int r = 0; r < BLOCK; r++) square[r] = 1 / sqrt(square[r]);
    for (int i = 0; i < groups; i++) {
      for (int r = 0; r < BLOCK; r++) {
        x[i * BLOCK + r] *= square[r];
        y[i * BLOCK + r] *= square[r];
      }
    }
  }
  double sum = 0;
  for (int r = 0; r < BLOCK; r++) sum += losses[r];
  return sum;
}

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  int groups = atoi(argv[1]), replicas = atoi(argv[2]), steps = atoi(argv[3]), size = groups * replicas;
  double *x = aligned_alloc(64, sizeof(double) * size), *y = aligned_alloc(64, sizeof(double) * size);
  double *alpha = malloc(sizeof(double) * groups), total = 0, check = 0;
  for (int i = 0; i < groups; i++) total += alpha[i] = i + 1;
  srand(1);
  for (int i = 0; i < size; i++) {
    x[i] = rand() / (double)RAND_MAX + 0.1;
    y[i] = rand() / (double)RAND_MAX + 0.1;
  }
  struct timespec begin, end;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
  for (int r = 0; r < replicas; r += BLOCK)
    check += run(groups, steps, 1.3 / total, alpha, x + r * groups, y + r * groups);
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
  double seconds = (end.tv_sec - begin.tv_sec) + 1e-9 * (end.tv_nsec - begin.tv_nsec);
  fprintf(stderr, "%g\n", check);
  printf("%g\n", (double)size * steps / seconds);
  return 0;
}
