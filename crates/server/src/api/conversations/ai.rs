//! People and AI agents in one conversation: approvals, giving back with consent, looking at what was hidden.

use std::collections::{BTreeMap, HashMap};

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use signalbox_engine::conversation::Conversation;
use signalbox_eventlog::{Entry, EventLog as _, Stored};
use signalbox_model::content::Body as Words;
use signalbox_model::event::action::ApprovalDecideAsked;
use signalbox_model::event::ai_agent::ReturnToAiAsked;
use signalbox_model::event::reading::PersonalDataRevealed;
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{ApprovalId, ContentId, ConversationId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::access;
use crate::api::answer::{Answer, ask, parse_id, wish};
use crate::api::current;
use crate::api::error::{ApiError, Code, Problem};
use crate::api::extract::{Body, Signed};
use crate::auth::Permission;
use crate::state::AppState;
use crate::wire::{ApprovalPart, ConversationSummary, record};

/// Characters of a reason.
const REASON_CHARS_MAX: usize = 500;
/// Approvals that a list holds; the ones that end first come first.
const APPROVALS_MAX: usize = 200;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list_approvals))
        .routes(routes!(decide))
        .routes(routes!(return_to_ai))
        .routes(routes!(reveal))
}

/// Something that an AI agent wants to do, and where.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovalRow {
    /// What, who wants it, and until when.
    pub approval: ApprovalPart,
    /// With which arguments; hidden values stay tokens. None: they cannot be read any more.
    #[schema(value_type = Option<Object>)]
    pub arguments: Option<Value>,
    /// In which conversation.
    pub conversation: ConversationSummary,
}

/// Everything that waits for a person's approval.
#[derive(Debug, Serialize, ToSchema)]
pub struct ApprovalList {
    /// What ends first comes first.
    pub rows: Vec<ApprovalRow>,
}

/// Grant, or deny.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideBody {
    /// True: it is done, once. False: it is not done.
    pub grant: bool,
    /// Why, for the record.
    #[serde(default)]
    pub reason: String,
}

/// Give back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReturnBody {
    /// Whether the customer was asked and agreed.
    pub customer_agreed: bool,
}

/// Why somebody looks.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RevealBody {
    /// Why, for the record.
    #[schema(min_length = 1, max_length = 500)]
    pub reason: String,
}

/// A hidden value.
#[derive(Serialize, ToSchema)]
pub struct RevealedValue {
    /// Its token in the words.
    pub token: String,
    /// The value.
    pub value: String,
}

/// What is hidden in a turn.
#[derive(Serialize, ToSchema)]
pub struct Revealed {
    /// In the order of the words.
    pub values: Vec<RevealedValue>,
}

fn parse_reason(text: &str, needed: bool) -> Result<String, ApiError> {
    let text = text.trim();
    if needed && text.is_empty() {
        return Err(ApiError::invalid("reason", "say why: it is written down"));
    }
    match text.chars().count() {
        have if have > REASON_CHARS_MAX => {
            Err(ApiError::invalid("reason", format!("has {have} characters and may have {REASON_CHARS_MAX}")))
        }
        _ => Ok(text.to_owned()),
    }
}

/// Whether this person may decide there: whoever sees the floor, has it, or serves its queue.
fn decides(state: &AppState, signed: &Signed, conversation: &Conversation) -> bool {
    let own = conversation.holders().any(|person| person == signed.person);
    let serves =
        || conversation.queue.is_some_and(|queue| state.directory().people_serving(queue).contains(&signed.person));
    own || signed.may(Permission::Floor) || serves()
}

/// What AI agents want a person to agree to
///
/// A supervisor gets all; an agent gets those of the queues that they serve.
#[utoipa::path(get, path = "/api/approvals", tag = "supervision", operation_id = "list_approvals", security(("session" = [])),
    responses((status = 200, body = ApprovalList), (status = 403, body = Problem, content_type = "application/problem+json")))]
async fn list_approvals(State(state): State<AppState>, signed: Signed) -> Result<Json<ApprovalList>, ApiError> {
    signed.require(&state, Permission::Approve, "GET /api/approvals").await?;
    let waiting: Vec<Conversation> = {
        let floor = state.floor();
        floor
            .conversations
            .values()
            .filter(|known| known.ai.approval.is_some())
            .map(|known| Conversation::clone(known))
            .collect()
    };
    let mut ids: Vec<ConversationId> =
        waiting.iter().filter(|known| decides(&state, &signed, known)).map(|known| known.id).collect();
    ids.truncate(APPROVALS_MAX);
    let mut rows = Vec::with_capacity(ids.len());
    for conversation in current::summaries(&state, ids).await {
        let Some(approval) = conversation.approval.clone() else { continue };
        let id: ConversationId = parse_id(&conversation.id, "conversation")?;
        let entries = state.log.read_conversation(id).await?.entries;
        rows.push(ApprovalRow { arguments: arguments(&entries, &approval.id), approval, conversation });
    }
    rows.sort_by_key(|row| row.approval.until);
    Ok(Json(ApprovalList { rows }))
}

/// What an approval was asked with.
pub fn arguments(entries: &[Entry], approval: &str) -> Option<Value> {
    entries.iter().find_map(|entry| match (&entry.recorded.event, &entry.content) {
        (Event::ApprovalAsked(asked), Some(Stored::Body(Words::Text { text })))
            if asked.approval.to_string() == approval =>
        {
            serde_json::from_str(text).ok()
        }
        _ => None,
    })
}

