//! Setup: the documents that people publish, each publication a new revision.

mod references;

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use signalbox_engine::directory::Directory;
use signalbox_model::event::{Event, NewEvent, SetupPublished};
use signalbox_model::id::{
    AlertRuleId, CollectionId, ConnectorId, DispositionId, HoursId, PersonId, ProfileId, QueueId, SavedReplyId,
    SkillId, TokenId, ToolId,
};
use signalbox_model::setup::alerting::AlertRule;
use signalbox_model::setup::connector::{Connector, Tool};
use signalbox_model::setup::hours::Hours;
use signalbox_model::setup::knowledge::Collection;
use signalbox_model::setup::people::{Disposition, Person, RoutingProfile, SavedReply, Skill, Token, TokenScope};
use signalbox_model::setup::queue::Queue;
use signalbox_model::setup::{Document, DocumentId};
use signalbox_model::time::Timestamp;
use signalbox_model::word::Name;
use tokio::sync::Mutex;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{parse_id, tell};
use super::error::{ApiError, Code, Problem};
use super::extract::{AdminOnly, Body, Signed, parse_json};
use crate::auth::Permission;
use crate::channels::webchat::proof;
use crate::clock::fresh;
use crate::state::AppState;
use crate::wire::Ref;

/// One publication at a time: two people who change one document must not both be told that they were first.
static PUBLISHING: Mutex<()> = Mutex::const_new(());

/// Documents in one batch of the log.
const PUBLISHED_AT_ONCE: usize = 200;

/// Every route of setup.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(read))
        .routes(routes!(issue_token))
        .routes(routes!(set_password))
        .routes(routes!(create))
        .routes(routes!(change, retire))
}

/// A document that holds now.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetupRow<T> {
    /// Its content.
    pub document: T,
    /// Counts up from 1; send it as `if-match` when you change it.
    pub revision: u32,
    /// When it was published.
    pub published_at: Timestamp,
    /// By whom; none: at set-up.
    pub published_by: Option<Ref>,
    /// Whether it is still as it came.
    pub factory: bool,
}

/// Every document that holds now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Setup {
    /// Waiting lines.
    pub queues: Vec<SetupRow<Queue>>,
    /// Abilities.
    pub skills: Vec<SetupRow<Skill>>,
    /// Rules of work.
    pub routing_profiles: Vec<SetupRow<RoutingProfile>>,
    /// Opening hours.
    pub hours: Vec<SetupRow<Hours>>,
    /// Those who work here.
    pub people: Vec<SetupRow<Person>>,
    /// Rules that raise alerts.
    pub alert_rules: Vec<SetupRow<AlertRule>>,
    /// Replies kept for use again.
    pub saved_replies: Vec<SetupRow<SavedReply>>,
    /// Ways to file a conversation.
    pub dispositions: Vec<SetupRow<Disposition>>,
    /// Tokens of other systems, without their secrets.
    pub tokens: Vec<SetupRow<Token>>,
    /// Systems that are reached over a network, without their secrets.
    pub connectors: Vec<SetupRow<Connector>>,
    /// What AI agents may do in other systems.
    pub tools: Vec<SetupRow<Tool>>,
    /// Collections of articles.
    pub collections: Vec<SetupRow<Collection>>,
}

/// Any document; which fields it has follows from the kind in the address.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum SetupDocument {
    /// `queues`
    Queue(Queue),
    /// `skills`
    Skill(Skill),
    /// `routing_profiles`
    RoutingProfile(RoutingProfile),
    /// `hours`
    Hours(Hours),
    /// `people`
    Person(Person),
    /// `alert_rules`
    AlertRule(AlertRule),
    /// `saved_replies`
    SavedReply(SavedReply),
    /// `dispositions`
    Disposition(Disposition),
    /// `tokens`
    Token(Token),
    /// `connectors`
    Connector(Connector),
    /// `tools`
    Tool(Tool),
    /// `collections`
    Collection(Collection),
}

