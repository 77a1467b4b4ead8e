/** What the API sends and takes, by hand from the contract until the generated schema replaces it. Times and durations are milliseconds. */
export type Channel = 'webchat' | 'messaging' | 'voice' | 'email';
export type Origin = 'native' | 'ingested' | 'imported' | 'replayed' | 'simulated';
/** A person, queue, skill …: always with its name. */
export interface Ref { id: string; name: string }

export type Owner =
  | { kind: 'queue'; queue: Ref }
  | { kind: 'agent' | 'supervisor'; person: Ref }
  | { kind: 'ai'; agent: string }
  | { kind: 'elsewhere'; name: string }
  | { kind: 'closed' };

export type State = 'waiting' | 'offered' | 'active' | 'held' | 'wrap_up' | 'closed';

export interface NeedReason {
  kind: 'waiting_long' | 'past_target' | 'unanswered' | 'asked_for_person' | 'long' | 'on_hold_long' | 'alert' | 'agent_lost' | 'returned' | 'transfer_stuck' | (string & {});
  since: number | null;
  words: string;
  points: number;
}

/** A reason as data and in words. */
export interface Said { kind: string; words: string; data: Record<string, unknown> }

export interface CustomerRef { id: string; name: string | null }

export interface Offer { number: number; person: Ref; purpose: 'take' | 'brief'; expires_at: number; because: Said[] }

export type TransferTarget = { kind: 'person'; person: Ref } | { kind: 'queue'; queue: Ref };

export interface Transfer { by: Ref; to: TransferTarget; until: number; briefed: Ref | null }

/** One live row: floor, desk; also the head of the conversation page. */
export interface ConversationSummary {
  id: string;
  position: number;
  customer: CustomerRef;
  channel: Channel;
  origin: Origin;
  observed: boolean;
  queue: Ref | null;
  owner: Owner;
  state: State;
  priority: number;
  intent: string | null;
  language: string | null;
  labels: string[];
  opened_at: number;
  waiting_since: number | null;
  owned_since: number | null;
  held_since: number | null;
  wrap_up_until: number | null;
  closed_at: number | null;
  /** The customer wrote, nobody answered. */
  unanswered_since: number | null;
  last_turn_at: number | null;
  turns: number;
  ring: number;
  offer: Offer | null;
  transfer: Transfer | null;
  watchers: Ref[];
  barged: Ref[];
  customer_present: boolean;
  /** The floor sorts by points desc, then opened_at. */
  need: { points: number; reasons: NeedReason[] };
  disposition: Ref | null;
  outcome: string | null;
}

export type AuthorKind = 'customer' | 'human_agent' | 'supervisor' | 'ai_agent' | 'elsewhere' | 'system';

export interface TranscriptItem {
  position: number;
  at: number;
  occurred_at: number | null;
  kind: 'turn' | 'note' | 'whisper' | 'event';
  by: { kind: AuthorKind; person?: Ref; name?: string };
  turn_kind?: 'text' | 'file' | 'action';
  text: string | null;
  erased: boolean;
  file?: { content: string; name: string; media_type: string; bytes: number | null };
  /** kind=event: what happened, in words. */
  words?: string;
}

export interface Fact {
  position: number;
  at: number;
  occurred_at: number | null;
  type: string;
  class: 'reported' | 'decided';
  actor: { kind: string; person?: Ref; token?: Ref };
  cause: number | null;
  words: string;
  because: Said[];
  data: Record<string, unknown>;
}

export interface Segment {
  number: number;
  owner: Owner;
  started_at: number;
  ended_at: number | null;
  talk_ms: number;
  hold_ms: number;
  wrap_up_ms: number;
  wait_ms: number | null;
  began: string;
  ended: string | null;
}

export interface May {
  reply: boolean; note: boolean; close: boolean; hold: boolean; transfer: boolean; whisper: boolean; monitor: boolean; barge: boolean;
  take_over: boolean; hand_back: boolean; assign: boolean; label: boolean; dispose: boolean; reopen: boolean; review: boolean;
}

export interface ConversationDetail {
  summary: ConversationSummary;
  segments: Segment[];
  customer: CustomerCard;
  previous: ConversationRow[];
  may: May;
  reviews: { person: Ref; at: number; origin: string }[];
}

