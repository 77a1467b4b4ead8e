//! Whether somebody is there, beginning a chat, and how it stands.

use std::net::IpAddr;

use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::{Deserialize, Serialize};
use signalbox_adapters::identity::{self, Identity, Proof};
use signalbox_adapters::words;
use signalbox_engine::directory::Directory;
use signalbox_engine::hours;
use signalbox_model::contact::{Actor, Channel, Control, Origin, Participant};
use signalbox_model::content::{Body as Stored, Content};
use signalbox_model::event::conversation::{ConversationOpened, TurnAdded, TurnKind};
use signalbox_model::event::customer::{CustomerMerged, CustomerSeen, IdentityAdded, IdentityKind};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{ContentId, ConversationId, CustomerId, QueueId};
use signalbox_model::limits::{ATTACHMENT_BYTES_MAX, PRIORITY_MAX, TURN_CHARS_MAX};
use signalbox_model::setup::people::TokenScope;
use signalbox_model::setup::queue::Queue;
use signalbox_model::time::Timestamp;
use signalbox_model::word::Slug;
use utoipa::{IntoParams, ToSchema};

use super::{TOKEN_HEADER, chat_state, visitor};
use crate::api::error::{ApiError, Code, Problem};
use crate::api::extract::{Body, Caller, Params, TokenAuth};
use crate::api::reads::look;
use crate::channels::known;
use crate::channels::reports::queue_named;
use crate::channels::webchat::chats::Chats;
use crate::channels::webchat::proof::{self, ProofError, Statement};
use crate::channels::webchat::session::{self, Visit, Visitor};
use crate::channels::webchat::view::{ChatState, ChatStatus};
use crate::clock::fresh;
use crate::ingest::Outcome;
use crate::state::AppState;

/// Who says what a visitor types. Nothing is found by it: only what is proved finds.
const WEBCHAT: &str = "webchat";
/// Characters of the page's address that are kept.
const PAGE_CHARS_MAX: usize = 500;

/// For which queue.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ConfigQuery {
    /// The queue's name or id.
    queue: Option<String>,
}

/// What a page needs before a chat begins.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatConfig {
    /// Whether chats are taken in now.
    open: bool,
    /// If not: when they are.
    opens_at: Option<Timestamp>,
    /// Characters of one turn.
    text_chars_max: usize,
    /// Bytes of one file.
    attachment_bytes_max: usize,
}

/// Whether chats are taken in now, and what may be sent.
#[utoipa::path(get, path = "/api/chat/config", tag = "chat", operation_id = "chat_config", params(ConfigQuery),
    responses((status = 200, body = ChatConfig), (status = 422, description = "There is no such queue.", body = Problem)))]
pub async fn config(
    State(state): State<AppState>,
    Params(query): Params<ConfigQuery>,
) -> Result<Json<ChatConfig>, ApiError> {
    let now = state.clock.now();
    let directory = state.directory();
    let queue = chosen(&directory, query.queue.as_deref())?;
    let hours = queue.hours.and_then(|id| directory.hours.get(&id));
    let opening = hours.and_then(|hours| hours::opening(hours, now).ok());
    let open = opening.is_none_or(|opening| opening.open);
    let opens_at = opening.filter(|opening| !opening.open).and_then(|opening| opening.until);
    Ok(Json(ChatConfig { open, opens_at, text_chars_max: TURN_CHARS_MAX, attachment_bytes_max: ATTACHMENT_BYTES_MAX }))
}

/// The queue that was named, or the oldest one.
fn chosen<'a>(directory: &'a Directory, named: Option<&str>) -> Result<&'a Queue, ApiError> {
    let found = match named.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => queue_named(directory, name),
        None => directory.queues.values().find(|queue| !queue.retired).map(|queue| queue.id),
    };
    let found = found.and_then(|id| directory.queue(id));
    found.ok_or_else(|| ApiError::invalid("queue", "is not the name or id of a queue that takes chats"))
}

