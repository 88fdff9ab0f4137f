/** What rows of `verify` are about, in words: rows of several runs or of one statement share a subject. */
const SUBJECTS: readonly (readonly [start: string, subject: string])[] = [
  ['three regimes in order', 'the order of the regimes'],
  ['loss of random points', 'the loss in divergence'],
  ['lower bound on R', 'a noise share above its lower bound in divergence'],
  ['E|g|^2 ~ L^q', 'the fall of gradients with the loss'],
  ['convergence threshold, from', 'the convergence threshold read from equilibria'],
  ['convergence threshold, 4 L', 'the convergence threshold read from converging runs'],
  ['convergence threshold, 2 / lambda', 'the convergence threshold read from curvature'],
  ['convergence threshold, 1 / sum', 'the convergence threshold read from curvature'],
  ['loss = noise floor', 'the equilibrium loss as a floor of noise'],
  ['loss on the line A - B/elr', 'the rise of the equilibrium loss with the ELR'],
  ['loss lost by annealing', 'what annealing gains'],
  ['all ess_i equal', 'the equal rotation of all groups'],
  ['w_i from the g_i', 'the norm shares from the gradients of all steps'],
  ['w_i = g_i / sum g_j', 'the norm shares from mean gradients'],
  ['ELR / balance ELR', 'the balance of slope and curvature'],
  ['ELR lambda / 2', 'the sharpness of converged runs'],
  ['gradient orthogonal to weights', 'the orthogonality of gradient and weights'],
  ["K1'", 'the kinematics of a step'],
  ['K2', 'the kinematics of a step'],
  ["K3'", 'the kinematics of a step'],
];

/** The subject of a row by its name; a name without one speaks for itself, but for the ELR at its end. */
export const rowSubject = (name: string): string =>
  SUBJECTS.find(([start]) => name.startsWith(start))?.[1] ?? `the ${name.replace(/, ELR [^,]*$/, '')}`;

/** Rows that hold by the definition of a regime: a run has diverged if its loss is near that of random points. */
const BY_DEFINITION: readonly string[] = ['loss of random points'];

export const holdsByDefinition = (name: string): boolean => BY_DEFINITION.some((start) => name.startsWith(start));

/** What differs in rows whose error is absolute. */
const QUANTITIES: readonly (readonly [start: string, quantity: string])[] = [
  ['E|g|^2 ~ L^q', 'an exponent'],
  ['w_i = g_i / sum g_j', 'a share'],
];

/** What an absolute error of a row is one of, as a noun; undefined where the subject says it. */
export const rowQuantity = (name: string): string | undefined =>
  QUANTITIES.find(([start]) => name.startsWith(start))?.[1];
