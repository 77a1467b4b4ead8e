//! What a visitor says and sends.

use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use signalbox_adapters::words;
use signalbox_engine::conversation::Conversation;
use signalbox_eventlog::{EventLog, Stored};
use signalbox_model::contact::{Actor, Control, Participant};
use signalbox_model::content::Body as Kept;
use signalbox_model::event::conversation::{
    ConversationOpened, CustomerLeft, LeftHow, PersonAsked, ReopenAsked, TurnKind,
};
use signalbox_model::event::supervision::RefusedBecause;
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{CommandId, ContentId, ConversationId, Position};
use signalbox_model::limits::{CONVERSATION_ATTACHMENTS_MAX, CONVERSATION_TURNS_MAX, REOPEN_MS_MAX, TURN_CHARS_MAX};
use signalbox_model::time::DurationMs;
use utoipa::ToSchema;

use super::opening::{begin, body_turn, text_turn};
use super::{chat_state, visitor};
use crate::api::error::{ApiError, Code, Problem};
use crate::api::extract::{Body, command_id};
use crate::attachment::parse_attachment;
use crate::channels::webchat::chats::Chats;
use crate::channels::webchat::session::{self, Visit, Visitor};
use crate::channels::webchat::view::{self, ChatState, ChatStatus};
use crate::clock::fresh;
use crate::ingest::Outcome;
use crate::live::Typist;
use crate::state::AppState;

/// Characters of a turn's key.
const KEY_CHARS_MAX: usize = 100;

/// Something the visitor says.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTurn {
    /// The words, at most 8,000 characters.
    text: String,
    /// Any text of the sender's; sent again with the same key it is said once.
    key: String,
}

/// It is said.
#[derive(Debug, Serialize, ToSchema)]
pub struct SaidAt {
    /// Where it stands: the line with this position in the stream is this one.
    position: u64,
    /// The conversation; another one than before if the last was over for long.
    conversation: String,
    /// How the chat stands.
    state: ChatState,
}

/// Says something. A chat that is over is opened again within seven days; later a new one begins.
#[utoipa::path(post, path = "/api/chat/turns", tag = "chat", operation_id = "chat_say", request_body = NewTurn,
    responses((status = 200, body = SaidAt), (status = 401, body = Problem),
        (status = 409, description = "Nobody can take it: closed, or the chat is full.", body = Problem), (status = 422, body = Problem),
        (status = 429, description = "Too many in ten seconds; see `retry-after`.", body = Problem)))]
pub async fn say(
    State(state): State<AppState>,
    Extension(chats): Extension<Chats>,
    headers: HeaderMap,
    Body(turn): Body<NewTurn>,
) -> Result<Json<SaidAt>, ApiError> {
    let mut visitor = visitor(&state, &headers, None).await?;
    chats.may_speak(&visitor)?;
    let text =
        words::clean(&turn.text, TURN_CHARS_MAX).map_err(|error| ApiError::invalid("text", error.to_string()))?;
    let command = key_command(&visitor, &turn.key)?;
    if let Some(position) = ready(&state, &mut visitor, Some(command)).await? {
        return said_before(&state, &visitor, position).await.map(Json);
    }
    let said = text_turn(&visitor.visit, Participant::Customer, TurnKind::Text, text);
    add(&state, &visitor, Some(command), said).await.map(Json)
}

fn key_command(visitor: &Visitor, key: &str) -> Result<CommandId, ApiError> {
    let fits = !key.is_empty() && key.chars().count() <= KEY_CHARS_MAX;
    if !fits {
        return Err(ApiError::invalid(
            "key",
            format!("must have 1 to {KEY_CHARS_MAX} characters, another one for each turn"),
        ));
    }
    Ok(command_id(&["chat", &visitor.key, key]))
}

async fn add(
    state: &AppState,
    visitor: &Visitor,
    command: Option<CommandId>,
    turn: NewEvent,
) -> Result<SaidAt, ApiError> {
    let actor = Actor::Customer { customer: visitor.visit.customer };
    let appended = state.commands.submit(actor, command, vec![turn]).await?;
    state.floor_at(appended.last).await;
    let now = chat_state(state, visitor).await?;
    Ok(SaidAt { position: appended.first.0, conversation: visitor.visit.conversation.to_string(), state: now })
}

