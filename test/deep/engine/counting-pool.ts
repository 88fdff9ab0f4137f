import { onnxruntime, type ort } from '../../../deep/engine/onnxruntime.js';
import { SessionPool } from '../../../deep/engine/session-pool.js';

/** Sessions of onnxruntime, and what they were given in each call, in turn. */
export function countingPool() {
  const calls: Record<string, ort.Tensor>[] = [];
  const pool = new SessionPool({
    create: async (model, options) => {
      const session = await onnxruntime().InferenceSession.create(model, options);
      const run = session.run.bind(session);
      session.run = (feeds: Parameters<typeof run>[0]) => {
        calls.push(feeds as Record<string, ort.Tensor>);
        return run(feeds);
      };
      return session;
    },
  });
  return { pool, calls };
}
