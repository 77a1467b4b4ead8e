/** Setup read back in sentences, so that whoever changes it sees what it means. */
import type { Channel } from '../../lib/api/types';
import { formatDuration } from '../../lib/format';
import { find, type AlertRule, type Capacity, type Measure, type Queue, type RankingName, type Ring, type RoleName, type Scope, type SetupData, type SkillNeed } from './documents';

export const channels: readonly Channel[] = ['webchat', 'messaging', 'voice', 'email'];

export const rankings: Record<RankingName, { label: string; words: string }> = {
  longest_idle: { label: 'Longest idle', words: 'Whoever holds least is asked first, and of those whoever has been without new work for longest. Work spreads evenly.' },
  linear: { label: 'Best first', words: 'Whoever has the highest level in the needed skills is asked first, then the longest idle. Customers get the best person who is free.' },
  versatile_last: { label: 'Versatile last', words: 'Whoever is best here and knows least besides is asked first, then the longest idle. People with many skills stay free for what only they can do.' },
};

export const roles: Record<RoleName, { label: string; words: string }> = {
  agent: { label: 'Agent', words: 'Works on conversations at the desk and sees only those they had.' },
  supervisor: { label: 'Supervisor', words: 'Sees the floor, all conversations and reports, and steps in. Reads setup.' },
  ai_builder: { label: 'AI builder', words: 'Writes briefings and knowledge, tries AI agents out and makes candidates. Releases nothing.' },
  admin: { label: 'Administrator', words: 'Everything a supervisor may, and setup, the audit log and erasing customers.' },
};

export const scopes: Record<Scope, { label: string; words: string }> = {
  ingest: { label: 'Report conversations', words: 'POST /api/ingest/events: another system tells what happened in its conversations.' },
  read: { label: 'Read', words: 'Read conversations and numbers.' },
  channel: { label: 'Open chats', words: 'Open chats on behalf of customers, as a channel of your own does.' },
  identify: { label: 'Sign visitors', words: 'Your site signs who its visitors are with this secret, so that their chats join their history. Alone, without other rights.' },
  simulate: { label: 'Simulate', words: 'Work as the people named in the call. For simulation and tests only.' },
};

export type MeasureUnit = 'seconds' | 'share' | 'count';
interface MeasureWords { label: string; unit: MeasureUnit; below: boolean; perConversation: boolean; subject: (queue: string | null) => string }

const inQueue = (queue: string | null) => (queue ? `in ${queue}` : 'in any queue');
const ofQueue = (queue: string | null) => (queue ? `of ${queue}` : 'of any queue');
export const measures: Record<Measure, MeasureWords> = {
  oldest_wait: { label: 'Longest wait in a queue', unit: 'seconds', below: false, perConversation: false, subject: (q) => `the oldest ${inQueue(q)} has waited` },
  waiting_count: { label: 'How many wait in a queue', unit: 'count', below: false, perConversation: false, subject: (q) => `the number waiting ${inQueue(q)} is` },
  service_level: { label: 'Service level of the last 30 minutes', unit: 'share', below: true, perConversation: false, subject: (q) => `the service level ${ofQueue(q)} over the last 30 minutes is` },
  agents_free: { label: 'People free for a queue', unit: 'count', below: true, perConversation: false, subject: (q) => `the number of people free for ${q ?? 'a queue'} is` },
  reply_wait: { label: 'A customer waits for a reply', unit: 'seconds', below: false, perConversation: true, subject: (q) => `a customer ${inQueue(q)} has waited for a reply` },
  handle_time: { label: 'Somebody works on one conversation', unit: 'seconds', below: false, perConversation: true, subject: (q) => `somebody has had a conversation ${ofQueue(q)}` },
  hold_time: { label: 'A customer is on hold', unit: 'seconds', below: false, perConversation: true, subject: (q) => `a customer ${inQueue(q)} has been on hold` },
};

export function measureValue(measure: Measure, value: number): string {
  const { unit } = measures[measure];
  if (unit === 'seconds') return formatDuration(value * 1000);
  if (unit === 'share') return `${Number((value * 100).toFixed(1))} %`;
  return String(value);
}