/// A published revision.
#[derive(Debug, Serialize, ToSchema)]
pub struct Published {
    /// Id of the document.
    pub id: String,
    /// Its revision now.
    pub revision: u32,
    /// Where the publication stands in the log.
    pub position: u64,
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordToSet {
    /// At least ten characters.
    #[schema(min_length = 10)]
    pub password: String,
}

/// A token to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewToken {
    /// What people call it.
    pub name: Name,
    /// What it may do.
    pub scopes: Vec<TokenScope>,
    /// When it ends; none: never.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
}

/// A token with its secret, which is shown this once and kept nowhere.
#[derive(Debug, Serialize, ToSchema)]
pub struct IssuedToken {
    /// The document.
    pub token: Token,
    /// The secret: `authorization: Bearer <secret>`.
    pub secret: String,
}

/// A kind of document, as addresses name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Queues,
    Skills,
    RoutingProfiles,
    Hours,
    People,
    AlertRules,
    SavedReplies,
    Dispositions,
    Tokens,
    Connectors,
    Tools,
    Collections,
}

impl Kind {
    fn parse(text: &str) -> Result<Kind, ApiError> {
        Ok(match text {
            "queues" => Kind::Queues,
            "skills" => Kind::Skills,
            "routing_profiles" => Kind::RoutingProfiles,
            "hours" => Kind::Hours,
            "people" => Kind::People,
            "alert_rules" => Kind::AlertRules,
            "saved_replies" => Kind::SavedReplies,
            "dispositions" => Kind::Dispositions,
            "tokens" => Kind::Tokens,
            "connectors" => Kind::Connectors,
            "tools" => Kind::Tools,
            "collections" => Kind::Collections,
            _ => return Err(ApiError::not_found("kind of document")),
        })
    }

    fn document_id(self, text: &str) -> Result<DocumentId, ApiError> {
        Ok(match self {
            Kind::Queues => DocumentId::Queue(parse_id(text, "queue")?),
            Kind::Skills => DocumentId::Skill(parse_id(text, "skill")?),
            Kind::RoutingProfiles => DocumentId::RoutingProfile(parse_id(text, "routing profile")?),
            Kind::Hours => DocumentId::Hours(parse_id(text, "opening hours")?),
            Kind::People => DocumentId::Person(parse_id(text, "person")?),
            Kind::AlertRules => DocumentId::AlertRule(parse_id(text, "alert rule")?),
            Kind::SavedReplies => DocumentId::SavedReply(parse_id(text, "saved reply")?),
            Kind::Dispositions => DocumentId::Disposition(parse_id(text, "disposition")?),
            Kind::Tokens => DocumentId::Token(parse_id(text, "token")?),
            Kind::Connectors => DocumentId::Connector(parse_id(text, "connector")?),
            Kind::Tools => DocumentId::Tool(parse_id(text, "tool")?),
            Kind::Collections => DocumentId::Collection(parse_id(text, "collection")?),
        })
    }

    fn fresh_id(self) -> String {
        let uuid = fresh();
        match self {
            Kind::Queues => QueueId::new(uuid).to_string(),
            Kind::Skills => SkillId::new(uuid).to_string(),
            Kind::RoutingProfiles => ProfileId::new(uuid).to_string(),
            Kind::Hours => HoursId::new(uuid).to_string(),
            Kind::People => PersonId::new(uuid).to_string(),
            Kind::AlertRules => AlertRuleId::new(uuid).to_string(),
            Kind::SavedReplies => SavedReplyId::new(uuid).to_string(),
            Kind::Dispositions => DispositionId::new(uuid).to_string(),
            Kind::Tokens => TokenId::new(uuid).to_string(),
            Kind::Connectors => ConnectorId::new(uuid).to_string(),
            Kind::Tools => ToolId::new(uuid).to_string(),
            Kind::Collections => CollectionId::new(uuid).to_string(),
        }
    }

