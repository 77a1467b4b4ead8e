//! What another contact centre's system reports about its own conversations: one JSON object an event.
//!
//! An event is checked by itself; whether its conversation is known makes no difference, because events may come
//! in any order and more than once.

use serde_json::Value;
use signalbox_model::contact::{Channel, Control, Origin, Outcome, Owner, Participant};
use signalbox_model::content::{Body, Content};
use signalbox_model::event::conversation::{
    ConversationOpened, LabelChanged, OutcomeReported, OwnershipReported, TurnAdded, TurnKind,
};
use signalbox_model::event::customer::{IdentityAdded, IdentityKind};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{ContentId, ConversationId, CustomerId, QueueId};
use signalbox_model::limits::{CONVERSATION_LABELS_MAX, TURN_CHARS_MAX};
use signalbox_model::time::Timestamp;
use signalbox_model::word::Slug;

use crate::fields::{Fields, Reject};
use crate::identity::{self, Identity, Proof};
use crate::{moment, words};

/// Bytes of another system's id.
pub const FOREIGN_ID_BYTES_MAX: usize = 200;
/// What an owner or speaker is called who was not named.
const NAMELESS: &str = "unnamed";

/// One event of another system, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its id there; the same id again is the same event.
    pub id: String,
    /// The conversation's id there.
    pub conversation: String,
    /// When it happened; never after our now.
    pub at: Timestamp,
    /// Their clock was ahead by more than clocks usually are, so `at` is when we got it.
    pub adjusted: bool,
    /// What happened.
    pub what: What,
}

/// What was reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// A conversation began.
    Open(Opening),
    /// Somebody said or did something.
    Turn(Said),
    /// Somebody has it now.
    Ownership(Holder),
    /// This is how it ended.
    Outcome {
        /// How.
        outcome: Outcome,
        /// How it is filed there.
        label: Option<Slug>,
    },
}

/// All that is known when a conversation begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// How they came.
    pub channel: Channel,
    /// Who they are.
    pub identities: Vec<Identity>,
    /// A queue's name or id.
    pub queue: Option<String>,
    /// What it is about.
    pub intent: Option<Slug>,
    /// In which language.
    pub language: Option<Slug>,
    /// Labels.
    pub labels: Vec<Slug>,
}

impl Opening {
    /// Nothing known.
    pub fn blank() -> Opening {
        Opening {
            channel: Channel::Webchat,
            identities: Vec::new(),
            queue: None,
            intent: None,
            language: None,
            labels: Vec::new(),
        }
    }
}

/// Who spoke, or has it, in another system.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The customer.
    Customer,
    /// A person.
    Agent(Slug),
    /// An AI agent.
    Ai(Slug),
    /// The system itself.
    System,
}

impl Speaker {
    /// As the model says it.
    pub fn participant(&self) -> Participant {
        match self {
            Speaker::Customer => Participant::Customer,
            Speaker::Agent(name) => Participant::Elsewhere { name: name.clone() },
            Speaker::Ai(agent) => Participant::AiAgent { agent: agent.clone() },
            Speaker::System => Participant::System,
        }
    }
}

/// One turn. Its words are left out of debug output.
#[derive(Clone, PartialEq, Eq)]
pub struct Said {
    /// By whom.
    pub by: Speaker,
    /// Words, or an action.
    pub kind: TurnKind,
    /// The words.
    pub text: String,
}

impl std::fmt::Debug for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Said({:?}, {:?}, {} bytes)", self.by, self.kind, self.text.len())
    }
}

/// Who has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holder {
    /// It waits; the queue's name or id.
    Queue(Option<String>),
    /// A person elsewhere.
    Agent(Slug),
    /// An AI agent.
    Ai(Slug),
    /// Nobody: it is over.
    Closed,
}

/// Checks one event.
///
/// # Errors
/// The first thing that is wrong with it: a word for programs and a sentence that names the field.
pub fn parse(value: &Value, now: Timestamp) -> Result<Report, Reject> {
    let mut fields = Fields::of(value, "")?;
    let kind = fields.key("type", 40)?;
    let id = fields.key("id", FOREIGN_ID_BYTES_MAX)?;
    let conversation = fields.key("conversation", FOREIGN_ID_BYTES_MAX)?;
    let at = fields.moment("at")?.ok_or_else(|| fields.missing("at"))?;
    let checked = moment::check(at, now).map_err(|error| fields.wrong("at", error))?;
    let what = match kind.as_str() {
        "open" => What::Open(opening(&mut fields)?),
        "turn" => What::Turn(turn(&mut fields)?),
        "ownership" => What::Ownership(holder(&mut fields)?),
        "outcome" => {
            let outcome = outcome(&mut fields)?.ok_or_else(|| fields.missing("outcome"))?;
            What::Outcome { outcome, label: word(&mut fields, "label")? }
        }
        _ => return Err(fields.wrong("type", "must be open, turn, ownership or outcome")),
    };
    fields.finish()?;
    Ok(Report { id, conversation, at: checked.at, adjusted: checked.adjusted, what })
}

