//! Every bound in the product, in one place, related to one another where they must be.
//!
//! Sizes are bytes unless the name says otherwise; durations are milliseconds.

/// Turns kept for one conversation; after this a `conversation.truncated` fact ends recording of words.
pub const CONVERSATION_TURNS_MAX: usize = 2_000;
/// Characters in one turn, note or whisper.
pub const TURN_CHARS_MAX: usize = 8_000;
/// Bytes of one attachment.
pub const ATTACHMENT_BYTES_MAX: usize = 5 * 1024 * 1024;
/// Bytes of a file name.
pub const FILE_NAME_BYTES_MAX: usize = 200;
/// Attachments in one conversation.
pub const CONVERSATION_ATTACHMENTS_MAX: usize = 50;
/// Bytes of one API request body, attachments apart.
pub const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Nesting of a JSON body.
pub const JSON_DEPTH_MAX: usize = 32;
/// Events in one append.
pub const BATCH_EVENTS_MAX: usize = 1_000;
/// Events that somebody outside the engine appends at once: what is read in a turn comes with it, two facts at most.
pub const SUBMIT_EVENTS_MAX: usize = BATCH_EVENTS_MAX / 3;
/// Events in one ingest request.
pub const INGEST_EVENTS_MAX: usize = 500;
/// Rows that one page of a list returns at most.
pub const PAGE_ROWS_MAX: usize = 500;
/// Rows that a page returns when the caller does not say.
pub const PAGE_ROWS_DEFAULT: usize = 100;
/// Rows of one export.
pub const EXPORT_ROWS_MAX: usize = 1_000_000;
/// Characters of a name that people give (queue, skill, person, rule).
pub const NAME_CHARS_MAX: usize = 80;
/// Characters of a slug (label, intent, language, external agent).
pub const SLUG_CHARS_MAX: usize = 64;
/// Labels on one conversation.
pub const CONVERSATION_LABELS_MAX: usize = 20;
/// Skills that one conversation or queue may need.
pub const NEEDS_MAX: usize = 8;
/// Skills of one person.
pub const PERSON_SKILLS_MAX: usize = 40;
/// Rings of one queue.
pub const RINGS_MAX: usize = 6;
/// Queues in one routing profile.
pub const PROFILE_QUEUES_MAX: usize = 50;
/// Documents of one kind (queues, skills, people, …).
pub const DOCUMENTS_MAX: usize = 10_000;
/// Waiting conversations in one queue, unless the queue says less.
pub const QUEUE_WAITING_MAX: u32 = 10_000;
/// Highest priority of a conversation.
pub const PRIORITY_MAX: u8 = 10;
/// Highest level of a skill.
pub const SKILL_LEVEL_MAX: u8 = 10;
/// Longest time that an offer may stand.
pub const OFFER_TIMEOUT_MS_MAX: u64 = 900_000;
/// Shortest time that an offer may stand.
pub const OFFER_TIMEOUT_MS_MIN: u64 = 1_000;
/// Longest wrap-up before the agent is asked for again.
pub const WRAP_UP_MS_MAX: u64 = 3_600_000;
/// How long a person's browser may be gone before their work goes back to the queue.
pub const DESK_GRACE_MS: u64 = 15_000;
/// How long a customer's browser may be gone before a waiting conversation counts as left.
pub const CUSTOMER_GRACE_MS: u64 = 60_000;
/// An open conversation whose customer has been gone for this long is closed.
pub const CUSTOMER_GONE_MS: u64 = 30 * 60_000;
/// Somebody who declined a conversation may be asked again after this.
pub const DECLINE_FORGIVEN_MS: u64 = 30_000;
/// Candidates that are compared for one offer.
pub const CANDIDATES_MAX: usize = 256;
/// Owners that one observed conversation may report.
pub const OWNERSHIP_REPORTS_MAX: usize = 200;
/// A warm transfer that nobody takes ends after this.
pub const WARM_TRANSFER_MS_MAX: u64 = 120_000;
/// A closed conversation whose customer writes again within this time is reopened; later a new one starts.
pub const REOPEN_MS_MAX: u64 = 7 * 24 * 3_600_000;
/// Chats that one address may open in a minute.
pub const CHATS_PER_ADDRESS_PER_MINUTE: u32 = 20;
/// Turns that one chat may send in ten seconds.
pub const TURNS_PER_CHAT_PER_TEN_SECONDS: u32 = 20;
/// Live subscribers of one server.
pub const LIVE_SUBSCRIBERS_MAX: usize = 5_000;
/// Items waiting for one slow live subscriber before it is told to read again.
pub const LIVE_BACKLOG_ITEMS_MAX: usize = 10_000;
/// Alerts held open at once.
pub const ALERTS_OPEN_MAX: usize = 1_000;
/// Length of an import line.
pub const IMPORT_LINE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Conversations that one AI agent holds at once, unless its document says less.
pub const AI_CAPACITY_MAX: u32 = 1_000;
/// Turns of an AI agent in one conversation, unless its budget says less; after them a person has it.
pub const AI_TURNS_MAX: u32 = 60;
/// Longest time that an AI agent has for one turn; after it a person has the conversation.
pub const AI_TURN_MS_MAX: u64 = 60_000;
/// Time for one turn of an AI agent that says nothing else.
pub const AI_TURN_MS_DEFAULT: u64 = 20_000;
/// A conversation with an AI agent in which the customer has said nothing for this long is closed.
pub const AI_SILENCE_MS: u64 = 15 * 60_000;
/// A handoff that no person has taken after this long is told to the customer and raised with supervisors.
pub const HANDOFF_WAIT_MS: u64 = 120_000;
/// Time in which a person may decide about an approval.
pub const APPROVAL_MS_DEFAULT: u64 = 120_000;
/// Characters of one section of a briefing.
pub const BRIEFING_SECTION_CHARS_MAX: usize = 8_000;
/// Lines in one list of a briefing.
pub const BRIEFING_LINES_MAX: usize = 100;
/// Characters of one procedure.
pub const PROCEDURE_CHARS_MAX: usize = 20_000;
/// Procedures of one AI agent.
pub const PROCEDURES_MAX: usize = 100;
/// Intents that one AI agent has rules for.
pub const AI_INTENTS_MAX: usize = 500;
/// Tools of one AI agent.
pub const AI_TOOLS_MAX: usize = 50;
/// Arguments of one tool.
pub const TOOL_ARGUMENTS_MAX: usize = 40;
/// Longest time for one run of a tool.
pub const TOOL_TIMEOUT_MS_MAX: u64 = 30_000;
/// Characters of one article.
pub const ARTICLE_CHARS_MAX: usize = 200_000;
/// Tools run in one turn of an AI agent.
pub const AI_TURN_TOOLS_MAX: usize = 12;
/// Sources that one turn of an AI agent cites.
pub const AI_TURN_SOURCES_MAX: usize = 12;

const _: () = assert!(AI_TURN_MS_DEFAULT <= AI_TURN_MS_MAX);
const _: () = assert!(PAGE_ROWS_DEFAULT <= PAGE_ROWS_MAX);
const _: () = assert!(INGEST_EVENTS_MAX <= BATCH_EVENTS_MAX);
const _: () = assert!(OFFER_TIMEOUT_MS_MIN < OFFER_TIMEOUT_MS_MAX);
const _: () = assert!(TURN_CHARS_MAX * 4 < BODY_BYTES_MAX);