    fn parse_document(self, bytes: &[u8]) -> Result<Document, ApiError> {
        Ok(match self {
            Kind::Queues => Document::Queue(parse_json(bytes)?),
            Kind::Skills => Document::Skill(parse_json(bytes)?),
            Kind::RoutingProfiles => Document::RoutingProfile(parse_json(bytes)?),
            Kind::Hours => Document::Hours(parse_json(bytes)?),
            Kind::People => Document::Person(parse_json(bytes)?),
            Kind::AlertRules => Document::AlertRule(parse_json(bytes)?),
            Kind::SavedReplies => Document::SavedReply(parse_json(bytes)?),
            Kind::Dispositions => Document::Disposition(parse_json(bytes)?),
            Kind::Tokens => Document::Token(parse_json(bytes)?),
            Kind::Connectors => Document::Connector(parse_json(bytes)?),
            Kind::Tools => Document::Tool(parse_json(bytes)?),
            Kind::Collections => Document::Collection(parse_json(bytes)?),
        })
    }
}

fn rows<K, T: Clone>(
    documents: &std::collections::BTreeMap<K, Arc<T>>,
    id: impl Fn(&T) -> DocumentId,
    directory: &Directory,
) -> Vec<SetupRow<T>> {
    let row = |document: &Arc<T>| {
        let revision = directory.revision(id(document))?;
        Some(SetupRow {
            document: T::clone(document),
            revision: revision.revision,
            published_at: revision.published_at,
            published_by: revision.published_by.map(|id| Ref::person(directory, id)),
            factory: revision.revision == 1 && revision.published_by.is_none(),
        })
    };
    documents.values().filter_map(row).collect()
}

/// Every document that holds now
#[utoipa::path(get, path = "/api/setup", tag = "setup", operation_id = "read_setup", security(("session" = [])),
    responses((status = 200, body = Setup)))]
async fn read(State(state): State<AppState>, signed: Signed) -> Result<Json<Setup>, ApiError> {
    signed.require(&state, Permission::SetupRead, "GET /api/setup").await?;
    let d = state.directory();
    Ok(Json(Setup {
        queues: rows(&d.queues, |x| DocumentId::Queue(x.id), &d),
        skills: rows(&d.skills, |x| DocumentId::Skill(x.id), &d),
        routing_profiles: rows(&d.profiles, |x| DocumentId::RoutingProfile(x.id), &d),
        hours: rows(&d.hours, |x| DocumentId::Hours(x.id), &d),
        people: rows(&d.people, |x| DocumentId::Person(x.id), &d),
        alert_rules: rows(&d.alert_rules, |x| DocumentId::AlertRule(x.id), &d),
        saved_replies: rows(&d.saved_replies, |x| DocumentId::SavedReply(x.id), &d),
        dispositions: rows(&d.dispositions, |x| DocumentId::Disposition(x.id), &d),
        tokens: rows(&d.tokens, |x| DocumentId::Token(x.id), &d),
        connectors: rows(&d.connectors, |x| DocumentId::Connector(x.id), &d),
        tools: rows(&d.tools, |x| DocumentId::Tool(x.id), &d),
        collections: rows(&d.collections, |x| DocumentId::Collection(x.id), &d),
    }))
}

