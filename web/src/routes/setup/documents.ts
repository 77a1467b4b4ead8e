/** The documents of setup as the API sends and takes them. Durations are milliseconds; what alert rules watch is in seconds, shares or counts. */
import type { Channel, Schemas, Sent, With } from '../../lib/api/types';

export type SkillNeed = Sent<Schemas['SkillNeed']>;
export type RankingName = Schemas['Ranking'];
export type ServiceTarget = Schemas['ServiceTarget'];
export type Ring = Sent<Schemas['Ring']>;
export type Queue = Sent<Schemas['Queue']>;
export type Skill = Sent<Schemas['Skill']>;
export type ProfileQueue = Sent<Schemas['ProfileQueue']>;
/** The keys of a map are strings in the contract; these are channels. */
export type Capacity = With<Sent<Schemas['Capacity']>, { per_channel: Partial<Record<Channel, number>> }>;
export type RoutingProfile = With<Sent<Schemas['RoutingProfile']>, { capacity: Capacity }>;
export type Weekday = Schemas['Weekday'];
/** Minutes of the day; an end above 1,440 lies on the next day. */
export type Interval = Schemas['Interval'];
export type WeeklyInterval = Schemas['WeeklyInterval'];
export type HoursException = Sent<Schemas['Exception']>;
export type Hours = Sent<Schemas['Hours']>;
export type RoleName = Schemas['Role'];
export type Person = Sent<Schemas['Person']>;
export type Measure = Schemas['AlertMeasure'];
export type AlertRule = Sent<Schemas['AlertRule']>;
export type SavedReply = Sent<Schemas['SavedReply']>;
export type Disposition = Sent<Schemas['Disposition']>;
export type Scope = Schemas['TokenScope'];
export type Token = Sent<Schemas['Token']>;

export interface Documents {
  queues: Queue; skills: Skill; routing_profiles: RoutingProfile; hours: Hours; people: Person;
  alert_rules: AlertRule; saved_replies: SavedReply; dispositions: Disposition; tokens: Token;
}
export type Kind = keyof Documents;
export type AnyDocument = Documents[Kind];

/** A document that holds now. The contract has this once for each kind, all with the same head. */
export type Row<T> = With<Sent<Schemas['SetupRow_Skill']>, { document: T }>;
/** `Here` as it is written here; an error where the contract's `There` no longer takes it. */
type Agreeing<Here extends There, There> = Here;
export type SetupData = Agreeing<{ [K in Kind]: Row<Documents[K]>[] }, Omit<Sent<Schemas['Setup']>, 'connectors' | 'tools' | 'collections'>>;

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
