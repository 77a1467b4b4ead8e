/** Which numbers a table shows, in the order in which they are read. */
import type { Schemas, Sent } from '../../lib/api/types';
import { toCsv } from '../../lib/format';
import { csvValue } from './measured';

export type NumbersRow = Sent<Schemas['Numbers']>;
export type NumbersPage = Sent<Schemas['NumbersList']>;
export type By = 'queue' | 'agent' | 'channel' | 'all';

export const conventions = ['service_level', 'service_level_connect', 'service_level_answered_only', 'service_level_all_abandons'] as const;
export const conventionLabels: Record<string, string> = {
  service_level: 'Ours, v1', service_level_connect: 'Amazon Connect', service_level_answered_only: 'Answered only', service_level_all_abandons: 'All abandons',
};

const line = ['offered_count', 'answered_count', 'abandoned_count', 'abandonment_rate', 'average_speed_of_answer', 'wait_ms_p90', 'time_to_first_response', 'average_handle_time', 'occupancy', 'waiting_count_max'];
const person = ['handled_count', 'average_handle_time', 'average_contact_time', 'occupancy', 'slot_occupancy', 'average_speed_of_answer', 'time_to_first_response', 'not_responding_count', 'declined_count'];
const short: Record<string, string> = {
  service_level: 'Service level', service_level_connect: 'SL, Connect', service_level_answered_only: 'SL, answered only', service_level_all_abandons: 'SL, all abandons', offered_count: 'Offered',
  answered_count: 'Answered', abandoned_count: 'Abandoned', abandonment_rate: 'Aband. rate', average_speed_of_answer: 'ASA', wait_ms_p90: 'Wait p90', time_to_first_response: 'First response',
  average_handle_time: 'AHT', average_contact_time: 'AHT, undivided', occupancy: 'Occupancy', slot_occupancy: 'Slots', waiting_count_max: 'Most waiting', handled_count: 'Handled', not_responding_count: 'Not answered', declined_count: 'Declined',
};

/** `level` is one of the conventions, or `four` for all of them. */
export function columnsFor(by: By, level: string): string[] {
  const levels = level === 'four' ? [...conventions] : [conventions.find((c) => c === level) ?? 'service_level'];
  return by === 'agent' ? [...person, ...levels] : [...levels, ...line];
}
export function shortName(name: string): string { return short[name] ?? name.replaceAll('_', ' '); }

export function keyName(row: NumbersRow, by: By): string {
  return row.key?.name ?? (by === 'queue' ? 'Never in a queue' : 'Everything');
}

/** Exactly the rows and columns on screen; a heading carries the formula and the unit, a number that cannot be said stays empty. */
export function rowsCsv(rows: readonly NumbersRow[], columns: readonly string[], by: By): string {
  const sample = (name: string) => rows.find((r) => r.values[name])?.values[name];
  const head = (name: string) => { const m = sample(name); return m ? `${m.formula} (${m.unit})` : name; };
  const withTime = rows.some((r) => r.interval_start !== null);
  return toCsv([by, 'id', ...(withTime ? ['interval_start'] : []), ...columns.map(head)],
    rows.map((r) => [keyName(r, by), r.key?.id ?? '', ...(withTime ? [r.interval_start === null ? '' : new Date(r.interval_start).toISOString()] : []), ...columns.map((c) => csvValue(r.values[c]))]));
}