async fn said_before(state: &AppState, visitor: &Visitor, position: Position) -> Result<SaidAt, ApiError> {
    let now = chat_state(state, visitor).await?;
    Ok(SaidAt { position: position.0, conversation: visitor.visit.conversation.to_string(), state: now })
}

/// Makes sure that there is an open conversation with room for one more turn. A turn that was said before, in one that
/// is over by now, must not open it again: then this gives its position.
async fn ready(
    state: &AppState,
    visitor: &mut Visitor,
    command: Option<CommandId>,
) -> Result<Option<Position>, ApiError> {
    let full = {
        let floor = state.floor();
        floor
            .conversation(visitor.visit.conversation)
            .filter(|there| !there.is_closed())
            .map(|there| there.turns as usize >= CONVERSATION_TURNS_MAX)
    };
    match full {
        Some(false) => Ok(None),
        Some(true) => Err(full_chat()),
        None => go_on(state, visitor, command).await,
    }
}

fn full_chat() -> ApiError {
    ApiError::new(Code::Conflict, format!("The chat has {CONVERSATION_TURNS_MAX} turns, its limit: start a new one."))
}

/// The conversation is over: it is opened again, or a new one begins, or nobody is there to take it.
async fn go_on(
    state: &AppState,
    visitor: &mut Visitor,
    command: Option<CommandId>,
) -> Result<Option<Position>, ApiError> {
    let id = visitor.visit.conversation;
    let entries = state.log.read_conversation(id).await?.entries;
    let before = entries.iter().find(|entry| command.is_some() && entry.recorded.command == command);
    if let Some(before) = before {
        return Ok(Some(before.recorded.position));
    }
    let past = view::past_state(&entries, id);
    let folded = view::folded(&entries).ok_or_else(|| ApiError::internal("a chat without a conversation"))?;
    if past.status == ChatStatus::TurnedAway {
        return Err(turned_away(&past));
    }
    let now = state.clock.now();
    let recent = folded.closed_at.is_some_and(|closed| now.since(closed) <= DurationMs(REOPEN_MS_MAX));
    let room = (folded.turns as usize) < CONVERSATION_TURNS_MAX && !folded.truncated;
    let after = match reopening(&folded).filter(|_| recent && room) {
        Some(wish) => reopen(state, visitor, wish).await?,
        None => renew(state, visitor, &folded).await?,
    };
    if after.status == ChatStatus::TurnedAway { Err(turned_away(&after)) } else { Ok(None) }
}

fn turned_away(state: &ChatState) -> ApiError {
    let when = state.opens_at.map_or(String::new(), |at| match jiff::Timestamp::from_millisecond(at.0) {
        Ok(at) => format!(" It opens at {at}."),
        Err(_) => String::new(),
    });
    ApiError::new(
        Code::Conflict,
        format!("Nobody can take the chat now, and nothing was sent.{when} Start a new chat then."),
    )
}

/// All that the engine needs to open a conversation again.
fn reopening(past: &Conversation) -> Option<ReopenAsked> {
    let routed = past.control == Control::Routed;
    Some(ReopenAsked {
        conversation: past.id,
        customer: past.customer,
        channel: past.channel,
        origin: past.origin,
        queue: past.queue.filter(|_| routed)?,
        priority: past.priority,
        needs: past.needs.clone(),
        segments: past.segments.last().map_or(0, |segment| segment.number),
        turns: past.turns,
        last_owner: past.segments.iter().rev().find_map(|segment| segment.owner.person()),
    })
}

