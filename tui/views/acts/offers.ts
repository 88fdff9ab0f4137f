import type { OfferedCommand } from '../../state/press.js';
import type { Scene } from '../scene.js';
import { annealing } from './annealing.js';
import { bisection } from './bisection.js';
import { lengthening } from './lengthening.js';
import type { Offer } from './offer.js';

const OFFERS: Readonly<Record<OfferedCommand, (scene: Scene) => Offer>> = {
  bisect: bisection,
  lengthen: lengthening,
  anneal: annealing,
};

/** What a key offers to train, or why it cannot. */
export const offerOf = (command: OfferedCommand, scene: Scene): Offer => OFFERS[command](scene);
