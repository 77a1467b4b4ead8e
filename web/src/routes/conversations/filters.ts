/** Which conversations: what the address says, what the API is asked, and how it reads. One place, so that a file holds exactly what is on screen. */
import type { Channel, Origin, State } from '../../lib/api/types';
import { channelLabel, originLabel, outcomeLabel, stateWord } from '../../lib/conversation/words';

export interface Choice { value: string; label: string }
export const facetKeys = ['state', 'queue', 'channel', 'agent', 'label', 'disposition', 'outcome', 'origin'] as const;
export type FacetKey = (typeof facetKeys)[number];
export const facetLabel: Record<FacetKey, string> = {
  state: 'State', queue: 'Queue', channel: 'Channel', agent: 'With', label: 'Label', disposition: 'Filed as', outcome: 'Outcome', origin: 'Origin',
};

const states: State[] = ['waiting', 'offered', 'active', 'held', 'wrap_up', 'closed'];
const channels: Channel[] = ['webchat', 'messaging', 'voice', 'email'];
const outcomes = ['resolved', 'unresolved', 'contained', 'abandoned', 'turned_away'];
const origins: Origin[] = ['native', 'ingested', 'imported', 'replayed', 'simulated'];
export const fixedChoices: Partial<Record<FacetKey, Choice[]>> = {
  state: states.map((value) => ({ value, label: stateWord(value) })),
  channel: channels.map((value) => ({ value, label: channelLabel[value] })),
  outcome: outcomes.map((value) => ({ value, label: outcomeLabel(value) })),
  origin: origins.map((value) => ({ value, label: originLabel[value] })),
};

export type RangeName = '' | 'today' | 'yesterday' | '7d' | '30d' | 'custom';
export const ranges: { value: RangeName; label: string }[] = [
  { value: '', label: 'Any time' }, { value: 'today', label: 'Today' }, { value: 'yesterday', label: 'Yesterday' },
  { value: '7d', label: 'Last 7 days' }, { value: '30d', label: 'Last 30 days' }, { value: 'custom', label: 'From … to …' },
];

type Get = (key: string) => string;

function midnight(ms: number, days: number): number {
  const d = new Date(ms);
  return new Date(d.getFullYear(), d.getMonth(), d.getDate() + days).getTime();
}

/** A day of the viewer (`2026-11-21`) or milliseconds, as links from elsewhere have it. */
export function dayMs(text: string, after: number): number | null {
  if (/^\d{10,}$/.test(text)) return Number(text);
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return found ? new Date(Number(found[1]), Number(found[2]) - 1, Number(found[3]) + after).getTime() : null;
}

export function rangeName(get: Get): RangeName {
  if (get('from') || get('to')) return 'custom';
  return ranges.find((r) => r.value === get('range'))?.value ?? '';
}

/** Opened from (inclusive) to (exclusive), whole days in the viewer's zone; null: no bound. */
export function rangeMs(get: Get, now: number): { from: number | null; to: number | null } {
  switch (rangeName(get)) {
    case 'today': return { from: midnight(now, 0), to: null };
    case 'yesterday': return { from: midnight(now, -1), to: midnight(now, 0) };
    case '7d': return { from: midnight(now, -6), to: null };
    case '30d': return { from: midnight(now, -29), to: null };
    case 'custom': return { from: dayMs(get('from'), 0), to: dayMs(get('to'), 1) };
    case '': return { from: null, to: null };
  }
}

export const sortKeys = ['opened_at', 'wait_ms', 'handle_ms'] as const;
export const sortDefault = '-opened_at';

/** The query of the API: the same for the list, for its files and for a random draw. */
export function apiQuery(get: Get, now: number): Record<string, string> {
  const out: Record<string, string> = {};
  for (const key of [...facetKeys, 'customer', 'q'] as const) {
    const value = get(key).trim();
    if (value) out[key] = value;
  }
  const { from, to } = rangeMs(get, now);
  if (from !== null) out.from = String(from);
  if (to !== null) out.to = String(to);
  const sort = get('sort');
  if (sort && sort !== sortDefault) out.sort = sort;
  return out;
}

export function chosen(get: Get, key: FacetKey): string[] {
  return get(key).split(',').map((v) => v.trim()).filter(Boolean);
}

export function isFiltered(get: Get): boolean {
  return [...facetKeys, 'customer', 'q', 'range', 'from', 'to'].some((k) => get(k) !== '');
}
export const noFilter: Record<string, null> = Object.fromEntries([...facetKeys, 'customer', 'q', 'range', 'from', 'to'].map((k) => [k, null]));

/** "Queue: Billing; State: Waiting, Offered; said: refund" */
export function filterWords(get: Get, choices: Partial<Record<FacetKey, Choice[]>>): string {
  const parts = facetKeys.flatMap((key) => {
    const values = chosen(get, key).map((v) => choices[key]?.find((c) => c.value === v)?.label ?? v);
    return values.length ? [`${facetLabel[key]}: ${values.join(', ')}`] : [];
  });
  const range = rangeName(get);
  if (range === 'custom') parts.push(`opened ${get('from') ? `from ${dateWords(get('from'))}` : ''}${get('to') ? ` to ${dateWords(get('to'))}` : ''}`.replace('  ', ' '));
  else if (range) parts.push(`opened: ${ranges.find((r) => r.value === range)?.label.toLowerCase()}`);
  if (get('customer')) parts.push('of one customer');
  if (get('q')) parts.push(`said: ${get('q')}`);
  return parts.join('; ') || 'no filter: everything';
}
function dateWords(text: string): string { return /^\d{10,}$/.test(text) ? new Date(Number(text)).toLocaleString() : text; }
