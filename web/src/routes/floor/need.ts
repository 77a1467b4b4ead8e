/** Why a conversation needs somebody, in words that tick. What it needs and how much is the server's to say. */
import type { Channel, ConversationSummary, NeedReason, Schemas } from '../../lib/api/types';
import { formatDuration } from '../../lib/format';
import type { Tone } from '../../lib/tone';

/** From here on a conversation is in trouble: past its promise, or its customer asked for a person. */
const badFrom = 35;
/** Below this it merely waits, within its promise. */
const warnFrom = 10;

export function needTone(points: number): Tone {
  return points >= badFrom ? 'bad' : points >= warnFrom ? 'warn' : 'neutral';
}

export function needsSomebody(c: ConversationSummary): boolean {
  return c.need.points >= warnFrom;
}

/** The promise of a queue: the share and the two thresholds, as set up. */
export type Promise_ = Pick<Schemas['ServiceTarget'], 'percent' | 'within_ms' | 'voice_within_ms'>;

export function withinMs(promise: Promise_ | undefined, channel: Channel): number | null {
  if (!promise) return null;
  return channel === 'voice' ? promise.voice_within_ms : promise.within_ms;
}

/** The reason now. The server's own words stand where the kind is not known here or nothing ticks. */
export function reasonWords(r: NeedReason, now: number, promiseMs: number | null): string {
  if (r.since === null) return r.words;
  const t = formatDuration(Math.max(0, now - r.since));
  switch (r.kind) {
    case 'past_target': return promiseMs === null ? `waiting ${t}, past its promise` : `waiting ${t}, past the ${formatDuration(promiseMs)} promise`;
    case 'waiting_long': return `waiting ${t}`;
    case 'unanswered': return `unanswered for ${t}`;
    case 'asked_for_person': return `asked for a person ${t} ago`;
    case 'long': return `going on for ${t}`;
    case 'on_hold_long': return `on hold for ${t}`;
    case 'returned': return `not taken ${t} ago`;
    case 'handoff_timed_out': return `handed over by AI ${t} ago, nobody came in time`;
    case 'approval_waiting': return `AI waits ${t} for an approval`;
    case 'transfer_stuck': return `nobody takes the transfer, ${t}`;
    default: return r.words;
  }
}

/** The order of the floor: the greatest need first, then whoever came first. */
export function byNeed(a: ConversationSummary, b: ConversationSummary): number {
  return b.need.points - a.need.points || a.opened_at - b.opened_at || (a.id < b.id ? -1 : 1);
}

/** Since when the conversation is in the state that it is in. */
export function inStateSince(c: ConversationSummary): number {
  switch (c.state) {
    case 'waiting':
    case 'offered': return c.waiting_since ?? c.opened_at;
    case 'held': return c.held_since ?? c.owned_since ?? c.opened_at;
    case 'wrap_up':
    case 'closed': return c.closed_at ?? c.opened_at;
    default: return c.owned_since ?? c.opened_at;
  }
}
