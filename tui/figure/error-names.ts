/** What error bars and bands are, in the words of captions. */

export const RUN_ERRORS =
  'error bars: one standard error of a run in equilibrium or divergence, from its own fluctuations, and over seeds where there are several; none where smaller than the mark or not known';
export const FLOOR_ERRORS = 'band around the noise floor: one standard error of R';
export const LINE_ERRORS =
  'band around the line through two equilibria: one standard error, from those of the two losses that it goes through';
export const BAR_ERRORS = 'error bars: one standard error of the mean over the stationary part of the run';
/** What a point of a run is. */
export const RUN_AVERAGE =
  'points: means over the stationary part of a run in equilibrium or divergence, of others over its last half; seeds together';
export const BRACKET_MEANING = 'shaded: between the runs on both sides of a threshold';