export interface ConversationRow {
  id: string;
  channel: Channel;
  origin: Origin;
  observed: boolean;
  state: State;
  outcome: string | null;
  disposition: Ref | null;
  queue: Ref | null;
  customer: CustomerRef;
  owner: Owner;
  agents: Ref[];
  labels: string[];
  intent: string | null;
  opened_at: number;
  closed_at: number | null;
  wait_ms: number | null;
  first_reply_ms: number | null;
  handle_ms: number | null;
  talk_ms: number;
  hold_ms: number;
  wrap_up_ms: number;
  turns: number;
  transfers: number;
  segments: number;
  abandoned: boolean;
  snippet?: string;
}

export type IdentityKind = 'name' | 'email' | 'phone' | 'external';

export interface CustomerCard {
  id: string;
  name: string | null;
  identities: { content: string; kind: IdentityKind; value: string | null; verified: boolean }[];
  merged: { id: string; since: number }[];
  erased_at: number | null;
  conversations: number;
  last_seen_at: number | null;
}

export interface QueueLive {
  id: string;
  name: string;
  position: number;
  waiting: number;
  oldest_since: number | null;
  offered: number;
  active: number;
  wrap_up: number;
  available_people: number;
  free_slots: number;
  staffed: number;
  on_contact: number;
  open: boolean;
  opens_at: number | null;
  closes_at: number | null;
  /** service_level, average_speed_of_answer, wait_ms_p90, abandonment_rate, average_handle_time, occupancy, time_to_first_response, offered_count, answered_count, abandoned_count, waiting_count_max */
  today: Record<string, Measured>;
}

export type Presence = 'available' | 'away' | 'not_responding' | 'offline';

export interface PersonLive {
  id: string;
  name: string;
  role: string;
  team: string | null;
  position: number;
  presence: Presence;
  reason: string | null;
  presence_since: number;
  activity: 'error' | 'offered' | 'on_conversation' | 'wrap_up' | 'available' | 'away' | 'not_responding' | 'offline';
  activity_since: number;
  used_slots: number;
  total_slots: number;
  per_channel: { channel: Channel; used: number; slots: number }[];
  conversations: string[];
  queues: Ref[];
  /** handled_count, average_handle_time, occupancy, not_responding_count, declined_count */
  today: Record<string, Measured>;
}

export interface Measured {
  value: number | null;
  cannot_say: string | null;
  unit: 'ratio' | 'ms' | 'count';
  n: number;
  /** Its id, like service_level.v1. */
  formula: string;
  window: string;
}

export interface Definition { id: string; name: string; unit: Measured['unit']; formula: string; excludes: string; source: string }

export interface AlertRow {
  number: number;
  position: number;
  rule: Ref;
  severity: 'warning' | 'critical';
  subject: { kind: 'queue'; queue: Ref } | { kind: 'conversation'; conversation: string };
  words: string;
  value: number;
  fire_at: number;
  clear_at: number;
  since: number;
  raised_at: number;
  state: 'active' | 'acknowledged' | 'snoozed' | 'resolved';
  owner: Ref | null;
  acknowledged_by: Ref | null;
  acknowledged_at: number | null;
  snoozed_until: number | null;
  resolved_at: number | null;
  resolved_because: string | null;
  history: { at: number; person: Ref | null; words: string }[];
}

export interface SavedReply { id: string; shortcut: string; title: string; text: string; retired?: boolean }
export interface DeskPerson { id: string; name: string; presence: Presence; free_slots: number }

export interface DeskView {
  me: PersonLive;
  offers: ConversationSummary[];
  conversations: ConversationSummary[];
  wrap_ups: ConversationSummary[];
  saved_replies: SavedReply[];
  dispositions: Ref[];
  labels: string[];
  queues: Ref[];
  people: DeskPerson[];
}

export interface ConversationPage { rows: ConversationRow[]; next_cursor: string | null; total: number }
/** What the engine settled. A refusal is an ApiError with code `refused`. */
export interface Settled { position: number; outcome: 'done' | 'pending' }
