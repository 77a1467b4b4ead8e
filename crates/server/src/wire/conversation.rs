//! One live conversation: a row of the floor, a card at the desk, the head of its page.

use serde::{Deserialize, Serialize};
use signalbox_engine::conversation::{self as engine, Conversation};
use signalbox_engine::directory::Directory;
use signalbox_engine::need;
use signalbox_model::contact::{Channel, Control, Origin, Outcome};
use signalbox_model::event::routing::{OfferPurpose, TransferTo};
use signalbox_model::time::Timestamp;
use signalbox_views as views;
use utoipa::ToSchema;

use super::ai::{self, AiPart, ApprovalPart, HandoffPart, Mood};
use super::customer::CustomerRef;
use super::names::{Owner, Ref};
use crate::words::{self, Said};

/// What is going on with a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// In a queue, nobody asked.
    Waiting,
    /// In a queue, somebody asked.
    Offered,
    /// Somebody has it.
    Active,
    /// Somebody has it and the customer is on hold.
    Held,
    /// Over for the customer, not yet for the agent.
    WrapUp,
    /// Over.
    Closed,
}

impl From<engine::State> for State {
    fn from(state: engine::State) -> State {
        match state {
            engine::State::Waiting => State::Waiting,
            engine::State::Offered => State::Offered,
            engine::State::Active => State::Active,
            engine::State::Held => State::Held,
            engine::State::WrapUp => State::WrapUp,
            engine::State::Closed => State::Closed,
        }
    }
}

/// Why a conversation needs somebody to look.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct NeedReason {
    /// Which kind of reason.
    #[schema(example = "waiting_long")]
    pub kind: String,
    /// Since when.
    pub since: Option<Timestamp>,
    /// In words.
    #[schema(example = "waiting 3:10")]
    pub words: String,
    /// What it adds to the need.
    pub points: u32,
}

/// How much a conversation needs somebody, and why.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Need {
    /// The floor is sorted by this, highest first.
    pub points: u32,
    /// Why, heaviest first.
    pub reasons: Vec<NeedReason>,
}

/// Somebody is being asked.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct OfferLive {
    /// Which offer of the conversation.
    pub number: u32,
    /// Who is asked.
    pub person: Ref,
    /// What for.
    pub purpose: OfferPurpose,
    /// When it ends by itself.
    pub expires_at: Timestamp,
    /// Why this person.
    pub because: Vec<Said>,
}

/// To whom a conversation is being passed on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TransferTarget {
    /// A queue.
    Queue {
        /// Which.
        queue: Ref,
    },
    /// A person.
    Person {
        /// Who.
        person: Ref,
    },
}

impl TransferTarget {
    fn named(to: &TransferTo, directory: &Directory) -> TransferTarget {
        match to {
            TransferTo::Queue { queue } => TransferTarget::Queue { queue: Ref::queue(directory, *queue) },
            TransferTo::Person { person } => TransferTarget::Person { person: Ref::person(directory, *person) },
        }
    }
}

/// A warm transfer under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TransferLive {
    /// Who wants it.
    pub by: Ref,
    /// To whom.
    pub to: TransferTarget,
    /// When it ends by itself.
    pub until: Timestamp,
    /// Who is being told about it.
    pub briefed: Option<Ref>,
}

/// One live conversation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ConversationSummary {
    /// Its id.
    #[schema(example = "conv_01jd6zq2w3e4r5t6y7u8i9p0as")]
    pub id: String,
    /// Place of the last fact about it.
    pub position: u64,
    /// With whom.
    pub customer: CustomerRef,
    /// How they came.
    pub channel: Channel,
    /// How we know.
    pub origin: Origin,
    /// Whether another system routes it and we only watch.
    pub observed: bool,
    /// The queue that it is in or was taken from.
    pub queue: Option<Ref>,
    /// Who has it.
    pub owner: Owner,
    /// What is going on with it.
    pub state: State,
    /// Minutes of head start in total.
    pub priority: u8,
    /// What it is about, if known.
    pub intent: Option<String>,
    /// In which language, if known.
    pub language: Option<String>,
    /// Its labels.
    pub labels: Vec<String>,
    /// When it began.
    pub opened_at: Timestamp,
    /// Since when its wait counts, while it waits.
    pub waiting_since: Option<Timestamp>,
    /// Since when the present owner has it.
    pub owned_since: Option<Timestamp>,
    /// Since when it is on hold.
    pub held_since: Option<Timestamp>,
    /// When its wrap-up ends by itself.
    pub wrap_up_until: Option<Timestamp>,
    /// When it ended for the customer.
    pub closed_at: Option<Timestamp>,
    /// Since when the customer waits for an answer to what they wrote.
    pub unanswered_since: Option<Timestamp>,
    /// Last turn of anybody.
    pub last_turn_at: Option<Timestamp>,
    /// Turns so far.
    pub turns: u32,
    /// Rings open.
    pub ring: u8,
    /// Who is being asked.
    pub offer: Option<OfferLive>,
    /// A warm transfer under way.
    pub transfer: Option<TransferLive>,
    /// Supervisors who watch.
    pub watchers: Vec<Ref>,
    /// Supervisors who may speak.
    pub barged: Vec<Ref>,
    /// Whether the customer is there.
    pub customer_present: bool,
    /// How much it needs somebody, and why.
    pub need: Need,
    /// How it is filed.
    pub disposition: Option<Ref>,
    /// What became of it.
    pub outcome: Option<Outcome>,
    /// The AI agent that has it, or had it last.
    #[serde(default)]
    pub ai: Option<AiPart>,
    /// Whether an AI agent ever handed it to people.
    #[serde(default)]
    pub handed_off: bool,
    /// A handoff that is not over.
    #[serde(default)]
    pub handoff: Option<HandoffPart>,
    /// What an AI agent wants a person to agree to.
    #[serde(default)]
    pub approval: Option<ApprovalPart>,
    /// How the customer feels; none: nothing was read.
    #[serde(default)]
    pub mood: Option<Mood>,
}

