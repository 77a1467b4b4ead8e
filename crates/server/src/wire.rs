//! The JSON of the API: what screens are sent, and how it is made from the floor, the views and the log.
//!
//! Everything that has an id comes with its name; everything that was decided comes with its reason in words. Times are milliseconds since
//! 1970 (`*_at`, `since`), durations are milliseconds (`*_ms`).

pub mod names;
pub mod measured;
pub mod customer;
pub mod ai;
pub mod conversation;
pub mod floor;
pub mod alert;
pub mod record;
pub mod history;

pub use ai::{AiAgentLive, AiPart, ApprovalPart, HandoffPart, Mood, MoodTrend, ai_agents_live, mood};
pub use alert::{AlertAbout, AlertNote, AlertRow, AlertState, alert_live, alert_row};
pub use conversation::{
    ConversationSummary, Need, NeedReason, OfferLive, State, TransferLive, TransferTarget, closed_summary,
    conversation_summary,
};
pub use customer::{CustomerCard, CustomerRef, IdentityRow, MergedRow, PossibleMatchRow, match_row};
pub use floor::{Activity, PersonLive, QueueLive, SlotUse, Today, people_live, person_live, queues_live};
pub use history::{ConversationRow, SegmentRow, conversation_row, segment_row};
pub use measured::{Definition, Measured, Unit, definitions};
pub use names::{Owner, Ref};
pub use record::{
    Attachment, Author, AuthorKind, Fact, FactActor, FactClass, ItemKind, TranscriptItem, content_shown, transcript,
    transcript_item,
};
