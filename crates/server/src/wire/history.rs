//! Conversations as lists, exports and segments show them.

use serde::{Deserialize, Serialize};
use signalbox_engine::directory::Directory;
use signalbox_model::contact::{Channel, Origin, Outcome};
use signalbox_model::time::Timestamp;
use signalbox_views as views;
use utoipa::ToSchema;

use super::conversation::State;
use super::customer::CustomerRef;
use super::names::{Owner, Ref};

/// One conversation in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConversationRow {
    /// Its id.
    pub id: String,
    /// How the customer came.
    pub channel: Channel,
    /// How we know.
    pub origin: Origin,
    /// Whether another system routed it.
    pub observed: bool,
    /// What is going on with it.
    pub state: State,
    /// What became of it.
    pub outcome: Option<Outcome>,
    /// How it is filed.
    pub disposition: Option<Ref>,
    /// The last queue.
    pub queue: Option<Ref>,
    /// With whom.
    pub customer: CustomerRef,
    /// Who has it.
    pub owner: Owner,
    /// People who had it, in order.
    pub agents: Vec<Ref>,
    /// Its labels.
    pub labels: Vec<String>,
    /// What it is about.
    pub intent: Option<String>,
    /// When it began.
    pub opened_at: Timestamp,
    /// When it ended for the customer.
    pub closed_at: Option<Timestamp>,
    /// How long until it was first taken, or given up.
    pub wait_ms: Option<u64>,
    /// How long until the first reply.
    pub first_reply_ms: Option<u64>,
    /// Talk, hold and wrap-up together; none if nobody had it.
    pub handle_ms: Option<u64>,
    /// Time worked on, without hold.
    pub talk_ms: u64,
    /// Time on hold.
    pub hold_ms: u64,
    /// Work after it.
    pub wrap_up_ms: u64,
    /// Turns.
    pub turns: u32,
    /// Times that it was passed on.
    pub transfers: u32,
    /// Stretches with one owner.
    pub segments: u32,
    /// Whether the customer left before anybody took it.
    pub abandoned: bool,
    /// Words around what was searched for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub snippet: Option<String>,
}

/// A stretch with one owner.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SegmentRow {
    /// Counts up from 1.
    pub number: u32,
    /// The owner.
    pub owner: Owner,
    /// When it began.
    pub started_at: Timestamp,
    /// When it ended.
    pub ended_at: Option<Timestamp>,
    /// Time worked on, without hold.
    pub talk_ms: u64,
    /// Time on hold.
    pub hold_ms: u64,
    /// Work after it.
    pub wrap_up_ms: u64,
    /// For a stretch in a queue: how long it waited.
    pub wait_ms: Option<u64>,
    /// Name of the fact that began it.
    pub began: String,
    /// Name of the fact that ended it.
    pub ended: Option<String>,
}

/// A conversation of the views, with names.
pub fn conversation_row(row: &views::ConversationRow, directory: &Directory) -> ConversationRow {
    ConversationRow {
        id: row.id.to_string(),
        channel: row.channel,
        origin: row.origin,
        observed: row.observed,
        state: row.state.into(),
        outcome: row.outcome,
        disposition: row.disposition.map(|id| Ref::disposition(directory, id)),
        queue: row.queue.map(|id| Ref::queue(directory, id)),
        customer: CustomerRef { id: row.customer.to_string(), name: row.customer_name.clone() },
        owner: Owner::named(&row.owner, directory),
        agents: row.agents.iter().map(|id| Ref::person(directory, *id)).collect(),
        labels: row.labels.iter().map(ToString::to_string).collect(),
        intent: row.intent.as_ref().map(ToString::to_string),
        opened_at: row.opened_at,
        closed_at: row.closed_at,
        wait_ms: row.wait_ms.map(|ms| ms.0),
        first_reply_ms: row.first_reply_ms.map(|ms| ms.0),
        handle_ms: row.handle_ms.map(|ms| ms.0),
        talk_ms: row.talk_ms.0,
        hold_ms: row.hold_ms.0,
        wrap_up_ms: row.wrap_up_ms.0,
        turns: row.turns,
        transfers: row.transfers,
        segments: row.segments,
        abandoned: row.abandoned,
        snippet: row.snippet.clone(),
    }
}

/// A stretch of the views, with names.
pub fn segment_row(row: &views::SegmentRow, directory: &Directory) -> SegmentRow {
    SegmentRow {
        number: row.number,
        owner: Owner::named(&row.owner, directory),
        started_at: row.started_at,
        ended_at: row.ended_at,
        talk_ms: row.talk_ms.0,
        hold_ms: row.hold_ms.0,
        wrap_up_ms: row.wrap_up_ms.0,
        wait_ms: row.wait_ms.map(|ms| ms.0),
        began: row.began.clone(),
        ended: row.ended.clone(),
    }
}
