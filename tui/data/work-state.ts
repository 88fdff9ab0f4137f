/** Whether this process trains: `idle` before and after, `stopping` while its processes end. */
export interface WorkState {
  readonly state: 'idle' | 'working' | 'stopping';
  /** How far it is, or how it ended, in a line; empty while there is nothing to say. */
  readonly text: string;
}
