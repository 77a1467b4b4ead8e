//! What the visitor sees of their conversation: what was said to and by them, who is there by first name, their place in line.
//! Never notes, whispers, queues, rules, other people's words.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use signalbox_adapters::words::first_name;
use signalbox_engine::conversation::Conversation;
use signalbox_engine::directory::Directory;
use signalbox_engine::floor::Floor;
use signalbox_eventlog::{Entry, Stored};
use signalbox_model::contact::{Control, Owner, Participant};
use signalbox_model::content::Body;
use signalbox_model::event::Event;
use signalbox_model::event::ai_agent::AiTurnCompleted;
use signalbox_model::event::conversation::{QueuedBecause, TurnKind, TurnedAwayBecause};
use signalbox_model::event::routing::OfferPurpose;
use signalbox_model::id::{ContentId, ConversationId, PersonId};
use signalbox_model::time::Timestamp;
use utoipa::ToSchema;

use crate::words::names;

/// Places in line that are counted; beyond it the visitor is told this number.
const PLACES_MAX: usize = 1_000;

/// Whose line it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChatBy {
    /// The visitor.
    Me,
    /// Somebody who answers.
    Agent,
    /// The chat itself.
    System,
}

/// A file in the chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChatFile {
    /// Its id: `GET /api/chat/contents/{content}`.
    pub content: String,
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its size, where the sender's browser does not know it already.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
}

/// One line of the chat.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChatItem {
    /// Place of its fact; grows, never twice.
    pub position: u64,
    /// When.
    pub at: Timestamp,
    /// Whose line it is.
    pub by: ChatBy,
    /// The first name of who answers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether who answers is an AI agent.
    #[serde(default)]
    pub is_ai: bool,
    /// The words: always text, never markup. None for a file, and where the words were erased.
    pub text: Option<String>,
    /// The file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<ChatFile>,
}

/// What the visitor's chat is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChatStatus {
    /// In line.
    Waiting,
    /// Somebody is there.
    Active,
    /// Over.
    Closed,
    /// Nobody could take it in.
    TurnedAway,
}

/// What the visitor's chat is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ChatState {
    /// What.
    pub status: ChatStatus,
    /// 1 is next.
    pub place_in_line: Option<u32>,
    /// The first name of who is there.
    pub agent: Option<String>,
    /// Whether who is there is an AI agent.
    #[serde(default)]
    pub is_ai: bool,
    /// For one who was turned away: when it opens.
    pub opens_at: Option<Timestamp>,
    /// The conversation's id, to quote when asking about it.
    pub conversation: String,
}

/// What can be told of the state from the floor; nothing when the conversation is over there.
pub fn live_state(floor: &Floor, id: ConversationId) -> Option<ChatState> {
    let conversation = floor.conversation(id)?;
    let blank = ChatState {
        status: ChatStatus::Active,
        place_in_line: None,
        agent: None,
        is_ai: false,
        opens_at: None,
        conversation: id.to_string(),
    };
    Some(match &conversation.owner {
        Owner::Queue { .. } => {
            ChatState { status: ChatStatus::Waiting, place_in_line: place(floor, conversation), ..blank }
        }
        Owner::Agent { person } | Owner::Supervisor { person } => {
            ChatState { agent: Some(agent(&floor.directory, *person)), ..blank }
        }
        Owner::Ai { agent } => {
            ChatState { agent: Some(names::ai_handle(&floor.directory, agent)), is_ai: true, ..blank }
        }
        Owner::Elsewhere { .. } => blank,
        // Turned away or closed: which of them only its facts say.
        Owner::Closed => return None,
    })
}

/// What the facts say of a conversation that is over.
pub fn past_state(entries: &[Entry], id: ConversationId) -> ChatState {
    let away = entries.iter().rev().find_map(|entry| match &entry.recorded.event {
        Event::ConversationTurnedAway(away) => Some(Some(away.because)),
        Event::ConversationClosed(_) | Event::ConversationReopened(_) => Some(None),
        _ => None,
    });
    let (status, opens_at) = match away.flatten() {
        Some(TurnedAwayBecause::Closed { opens_at }) => (ChatStatus::TurnedAway, opens_at),
        Some(_) => (ChatStatus::TurnedAway, None),
        None => (ChatStatus::Closed, None),
    };
    ChatState { status, place_in_line: None, agent: None, is_ai: false, opens_at, conversation: id.to_string() }
}

fn place(floor: &Floor, conversation: &Conversation) -> Option<u32> {
    let Owner::Queue { queue } = conversation.owner else { return None };
    if conversation.control != Control::Routed || conversation.offer.is_some() {
        return Some(1);
    }
    let before = floor.line(queue).take(PLACES_MAX).take_while(|entry| entry.conversation != conversation.id).count();
    u32::try_from(before + 1).ok()
}

fn agent(directory: &Directory, person: PersonId) -> String {
    first_name(directory.person_name(person)).to_owned()
}

/// The lines after `after` that the visitor may see.
pub fn items(entries: &[Entry], directory: &Directory, after: u64) -> Vec<ChatItem> {
    // A reply's words come with the wish; the visitor sees them once it was granted.
    let mut asked: HashMap<ContentId, &Option<Stored>> = HashMap::new();
    let mut items = Vec::new();
    for entry in entries {
        match &entry.recorded.event {
            Event::ReplyAsked(reply) => drop(asked.insert(reply.content, &entry.content)),
            Event::AiTurnCompleted(AiTurnCompleted { says: Some(content), .. }) => {
                asked.insert(*content, &entry.content);
            }
            _ => {}
        }
        if entry.recorded.position.0 > after
            && let Some(item) = item(entry, &asked, directory)
        {
            items.push(item);
        }
    }
    items
}

