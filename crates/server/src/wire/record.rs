//! What was said and what happened.

use std::collections::{BTreeMap, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use signalbox_engine::directory::Directory;
use signalbox_eventlog::{Entry, Stored};
use signalbox_model::contact::{Actor, Participant};
use signalbox_model::content::Body;
use signalbox_model::event::conversation::TurnKind;
use signalbox_model::event::reading::HiddenCount;
use signalbox_model::event::{Class, Event, Recorded};
use signalbox_model::id::{ContentId, PersonId};
use signalbox_model::time::Timestamp;
use signalbox_model::word::Slug;
use signalbox_reading::redact::PersonalKind;
use utoipa::ToSchema;

use super::names::Ref;
use crate::words::{self, Said};

/// Kind of a transcript item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ItemKind {
    /// Said to or by the customer.
    Turn,
    /// Only colleagues see it.
    Note,
    /// A supervisor told the owner.
    Whisper,
    /// An AI agent wrote it for the person who has the conversation; the customer does not see it.
    Draft,
    /// Something happened.
    Event,
}

/// Who said or did something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuthorKind {
    /// The customer.
    Customer,
    /// A person at a desk.
    HumanAgent,
    /// A supervisor.
    Supervisor,
    /// An AI agent.
    AiAgent,
    /// A person in another system.
    Elsewhere,
    /// This program.
    System,
}

/// Who said or did something, with a name where there is one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Author {
    /// What they are.
    pub kind: AuthorKind,
    /// The person of this floor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<Ref>,
    /// The reported name of somebody or something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

impl Author {
    /// A kind without a name.
    pub fn plain(kind: AuthorKind) -> Author {
        Author { kind, person: None, name: None }
    }

    /// Who said a turn.
    pub fn of(by: &Participant, directory: &Directory) -> Author {
        let person = |id| Some(Ref::person(directory, id));
        match by {
            Participant::Customer => Author::plain(AuthorKind::Customer),
            Participant::HumanAgent { person: id } => {
                Author { person: person(*id), ..Author::plain(AuthorKind::HumanAgent) }
            }
            Participant::Supervisor { person: id } => {
                Author { person: person(*id), ..Author::plain(AuthorKind::Supervisor) }
            }
            Participant::AiAgent { agent } => {
                Author { name: Some(words::names::ai_handle(directory, agent)), ..Author::plain(AuthorKind::AiAgent) }
            }
            Participant::Elsewhere { name } => {
                Author { name: Some(name.to_string()), ..Author::plain(AuthorKind::Elsewhere) }
            }
            Participant::System => Author::plain(AuthorKind::System),
        }
    }
}

/// A file in a transcript.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Attachment {
    /// Its id: `GET /api/contents/{content}`.
    pub content: String,
    /// Its name, cleaned.
    pub name: String,
    /// Its media type, sniffed and on the allow-list.
    pub media_type: String,
    /// Its size; null where the file itself could not be read.
    #[schema(required = true)]
    pub bytes: Option<u64>,
}

/// One line of a transcript.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct TranscriptItem {
    /// Place of its fact.
    pub position: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// When it happened, where another system told us later.
    pub occurred_at: Option<Timestamp>,
    /// What it is.
    pub kind: ItemKind,
    /// Who said or did it.
    pub by: Author,
    /// What kind of turn.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub turn_kind: Option<TurnKind>,
    /// The words, exactly as given: always data, never markup.
    pub text: Option<String>,
    /// Whether the words were destroyed.
    pub erased: bool,
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<Attachment>,
    /// For an event: what happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub words: Option<String>,
    /// The content's id, where words are hidden in it: `POST /api/conversations/{id}/turns/{content}/reveal`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
    /// Personal data that stands as tokens in the words, by kind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hidden: Vec<HiddenCount>,
}

/// The content that a line of the transcript shows; for a reply that is the content which came with the wish.
pub fn content_shown(event: &Event) -> Option<ContentId> {
    match event {
        Event::TurnAdded(e) => Some(e.content),
        Event::ReplySent(e) => Some(e.content),
        Event::NoteAdded(e) => Some(e.content),
        Event::WhisperSent(e) => Some(e.content),
        Event::AiWhispered(e) => Some(e.content),
        Event::DraftOffered(e) => Some(e.content),
        _ => None,
    }
}