/// The fields that an opening has, here and in an import.
pub(crate) fn opening(fields: &mut Fields<'_>) -> Result<Opening, Reject> {
    let channel = match fields.text("channel")? {
        None => Channel::Webchat,
        Some(text) => *Channel::ALL
            .iter()
            .find(|channel| channel.as_str() == text)
            .ok_or_else(|| fields.wrong("channel", "must be webchat, messaging, voice or email"))?,
    };
    let identities = match fields.get("customer") {
        None => Vec::new(),
        Some(value) => customer(value, &fields.path("customer"))?,
    };
    let queue = fields
        .text("queue")?
        .map(str::trim)
        .filter(|queue| !queue.is_empty())
        .map(|queue| words::cut(queue, FOREIGN_ID_BYTES_MAX));
    let (intent, language) = (word(fields, "intent")?, word(fields, "language")?);
    let mut labels = Vec::new();
    for value in fields.list("labels", CONVERSATION_LABELS_MAX)? {
        let label =
            value.as_str().and_then(words::slug).ok_or_else(|| fields.wrong("labels", "must be a list of words"))?;
        if !labels.contains(&label) {
            labels.push(label);
        }
    }
    Ok(Opening { channel, identities, queue, intent, language, labels })
}

fn customer(value: &Value, path: &str) -> Result<Vec<Identity>, Reject> {
    let mut fields = Fields::of(value, path)?;
    let mut identities = Vec::new();
    // A number in another system is that system's own; whether it checked addresses, only it can say.
    let proof = match fields.flag("verified")? {
        Some(true) => Proof::Proved,
        Some(false) => Proof::Claimed,
        None => Proof::Reported,
    };
    let kinds = [IdentityKind::External, IdentityKind::Email, IdentityKind::Phone, IdentityKind::Name];
    for (name, kind) in ["external", "email", "phone", "name"].into_iter().zip(kinds) {
        let Some(text) = fields.text(name)? else { continue };
        if !text.trim().is_empty() {
            let proof = if kind == IdentityKind::External { Proof::Proved } else { proof };
            identities.push(identity::parse(kind, text, proof).map_err(|error| fields.wrong(name, error))?);
        }
    }
    fields.finish()?;
    Ok(identities)
}

/// A word for machines, made from whatever stands there.
pub(crate) fn word(fields: &mut Fields<'_>, name: &'static str) -> Result<Option<Slug>, Reject> {
    Ok(fields.text(name)?.and_then(words::slug))
}

pub(crate) fn outcome(fields: &mut Fields<'_>) -> Result<Option<Outcome>, Reject> {
    let all = [Outcome::Resolved, Outcome::Unresolved, Outcome::Contained, Outcome::Abandoned, Outcome::TurnedAway];
    match fields.text("outcome")? {
        None => Ok(None),
        Some(text) => match all.into_iter().find(|outcome| outcome.as_str() == text) {
            Some(outcome) => Ok(Some(outcome)),
            None => Err(fields.wrong("outcome", "must be resolved, unresolved, contained, abandoned or turned_away")),
        },
    }
}

/// A name for somebody who may have none.
pub(crate) fn name_or(fields: &mut Fields<'_>, name: &'static str) -> Result<Slug, Reject> {
    let named = word(fields, name)?.or_else(|| words::slug(NAMELESS));
    named.ok_or_else(|| fields.wrong(name, "must be a name"))
}

/// What was said, checked.
pub(crate) fn said_words(fields: &mut Fields<'_>) -> Result<String, Reject> {
    let text = fields.text("text")?.ok_or_else(|| fields.missing("text"))?;
    words::clean(text, TURN_CHARS_MAX).map_err(|error| fields.wrong("text", error))
}

fn turn(fields: &mut Fields<'_>) -> Result<Said, Reject> {
    let name = name_or(fields, "name")?;
    let by = match fields.text("by")?.ok_or_else(|| fields.missing("by"))? {
        "customer" => Speaker::Customer,
        "agent" => Speaker::Agent(name),
        "ai" => Speaker::Ai(name),
        "system" => Speaker::System,
        _ => return Err(fields.wrong("by", "must be customer, agent, ai or system")),
    };
    let kind = match fields.text("kind")?.unwrap_or("text") {
        "text" => TurnKind::Text,
        "action" => TurnKind::Action,
        _ => return Err(fields.wrong("kind", "must be text or action")),
    };
    Ok(Said { by, kind, text: said_words(fields)? })
}