fn item(entry: &Entry, asked: &HashMap<ContentId, &Option<Stored>>, directory: &Directory) -> Option<ChatItem> {
    let recorded = &entry.recorded;
    let blank = ChatItem {
        position: recorded.position.0,
        at: recorded.at,
        by: ChatBy::System,
        name: None,
        is_ai: false,
        text: None,
        file: None,
    };
    match &recorded.event {
        Event::TurnAdded(turn) if turn.kind == TurnKind::Action => None,
        Event::TurnAdded(turn) => Some(said(by(&turn.by, blank, directory), entry.content.as_ref(), turn.content)),
        Event::ReplySent(reply) => {
            let words = asked.get(&reply.content).and_then(|words| words.as_ref()).or(entry.content.as_ref());
            Some(said(by(&reply.by, blank, directory), words, reply.content))
        }
        event => happened(event, directory).map(|words| ChatItem { text: Some(words), ..blank }),
    }
}

fn by(participant: &Participant, item: ChatItem, directory: &Directory) -> ChatItem {
    match participant {
        Participant::Customer => ChatItem { by: ChatBy::Me, ..item },
        Participant::System => item,
        Participant::HumanAgent { person } | Participant::Supervisor { person } => {
            ChatItem { by: ChatBy::Agent, name: Some(agent(directory, *person)), ..item }
        }
        Participant::AiAgent { agent } => {
            ChatItem { by: ChatBy::Agent, name: Some(names::ai_handle(directory, agent)), is_ai: true, ..item }
        }
        Participant::Elsewhere { .. } => ChatItem { by: ChatBy::Agent, ..item },
    }
}

fn said(item: ChatItem, words: Option<&Stored>, content: ContentId) -> ChatItem {
    match words {
        Some(Stored::Body(Body::Text { text })) => ChatItem { text: Some(text.clone()), ..item },
        Some(Stored::Body(Body::File { name, media_type, bytes })) => {
            // A transcript names files without their bytes.
            let bytes = Some(bytes.len() as u64).filter(|bytes| *bytes > 0);
            let file =
                ChatFile { content: content.to_string(), name: name.clone(), media_type: media_type.clone(), bytes };
            ChatItem { file: Some(file), ..item }
        }
        _ => item,
    }
}

/// What happened, for the visitor; most of it is none of their business.
fn happened(event: &Event, directory: &Directory) -> Option<String> {
    let joined = |person: PersonId| Some(format!("{} joined the chat.", agent(directory, person)));
    match event {
        Event::OfferAccepted(accepted) if accepted.purpose == OfferPurpose::Take => joined(accepted.person),
        Event::TransferCompleted(completed) => joined(completed.person),
        Event::SupervisorTookOver(took) => joined(took.person),
        Event::SupervisorBarged(barged) => joined(barged.person),
        Event::ConversationQueued(queued) => match queued.because {
            QueuedBecause::Arrived | QueuedBecause::Overflowed { .. } | QueuedBecause::NotTaken { .. } => None,
            _ => Some("You are being connected with somebody.".to_owned()),
        },
        Event::AiAssigned(assigned) => {
            Some(format!("{}, an AI assistant, joined the chat.", names::ai_agent(directory, assigned.agent)))
        }
        Event::HandoffTimedOut(_) => Some(
            "Everybody is still busy. You keep your place, and somebody will answer as soon as possible.".to_owned(),
        ),
        Event::ConversationHeld(_) => Some("You are on hold; somebody is looking into it.".to_owned()),
        Event::ConversationResumed(_) => Some("The chat goes on.".to_owned()),
        Event::ConversationClosed(_) => Some("The chat has ended.".to_owned()),
        Event::ConversationReopened(_) => Some("The chat was opened again.".to_owned()),
        Event::ConversationTruncated(_) => {
            Some("The chat has reached its longest length: nothing more is kept. Please start a new one.".to_owned())
        }
        Event::ConversationTurnedAway(away) => Some(match away.because {
            TurnedAwayBecause::Closed { .. } => "We are closed now.".to_owned(),
            TurnedAwayBecause::QueueFull { .. } => {
                "So many people are waiting that we cannot take another chat right now. Please try again later."
                    .to_owned()
            }
            TurnedAwayBecause::NoSuchQueue => "This chat is not in use any more.".to_owned(),
        }),
        _ => None,
    }
}

/// Whether the visitor may have this file: it was sent by or to them.
pub fn may_see(items: &[ChatItem], content: ContentId) -> bool {
    let id = content.to_string();
    items.iter().any(|item| item.file.as_ref().is_some_and(|file| file.content == id))
}

/// The conversation as its facts leave it, also when the floor has forgotten it.
pub fn folded(entries: &[Entry]) -> Option<Conversation> {
    let mut folded: Option<Conversation> = None;
    for entry in entries {
        let recorded = &entry.recorded;
        folded = match (folded, &recorded.event) {
            (None, Event::ConversationOpened(opened)) => Some(Conversation::opened(recorded, opened)),
            (Some(before), Event::ConversationReopened(reopened)) => {
                let mut conversation = Conversation::reopened(recorded, reopened);
                conversation.intent = before.intent;
                conversation.language = before.language;
                Some(conversation)
            }
            (Some(mut conversation), _) => {
                conversation.apply(recorded);
                Some(conversation)
            }
            (None, _) => None,
        };
    }
    folded
}
