//! Saying things: to the customer, to colleagues, to the owner; and files.

use axum::extract::{DefaultBodyLimit, Multipart, Path, State};
use serde::Deserialize;
use signalbox_eventlog::{EventLog as _, Stored};
use signalbox_model::content::{Body as Words, Content};
use signalbox_model::event::conversation::{NoteAdded, ReplyAsked, TurnKind};
use signalbox_model::event::supervision::WhisperAsked;
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::ContentId;
use signalbox_model::limits::{ATTACHMENT_BYTES_MAX, CONVERSATION_ATTACHMENTS_MAX, TURN_CHARS_MAX};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::access::{self, Known};
use crate::api::answer::{Answer, ask, tell};
use crate::api::error::{ApiError, Code, Problem};
use crate::api::extract::{Body, Signed};
use crate::attachment::{AttachmentError, parse_attachment};
use crate::auth::Permission;
use crate::clock::fresh;
use crate::live::Typist;
use crate::state::AppState;

/// Bytes of a multipart body around the file itself.
const MULTIPART_BYTES: usize = 64 * 1024;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    let attachments = OpenApiRouter::new()
        .routes(routes!(attach))
        .layer(DefaultBodyLimit::max(ATTACHMENT_BYTES_MAX + MULTIPART_BYTES));
    OpenApiRouter::new()
        .routes(routes!(reply))
        .routes(routes!(note))
        .routes(routes!(whisper))
        .routes(routes!(typing))
        .merge(attachments)
}

/// Words.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TextBody {
    /// What is said: plain text, never markup.
    #[schema(min_length = 1, max_length = 8000)]
    pub text: String,
}

/// A file, as a form sends it.
#[derive(ToSchema)]
pub struct FileBody {
    /// PNG, JPEG, GIF, WebP, PDF or plain text, at most 5 MB.
    #[schema(value_type = String, format = Binary)]
    #[allow(dead_code, reason = "names the field for the document")]
    pub file: Vec<u8>,
}

/// Words that may be said: not empty, not too long.
pub fn parse_text(field: &str, text: String) -> Result<Words, ApiError> {
    if text.trim().is_empty() {
        return Err(ApiError::invalid(field, "must not be empty"));
    }
    match text.chars().count() {
        have if have > TURN_CHARS_MAX => {
            Err(ApiError::invalid(field, format!("has {have} characters and may have {TURN_CHARS_MAX}")))
        }
        _ => Ok(Words::Text { text }),
    }
}

/// Content of this conversation under a new id.
pub fn content(known: &Known, body: Words) -> Content {
    Content { id: ContentId::new(fresh()), customer: known.customer, conversation: Some(known.id), body, lookup: None }
}

/// A fact with content.
pub fn with_content(event: Event, content: Content) -> NewEvent {
    NewEvent { content: Some(content), ..NewEvent::now(event) }
}

/// Say something to the customer
#[utoipa::path(post, path = "/api/conversations/{id}/turns", tag = "conversations", operation_id = "reply", security(("session" = [])),
    params(("id" = String, Path)), request_body = TextBody,
    responses((status = 200, body = Answer), (status = 202, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`")))]
async fn reply(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<TextBody>,
) -> Result<Answer, ApiError> {
    let known = access::find(&state, &signed, &id).await?;
    let content = content(&known, parse_text("text", body.text)?);
    send(&state, &signed, &known, TurnKind::Text, content).await
}

async fn send(
    state: &AppState,
    signed: &Signed,
    known: &Known,
    kind: TurnKind,
    content: Content,
) -> Result<Answer, ApiError> {
    access::require_live(state, known)?;
    let asked = ReplyAsked { conversation: known.id, person: signed.person, kind, content: content.id };
    ask(state, signed.actor(), signed.command, vec![with_content(Event::ReplyAsked(asked), content)]).await
}

/// Send the customer a file
#[utoipa::path(post, path = "/api/conversations/{id}/attachments", tag = "conversations", operation_id = "attach", security(("session" = [])),
    params(("id" = String, Path)), request_body(content = FileBody, content_type = "multipart/form-data"),
    responses((status = 200, body = Answer), (status = 202, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`"),
        (status = 413, body = Problem, content_type = "application/problem+json"), (status = 415, body = Problem, content_type = "application/problem+json")))]