fn holder(fields: &mut Fields<'_>) -> Result<Holder, Reject> {
    let value = fields.get("owner").ok_or_else(|| fields.missing("owner"))?;
    let mut owner = Fields::of(value, "owner")?;
    let name =
        owner.text("name")?.map(|name| words::cut(name.trim(), FOREIGN_ID_BYTES_MAX)).filter(|name| !name.is_empty());
    let who = name_or(&mut owner, "name")?;
    let holder = match owner.text("kind")?.ok_or_else(|| owner.missing("kind"))? {
        "queue" => Holder::Queue(name),
        "agent" => Holder::Agent(who),
        "ai" => Holder::Ai(who),
        "closed" => Holder::Closed,
        _ => return Err(owner.wrong("kind", "must be queue, agent, ai or closed")),
    };
    owner.finish()?;
    Ok(holder)
}

/// Where the facts of a report belong.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Our id of the conversation.
    pub conversation: ConversationId,
    /// Under whose key its words are kept.
    pub customer: CustomerId,
    /// How we know of it.
    pub origin: Origin,
}

impl Place {
    /// That it began.
    pub fn opened(&self, opening: &Opening, queue: Option<QueueId>, at: Timestamp) -> NewEvent {
        let event = ConversationOpened {
            conversation: self.conversation,
            customer: self.customer,
            channel: opening.channel,
            origin: self.origin,
            control: Control::Observed,
            queue,
            priority: 0,
            needs: Vec::new(),
            intent: opening.intent.clone(),
            language: opening.language.clone(),
        };
        happened(Event::ConversationOpened(event), at)
    }

    /// Its labels.
    pub fn labelled(&self, labels: &[Slug], at: Timestamp) -> Vec<NewEvent> {
        let conversation = self.conversation;
        let on = |label: &Slug| Event::LabelChanged(LabelChanged { conversation, label: label.clone(), on: true });
        labels.iter().map(|label| happened(on(label), at)).collect()
    }

    /// A way to know its customer, as `reporter` tells it.
    pub fn identified(&self, identity: &Identity, reporter: &str, content: ContentId, at: Timestamp) -> NewEvent {
        let event = IdentityAdded {
            customer: self.customer,
            identity: identity.kind,
            verified: identity.is_verified(),
            content,
        };
        let body = Body::Identity { value: identity.value.clone() };
        let mut new = happened(Event::IdentityAdded(event), at);
        new.content = Some(Content {
            id: content,
            customer: self.customer,
            conversation: None,
            body,
            lookup: identity.lookup(reporter),
        });
        new
    }

    /// What somebody said or did.
    pub fn said(&self, said: &Said, content: ContentId, at: Timestamp) -> NewEvent {
        let event = TurnAdded { conversation: self.conversation, by: said.by.participant(), kind: said.kind, content };
        let body = Body::Text { text: said.text.clone() };
        let mut new = happened(Event::TurnAdded(event), at);
        new.content = Some(Content {
            id: content,
            customer: self.customer,
            conversation: Some(self.conversation),
            body,
            lookup: None,
        });
        new
    }

    /// Who has it. Waiting in a queue that we do not know is waiting elsewhere.
    pub fn owned(&self, holder: &Holder, queue: Option<QueueId>, at: Timestamp) -> NewEvent {
        let owner = match (holder, queue) {
            (Holder::Queue(_), Some(queue)) => Owner::Queue { queue },
            (Holder::Queue(name), None) => {
                let named =
                    name.as_deref().and_then(words::slug).map_or("queue".to_owned(), |name| format!("queue:{name}"));
                words::slug(&named).map_or(Owner::Closed, |name| Owner::Elsewhere { name })
            }
            (Holder::Agent(name), _) => Owner::Elsewhere { name: name.clone() },
            (Holder::Ai(agent), _) => Owner::Ai { agent: agent.clone() },
            (Holder::Closed, _) => Owner::Closed,
        };
        happened(Event::OwnershipReported(OwnershipReported { conversation: self.conversation, owner }), at)
    }

    /// How it ended.
    pub fn ended(&self, outcome: Outcome, label: Option<Slug>, at: Timestamp) -> NewEvent {
        happened(Event::OutcomeReported(OutcomeReported { conversation: self.conversation, outcome, label }), at)
    }
}

/// A fact that happened before we heard of it.
pub fn happened(event: Event, at: Timestamp) -> NewEvent {
    NewEvent { occurred_at: Some(at), ..NewEvent::now(event) }
}

#[cfg(test)]
mod tests;
