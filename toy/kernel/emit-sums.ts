/** The running sums of a pair: what running-averages.ts and noise-share.ts do for one replica. */
import { PRODUCT_LIMIT } from '../dynamics/log-products.js';
import { SMALLEST_LOSS } from '../dynamics/noise-share.js';
import { add, both, type Code, call, constant, divide, isAll, isAny, isLess, multiply, squareRoot } from './code.js';
import { type PairWriter, product, type StepPart, squared, Total } from './emit-step.js';

const ONE = constant(1);

/** Sum of the losses of a block. */
export const lossPart = (writer: PairWriter): StepPart => ({
  group: () => {},
  end: (loss) => writer.addTo('blockLoss', loss),
});

/** The loss of the last step. */
export const lastLossPart = (writer: PairWriter): StepPart => ({
  group: () => {},
  end: (loss) => writer.store('loss', loss),
});

/** Squared norm and squared gradient of all groups. */
function squares(writer: PairWriter) {
  const [norm, gradient] = [new Total(writer), new Total(writer)];
  const group: StepPart['group'] = ({ squareX, squareY, gradientX, fallY }) => {
    for (const square of [squareX, squareY]) norm.add(square);
    for (const part of [gradientX, fallY]) gradient.add(squared(part));
  };
  return { norm, gradient, group };
}

/** rate norm^2 |grad|^2 / 4 where the rate is an ELR. */
const floorOf = (writer: PairWriter, rate: 'elr' | 'learningRate', norm: Code, gradient: Code): Code => {
  const step = rate === 'elr' ? multiply(writer.load('rate'), norm) : writer.load('rate');
  return product(step, gradient, constant(0.25));
};

/** Ratios of floor and loss where the loss is near the minimum, which is not so at most steps. */
function addNearRatios(writer: PairWriter, loss: Code, floor: () => Code): void {
  const near = writer.keep(both(isLess(constant(SMALLEST_LOSS), loss), isLess(loss, writer.load('nearLoss'))));
  writer.body.when(isAny(near), () => {
    writer.addTo('ratio', both(near, divide(floor(), loss)));
    writer.addTo('count', both(near, ONE));
  });
}

/** The noise share before the part that is averaged. */
export function earlyNoiseSharePart(writer: PairWriter, rate: 'elr' | 'learningRate'): StepPart {
  const { norm, gradient, group } = squares(writer);
  return {
    group,
    end: (loss) => addNearRatios(writer, loss, () => floorOf(writer, rate, norm.value, gradient.value)),
  };
}

/** log(1 + ess^2), as `addLogOfOnePlus` adds it; `flush` is the function that does where the product becomes too large. */
function addTurning(writer: PairWriter, ess: Code, flush: number): void {
  const term = writer.keep(squared(ess));
  const before = writer.keep(writer.load('turning'));
  const next = writer.keep(add(add(before, term), multiply(before, term)));
  writer.body.either(
    isAll(isLess(next, constant(PRODUCT_LIMIT))),
    () => writer.store('turning', next),
    () => {
      writer.store('factor', term);
      writer.body.do(call(flush, writer.pair));
    },
  );
}

/** All averages of the end of a run. */
export function latePart(writer: PairWriter, rate: 'elr' | 'learningRate', flush: number): StepPart {
  const { norm, gradient, group } = squares(writer);
  const shares: Code[] = [];
  const end = (loss: Code): void => {
    writer.addTo('sumLoss', loss);
    const egn = writer.keep(squareRoot(multiply(norm.value, gradient.value)));
    const step = rate === 'elr' ? writer.load('rate') : divide(writer.load('rate'), norm.value);
    const ess = writer.keep(multiply(step, egn));
    writer.addTo('sumEgn', egn);
    writer.addTo('sumEss', ess);
    addTurning(writer, ess, flush);
    writer.addTo('sumPath', divide(ess, add(ONE, ess)));
    for (const [index, square] of shares.entries()) writer.addTo('sumShare', divide(square, norm.value), index);
    const floor = writer.keep(floorOf(writer, rate, norm.value, gradient.value));
    writer.addTo('sumFloor', floor);
    addNearRatios(writer, loss, () => floor);
  };
  return {
    group: (each) => {
      group(each);
      shares.push(each.square);
    },
    end,
  };
}
