import { add, Body, integer, integerAdd, integerLess } from './code.js';
import { emitGradient, emitSphere, movedAlongGradient } from './emit-step.js';
import { loadModule, moduleBytes } from './module.js';
import { PairRecord } from './record.js';

export function bareKernel(n: number, pairs: number) {
  const record = new PairRecord(n, ['rate', 'loss'], ['x', 'y', 'alpha']);
  const body = new Body(3, 4);
  const [begin, end, steps, pair] = [0, 1, 2, 3].map((i) => body.integer(i));
  body.repeat(() => {
    body.do(pair!.set(begin!.get));
    body.repeat(() => {
      const step = emitGradient(body, record, pair!.get, n);
      body.do(record.store(pair!.get, 'loss', add(record.load(pair!.get, 'loss'), step.loss)));
      emitSphere(step, movedAlongGradient(step));
      body.do(pair!.set(integerAdd(pair!.get, integer(record.size))));
    }, integerLess(pair!.get, end!.get));
    body.do(steps!.set(integerAdd(steps!.get, integer(-1))));
  }, steps!.get);
  const bytes = moduleBytes({ imports: [], functions: { steps: body.bytes() } });
  return { record, loaded: loadModule(bytes, record.size * pairs, () => ({})) };
}