/// A chat that is to begin. The fields from `origin` on need a token of scope `channel` in the header `x-signalbox-token`.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct NewChat {
    /// The queue's name or id; without it the first queue.
    queue: Option<String>,
    /// What the visitor is called. Proves nothing.
    name: Option<String>,
    /// Their mail address. Proves nothing without a signature; agents see it as not verified.
    email: Option<String>,
    /// Their number or name with the site; only with a signature.
    external: Option<String>,
    /// Until when the signature holds, milliseconds.
    until: Option<Timestamp>,
    /// By the page, over `external`, `email` and `until`, as docs/webchat.md says: then the visitor is who it says.
    signature: Option<String>,
    /// The page on which they are.
    page: Option<String>,
    /// How the conversation came about.
    origin: Option<Origin>,
    /// How they come.
    channel: Option<Channel>,
    /// Minutes of head start, 0 to 10.
    priority: Option<u8>,
    /// What it is about.
    intent: Option<Slug>,
    /// In which language.
    language: Option<Slug>,
    /// Whether the program that sends the token vouches for `external` and `email`.
    verified: Option<bool>,
}

/// A chat that began.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatBegun {
    /// Send it as `authorization: Bearer …`. It is shown once and kept nowhere.
    token: String,
    /// The conversation's id.
    conversation: String,
    /// How it stands.
    state: ChatState,
}

/// Begins a chat. With the token of an earlier chat the visitor stays the same customer.
#[utoipa::path(post, path = "/api/chat/sessions", tag = "chat", operation_id = "chat_open", request_body = NewChat,
    responses((status = 200, body = ChatBegun), (status = 422, body = Problem),
        (status = 429, description = "This address opened too many chats; see `retry-after`.", body = Problem)))]
pub async fn open(
    State(state): State<AppState>,
    Extension(chats): Extension<Chats>,
    caller: Caller,
    headers: HeaderMap,
    Body(new): Body<NewChat>,
) -> Result<Json<ChatBegun>, ApiError> {
    let trusted = trusted(&state, &headers).await?;
    if !trusted {
        if new.origin.is_some()
            || new.channel.is_some()
            || new.priority.is_some()
            || new.intent.is_some()
            || new.language.is_some()
            || new.verified.is_some()
        {
            return Err(ApiError::new(
                Code::Forbidden,
                format!(
                    "origin, channel, priority, intent, language and verified need a token of scope `channel` in `{TOKEN_HEADER}`."
                ),
            ));
        }
        chats.may_open(address(&state, &caller, &headers))?;
    }
    if new.priority.is_some_and(|priority| priority > PRIORITY_MAX) {
        return Err(ApiError::invalid("priority", format!("must be 0 to {PRIORITY_MAX}")));
    }
    let earlier = match super::bearer(&headers) {
        Some(token) => session::find(&state.log, token).await?,
        None => None,
    };
    let queue = chosen(&state.directory(), new.queue.as_deref())?.id;
    let identities = identities(&new, proof(&state, &new).await?)?;
    // Kept until the facts are in the log: two pages of one visitor that open at once make one customer.
    let _held = known::hold(&identities, WEBCHAT).await;
    let (visit, mut events) = customer(&state, &new, identities, earlier.as_ref()).await?;
    let conversation = visit.conversation;
    events.push(NewEvent::now(opened(&visit, &new, queue)));
    let (token, visitor) = session::begin(&state.log, visit).await?;
    let begun = begin(&state, &visitor, events, new.page.as_deref()).await?;
    Ok(Json(ChatBegun { token, conversation: conversation.to_string(), state: begun }))
}

/// Whether a token of scope `channel` came along.
async fn trusted(state: &AppState, headers: &HeaderMap) -> Result<bool, ApiError> {
    let Some(secret) = headers.get(TOKEN_HEADER) else { return Ok(false) };
    let route = "POST /api/chat/sessions";
    let token = state.auth.token(secret.to_str().unwrap_or_default(), route).await?;
    TokenAuth { token: token.id, scopes: token.scopes }.require(state, TokenScope::Channel, route).await?;
    Ok(true)
}