/** "Fires when the oldest in Billing has waited over 2:00 for 15 s; clears at 1:00." */
export function ruleWords(rule: AlertRule, queue: string | null): string {
  const m = measures[rule.measure];
  const dwell = rule.dwell_ms > 0 ? `, and that for ${shortWords(rule.dwell_ms)}` : '';
  const value = measureValue(rule.measure, rule.fire_at);
  const clear = measureValue(rule.measure, rule.clear_at);
  const back = rule.fire_at === rule.clear_at ? `clears as soon as it is ${m.below ? 'no longer under' : 'no longer over'} that` : `clears at ${clear} or ${m.below ? 'more' : 'less'}`;
  return `Fires when ${m.subject(queue)} ${m.below ? 'under' : 'over'} ${value}${dwell}; ${back}.`;
}

/** Short times as people say them: 45 s, 2 min, 1:30 min. */
export function shortWords(ms: number): string {
  if (ms < 60_000) return `${ms / 1000} s`;
  if (ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms % 60_000 === 0) return `${ms / 60_000} min`;
  return formatDuration(ms);
}

export function needsWords(needs: readonly SkillNeed[], all: SetupData): string {
  if (needs.length === 0) return 'everybody who serves the queue';
  return needs.map((n) => `${find(all, 'skills', n.skill)?.name ?? 'a skill to be chosen'} ${n.level_min} or more`).join(', ');
}

/** What is needed while a ring is open: rings do not add up, the newest one alone counts. */
export function needsInRing(needs: readonly SkillNeed[], ring: Ring): SkillNeed[] {
  return needs.slice(0, Math.max(0, needs.length - ring.needs_dropped)).map((n) => ({ ...n, level_min: Math.max(1, n.level_min - ring.levels_lower_by) }));
}

export function targetWords(q: Queue): string {
  return `${q.target.percent} % within ${formatDuration(q.target.within_ms)}; voice ${formatDuration(q.target.voice_within_ms)}`;
}

const one: Record<Channel, string> = { webchat: 'web chat', messaging: 'messaging conversation', voice: 'call', email: 'e-mail' };
const many: Record<Channel, string> = { webchat: 'web chats', messaging: 'messaging conversations', voice: 'calls', email: 'e-mails' };
function counted(channel: Channel, n: number): string { return n === 1 ? `one ${one[channel]}` : `${n} ${many[channel]}`; }
const either = new Intl.ListFormat('en', { type: 'disjunction' });
const both = new Intl.ListFormat('en', { type: 'conjunction' });

/** "At once: one call and nothing beside it; or 3 in all, of which at most 3 web chats and 2 e-mails." */
export function capacityWords(c: Capacity): string {
  const has = channels.filter((ch) => (c.per_channel[ch] ?? 0) > 0);
  if (has.length === 0) return 'Takes nothing: no channel has a slot.';
  const alone = has.filter((ch) => c.exclusive.includes(ch));
  const shared = has.filter((ch) => !c.exclusive.includes(ch));
  const parts: string[] = [];
  if (alone.length) parts.push(`${either.format(alone.map((ch) => counted(ch, Math.min(c.total, c.per_channel[ch] ?? 0))))} and nothing beside it`);
  if (shared.length === 1) parts.push(counted(shared[0] as Channel, Math.min(c.total, c.per_channel[shared[0] as Channel] ?? 0)));
  else if (shared.length > 1) {
    const slots = shared.map((ch) => c.per_channel[ch] ?? 0);
    const sum = slots.reduce((a, b) => a + b, 0);
    const kinds = shared.map((ch, i) => counted(ch, slots[i] as number));
    parts.push(sum <= c.total ? both.format(kinds) : `${c.total} in all, of which at most ${both.format(kinds)}`);
  }
  return `At once: ${parts.join('; or ')}.`;
}

export function channelsWords(c: Capacity): string {
  return channels.filter((ch) => (c.per_channel[ch] ?? 0) > 0).map((ch) => `${c.per_channel[ch]} ${c.per_channel[ch] === 1 ? one[ch] : many[ch]}${c.exclusive.includes(ch) ? ' alone' : ''}`).join(', ') || 'Nothing';
}
