/** What error bars and bands are, in the words of captions. */

export const RUN_ERRORS =
  'error bars: one standard error of a run in equilibrium or divergence, from its own fluctuations, and over seeds where there are several; none where smaller than the mark or not known';
export const FLOOR_ERRORS = 'band around the noise floor: one standard error of R';
export const LINE_ERRORS =
  'band around the line through two equilibria: one standard error, from those of the two losses that it goes through';
