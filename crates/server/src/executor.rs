//! Does what the engine asks of AI agents: follows the log, works turns out side by side, and appends what came of them.
//!
//! Nothing is waited for here that the engine does not also watch by itself: a turn that never comes back is handed to a person at its
//! deadline. After a restart the turns that are still waited for are worked out again; what was begun elsewhere is not done twice.

pub(crate) mod gather;

pub use gather::today;

use std::sync::Arc;
use std::time::Duration;

use signalbox_eventlog::{EventLog, ReadError, Stored};
use signalbox_model::contact::Actor;
use signalbox_model::content::{Body, Content};
use signalbox_model::event::action::ApprovalAsked;
use signalbox_model::event::ai_agent::{AiTurnCompleted, AiTurnRequested, AiTurnTraced};
use signalbox_model::event::{Event, NewEvent, Recorded};
use signalbox_model::id::{ApprovalId, ContentId, ConversationId, CustomerId, Position};
use signalbox_model::limits::APPROVAL_MS_DEFAULT;
use signalbox_model::setup::Document;
use signalbox_model::time::{DurationMs, Timestamp};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::ai::turn::Answered;
use crate::clock::fresh;
use crate::ingest::CommandError;
use crate::secrets::command_id;
use crate::state::AppState;

/// Turns that are worked out at once; more wait, and the engine's deadline watches them.
const TURNS_AT_ONCE: usize = 64;
const READ_MAX: usize = 2_000;
const LOOK_EVERY: Duration = Duration::from_secs(1);
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Why a turn could not be worked out.
#[derive(Debug, thiserror::Error)]
enum TurnError {
    /// The conversation cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The result is not in the log.
    #[error(transparent)]
    Command(#[from] CommandError),
    /// The version or the conversation is not known.
    #[error("the version or the conversation is not known")]
    Unknown,
}

/// Follows the log from `from` on until `stop` rings.
pub async fn run(state: AppState, from: Position, stop: CancellationToken) {
    let mut bell = state.log.advanced();
    let slots = Arc::new(Semaphore::new(TURNS_AT_ONCE));
    let mut read = from;
    // What is waited for now was asked before this process followed the log.
    for request in waited_for(&state) {
        begin(&state, &slots, request, &stop);
    }
    while !stop.is_cancelled() {
        match state.log.read(read, READ_MAX).await {
            Ok(facts) if facts.is_empty() => {
                tokio::select! {
                    _ = bell.changed() => {}
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                    () = stop.cancelled() => {}
                }
            }
            Ok(facts) => {
                read = facts.last().map_or(read, |fact| fact.position);
                shelve(&state, &facts).await;
                for fact in facts {
                    if let Event::AiTurnRequested(request) = fact.event {
                        begin(&state, &slots, request, &stop);
                    }
                }
            }
            Err(ReadError::Closed) => return,
            Err(error) => {
                tracing::error!(%error, "AI agents stand still: the log cannot be read");
                tokio::time::sleep(RETRY_AFTER).await;
            }
        }
    }
}

/// Turns that the engine waits for.
fn waited_for(state: &AppState) -> Vec<AiTurnRequested> {
    let floor = state.floor();
    let open = floor.conversations.values().filter_map(|conversation| {
        let turn = conversation.ai.pending?;
        let work = conversation.ai_owner()?;
        Some(AiTurnRequested {
            conversation: conversation.id,
            agent: turn.agent,
            version: turn.version,
            number: turn.number,
            task: turn.task,
            autonomy: work.autonomy,
            deadline: turn.deadline,
        })
    });
    open.collect()
}

fn begin(state: &AppState, slots: &Arc<Semaphore>, request: AiTurnRequested, stop: &CancellationToken) {
    let (state, slots, stop) = (state.clone(), slots.clone(), stop.clone());
    tokio::spawn(async move {
        let work = async {
            let Ok(_slot) = slots.acquire().await else { return };
            if let Err(error) = one(&state, &request).await {
                let (conversation, number) = (request.conversation, request.number);
                tracing::warn!(%error, %conversation, number, "a turn of an AI agent was not worked out; a person gets it");
            }
        };
        tokio::select! {
            () = work => {}
            () = stop.cancelled() => {}
        }
    });
}

/// Works one turn out and appends what came of it.
async fn one(state: &AppState, request: &AiTurnRequested) -> Result<(), TurnError> {
    let turn = gather::turn(state, request).await?.ok_or(TurnError::Unknown)?;
    let answered = state.brain.answer(&turn).await;
    let (events, command) = facts(state, request, turn.customer, answered);
    let actor = Actor::AiAgent { agent: request.agent };
    state.commands.submit(actor, Some(command), events).await?;
    Ok(())
}

fn facts(
    state: &AppState,
    request: &AiTurnRequested,
    customer: CustomerId,
    answered: Answered,
) -> (Vec<NewEvent>, signalbox_model::id::CommandId) {
    let conversation = request.conversation;
    let text = |text: String| kept(conversation, customer, text);
    let mut events = Vec::new();
    if let Some(wanted) = answered.wanted {
        let content = text(wanted.arguments.to_string());
        let until = state.clock.now().plus(DurationMs(APPROVAL_MS_DEFAULT));
        let asked = ApprovalAsked {
            approval: ApprovalId::new(fresh()),
            conversation,
            agent: request.agent,
            number: request.number,
            tool: wanted.tool,
            amount: wanted.amount,
            until,
            content: content.id,
        };
        events.push(NewEvent { content: Some(content), ..NewEvent::now(Event::ApprovalAsked(asked)) });
    }
    let trace = text(answered.trace.to_json());
    let traced = AiTurnTraced { conversation, number: request.number, content: trace.id };
    events.push(NewEvent { content: Some(trace), ..NewEvent::now(Event::AiTurnTraced(traced)) });
    let says = answered.says.map(text);
    let completed = AiTurnCompleted {
        conversation,
        agent: request.agent,
        version: request.version,
        number: request.number,
        task: request.task,
        outcome: answered.outcome,
        says: says.as_ref().map(|content| content.id),
        figures: answered.figures,
    };
    events.push(NewEvent { content: says, ..NewEvent::now(Event::AiTurnCompleted(completed)) });
    let command = command_id(&["ai_turn", &conversation.to_string(), &request.number.to_string()]);
    (events, command)
}

fn kept(conversation: ConversationId, customer: CustomerId, text: String) -> Content {
    Content {
        id: ContentId::new(fresh()),
        customer,
        conversation: Some(conversation),
        body: Body::Text { text },
        lookup: None,
    }
}

/// Articles that were published go onto the shelves.
async fn shelve(state: &AppState, facts: &[Recorded]) {
    let article = |fact: &Recorded| match &fact.event {
        Event::SetupPublished(published) => match &published.document {
            Document::Article(article) => Some(((**article).clone(), fact.at)),
            _ => None,
        },
        _ => None,
    };
    let articles: Vec<(_, Timestamp)> = facts.iter().filter_map(article).collect();
    if articles.is_empty() {
        return;
    }
    let shelves = state.brain.shelves.clone();
    let put = tokio::task::spawn_blocking(move || shelves.put(&articles)).await;
    if !matches!(put, Ok(Ok(()))) {
        tracing::error!("articles could not be indexed; they are found after the next start");
    }
}

/// Puts every article that holds on the shelves, at the start, before anything is answered. Says how far the log was read.
///
/// # Errors
/// When the log cannot be read.
pub async fn fill_shelves(state: &AppState) -> Result<Position, ReadError> {
    // Without articles so far only what was appended since the floor was folded can hold some.
    let folded = *state.standing.advanced().borrow();
    let has_articles = !state.directory().articles.is_empty();
    let mut newest = std::collections::BTreeMap::new();
    let mut read = if has_articles { Position::START } else { folded };
    loop {
        let facts = state.log.read(read, 20_000).await?;
        let Some(last) = facts.last() else { break };
        read = last.position;
        for fact in facts {
            if let Event::SetupPublished(published) = fact.event
                && let Document::Article(article) = published.document
            {
                newest.insert(article.id, (*article, fact.at));
            }
        }
    }
    let articles: Vec<_> = newest.into_values().collect();
    if articles.is_empty() {
        return Ok(read);
    }
    let shelves = state.brain.shelves.clone();
    let put = tokio::task::spawn_blocking(move || shelves.put(&articles)).await;
    if !matches!(put, Ok(Ok(()))) {
        tracing::error!("articles could not be indexed: AI agents answer without knowledge");
    }
    Ok(read)
}

/// The words of a content, if they can be read.
pub(crate) fn text_of(stored: Option<&Stored>) -> Option<&str> {
    match stored {
        Some(Stored::Body(Body::Text { text })) => Some(text),
        _ => None,
    }
}
