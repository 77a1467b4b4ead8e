/** What a supervisor does about an alert. A refusal is thrown with its reason in words. */
import { request } from '../../lib/api';
import type { AlertRow, Settled } from '../../lib/api/types';
import type { Tone } from '../../lib/tone';
import { formatDuration } from '../../lib/format';

const post = (n: number, deed: string, body: unknown = {}) => request<Settled>('POST', `/api/alerts/${n}/${deed}`, { body });

export const acknowledge = (n: number) => post(n, 'acknowledge');
export const snooze = (n: number, minutes: number) => post(n, 'snooze', { minutes });
export const giveTo = (n: number, person: string) => post(n, 'own', { person });
export const dismiss = (n: number) => post(n, 'dismiss');

export const snoozeMinutes = [5, 15, 60] as const;

export function severityTone(a: AlertRow): Tone {
  return a.state === 'resolved' ? 'neutral' : a.severity === 'critical' ? 'bad' : 'warn';
}

export function stateWords(a: AlertRow): string {
  const words = { active: 'Nobody is on it', acknowledged: 'Somebody is on it', snoozed: 'Snoozed', resolved: 'Over' };
  if (a.state === 'acknowledged') return `${(a.owner ?? a.acknowledged_by)?.name ?? 'Somebody'} is on it`;
  if (a.state === 'active' && a.owner) return `Given to ${a.owner.name}`;
  return words[a.state];
}

/** Critical before warning, what nobody is on before the rest, then the oldest first. */
export function byUrgency(a: AlertRow, b: AlertRow): number {
  const rank = (r: AlertRow) => ({ active: 0, acknowledged: 2, snoozed: 4, resolved: 6 })[r.state] + (r.severity === 'critical' ? 0 : 1);
  return rank(a) - rank(b) || a.raised_at - b.raised_at;
}

/** How long it had to be so before anybody was told. */
export function dwellMs(a: AlertRow): number { return Math.max(0, a.raised_at - a.since); }
export function openForMs(a: AlertRow, now: number): number { return (a.resolved_at ?? now) - a.raised_at; }

const timeMeasures = new Set(['oldest_wait', 'reply_wait', 'handle_time', 'hold_time']);

/** A rule's value in its unit: seconds, a share, or a count. */
export function ruleValue(measure: string | undefined, value: number): string {
  if (measure && timeMeasures.has(measure)) return formatDuration(value * 1000);
  if (measure === 'service_level') return `${Math.round(value * 100)} %`;
  return value.toLocaleString();
}

const measureWords: Record<string, string> = {
  oldest_wait: 'how long the oldest conversation of a queue has waited', waiting_count: 'how many wait in a queue',
  service_level: 'service level of the last 30 minutes', agents_free: 'how many people of a queue are free',
  reply_wait: 'how long a customer waits for a reply', handle_time: 'how long somebody works on a conversation', hold_time: 'how long a customer is on hold',
};
export function measureLabel(measure: string): string { return measureWords[measure] ?? measure.replaceAll('_', ' '); }
const belowMeasures = new Set(['service_level', 'agents_free']);
export function firesBelow(measure: string): boolean { return belowMeasures.has(measure); }

/** Where the subject is looked at: the floor, with it chosen. */
export function subjectHref(a: AlertRow): string {
  if (a.subject.kind === 'queue') return `/floor?queue=${encodeURIComponent(a.subject.queue.id)}`;
  return a.state === 'resolved' ? `/conversations/${encodeURIComponent(a.subject.conversation)}` : `/floor?c=${encodeURIComponent(a.subject.conversation)}`;
}
