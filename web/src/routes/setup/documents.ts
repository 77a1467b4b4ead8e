/** The documents of setup as the API sends and takes them. Durations are milliseconds; what alert rules watch is in seconds, shares or counts. */
import type { Channel, Ref } from '../../lib/api/types';

export interface SkillNeed { skill: string; level_min: number }
export type RankingName = 'longest_idle' | 'linear' | 'versatile_last';
export interface ServiceTarget { percent: number; within_ms: number; voice_within_ms: number; short_abandon_ms: number }
export interface Ring { after_ms: number; levels_lower_by: number; needs_dropped: number }
export interface Queue {
  id: string; name: string; needs: SkillNeed[]; priority: number; ranking: RankingName; target: ServiceTarget; hours: string | null; rings: Ring[];
  overflow: { after_ms: number; to: string } | null; waiting_max: number; offer_timeout_ms: number; voice_offer_timeout_ms: number; wrap_up_ms: number; retired: boolean;
}
export interface Skill { id: string; name: string }
export interface ProfileQueue { queue: string; priority: number; delay_ms: number }
export interface Capacity { per_channel: Partial<Record<Channel, number>>; total: number; exclusive: Channel[] }
export interface RoutingProfile { id: string; name: string; queues: ProfileQueue[]; capacity: Capacity }
export type Weekday = 'monday' | 'tuesday' | 'wednesday' | 'thursday' | 'friday' | 'saturday' | 'sunday';
/** Minutes of the day; an end above 1,440 lies on the next day. */
export interface Interval { from_minute: number; to_minute: number }
export interface WeeklyInterval extends Interval { day: Weekday }
export interface HoursException { date: string; label: string; intervals: Interval[] }
export interface Hours { id: string; name: string; time_zone: string; weekly: WeeklyInterval[]; exceptions: HoursException[] }
export type RoleName = 'agent' | 'supervisor' | 'admin';
export interface Person { id: string; name: string; email: string; role: RoleName; skills: Record<string, number>; profile: string | null; team: string | null; retired: boolean }
export type Measure = 'oldest_wait' | 'waiting_count' | 'service_level' | 'agents_free' | 'reply_wait' | 'handle_time' | 'hold_time';
export interface AlertRule {
  id: string; name: string; measure: Measure; queue: string | null; fire_at: number; clear_at: number; dwell_ms: number; severity: 'warning' | 'critical'; owner: string | null; retired: boolean;
}
export interface SavedReply { id: string; shortcut: string; title: string; text: string; retired: boolean }
export interface Disposition { id: string; name: string; resolved: boolean; retired: boolean }
export type Scope = 'ingest' | 'read' | 'channel' | 'simulate';
export interface Token { id: string; name: string; scopes: Scope[]; expires_at: number | null; revoked: boolean }

export interface Documents {
  queues: Queue; skills: Skill; routing_profiles: RoutingProfile; hours: Hours; people: Person;
  alert_rules: AlertRule; saved_replies: SavedReply; dispositions: Disposition; tokens: Token;
}
export type Kind = keyof Documents;
export type AnyDocument = Documents[Kind];

/** A document that holds now. */
export interface Row<T> { document: T; revision: number; published_at: number; published_by: Ref | null; factory: boolean }
export type SetupData = { [K in Kind]: Row<Documents[K]>[] };

const second = 1000;
const minute = 60 * second;

/** What a new document starts with; the id is the server's to give. */
export const fresh: { [K in Kind]: () => Documents[K] } = {
  queues: () => ({
    id: '', name: '', needs: [], priority: 0, ranking: 'longest_idle', target: { percent: 80, within_ms: minute, voice_within_ms: 20 * second, short_abandon_ms: 5 * second },
    hours: null, rings: [], overflow: null, waiting_max: 500, offer_timeout_ms: 45 * second, voice_offer_timeout_ms: 20 * second, wrap_up_ms: minute, retired: false,
  }),
  skills: () => ({ id: '', name: '' }),
  routing_profiles: () => ({ id: '', name: '', queues: [], capacity: { per_channel: { webchat: 3, messaging: 3, voice: 1, email: 3 }, total: 3, exclusive: ['voice'] } }),
  hours: () => ({
    id: '', name: '', time_zone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'Europe/Berlin',
    weekly: (['monday', 'tuesday', 'wednesday', 'thursday', 'friday'] as const).map((day) => ({ day, from_minute: 9 * 60, to_minute: 17 * 60 })), exceptions: [],
  }),
  people: () => ({ id: '', name: '', email: '', role: 'agent', skills: {}, profile: null, team: null, retired: false }),
  alert_rules: () => ({ id: '', name: '', measure: 'oldest_wait', queue: null, fire_at: 120, clear_at: 60, dwell_ms: 15 * second, severity: 'warning', owner: null, retired: false }),
  saved_replies: () => ({ id: '', shortcut: '', title: '', text: '', retired: false }),
  dispositions: () => ({ id: '', name: '', resolved: true, retired: false }),
  tokens: () => ({ id: '', name: '', scopes: ['ingest'], expires_at: null, revoked: false }),
};

export function nameOf(kind: Kind, document: AnyDocument): string {
  return kind === 'saved_replies' ? (document as SavedReply).title : (document as { name: string }).name;
}

/** No longer used: retired, or a token that was revoked. */
export function isRetired(document: AnyDocument): boolean {
  return ('retired' in document && document.retired) || ('revoked' in document && document.revoked);
}

export function find<K extends Kind>(all: SetupData, kind: K, id: string | null | undefined): Documents[K] | undefined {
  return id ? (all[kind] as Row<Documents[K]>[]).find((r) => r.document.id === id)?.document : undefined;
}

/** Those that hold and are not retired, by name; `keep` stays although it is retired, because a document names it. */
export function inUse<K extends Kind>(all: SetupData, kind: K, keep: readonly (string | null)[] = []): Documents[K][] {
  const rows = (all[kind] as Row<Documents[K]>[]).map((r) => r.document).filter((d) => !isRetired(d) || keep.includes(d.id));
  return rows.sort((a, b) => nameOf(kind, a).localeCompare(nameOf(kind, b)));
}

export function options<K extends Kind>(all: SetupData, kind: K, keep: readonly (string | null)[] = []): { value: string; label: string }[] {
  return inUse(all, kind, keep).map((d) => ({ value: d.id, label: nameOf(kind, d) + (isRetired(d) ? ' (retired)' : '') }));
}

/** The top-level fields in which two documents differ. */
export function changedFields(a: AnyDocument, b: AnyDocument): string[] {
  const left = a as unknown as Record<string, unknown>;
  const right = b as unknown as Record<string, unknown>;
  return [...new Set([...Object.keys(left), ...Object.keys(right)])].filter((k) => JSON.stringify(left[k]) !== JSON.stringify(right[k]));
}
