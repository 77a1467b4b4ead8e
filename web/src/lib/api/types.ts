/** What the API sends and takes: names for the generated schema, so that a change of the contract is a type error here. Times and durations are milliseconds. */
import type { components } from './schema';

export type Schemas = components['schemas'];

/**
 * A schema as the server writes it. The contract calls a field optional when it may be null or has a default, because it may be left out of what is taken;
 * what is sent has it always. An object of any content is generated as one without any.
 */
export type Sent<T> =
  T extends Record<string, never> ? Record<string, unknown>
  : T extends readonly (infer U)[] ? Sent<U>[]
  : T extends object ? { [K in keyof T]-?: Sent<T[K]> }
  : T;

/** The few fields that the server leaves out, instead of sending null. */
type LeftOut<T, K extends keyof T> = Omit<T, K> & { [P in K]?: NonNullable<T[P]> };
/** A schema in which a part is narrower than generated. */
export type With<T, Part extends { [K in keyof Part]: K extends keyof T ? unknown : never }> = Omit<T, keyof Part> & Part;

export type Channel = Schemas['Channel'];
export type Origin = Schemas['Origin'];
/** A person, queue, skill …: always with its name. */
export type Ref = Sent<Schemas['Ref']>;
export type Owner = Sent<Schemas['Owner']>;
export type State = Schemas['State'];
export type NeedReason = Sent<Schemas['NeedReason']>;
/** A reason as data and in words. */
export type Said = Sent<Schemas['Said']>;
export type CustomerRef = Sent<Schemas['CustomerRef']>;
export type Offer = Sent<Schemas['OfferLive']>;
export type TransferTarget = Sent<Schemas['TransferTarget']>;
export type Transfer = Sent<Schemas['TransferLive']>;
/** One live row: floor, desk; also the head of the conversation page. The floor sorts by the points of its need, then by `opened_at`. */
export type ConversationSummary = Sent<Schemas['ConversationSummary']>;

export type AuthorKind = Schemas['AuthorKind'];
export type Author = LeftOut<Sent<Schemas['Author']>, 'person' | 'name'>;
export type TranscriptItem = With<LeftOut<Sent<Schemas['TranscriptItem']>, 'turn_kind' | 'file' | 'words' | 'content' | 'hidden'>, { by: Author }>;
export type AiPart = Sent<Schemas['AiPart']>;
export type Mood = Sent<Schemas['Mood']>;
export type Approval = Sent<Schemas['ApprovalPart']>;
export type ApprovalRow = With<Sent<Schemas['ApprovalRow']>, { arguments: Record<string, unknown> | null }>;
export type HandoffPacket = Sent<Schemas['HandoffPacket']>;
export type AiAgentLive = Sent<Schemas['AiAgentLive']>;
export type Fact = With<Sent<Schemas['Fact']>, { actor: LeftOut<Sent<Schemas['FactActor']>, 'person' | 'token'> }>;
export type FactPage = With<Sent<Schemas['Audit']>, { facts: Fact[] }>;
export type Segment = Sent<Schemas['SegmentRow']>;
export type May = Schemas['May'];
export type ConversationRow = LeftOut<Sent<Schemas['ConversationRow']>, 'snippet'>;
export type ConversationDetail = With<Sent<Schemas['ConversationDetail']>, { previous: ConversationRow[] }>;
export type ConversationPage = With<Sent<Schemas['ConversationList']>, { rows: ConversationRow[] }>;

export type IdentityKind = Schemas['IdentityKind'];
export type CustomerCard = Sent<Schemas['CustomerCard']>;
export type PossibleMatch = CustomerCard['possible_matches'][number];
export type CustomerDetail = With<Sent<Schemas['CustomerDetail']>, { conversations: ConversationRow[] }>;
export type Found = With<Sent<Schemas['Found']>, { conversations: ConversationRow[] }>;

export type Measured = Sent<Schemas['Measured']>;
export type Definition = Sent<Schemas['Definition']>;
/** `today`: service_level, average_speed_of_answer, wait_ms_p90, abandonment_rate, average_handle_time, occupancy, time_to_first_response, offered_count, answered_count, abandoned_count, waiting_count_max */
export type QueueLive = Sent<Schemas['QueueLive']>;
export type Presence = Schemas['Presence'];
/** `today`: handled_count, average_handle_time, occupancy, not_responding_count, declined_count */
export type PersonLive = Sent<Schemas['PersonLive']>;
export type AlertRow = Sent<Schemas['AlertRow']>;
export type AlertPage = Sent<Schemas['AlertList']>;

export type SavedReply = Sent<Schemas['SavedReply']>;
export type DeskPerson = Sent<Schemas['Colleague']>;
export type DeskView = Sent<Schemas['Desk']>;
/** What the engine settled. A refusal is an ApiError with code `refused`. */
export type Settled = Schemas['Answer'];
