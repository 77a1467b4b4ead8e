/** A person's time, cut at the midnights of the viewer's zone. */
import type { Schemas, Sent } from '../../lib/api/types';
import type { Tone } from '../../lib/tone';

export type Span = Sent<Schemas['ActivityRow']>;
export type Timeline = Sent<Schemas['ActivityTimeline']>;
export type Piece = Omit<Span, 'to'> & { to: number; comesOver: boolean; goesOver: boolean };
export interface Day { start: number; end: number; pieces: Piece[] }

function nextMidnight(ms: number): number {
  const d = new Date(ms);
  return new Date(d.getFullYear(), d.getMonth(), d.getDate() + 1).getTime();
}
function lastMidnight(ms: number): number {
  const d = new Date(ms);
  return new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
}

/** Every day that the range touches; a stretch over midnight is in both days and says so. */
export function daysOf(spans: readonly Span[], from: number, to: number, now: number): Day[] {
  const days: Day[] = [];
  for (let start = lastMidnight(from); start < to; start = nextMidnight(start)) days.push({ start, end: nextMidnight(start), pieces: [] });
  for (const span of spans) {
    const until = span.to ?? now;
    for (const day of days) {
      const a = Math.max(span.from, day.start);
      const b = Math.min(until, day.end);
      if (a < b) day.pieces.push({ ...span, from: a, to: b, comesOver: span.from < day.start, goesOver: until > day.end });
    }
  }
  return days;
}

export const kinds = ['on_conversation', 'wrap_up', 'offered', 'available', 'away', 'not_responding', 'error', 'offline'] as const;
const words: Record<string, string> = {
  on_conversation: 'On a conversation', wrap_up: 'Wrap-up', offered: 'Being asked', available: 'Free', away: 'Away', not_responding: 'Not responding', error: 'Connection lost', offline: 'Offline',
};
const tones: Record<string, Tone> = { on_conversation: 'info', wrap_up: 'info', offered: 'warn', available: 'good', away: 'neutral', not_responding: 'bad', error: 'bad', offline: 'neutral' };
export function kindWords(kind: string): string { return words[kind] ?? kind.replaceAll('_', ' '); }
export function kindTone(kind: string): Tone { return tones[kind] ?? 'neutral'; }