/// The line of the transcript that a fact makes, if it makes one; `stored` is the content that [`content_shown`] names.
pub fn transcript_item(recorded: &Recorded, stored: Option<&Stored>, directory: &Directory) -> Option<TranscriptItem> {
    let person = |id: PersonId, kind| Author { person: Some(Ref::person(directory, id)), ..Author::plain(kind) };
    match &recorded.event {
        Event::TurnAdded(e) => {
            Some(said(recorded, ItemKind::Turn, Author::of(&e.by, directory), Some(e.kind), e.content, stored))
        }
        Event::ReplySent(e) => {
            Some(said(recorded, ItemKind::Turn, Author::of(&e.by, directory), Some(e.kind), e.content, stored))
        }
        Event::NoteAdded(e) => {
            Some(said(recorded, ItemKind::Note, person(e.person, AuthorKind::HumanAgent), None, e.content, stored))
        }
        Event::WhisperSent(e) => {
            Some(said(recorded, ItemKind::Whisper, person(e.person, AuthorKind::Supervisor), None, e.content, stored))
        }
        Event::AiWhispered(e) => {
            Some(said(recorded, ItemKind::Whisper, person(e.person, AuthorKind::Supervisor), None, e.content, stored))
        }
        Event::DraftOffered(e) => {
            let by = Author { person: Some(Ref::person(directory, e.person)), ..Author::plain(AuthorKind::AiAgent) };
            Some(said(recorded, ItemKind::Draft, by, None, e.content, stored))
        }
        event if is_milestone(event) => Some(TranscriptItem {
            position: recorded.position.0,
            at: recorded.at,
            occurred_at: recorded.occurred_at,
            kind: ItemKind::Event,
            by: Author::plain(AuthorKind::System),
            turn_kind: None,
            text: None,
            erased: false,
            file: None,
            words: Some(words::sentence(recorded, directory)),
            content: None,
            hidden: Vec::new(),
        }),
        _ => None,
    }
}

/// Every line of a transcript, in order: what a reply or whisper says came with the wish before it.
pub fn transcript(entries: &[Entry], directory: &Directory) -> Vec<TranscriptItem> {
    let asked: HashMap<ContentId, &Stored> =
        entries.iter().filter_map(|entry| Some((entry.recorded.event.content()?, entry.content.as_ref()?))).collect();
    let line = |entry: &Entry| {
        let stored = content_shown(&entry.recorded.event).and_then(|content| asked.get(&content).copied());
        transcript_item(&entry.recorded, stored, directory)
    };
    entries.iter().filter_map(line).collect()
}

/// Whether a reader of the words wants to know of it between them. The rest is on the timeline.
fn is_milestone(event: &Event) -> bool {
    matches!(
        event,
        Event::ConversationOpened(_)
            | Event::ConversationQueued(_)
            | Event::ConversationTurnedAway(_)
            | Event::ConversationTruncated(_)
            | Event::PersonAsked(_)
            | Event::CustomerLeft(_)
            | Event::CustomerReturned(_)
            | Event::ConversationHeld(_)
            | Event::ConversationResumed(_)
            | Event::ConversationClosed(_)
            | Event::ConversationReopened(_)
            | Event::OfferAccepted(_)
            | Event::TransferStarted(_)
            | Event::TransferCompleted(_)
            | Event::TransferCancelled(_)
            | Event::SupervisorBarged(_)
            | Event::SupervisorTookOver(_)
            | Event::SupervisorHandedBack(_)
            | Event::OwnershipReported(_)
            | Event::OutcomeReported(_)
            | Event::AiAssigned(_)
            | Event::HandoffRequested(_)
            | Event::HandoffTimedOut(_)
            | Event::ApprovalAsked(_)
            | Event::ApprovalDecided(_)
    )
}

fn said(
    recorded: &Recorded,
    kind: ItemKind,
    by: Author,
    turn_kind: Option<TurnKind>,
    content: ContentId,
    stored: Option<&Stored>,
) -> TranscriptItem {
    let (text, file, words) = match stored {
        Some(Stored::Body(Body::Text { text })) => (Some(text.clone()), None, None),
        Some(Stored::Body(Body::File { name, media_type, bytes })) => {
            let file = Attachment {
                content: content.to_string(),
                name: name.clone(),
                media_type: media_type.clone(),
                bytes: (!bytes.is_empty()).then_some(bytes.len() as u64),
            };
            (None, Some(file), None)
        }
        Some(Stored::Damaged) => {
            (None, None, Some("This cannot be read any more: the store is damaged here.".to_owned()))
        }
        Some(Stored::Body(Body::Identity { .. }) | Stored::Erased) | None => (None, None, None),
    };
    let hidden = text.as_deref().map(hidden_in).unwrap_or_default();
    TranscriptItem {
        position: recorded.position.0,
        at: recorded.at,
        occurred_at: recorded.occurred_at,
        kind,
        by,
        turn_kind,
        text,
        erased: matches!(stored, Some(Stored::Erased)),
        file,
        words,
        content: (!hidden.is_empty()).then(|| content.to_string()),
        hidden,
    }
}