async fn reopen(state: &AppState, visitor: &Visitor, wish: ReopenAsked) -> Result<ChatState, ApiError> {
    let actor = Actor::Customer { customer: visitor.visit.customer };
    let asked = state.commands.ask(actor, None, NewEvent::now(Event::ReopenAsked(wish))).await?;
    let position = match asked.outcome {
        // Two turns at once both wished it; one was enough.
        Outcome::Refused(RefusedBecause::StillOpen) => asked.position,
        Outcome::Refused(because) => return Err(ApiError::refused(because)),
        Outcome::Done(facts) => facts.last().map_or(asked.position, |fact| fact.position),
        Outcome::Pending => asked.position,
    };
    state.floor_at(position).await;
    chat_state(state, visitor).await
}

/// A new conversation of the same visitor in the same queue.
async fn renew(state: &AppState, visitor: &mut Visitor, past: &Conversation) -> Result<ChatState, ApiError> {
    visitor.visit = Visit { conversation: ConversationId::new(fresh()), ..visitor.visit };
    let opened = ConversationOpened {
        conversation: visitor.visit.conversation,
        customer: visitor.visit.customer,
        channel: past.channel,
        origin: past.origin,
        control: Control::Routed,
        queue: past.queue,
        priority: 0,
        needs: Vec::new(),
        intent: None,
        language: past.language.clone(),
    };
    session::keep(&state.log, visitor).await?;
    begin(state, visitor, vec![NewEvent::now(Event::ConversationOpened(opened))], None).await
}

/// Sends a file.
#[utoipa::path(post, path = "/api/chat/attachments", tag = "chat", operation_id = "chat_attach",
    request_body(content = Vec<u8>, content_type = "multipart/form-data", description = "One part named `file`, at most 5 MiB; a part `key` before it makes it safe to send again."),
    responses((status = 200, body = SaidAt), (status = 401, body = Problem), (status = 409, body = Problem),
        (status = 413, body = Problem), (status = 422, description = "The file is empty or of a kind that is not taken.", body = Problem), (status = 429, body = Problem)))]
pub async fn attach(
    State(state): State<AppState>,
    Extension(chats): Extension<Chats>,
    headers: HeaderMap,
    mut form: Multipart,
) -> Result<Json<SaidAt>, ApiError> {
    let mut visitor = visitor(&state, &headers, None).await?;
    chats.may_attach(&visitor)?;
    let mut command = None;
    let file = loop {
        let field = form.next_field().await.map_err(|error| form_error(error.status()))?;
        let Some(field) = field else {
            return Err(ApiError::invalid("file", "is missing: send a form with a part named `file`"));
        };
        match field.name() {
            Some("key") => {
                let key = field.text().await.map_err(|error| form_error(error.status()))?;
                command = Some(key_command(&visitor, &key)?);
            }
            Some("file") => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let bytes = field.bytes().await.map_err(|error| form_error(error.status()))?;
                break parse_attachment(&name, bytes.to_vec())
                    .map_err(|error| ApiError::invalid("file", error.to_string()))?;
            }
            _ => return Err(ApiError::invalid("form", "may have the parts `key` and `file`")),
        }
    };
    if let Some(position) = ready(&state, &mut visitor, command).await? {
        return said_before(&state, &visitor, position).await.map(Json);
    }
    let entries = state.log.read_conversation(visitor.visit.conversation).await?.entries;
    let files = view::items(&entries, &state.directory(), 0).iter().filter(|item| item.file.is_some()).count();
    if files >= CONVERSATION_ATTACHMENTS_MAX {
        return Err(ApiError::new(
            Code::Conflict,
            format!("The chat has {CONVERSATION_ATTACHMENTS_MAX} files, its limit: start a new one."),
        ));
    }
    let sent = body_turn(&visitor.visit, Participant::Customer, TurnKind::File, file);
    add(&state, &visitor, command, sent).await.map(Json)
}

fn form_error(status: StatusCode) -> ApiError {
    match status {
        StatusCode::PAYLOAD_TOO_LARGE => {
            ApiError::new(Code::TooLarge, "The file has more than 5 MiB: send a smaller one.")
        }
        _ => ApiError::new(
            Code::BadRequest,
            "The form cannot be read: send multipart/form-data with a part named `file`.",
        ),
    }
}