/// Grant or deny what an AI agent wants to do
#[utoipa::path(post, path = "/api/conversations/{id}/approvals/{approval}", tag = "supervision", operation_id = "decide_approval", security(("session" = [])),
    params(("id" = String, Path), ("approval" = String, Path)), request_body = DecideBody,
    responses((status = 200, body = Answer), (status = 202, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`: somebody was faster, or its time is over")))]
async fn decide(
    State(state): State<AppState>,
    signed: Signed,
    Path((id, approval)): Path<(String, String)>,
    Body(body): Body<DecideBody>,
) -> Result<Answer, ApiError> {
    signed.require(&state, Permission::Approve, "POST /api/conversations/{id}/approvals/{approval}").await?;
    let id: ConversationId = parse_id(&id, "conversation")?;
    let live = state.floor().conversation(id).cloned();
    let conversation = match live {
        Some(live) if decides(&state, &signed, &live) => live.id,
        // Over, or another's: who may see it learns that it is over, nobody else learns anything.
        _ => access::find(&state, &signed, &id.to_string()).await?.id,
    };
    let approval: ApprovalId = parse_id(&approval, "approval")?;
    let reason = parse_reason(&body.reason, false)?;
    let asked = ApprovalDecideAsked { approval, conversation, person: signed.person, grant: body.grant, reason };
    ask(&state, signed.actor(), signed.command, wish(Event::ApprovalDecideAsked(asked))).await
}

/// Give a conversation back to its AI agent
///
/// Only with the customer's consent, and only what the AI agent may have.
#[utoipa::path(post, path = "/api/conversations/{id}/return-to-ai", tag = "conversations", operation_id = "return_to_ai", security(("session" = [])),
    params(("id" = String, Path)), request_body = ReturnBody,
    responses((status = 200, body = Answer), (status = 202, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`")))]
async fn return_to_ai(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<ReturnBody>,
) -> Result<Answer, ApiError> {
    let known = access::find(&state, &signed, &id).await?;
    access::require_live(&state, &known)?;
    let asked =
        ReturnToAiAsked { conversation: known.id, person: signed.person, customer_agreed: body.customer_agreed };
    ask(&state, signed.actor(), signed.command, wish(Event::ReturnToAiAsked(asked))).await
}

/// Look at personal data that was hidden
///
/// That you looked, and why, is written down before you see it.
#[utoipa::path(post, path = "/api/conversations/{id}/turns/{content}/reveal", tag = "conversations", operation_id = "reveal", security(("session" = [])),
    params(("id" = String, Path), ("content" = String, Path)), request_body = RevealBody,
    responses((status = 200, body = Revealed), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "`erased`")))]
async fn reveal(
    State(state): State<AppState>,
    signed: Signed,
    Path((id, content)): Path<(String, String)>,
    Body(body): Body<RevealBody>,
) -> Result<Json<Revealed>, ApiError> {
    signed.require(&state, Permission::Reveal, "POST /api/conversations/{id}/turns/{content}/reveal").await?;
    let known = access::find(&state, &signed, &id).await?;
    let turn: ContentId = parse_id(&content, "turn")?;
    let reason = parse_reason(&body.reason, true)?;
    let entries = state.log.read_conversation(known.id).await?.entries;
    let values = hidden_in(&entries, turn)?;
    let revealed = PersonalDataRevealed { conversation: known.id, turn, person: signed.person, reason };
    let event = NewEvent::now(Event::PersonalDataRevealed(revealed));
    state.commands.submit(signed.actor(), signed.command, vec![event]).await?;
    Ok(Json(Revealed { values }))
}

/// The values behind the tokens of a turn. A token stands for the same value wherever it is said in the conversation.
fn hidden_in(entries: &[Entry], turn: ContentId) -> Result<Vec<RevealedValue>, ApiError> {
    let words: HashMap<ContentId, &Stored> =
        entries.iter().filter_map(|entry| Some((entry.recorded.event.content()?, entry.content.as_ref()?))).collect();
    // What is not a line of the transcript is not to be looked at in this way.
    let shown = entries.iter().any(|entry| record::content_shown(&entry.recorded.event) == Some(turn));
    let text = match words.get(&turn).filter(|_| shown) {
        Some(Stored::Body(Words::Text { text })) => text,
        Some(Stored::Erased) => {
            return Err(ApiError::new(Code::Erased, "The customer was erased, and what was hidden with them."));
        }
        _ => return Err(ApiError::not_found("turn")),
    };
    let mut sealed: BTreeMap<String, String> = BTreeMap::new();
    for entry in entries {
        if let (Event::PersonalDataHidden(_), Some(Stored::Body(Words::Text { text }))) =
            (&entry.recorded.event, &entry.content)
        {
            sealed.extend(serde_json::from_str::<BTreeMap<String, String>>(text).unwrap_or_default());
        }
    }
    let mut values: Vec<RevealedValue> = Vec::new();
    for (token, _) in record::tokens(text) {
        if let Some(value) = sealed.get(token).filter(|_| values.iter().all(|known| known.token != token)) {
            values.push(RevealedValue { token: token.to_owned(), value: value.clone() });
        }
    }
    match values.is_empty() {
        true => Err(ApiError::new(Code::NotFound, "Nothing is hidden in this turn.")),
        false => Ok(values),
    }
}
