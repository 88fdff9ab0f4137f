import { SAMPLINGS } from '../../src/run/image-settings.js';
import { positiveNumbers } from '../../src/text/grammar/range-grammar.js';
import { count, nonNegativeNumber, oneOf, positiveNumber, ValueError } from '../../src/text/grammar/value-grammar.js';
import { formatNumber } from '../../src/text/output.js';
import { MAXIMUM_STEPS } from '../../toy/dynamics/simulate.js';
import type { NoiseLaw } from '../../toy/theory/multiplicative-noise.js';
import { multiplicativeNoise } from '../../toy/theory/noise-law-words.js';
import type { ToySettings } from '../data/toy-messages.js';

/** The toy and its ELR, as they are changed by hand. */
export interface ToyHand {
  readonly settings: ToySettings;
  /** ELR of the toy at the cursor. */
  readonly elr: number | undefined;
}

export interface ToyField {
  readonly name: string;
  /** As it is shown, and as an edit begins. */
  text(hand: ToyHand): string;
  /** What is typed; throws a ValueError that says what is allowed. */
  parse(hand: ToyHand, text: string): ToyHand;
  /** One press of + or -. */
  nudge(hand: ToyHand, up: boolean): ToyHand;
  /** Whether it is off: left out where there is no room, unless it is chosen. */
  isOff?(settings: ToySettings): boolean;
}

/** Ten presses are a factor of ten. */
const TENTH_DECADE = 10 ** 0.1;
const MOST_GROUPS = 12;
/** So that an answer takes a second, not a minute. */
export const MOST_STEPS = Math.min(MAXIMUM_STEPS, 200_000);

/** Three digits, so that presses up and down come back to where they began. */
const times = (value: number, factor: number): number => Number((value * factor).toPrecision(3));

/** A quantity that may be 0: from there to its smallest step, and back. */
function nudgedFromZero(value: number, up: boolean, smallest: number): number {
  if (up) return value === 0 ? smallest : times(value, 2);
  return value <= smallest ? 0 : times(value, 0.5);
}

const withSettings = (hand: ToyHand, change: Partial<ToySettings>): ToyHand => ({
  ...hand,
  settings: { ...hand.settings, ...change },
});

const elrField: ToyField = {
  name: 'ELR',
  text: ({ elr }) => (elr === undefined ? '' : formatNumber(elr)),
  parse: (hand, text) => ({ ...hand, elr: positiveNumber(text) }),
  nudge: (hand, up) =>
    hand.elr === undefined ? hand : { ...hand, elr: times(hand.elr, up ? TENTH_DECADE : 1 / TENTH_DECADE) },
};

const alphaField = (group: number): ToyField => ({
  name: `alpha${group + 1}`,
  text: ({ settings }) => formatNumber(settings.alpha[group]!, 3),
  parse: (hand, text) => {
    const alpha = positiveNumber(text);
    return withSettings(hand, { alpha: hand.settings.alpha.map((value, i) => (i === group ? alpha : value)) });
  },
  nudge: (hand, up) =>
    withSettings(hand, {
      alpha: hand.settings.alpha.map((value, i) =>
        i === group ? times(value, up ? TENTH_DECADE : 1 / TENTH_DECADE) : value,
      ),
    }),
});

/** All alphas as a list: the number of groups changes with it. */
export const ALPHAS: ToyField = {
  name: 'alphas',
  text: ({ settings }) => settings.alpha.join(','),
  parse: (hand, text) => {
    const alpha = positiveNumbers(text);
    if (alpha.length > MOST_GROUPS) throw new ValueError(`Allowed: ${MOST_GROUPS} groups at most.`);
    return withSettings(hand, { alpha });
  },
  nudge: (hand) => hand,
};

const stepsField: ToyField = {
  name: 'steps',
  text: ({ settings }) => String(settings.steps),
  parse: (hand, text) => {
    const steps = count(text);
    if (steps > MOST_STEPS) throw new ValueError(`Allowed: ${MOST_STEPS} steps at most.`);
    return withSettings(hand, { steps });
  },
  nudge: (hand, up) => {
    const { steps } = hand.settings;
    return withSettings(hand, { steps: Math.min(MOST_STEPS, Math.max(1, up ? steps * 2 : Math.floor(steps / 2))) });
  },
};

