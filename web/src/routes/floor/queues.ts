/** How a queue is doing, as a tone and a word. */
import type { Measured, QueueLive } from '../../lib/api/types';
import type { Tone } from '../../lib/tone';
import type { Promise_ } from './need';

export interface QueueState { tone: Tone; word: string }

/** This far below its target, in share points, service level is red. */
const farBelow = 0.1;

export function serviceTone(m: Measured | undefined, promise: Promise_ | undefined): Tone | null {
  if (m?.value == null || !promise) return null;
  const missing = promise.percent / 100 - m.value;
  return missing <= 0 ? 'good' : missing > farBelow ? 'bad' : 'warn';
}

/** `past` is how many of its conversations wait past the promise: those are late. */
export function queueState(q: QueueLive, past: number, promise: Promise_ | undefined): QueueState {
  if (!q.open) return q.waiting > 0 ? { tone: 'warn', word: `Closed, ${q.waiting} still wait` } : { tone: 'neutral', word: 'Closed' };
  if (past > 0) return q.free_slots === 0 ? { tone: 'bad', word: `${past} late, nobody free` } : { tone: 'warn', word: `${past} late` };
  if (q.staffed === 0) return { tone: q.waiting > 0 ? 'bad' : 'warn', word: 'Nobody is here' };
  if (q.waiting > 0 && q.free_slots === 0) return { tone: 'warn', word: 'Nobody free' };
  const service = serviceTone(q.today.service_level, promise);
  if (service === 'warn' || service === 'bad') return { tone: 'warn', word: 'Below target' };
  return { tone: 'good', word: q.waiting > 0 ? 'Keeping up' : 'Nobody waits' };
}