/// The tokens in a text: each with its kind, in their order.
pub fn tokens(text: &str) -> Vec<(&str, PersonalKind)> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices('[') {
        let Some(end) = text[start..].find(']') else { break };
        let token = &text[start..=start + end];
        let inner = &token[1..token.len() - 1];
        let Some((word, number)) = inner.rsplit_once('_') else { continue };
        let kind = PersonalKind::ALL.into_iter().find(|kind| kind.word() == word);
        if let Some(kind) = kind.filter(|_| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())) {
            found.push((token, kind));
        }
    }
    found
}

fn hidden_in(text: &str) -> Vec<HiddenCount> {
    let mut counts: BTreeMap<&str, u16> = BTreeMap::new();
    for (_, kind) in tokens(text) {
        let count = counts.entry(kind.word()).or_default();
        *count = count.saturating_add(1);
    }
    let count = |(kind, count): (&str, u16)| Some(HiddenCount { kind: Slug::parse(kind).ok()?, count });
    counts.into_iter().filter_map(count).collect()
}

/// Who caused a fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FactActor {
    /// `person`, `token`, `customer`, `ai_agent`, `engine` or `system`.
    pub kind: String,
    /// The person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<Ref>,
    /// The token.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<Ref>,
    /// The AI agent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ai_agent: Option<String>,
}

impl FactActor {
    /// With names.
    pub fn named(actor: &Actor, directory: &Directory) -> FactActor {
        let plain = |kind: &str| FactActor { kind: kind.to_owned(), person: None, token: None, ai_agent: None };
        match actor {
            Actor::Person { person } => FactActor { person: Some(Ref::person(directory, *person)), ..plain("person") },
            Actor::Token { token } => FactActor { token: Some(Ref::token(directory, *token)), ..plain("token") },
            Actor::Customer { .. } => plain("customer"),
            Actor::AiAgent { agent } => {
                FactActor { ai_agent: Some(words::names::ai_agent(directory, *agent)), ..plain("ai_agent") }
            }
            Actor::Engine => plain("engine"),
            Actor::System => plain("system"),
        }
    }
}

/// Where a fact comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FactClass {
    /// A person, channel or other system said so.
    Reported,
    /// The engine decided it.
    Decided,
}

/// One fact of the log, in words and as data. It never holds what customers said.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Fact {
    /// Its place in the log.
    pub position: u64,
    /// When it was recorded.
    pub at: Timestamp,
    /// When it happened, where another system told us later.
    pub occurred_at: Option<Timestamp>,
    /// Its name.
    #[serde(rename = "type")]
    #[schema(example = "offer.made")]
    pub name: String,
    /// Whether it was reported or decided.
    pub class: FactClass,
    /// Who caused it.
    pub actor: FactActor,
    /// The fact that it follows from.
    pub cause: Option<u64>,
    /// What happened, in one sentence.
    pub words: String,
    /// Why, where it carries reasons.
    pub because: Vec<Said>,
    /// The fact's own data.
    #[schema(value_type = Object)]
    pub data: Value,
}

impl Fact {
    /// A fact with names and words.
    pub fn named(recorded: &Recorded, directory: &Directory) -> Fact {
        let data =
            serde_json::to_value(&recorded.event).ok().and_then(|mut event| event.get_mut("data").map(Value::take));
        Fact {
            position: recorded.position.0,
            at: recorded.at,
            occurred_at: recorded.occurred_at,
            name: recorded.event.name().to_owned(),
            class: match recorded.event.class() {
                Class::Reported => FactClass::Reported,
                Class::Decided => FactClass::Decided,
            },
            actor: FactActor::named(&recorded.actor, directory),
            cause: recorded.cause.map(|cause| cause.0),
            words: words::sentence(recorded, directory),
            because: words::because(recorded, directory),
            data: data.unwrap_or(Value::Null),
        }
    }
}