/// From where the visitor comes: what a proxy says counts only where the server stands behind one.
fn address(state: &AppState, caller: &Caller, headers: &HeaderMap) -> IpAddr {
    if !state.config.behind_proxy {
        return caller.address;
    }
    // The last entry is the one that our own proxy wrote; those before it are what the visitor claims.
    let forwarded = headers.get_all("x-forwarded-for").iter().next_back().and_then(|value| value.to_str().ok());
    let last = forwarded.and_then(|list| list.rsplit(',').next()).and_then(|entry| entry.trim().parse().ok());
    last.unwrap_or(caller.address)
}

/// What speaks for what the visitor says of themselves.
async fn proof(state: &AppState, new: &NewChat) -> Result<Proof, ApiError> {
    let Some(signature) = new.signature.as_deref() else {
        return Ok(if new.verified == Some(true) { Proof::Proved } else { Proof::Claimed });
    };
    let until =
        new.until.ok_or_else(|| ApiError::invalid("until", "is missing: a signature says until when it holds"))?;
    let said =
        |text: &'_ Option<String>| text.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
    let (external, email) = (said(&new.external), said(&new.email));
    let statement = Statement { external: external.as_deref(), email: email.as_deref(), until };
    let now = state.clock.now();
    let signers = proof::signers(&state.directory(), now);
    let checked = proof::check(&state.log, &signers, now, &statement, signature).await;
    match checked {
        Ok(()) => Ok(Proof::Proved),
        Err(ProofError::Secret(error)) => Err(error.into()),
        Err(error) => Err(ApiError::invalid("signature", error.to_string())),
    }
}

/// What the visitor says of themselves, checked.
fn identities(new: &NewChat, proof: Proof) -> Result<Vec<Identity>, ApiError> {
    let said = [
        ("external", IdentityKind::External, &new.external),
        ("email", IdentityKind::Email, &new.email),
        ("name", IdentityKind::Name, &new.name),
    ];
    let mut identities = Vec::new();
    for (field, kind, text) in said {
        let Some(text) = text.as_deref().filter(|text| !text.trim().is_empty()) else { continue };
        if kind == IdentityKind::External && proof != Proof::Proved {
            return Err(ApiError::invalid(field, "needs `until` and `signature`: anybody could write it"));
        }
        identities
            .push(identity::parse(kind, text, proof).map_err(|error| ApiError::invalid(field, error.to_string()))?);
    }
    Ok(identities)
}

/// Who the visitor is, and the facts about them that are new: who is proved to be somebody is them; who has a chat in this
/// browser goes on as who they were; everybody else is somebody new, whatever they say.
async fn customer(
    state: &AppState,
    new: &NewChat,
    identities: Vec<Identity>,
    earlier: Option<&Visitor>,
) -> Result<(Visit, Vec<NewEvent>), ApiError> {
    let conversation = ConversationId::new(fresh());
    let proved = identities.iter().any(Identity::is_verified);
    let known = known::find(&state.log, &identities, WEBCHAT).await?;
    // Who proved before that they are somebody is not made somebody else by another proof in the same browser.
    let here = earlier.map(|earlier| earlier.visit).filter(|visit| !(proved && visit.proved));
    if let (false, Some(here)) = (proved, here) {
        return Ok((Visit { conversation, ..here }, Vec::new()));
    }
    let mut events = Vec::new();
    let customer = known.or(here.map(|here| here.customer)).unwrap_or_else(|| CustomerId::new(fresh()));
    let visit = Visit { customer, conversation, proved };
    if let (Some(known), Some(here)) = (known, here) {
        let same = look(state, move |views| views.customer_group(known)).await?;
        if !same.contains(&here.customer) {
            let merged = CustomerMerged { customer: known, merged: here.customer };
            events.push(NewEvent::now(Event::CustomerMerged(merged)));
        }
    }
    if known.is_none() && here.is_none() {
        let channel = new.channel.unwrap_or(Channel::Webchat);
        events.push(NewEvent::now(Event::CustomerSeen(CustomerSeen { customer, channel })));
    }
    for identity in identities {
        let is_free = known::is_free(&state.log, &identity, WEBCHAT).await?;
        // Who is known keeps their name; what finds nobody yet is new in any case.
        if known.is_none() || is_free && identity.is_verified() {
            events.push(identified(customer, identity, is_free));
        }
    }
    Ok((visit, events))
}