async fn attach(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    form: Multipart,
) -> Result<Answer, ApiError> {
    let known = access::find(&state, &signed, &id).await?;
    access::require_live(&state, &known)?;
    let (name, bytes) = read_file(form).await?;
    let body = parse_attachment(&name, bytes).map_err(wrong_file)?;
    if files_in(&state, &known).await? >= CONVERSATION_ATTACHMENTS_MAX {
        return Err(ApiError::new(
            Code::Conflict,
            format!("The conversation has {CONVERSATION_ATTACHMENTS_MAX} files, the limit."),
        ));
    }
    let content = content(&known, body);
    send(&state, &signed, &known, TurnKind::File, content).await
}

async fn read_file(mut form: Multipart) -> Result<(String, Vec<u8>), ApiError> {
    let field = form.next_field().await.map_err(wrong_form)?;
    let field = field.ok_or_else(|| ApiError::invalid("file", "is missing: send a form with one field `file`"))?;
    if field.name() != Some("file") {
        let name: String = field.name().unwrap_or("").chars().take(80).collect();
        return Err(ApiError::unknown_field(&name));
    }
    let name = field.file_name().unwrap_or("file").to_owned();
    Ok((name, field.bytes().await.map_err(wrong_form)?.to_vec()))
}

fn wrong_form(error: axum::extract::multipart::MultipartError) -> ApiError {
    match error.status() {
        axum::http::StatusCode::PAYLOAD_TOO_LARGE => {
            ApiError::new(Code::TooLarge, "A file may have 5 MB: send a smaller one.")
        }
        _ => ApiError::new(Code::BadRequest, "The form could not be read to its end: send it again."),
    }
}

fn wrong_file(error: AttachmentError) -> ApiError {
    match error {
        AttachmentError::Empty => ApiError::invalid("file", error.to_string()),
        AttachmentError::TooLarge => ApiError::new(Code::TooLarge, error.to_string()),
        AttachmentError::Kind => ApiError::new(Code::MediaType, error.to_string()),
    }
}

async fn files_in(state: &AppState, known: &Known) -> Result<usize, ApiError> {
    let transcript = state.log.read_conversation(known.id).await?;
    let is_file = |stored: &Option<Stored>| matches!(stored, Some(Stored::Body(Words::File { .. })));
    Ok(transcript.entries.iter().filter(|entry| is_file(&entry.content)).count())
}

/// Write a note that only colleagues see
#[utoipa::path(post, path = "/api/conversations/{id}/notes", tag = "conversations", operation_id = "add_note", security(("session" = [])),
    params(("id" = String, Path)), request_body = TextBody,
    responses((status = 200, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn note(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<TextBody>,
) -> Result<Answer, ApiError> {
    let known = access::find(&state, &signed, &id).await?;
    known.require_own(&signed)?;
    let content = content(&known, parse_text("text", body.text)?);
    let added = NoteAdded { conversation: known.id, person: signed.person, content: content.id };
    tell(&state, signed.actor(), signed.command, with_content(Event::NoteAdded(added), content)).await
}

/// Tell the owner something that the customer does not see
#[utoipa::path(post, path = "/api/conversations/{id}/whispers", tag = "supervision", operation_id = "whisper", security(("session" = [])),
    params(("id" = String, Path)), request_body = TextBody,
    responses((status = 200, body = Answer), (status = 202, body = Answer), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`")))]
async fn whisper(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<TextBody>,
) -> Result<Answer, ApiError> {
    signed.require(&state, Permission::StepIn, "POST /api/conversations/{id}/whispers").await?;
    let known = access::find(&state, &signed, &id).await?;
    access::require_live(&state, &known)?;
    let content = content(&known, parse_text("text", body.text)?);
    let asked = WhisperAsked { conversation: known.id, person: signed.person, content: content.id };
    ask(&state, signed.actor(), signed.command, vec![with_content(Event::WhisperAsked(asked), content)]).await
}

/// Say that you are typing; nothing depends on it
#[utoipa::path(post, path = "/api/conversations/{id}/typing", tag = "conversations", operation_id = "typing", security(("session" = [])),
    params(("id" = String, Path)), responses((status = 204), (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn typing(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<axum::http::StatusCode, ApiError> {
    let known = access::find(&state, &signed, &id).await?;
    known.require_own(&signed)?;
    state.signals.typing(known.id, Typist::Person(signed.person));
    Ok(axum::http::StatusCode::NO_CONTENT)
}
