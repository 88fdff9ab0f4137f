/** What the rows of `verify` state, as a formula and in a sentence: the derivations are in theory.md under the label of a row. */

export interface RowStatement {
  readonly formula: string;
  readonly meaning: string;
}

const STATEMENTS: readonly (readonly [start: string, formula: string, meaning: string])[] = [
  [
    'three regimes in order',
    'convergence < chaotic equilibrium < divergence',
    'As the ELR rises the regimes follow one another, each once.',
  ],
  [
    'loss of random points',
    'loss -> S/2, the mean loss of random points',
    'A run that diverges is no better than random weights, at any time.',
  ],
  [
    'lower bound on R',
    'R >= (1 / tolerance + 1) / 2',
    'In divergence the loss no longer rises with the steps, so its noise share exceeds that of the orbit of T4 where the toy diverges.',
  ],
  [
    'E|g|^2 ~ L^q',
    'q = d log E|g|^2 / d log L = 1',
    'Gradients that fall in proportion to the loss are noise that vanishes with it; then R is k. A floor of constant noise has q = 0.',
  ],
  [
    'convergence threshold, from the losses of two runs',
    'loss = A - B / ELR, threshold = B / A',
    'The line through two equilibria crosses zero where convergence ends.',
  ],
  [
    'convergence threshold, from the loss of one run',
    'threshold = ELR (1 - loss / loss of random points)',
    'One equilibrium tells k, if the loss of random points is the limit of its level.',
  ],
  [
    'convergence threshold, from the ESS of one run',
    'threshold = ELR / sqrt(1 + ESS^2)',
    'On the orbit of T4 the ESS is sqrt(k^2 - 1).',
  ],
  [
    'convergence threshold, 4 L',
    'threshold = 4 L / E|g|^2',
    'In a converging run whose gradients fall in proportion to the loss R is k, and k is 1 at ELR / R.',
  ],
  [
    'convergence threshold, 2 / lambda',
    'threshold = 2 / lambda_max',
    'Gradient descent leaves a minimum whose curvature exceeds 2 / ELR; the flattest one reached ends last.',
  ],
  [
    'convergence threshold, 1 / sum',
    'threshold = 1 / sum alpha_i, alpha_i = lambda_i / 2',
    'The toy made of the curvatures of the blocks of all groups.',
  ],
  [
    'divergence threshold',
    'threshold of divergence = threshold of convergence / tolerance',
    'From k = 1 / tolerance on the level is within that fraction of random points.',
  ],
  [
    'loss = noise floor',
    'loss = ELR E|g|^2 / 4, that is R = 1',
    'Where the distance to the bottom of the valley is stationary, noise holds the loss at this level.',
  ],
  ['loss on the line A - B/elr', 'loss = A - B / ELR', 'A third equilibrium lies on the line through the first two.'],
  [
    'loss lost by annealing',
    'loss lost = ELR E|g|^2 / 4',
    'What noise had kept of the loss is lost when the rate is decayed to almost nothing.',
  ],
  [
    'all ess_i equal',
    'ess_i = ess for every group i',
    'A group that turns faster gains norm and so slows down, until all turn equally fast.',
  ],
  [
    'w_i from the g_i of all steps',
    'mean log(1 + (ELR g_i / w_i)^2) equal for all i, sum w_i = 1',
    'The norm shares at which all groups turn equally fast, from the gradients of every step.',
  ],
  ['w_i = g_i / sum g_j', 'w_i = g_i / sum_j g_j', 'The same from mean gradients: exact if they do not fluctuate.'],
  [
    'ELR / balance ELR',
    'ELR = 2 E[g_a.g_b] / E[g_a.H_b g_a]',
    'Where a step leaves the mean loss unchanged, its gain by the slope is its loss by the curvature; below that ELR the loss falls.',
  ],
  [
    'same-batch sharpness',
    'ELR E[g_a.H_a g_a] / (2 E|g_a|^2)',
    'The curvature of a batch along its own gradient: at most 1 where runs converge, 1 in equilibrium.',
  ],
  [
    'ELR lambda / 2',
    'ELR lambda_max / 2 <= 1',
    'A run can only converge where its largest curvature is at most 2 / ELR.',
  ],
  [
    'gradient orthogonal to weights',
    'w . grad F = 0',
    'The loss does not depend on the norm of scale-invariant weights.',
  ],
  [
    "K1'",
    'angle = atan2(ess sqrt(1 - c^2), 1 - ess c)',
    'The angle of a step follows from its ESS, exactly, given the cosine c that rounding and epsilon leave.',
  ],
  ['K2', 'ess^2 = sum_i w_i ess_i^2', 'The joint ESS is the mean of those of the groups by their norm shares.'],
  [
    "K3'",
    "w_i' = w_i (1 - 2 ess_i c_i + ess_i^2) / (1 - 2 ess c + ess^2)",
    'Groups that rotate faster than all together gain norm.',
  ],
  ['threshold before the sweep', 'threshold of a probe', 'What short runs said before these runs.'],
  ['divergence before the sweep', 'threshold of a probe', 'What short runs said before these runs.'],
];

/** What a row states, by its name; undefined where it is not known. */
export function rowStatement(name: string): RowStatement | undefined {
  const found = STATEMENTS.find(([start]) => name.startsWith(start));
  return found && { formula: found[1], meaning: found[2] };
}
