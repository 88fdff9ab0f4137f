import { oneOf, positiveNumber, ValueError } from '../../src/text/grammar/value-grammar.js';
import { checkNoiseLaw, NOISE_LAWS, type NoiseLaw } from './multiplicative-noise.js';

/** A law of multiplicative noise, and E[s^2] where it is given. */
export interface MultiplicativeNoise {
  readonly law: NoiseLaw;
  readonly secondMoment?: number;
}

/** `LAW` or `LAW:VALUE`, VALUE = E[s^2]; the exponential law has 2. */
export function multiplicativeNoise(text: string): MultiplicativeNoise {
  const [name = '', value, ...rest] = text.split(':');
  const law = oneOf(NOISE_LAWS)(name);
  if (rest.length > 0) throw new ValueError('Allowed: LAW:VALUE, like lognormal:2.');
  if (value === undefined) return law === 'exponential' ? { law, secondMoment: 2 } : { law };
  const secondMoment = positiveNumber(value);
  checkNoiseLaw(law, secondMoment);
  return { law, secondMoment };
}