/// Publish a new document
#[utoipa::path(post, path = "/api/setup/{kind}", tag = "setup", operation_id = "create_document", security(("session" = [])),
    params(("kind" = String, Path, description = "queues, skills, routing_profiles, hours, people, alert_rules, saved_replies, dispositions, connectors, tools or collections")),
    request_body(content = SetupDocument, description = "The document without its id"),
    responses((status = 200, body = Published), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(state): State<AppState>,
    AdminOnly(signed): AdminOnly,
    Path(kind): Path<String>,
    body: Bytes,
) -> Result<Json<Published>, ApiError> {
    let kind = Kind::parse(&kind)?;
    if kind == Kind::Tokens {
        return Err(ApiError::new(Code::Conflict, "Tokens are made with their secret: POST /api/setup/tokens."));
    }
    let mut fields: serde_json::Map<String, Value> = parse_json(&body)?;
    if fields.contains_key("id") {
        return Err(ApiError::invalid(
            "id",
            "is given by the server: leave it out, or PUT to change a document that there is",
        ));
    }
    fields.insert("id".to_owned(), Value::String(kind.fresh_id()));
    let document = kind.parse_document(Value::Object(fields).to_string().as_bytes())?;
    publish(&state, &signed, document, None).await.map(Json)
}

/// Publish a new revision of a document
#[utoipa::path(put, path = "/api/setup/{kind}/{id}", tag = "setup", operation_id = "change_document", security(("session" = [])),
    params(("kind" = String, Path, description = "As in GET /api/setup"), ("id" = String, Path),
        ("if-match" = String, Header, description = "The revision that you changed")),
    request_body(content = SetupDocument, description = "The whole document"),
    responses((status = 200, body = Published),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`changed_meanwhile`: read it again"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn change(
    State(state): State<AppState>,
    AdminOnly(signed): AdminOnly,
    Path((kind, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Json<Published>, ApiError> {
    let kind = Kind::parse(&kind)?;
    let id = kind.document_id(&id)?;
    let document = kind.parse_document(&body)?;
    if document.id() != id {
        return Err(ApiError::invalid("id", "must be the id in the address"));
    }
    publish(&state, &signed, document, Some(if_match(&headers)?)).await.map(Json)
}

/// The revision that a change is about.
///
/// # Errors
/// When the header is missing or no number.
pub fn if_match(headers: &HeaderMap) -> Result<u32, ApiError> {
    let text = headers.get("if-match").and_then(|value| value.to_str().ok());
    let revision = text.and_then(|text| text.trim().trim_matches('"').parse().ok());
    revision.ok_or_else(|| {
        ApiError::invalid("if-match", "send this header with the revision that you changed, as in `if-match: 3`")
    })
}

/// Retire a document: it is kept and no longer used
#[utoipa::path(delete, path = "/api/setup/{kind}/{id}", tag = "setup", operation_id = "retire_document", security(("session" = [])),
    params(("kind" = String, Path), ("id" = String, Path)),
    responses((status = 200, body = Published),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`conflict`: this kind cannot be retired")))]
async fn retire(
    State(state): State<AppState>,
    AdminOnly(signed): AdminOnly,
    Path((kind, id)): Path<(String, String)>,
) -> Result<Json<Published>, ApiError> {
    let id = Kind::parse(&kind)?.document_id(&id)?;
    let retired = references::retired(&state.directory(), id)?;
    let published = publish(&state, &signed, retired, None).await?;
    if let DocumentId::Person(person) = id {
        state.auth.end_sessions(person, None).await?;
    }
    Ok(Json(published))
}

/// Checks a document against itself and all others, and publishes it.
pub async fn publish(
    state: &AppState,
    signed: &Signed,
    document: Document,
    if_match: Option<u32>,
) -> Result<Published, ApiError> {
    document.validate()?;
    let _turn = PUBLISHING.lock().await;
    let id = document.id();
    let revision = {
        let directory = state.directory();
        let known = directory.revision(id).map(|revision| revision.revision);
        match (known, if_match) {
            (None, Some(_)) => return Err(ApiError::not_found("document")),
            (Some(now), Some(changed)) if now != changed => {
                let detail = format!(
                    "It is at revision {now} and you changed revision {changed}: read it again and repeat your change."
                );
                return Err(ApiError::new(Code::ChangedMeanwhile, detail));
            }
            _ => {}
        }
        references::check(&directory, &document, known.is_none())?;
        known.unwrap_or(0) + 1
    };
    let event = NewEvent::now(Event::SetupPublished(SetupPublished { document, revision }));
    let answer = tell(state, signed.actor(), signed.command, event).await?;
    Ok(Published { id: references::id_text(id), revision, position: answer.position })
}

/// Publishes many documents that were made from what holds now, without a revision to compare: all of one batch or none of it.
/// Says how many were published.
///
/// # Errors
/// When one of them is wrong, or a batch is not in the log; batches before it are.
pub async fn publish_all(state: &AppState, signed: &Signed, documents: Vec<Document>) -> Result<usize, ApiError> {
    for document in &documents {
        document.validate()?;
    }
    let _turn = PUBLISHING.lock().await;
    let mut events = Vec::with_capacity(documents.len());
    {
        let directory = state.directory();
        for document in documents {
            let known = directory.revision(document.id()).map(|revision| revision.revision);
            references::check(&directory, &document, known.is_none())?;
            let published = SetupPublished { document, revision: known.unwrap_or(0) + 1 };
            events.push(NewEvent::now(Event::SetupPublished(published)));
        }
    }
    let count = events.len();
    let mut events = events.into_iter().peekable();
    while events.peek().is_some() {
        let batch: Vec<NewEvent> = events.by_ref().take(PUBLISHED_AT_ONCE).collect();
        let appended = state.commands.submit(signed.actor(), None, batch).await?;
        state.floor_at(appended.last).await;
    }
    Ok(count)
}

/// Set a person's password; their sessions end
#[utoipa::path(post, path = "/api/setup/people/{id}/password", tag = "setup", operation_id = "set_password", security(("session" = [])),
    params(("id" = String, Path)), request_body = PasswordToSet,
    responses((status = 204), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn set_password(
    State(state): State<AppState>,
    AdminOnly(signed): AdminOnly,
    Path(id): Path<String>,
    Body(new): Body<PasswordToSet>,
) -> Result<axum::http::StatusCode, ApiError> {
    let person: PersonId = parse_id(&id, "person")?;
    if state.directory().person(person).is_none() {
        return Err(ApiError::not_found("person"));
    }
    let keep = (person == signed.person).then_some(signed.session.as_str());
    state.auth.set_password(person, &new.password, keep).await?;
    Ok(axum::http::StatusCode::NO_CONTENT)
}

/// Make a token; its secret is shown once
#[utoipa::path(post, path = "/api/setup/tokens", tag = "setup", operation_id = "issue_token", security(("session" = [])),
    request_body = NewToken,
    responses((status = 200, body = IssuedToken), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn issue_token(
    State(state): State<AppState>,
    AdminOnly(signed): AdminOnly,
    Body(new): Body<NewToken>,
) -> Result<Json<IssuedToken>, ApiError> {
    if new.scopes.is_empty() {
        return Err(ApiError::invalid("scopes", "name at least one of ingest, read, channel, identify, simulate"));
    }
    let signs = new.scopes.contains(&TokenScope::Identify);
    if signs && new.scopes.len() > 1 {
        return Err(ApiError::invalid("scopes", "identify stands alone: its secret is kept to check signatures"));
    }
    if new.expires_at.is_some_and(|end| end <= state.clock.now()) {
        return Err(ApiError::invalid("expires_at", "must lie in the future"));
    }
    let token = Token {
        id: TokenId::new(fresh()),
        name: new.name,
        scopes: new.scopes,
        expires_at: new.expires_at,
        revoked: false,
    };
    // A repeated command must not publish a second token whose secret nobody was shown: no command id here.
    let unrepeated = Signed { command: None, ..signed };
    publish(&state, &unrepeated, Document::Token(token.clone()), None).await?;
    let secret = state.auth.issue_token(token.id).await?;
    if signs {
        proof::keep(&state.log, token.id, &secret).await?;
    }
    Ok(Json(IssuedToken { token, secret }))
}
