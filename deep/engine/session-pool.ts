import { createHash } from 'node:crypto';
import { onnxruntime, type ort } from './onnxruntime.js';

type Session = ort.InferenceSession;
type SessionOptions = ort.InferenceSession.SessionOptions;

/** Makes a session; tests count what it is asked for. */
export type CreateSession = (model: Uint8Array, options: SessionOptions) => Promise<Session>;

/** A session on loan. Others may run it at the same time. */
export interface BorrowedSession {
  readonly session: Session;
  /** Another loan of the same session, for something that must not outlive it. */
  share(): BorrowedSession;
  /** Gives it back; a second time does nothing. */
  release(): Promise<void>;
}

interface Entry {
  readonly session: Promise<Session>;
  users: number;
  timer?: NodeJS.Timeout;
}

export interface SessionPoolOptions {
  readonly create?: CreateSession;
  /** How long a session that nobody uses is kept. */
  readonly idleMilliseconds?: number;
  /** How many of these there may be; the oldest go. */
  readonly mostIdle?: number;
}

/**
 * A session costs up to 0.4 s: where ten seconds go by without it, that is small beside what is done meanwhile, and its
 * memory (up to some hundred MB) is worth more.
 */
const IDLE_MILLISECONDS = 10_000;

/** A run has up to eight: at random points; training, and measuring on two sets, on whole batches and on the last; evaluation. */
const MOST_IDLE = 8;

/** What sessions that compute the same have in common. */
export const sessionKey = (model: Uint8Array, options: SessionOptions): string =>
  createHash('sha256').update(JSON.stringify(options)).update('\n').update(model).digest('base64');

interface Lender {
  take(): void;
  giveBack(): Promise<void>;
}

/** A loan, which has been counted already. */
function lend(session: Session, lender: Lender): BorrowedSession {
  let borrowed = true;
  const release = async (): Promise<void> => {
    if (!borrowed) return;
    borrowed = false;
    await lender.giveBack();
  };
  const share = (): BorrowedSession => {
    lender.take();
    return lend(session, lender);
  };
  return { session, share, release };
}

/**
 * Sessions of onnxruntime by what they compute: who asks for the same graph with the same options gets the same session,
 * also for a while after the last user gave it back, so that the runs of a sweep make each session once.
 */
export class SessionPool {
  private readonly entries = new Map<string, Entry>();
  private readonly create: CreateSession;
  private readonly idleMilliseconds: number;
  private readonly mostIdle: number;

  constructor(options: SessionPoolOptions = {}) {
    this.create = options.create ?? (async (model, given) => onnxruntime().InferenceSession.create(model, given));
    this.idleMilliseconds = options.idleMilliseconds ?? IDLE_MILLISECONDS;
    this.mostIdle = options.mostIdle ?? MOST_IDLE;
  }

  /** A session for a graph, shared. Throws what its creation throws; the next one to ask tries again. */
  async borrow(model: Uint8Array, options: SessionOptions): Promise<BorrowedSession> {
    const key = sessionKey(model, options);
    const entry = this.entries.get(key) ?? { session: this.create(model, options), users: 0 };
    this.entries.set(key, entry);
    entry.users += 1;
    clearTimeout(entry.timer);
    let session: Session;
    try {
      session = await entry.session;
    } catch (error) {
      if (this.entries.get(key) === entry) this.entries.delete(key);
      throw error;
    }
    return lend(session, {
      take: () => {
        entry.users += 1;
      },
      giveBack: async () => {
        entry.users -= 1;
        if (entry.users === 0) await this.rest(key, entry);
      },
    });
  }

  /** A session that is nobody else's, released at once when it is given back. */
  async borrowAlone(model: Uint8Array, options: SessionOptions): Promise<BorrowedSession> {
    const session = await this.create(model, options);
    let users = 1;
    return lend(session, {
      take: () => {
        users += 1;
      },
      giveBack: async () => {
        users -= 1;
        if (users === 0) await session.release();
      },
    });
  }

  /** Releases all sessions that nobody uses. */
  async releaseIdle(): Promise<void> {
    for (const [key, entry] of this.idle()) await this.drop(key, entry);
  }

  private async rest(key: string, entry: Entry): Promise<void> {
    // To the end of the map: its order is the one in which sessions came to rest.
    this.entries.delete(key);
    this.entries.set(key, entry);
    // Nobody waits for this timer, the end of the process least of all.
    entry.timer = setTimeout(() => void this.drop(key, entry), this.idleMilliseconds).unref();
    const idle = this.idle();
    for (const [oldest, unused] of idle.slice(0, Math.max(0, idle.length - this.mostIdle))) {
      await this.drop(oldest, unused);
    }
  }

  private idle(): [string, Entry][] {
    return [...this.entries].filter(([, { users }]) => users === 0);
  }

  private async drop(key: string, entry: Entry): Promise<void> {
    if (entry.users > 0 || this.entries.get(key) !== entry) return;
    this.entries.delete(key);
    clearTimeout(entry.timer);
    await (await entry.session).release();
  }
}

/** The sessions of this process. */
export const sessions = new SessionPool();
// What a GPU's driver still holds when a process ends has to be given back before.
process.once('beforeExit', () => void sessions.releaseIdle());