/// Says that the visitor is typing. Kept nowhere.
#[utoipa::path(post, path = "/api/chat/typing", tag = "chat", operation_id = "chat_typing",
    responses((status = 204), (status = 401, body = Problem), (status = 429, body = Problem)))]
pub async fn typing(
    State(state): State<AppState>,
    Extension(chats): Extension<Chats>,
    headers: HeaderMap,
) -> Result<StatusCode, ApiError> {
    let visitor = visitor(&state, &headers, None).await?;
    chats.may_call(&visitor)?;
    state.signals.typing(visitor.visit.conversation, Typist::Customer);
    Ok(StatusCode::NO_CONTENT)
}

/// Asks for a person. Always possible.
#[utoipa::path(post, path = "/api/chat/person", tag = "chat", operation_id = "chat_person",
    responses((status = 200, body = ChatState), (status = 401, body = Problem), (status = 429, body = Problem)))]
pub async fn person(
    State(state): State<AppState>,
    Extension(chats): Extension<Chats>,
    headers: HeaderMap,
) -> Result<Json<ChatState>, ApiError> {
    let visitor = visitor(&state, &headers, None).await?;
    chats.may_call(&visitor)?;
    wish(&state, &visitor, Event::PersonAsked(PersonAsked { conversation: visitor.visit.conversation })).await
}

/// Ends the chat.
#[utoipa::path(post, path = "/api/chat/end", tag = "chat", operation_id = "chat_end",
    responses((status = 200, body = ChatState), (status = 401, body = Problem), (status = 429, body = Problem)))]
pub async fn end(
    State(state): State<AppState>,
    Extension(chats): Extension<Chats>,
    headers: HeaderMap,
) -> Result<Json<ChatState>, ApiError> {
    let visitor = visitor(&state, &headers, None).await?;
    chats.may_call(&visitor)?;
    let conversation = visitor.visit.conversation;
    wish(&state, &visitor, Event::CustomerLeft(CustomerLeft { conversation, how: LeftHow::Ended })).await
}

/// Wishes something for an open conversation; one that is over stays as it is.
async fn wish(state: &AppState, visitor: &Visitor, event: Event) -> Result<Json<ChatState>, ApiError> {
    let open = state.floor().conversation(visitor.visit.conversation).is_some_and(|there| !there.is_closed());
    if open {
        let actor = Actor::Customer { customer: visitor.visit.customer };
        let asked = state.commands.ask(actor, None, NewEvent::now(event)).await?;
        let position: Position = match &asked.outcome {
            Outcome::Done(facts) => facts.last().map_or(asked.position, |fact| fact.position),
            _ => asked.position,
        };
        state.floor_at(position).await;
    }
    Ok(Json(chat_state(state, visitor).await?))
}

/// A file of this chat.
#[utoipa::path(get, path = "/api/chat/contents/{id}", tag = "chat", operation_id = "chat_content", params(("id" = String, Path, description = "The file's id.")),
    responses((status = 200, content_type = "application/octet-stream"), (status = 401, body = Problem), (status = 404, body = Problem), (status = 410, body = Problem)))]
pub async fn content(
    State(state): State<AppState>,
    Extension(chats): Extension<Chats>,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let visitor = visitor(&state, &headers, None).await?;
    chats.may_call(&visitor)?;
    let id: ContentId = id.parse().map_err(|_| ApiError::not_found("file"))?;
    let entries = state.log.read_conversation(visitor.visit.conversation).await?.entries;
    if !view::may_see(&view::items(&entries, &state.directory(), 0), id) {
        return Err(ApiError::not_found("file"));
    }
    match state.log.content(id).await? {
        Some(Stored::Body(Kept::File { media_type, bytes, .. })) => {
            let headers = [
                (header::CONTENT_TYPE, media_type),
                (header::CONTENT_DISPOSITION, "attachment".to_owned()),
                (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
                (header::CACHE_CONTROL, "private, no-store".to_owned()),
            ];
            Ok((headers, bytes).into_response())
        }
        Some(Stored::Erased) => Err(ApiError::new(Code::Erased, "The file was erased.")),
        _ => Err(ApiError::not_found("file")),
    }
}
