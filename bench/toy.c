/* The loop of bench/toy.ts in plain C: group-steps per second of processor time.
   Arguments: groups, replicas, steps. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

int main(int argc, char **argv) {
  if (argc != 4) return 2;
  int groups = atoi(argv[1]), replicas = atoi(argv[2]), steps = atoi(argv[3]);
  int size = 2 * groups;
  double *x = malloc(sizeof(double) * size * replicas), *alpha = malloc(sizeof(double) * groups), total = 0;
  for (int i = 0; i < groups; i++) total += alpha[i] = i + 1;
  srand(1);
  for (int i = 0; i < size * replicas; i++) x[i] = rand() / (double)RAND_MAX + 0.1;
  double elr = 1.3 / total, check = 0;
  struct timespec begin, end;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &begin);
  for (int r = 0; r < replicas; r++) {
    double *p = x + r * size;
    for (int t = 0; t < steps; t++) {
      double square = 0, loss = 0;
      for (int i = 0; i < groups; i++) {
        double a = p[2 * i], b = p[2 * i + 1], inverse = 1 / (a * a + b * b);
        double turn = 2 * elr * alpha[i] * a * b * inverse * inverse;
        loss += alpha[i] * a * a * inverse;
        p[2 * i] = a - turn * b;
        p[2 * i + 1] = b + turn * a;
        square += p[2 * i] * p[2 * i] + p[2 * i + 1] * p[2 * i + 1];
      }
      double scale = 1 / sqrt(square);
      for (int i = 0; i < size; i++) p[i] *= scale;
      check += loss;
    }
  }
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &end);
  double seconds = (end.tv_sec - begin.tv_sec) + 1e-9 * (end.tv_nsec - begin.tv_nsec);
  fprintf(stderr, "%g\n", check);
  printf("%g\n", (double)groups * replicas * steps / seconds);
  return 0;
}