/// The need of a conversation in words.
pub fn need(conversation: &Conversation, directory: &Directory, now: Timestamp) -> Need {
    let need = need::need(conversation, directory, now);
    let mut reasons: Vec<NeedReason> = need
        .reasons
        .iter()
        .map(|reason| NeedReason {
            kind: words::needs::kind(reason.kind).to_owned(),
            since: reason.since,
            words: words::needs::words(reason, now),
            points: reason.points,
        })
        .collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.points));
    Need { points: need.points, reasons }
}

/// One live conversation with names; the customer's name is the caller's to know.
pub fn conversation_summary(
    conversation: &Conversation,
    directory: &Directory,
    customer_name: Option<String>,
    now: Timestamp,
) -> ConversationSummary {
    let c = conversation;
    let people = |ids: &[signalbox_model::id::PersonId]| ids.iter().map(|id| Ref::person(directory, *id)).collect();
    ConversationSummary {
        id: c.id.to_string(),
        position: c.position.0,
        customer: CustomerRef { id: c.customer.to_string(), name: customer_name },
        channel: c.channel,
        origin: c.origin,
        observed: c.control == Control::Observed,
        queue: c.queue.map(|id| Ref::queue(directory, id)),
        owner: Owner::named(&c.owner, directory),
        state: c.state().into(),
        priority: c.priority,
        intent: c.intent.as_ref().map(ToString::to_string),
        language: c.language.as_ref().map(ToString::to_string),
        labels: c.labels.iter().map(ToString::to_string).collect(),
        opened_at: c.opened_at,
        waiting_since: c.waiting_since,
        owned_since: c.owned_since,
        held_since: c.held_since,
        wrap_up_until: c.wrap_up.map(|wrap_up| wrap_up.until),
        closed_at: c.closed_at,
        unanswered_since: c.unanswered_since,
        last_turn_at: c.last_turn_at,
        turns: c.turns,
        ring: c.ring,
        offer: c.offer.as_ref().map(|offer| offer_live(offer, directory)),
        transfer: c.transfer.as_ref().map(|transfer| transfer_live(transfer, directory)),
        watchers: people(&c.watchers),
        barged: people(&c.barged),
        customer_present: c.customer_left_at.is_none() && !c.is_closed(),
        need: need(c, directory, now),
        disposition: c.disposition.map(|id| Ref::disposition(directory, id)),
        outcome: c.outcome,
        ai: ai::ai_part(c, directory),
        handed_off: c.ai.was_handed_off,
        handoff: ai::handoff_part(c),
        approval: ai::approval_part(c, directory),
        mood: (!c.ai.sentiments.is_empty()).then(|| ai::mood(&c.ai.sentiments)),
    }
}

/// A conversation that the floor has forgotten, as its page shows it.
pub fn closed_summary(row: &views::ConversationRow, directory: &Directory) -> ConversationSummary {
    ConversationSummary {
        id: row.id.to_string(),
        position: row.position.0,
        customer: CustomerRef { id: row.customer.to_string(), name: row.customer_name.clone() },
        channel: row.channel,
        origin: row.origin,
        observed: row.observed,
        queue: row.queue.map(|id| Ref::queue(directory, id)),
        owner: Owner::named(&row.owner, directory),
        state: row.state.into(),
        priority: row.priority,
        intent: row.intent.as_ref().map(ToString::to_string),
        language: row.language.as_ref().map(ToString::to_string),
        labels: row.labels.iter().map(ToString::to_string).collect(),
        opened_at: row.opened_at,
        waiting_since: None,
        owned_since: None,
        held_since: None,
        wrap_up_until: None,
        closed_at: row.closed_at,
        unanswered_since: None,
        last_turn_at: row.last_turn_at,
        turns: row.turns,
        ring: 0,
        offer: None,
        transfer: None,
        watchers: Vec::new(),
        barged: Vec::new(),
        customer_present: false,
        need: Need { points: 0, reasons: Vec::new() },
        disposition: row.disposition.map(|id| Ref::disposition(directory, id)),
        outcome: row.outcome,
        ai: None,
        handed_off: false,
        handoff: None,
        approval: None,
        mood: None,
    }
}

fn offer_live(offer: &engine::Offer, directory: &Directory) -> OfferLive {
    OfferLive {
        number: offer.number,
        person: Ref::person(directory, offer.person),
        purpose: offer.purpose,
        expires_at: offer.expires_at,
        because: words::said::offer(&offer.because, directory),
    }
}

fn transfer_live(transfer: &engine::Transfer, directory: &Directory) -> TransferLive {
    TransferLive {
        by: Ref::person(directory, transfer.by),
        to: TransferTarget::named(&transfer.to, directory),
        until: transfer.until,
        briefed: transfer.briefed.map(|id| Ref::person(directory, id)),
    }
}