fn identified(customer: CustomerId, identity: Identity, is_free: bool) -> NewEvent {
    let content = ContentId::new(fresh());
    let added = IdentityAdded { customer, identity: identity.kind, verified: identity.is_verified(), content };
    let lookup = identity.lookup(WEBCHAT).filter(|_| is_free);
    let body = Stored::Identity { value: identity.value };
    let content = Content { id: content, customer, conversation: None, body, lookup };
    NewEvent { content: Some(content), ..NewEvent::now(Event::IdentityAdded(added)) }
}

fn opened(visit: &Visit, new: &NewChat, queue: QueueId) -> Event {
    Event::ConversationOpened(ConversationOpened {
        conversation: visit.conversation,
        customer: visit.customer,
        channel: new.channel.unwrap_or(Channel::Webchat),
        origin: new.origin.unwrap_or(Origin::Native),
        control: Control::Routed,
        queue: Some(queue),
        priority: new.priority.unwrap_or(0),
        needs: Vec::new(),
        intent: new.intent.clone(),
        language: new.language.clone(),
    })
}

/// Opens the conversation, waits for what the engine makes of it, and notes the page for those who answer.
pub(super) async fn begin(
    state: &AppState,
    visitor: &Visitor,
    events: Vec<NewEvent>,
    page: Option<&str>,
) -> Result<ChatState, ApiError> {
    let actor = Actor::Customer { customer: visitor.visit.customer };
    let asked = state.commands.ask_with(actor.clone(), None, events).await?;
    let position = match &asked.outcome {
        Outcome::Done(facts) => facts.last().map_or(asked.position, |fact| fact.position),
        _ => asked.position,
    };
    state.floor_at(position).await;
    let begun = chat_state(state, visitor).await?;
    let page = page.and_then(|page| words::clean(&words::cut(page, PAGE_CHARS_MAX), PAGE_CHARS_MAX).ok());
    if let Some(page) = page.filter(|_| begun.status != ChatStatus::TurnedAway) {
        let noted = text_turn(&visitor.visit, Participant::System, TurnKind::Action, format!("Opened from {page}"));
        state.commands.submit(actor, None, vec![noted]).await?;
    }
    Ok(begun)
}

/// A turn with its words.
pub(super) fn text_turn(visit: &Visit, by: Participant, kind: TurnKind, text: String) -> NewEvent {
    body_turn(visit, by, kind, Stored::Text { text })
}

/// A turn with whatever was sent.
pub(super) fn body_turn(visit: &Visit, by: Participant, kind: TurnKind, body: Stored) -> NewEvent {
    let id = ContentId::new(fresh());
    let turn = TurnAdded { conversation: visit.conversation, by, kind, content: id };
    let content = Content { id, customer: visit.customer, conversation: Some(visit.conversation), body, lookup: None };
    NewEvent { content: Some(content), ..NewEvent::now(Event::TurnAdded(turn)) }
}

/// How the chat stands.
#[utoipa::path(get, path = "/api/chat/state", tag = "chat", operation_id = "chat_state",
    responses((status = 200, body = ChatState), (status = 401, description = "The chat is not known.", body = Problem)))]
pub async fn state(
    State(state): State<AppState>,
    Extension(chats): Extension<Chats>,
    headers: HeaderMap,
) -> Result<Json<ChatState>, ApiError> {
    let visitor = visitor(&state, &headers, None).await?;
    chats.may_call(&visitor)?;
    Ok(Json(chat_state(&state, &visitor).await?))
}