const noiseField: ToyField = {
  name: 'noise',
  text: ({ settings }) => formatNumber(settings.noise, 3),
  parse: (hand, text) => withSettings(hand, { noise: nonNegativeNumber(text) }),
  nudge: (hand, up) => withSettings(hand, { noise: nudgedFromZero(hand.settings.noise, up, 0.01) }),
};

/** From none to 1.25, then by a quarter; the exponential law has one mean square only. */
const factorsField: ToyField = {
  name: 'factors',
  text: ({ settings: { law, secondMoment } }) => factorsText(law, secondMoment),
  parse: (hand, text) => {
    if (text === 'none') return withSettings(hand, { secondMoment: 1 });
    const { law, secondMoment } = multiplicativeNoise(text);
    if (secondMoment === undefined) throw new ValueError(`Allowed: none, or LAW:VALUE, like ${law}:2.`);
    return withSettings(hand, { law, secondMoment });
  },
  nudge: (hand, up) => {
    const { law, secondMoment } = hand.settings;
    if (law === 'exponential') return hand;
    const next = times(secondMoment, up ? 1.25 : 1 / 1.25);
    return withSettings(hand, { secondMoment: next < 1.1 ? 1 : next });
  },
  isOff: ({ secondMoment }) => secondMoment === 1,
};

/** Multiplicative noise as it is typed. */
export const factorsText = (law: NoiseLaw, secondMoment: number): string =>
  secondMoment === 1 ? 'none' : `${law}:${formatNumber(secondMoment, 3)}`;

const MOST_SAMPLES = 4096;

/** Of a finite set; 0: noise is drawn anew. A batch is no larger than the set. */
const samplesField: ToyField = {
  name: 'samples',
  text: ({ settings }) => String(settings.samples),
  parse: (hand, text) => {
    const samples = text === '0' ? 0 : count(text);
    if (samples > MOST_SAMPLES)
      throw new ValueError(`Allowed: ${MOST_SAMPLES} samples at most; 0 for noise drawn anew.`);
    return withSettings(hand, { samples, batch: Math.max(1, Math.min(hand.settings.batch, samples || 1)) });
  },
  nudge: (hand, up) => {
    const { samples, batch } = hand.settings;
    const next = Math.min(MOST_SAMPLES, up ? Math.max(8, samples * 2) : samples <= 8 ? 0 : Math.floor(samples / 2));
    return withSettings(hand, { samples: next, batch: Math.max(1, Math.min(batch, next)) });
  },
  isOff: ({ samples }) => samples === 0,
};

const batchField: ToyField = {
  name: 'batch',
  text: ({ settings }) => String(settings.batch),
  parse: (hand, text) => {
    const batch = count(text);
    if (batch > hand.settings.samples) throw new ValueError(`Allowed: up to the ${hand.settings.samples} samples.`);
    return withSettings(hand, { batch });
  },
  nudge: (hand, up) => {
    const { samples, batch } = hand.settings;
    return withSettings(hand, { batch: Math.min(samples, Math.max(1, up ? batch * 2 : Math.floor(batch / 2))) });
  },
};

const samplingField: ToyField = {
  name: 'sampling',
  text: ({ settings }) => settings.sampling,
  parse: (hand, text) => withSettings(hand, { sampling: oneOf(SAMPLINGS)(text) }),
  nudge: (hand) => withSettings(hand, { sampling: hand.settings.sampling === 'with' ? 'without' : 'with' }),
};

const weightDecayField: ToyField = {
  name: 'weight decay',
  text: ({ settings }) => formatNumber(settings.weightDecay, 3),
  parse: (hand, text) => withSettings(hand, { weightDecay: nonNegativeNumber(text) }),
  nudge: (hand, up) => withSettings(hand, { weightDecay: nudgedFromZero(hand.settings.weightDecay, up, 0.001) }),
};

/** The fields in the order in which they are shown. */
export const toyFields = ({ alpha, samples }: ToySettings): ToyField[] => [
  elrField,
  ...alpha.map((_, group) => alphaField(group)),
  stepsField,
  noiseField,
  factorsField,
  samplesField,
  ...(samples > 0 ? [batchField, samplingField] : []),
  weightDecayField,
];
