//! Knowledge: collections, articles, what an AI agent would answer from them, and what is missing in them.

pub mod articles;
pub mod importing;
pub mod asking;
pub mod gaps;

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use signalbox_engine::directory::{ArticleHead, Directory};
use signalbox_model::id::{CollectionId, PersonId};
use signalbox_model::setup::knowledge::Collection;
use signalbox_model::setup::{Document, DocumentId};
use signalbox_model::word::Name;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::parse_id;
use super::error::{ApiError, Problem};
use super::extract::{Body, Signed};
use super::setup::{Published, if_match, publish};
use crate::auth::Permission;
use crate::clock::fresh;
use crate::state::AppState;
use crate::wire::Ref;

/// Every route of this file and the files below it.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(read))
        .routes(routes!(create_collection))
        .routes(routes!(change_collection))
        .merge(articles::routes())
        .merge(importing::routes())
        .merge(asking::routes())
        .merge(gaps::routes())
}

/// A collection with what is in it.
#[derive(Debug, Serialize, ToSchema)]
pub struct CollectionRow {
    /// The document.
    pub collection: Collection,
    /// Send it as `if-match` when you change it.
    pub revision: u32,
    /// Who answers for it.
    pub owner: Option<Ref>,
    /// Articles that are answered from.
    pub articles: u32,
    /// Of those, how many somebody should read again.
    pub stale: u32,
    /// Articles that are no longer answered from.
    pub retired: u32,
    /// AI agents whose released version answers from it.
    pub used_by: Vec<Ref>,
}

/// Every collection, and what can be found in all of them.
#[derive(Debug, Serialize, ToSchema)]
pub struct Knowledge {
    /// In the order of their names.
    pub collections: Vec<CollectionRow>,
    /// Articles on the shelves.
    pub articles: u64,
    /// Passages on the shelves.
    pub passages: u64,
}

/// A collection without its id.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CollectionBody {
    /// What people call it.
    pub name: Name,
    /// Who answers for it.
    #[serde(default)]
    pub owner: Option<PersonId>,
    /// Nothing is answered from a passage of less confidence than this, in thousandths.
    #[schema(minimum = 0, maximum = 1000)]
    pub floor_milli: u16,
    /// No longer searched.
    #[serde(default)]
    pub retired: bool,
}

impl CollectionBody {
    fn with(self, id: CollectionId) -> Collection {
        Collection { id, name: self.name, owner: self.owner, floor_milli: self.floor_milli, retired: self.retired }
    }
}

/// Why an article should be read again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Stale {
    /// Its day of review has passed.
    Overdue {
        /// By so many days.
        days: i32,
    },
    /// Nobody has said when it is to be read again.
    NoReviewDay,
}

/// The day of now, as review days are compared with it.
pub(super) fn today(state: &AppState) -> jiff::civil::Date {
    let now = jiff::Timestamp::from_millisecond(state.clock.now().millis()).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    now.to_zoned(jiff::tz::TimeZone::UTC).date()
}

/// Whether somebody should read it again; what is retired nobody reads.
pub(super) fn stale(head: &ArticleHead, today: jiff::civil::Date) -> Option<Stale> {
    if head.retired {
        return None;
    }
    match head.review_by.as_deref().and_then(|day| day.parse::<jiff::civil::Date>().ok()) {
        None => Some(Stale::NoReviewDay),
        Some(day) if day < today => Some(Stale::Overdue { days: (today - day).get_days() }),
        Some(_) => None,
    }
}

/// A collection that is there.
///
/// # Errors
/// When there is none with this id.
pub(super) fn collection(directory: &Directory, id: CollectionId) -> Result<&Collection, ApiError> {
    directory
        .collections
        .get(&id)
        .map(std::convert::AsRef::as_ref)
        .ok_or_else(|| ApiError::invalid("collection", "there is no such collection"))
}

/// Every collection
#[utoipa::path(get, path = "/api/knowledge", tag = "knowledge", operation_id = "read_knowledge", security(("session" = [])),
    responses((status = 200, body = Knowledge), (status = 403, body = Problem, content_type = "application/problem+json")))]
async fn read(State(state): State<AppState>, signed: Signed) -> Result<Json<Knowledge>, ApiError> {
    signed.require(&state, Permission::AiRead, "GET /api/knowledge").await?;
    let today = today(&state);
    let directory = state.directory();
    let row = |collection: &Collection| {
        let heads = || directory.articles.values().filter(|head| head.collection == collection.id);
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let uses = |agent: &&std::sync::Arc<signalbox_model::setup::ai_agent::AiAgent>| {
            let released = directory.registry.released(agent.id);
            released.is_some_and(|version| version.snapshot.draft.collections.contains(&collection.id))
        };
        let users = directory.registry.agents.values().filter(|agent| !agent.retired).filter(uses);
        CollectionRow {
            collection: collection.clone(),
            revision: directory.revision(DocumentId::Collection(collection.id)).map_or(0, |known| known.revision),
            owner: collection.owner.map(|owner| Ref::person(&directory, owner)),
            articles: count(heads().filter(|head| !head.retired).count()),
            stale: count(heads().filter(|head| stale(head, today).is_some()).count()),
            retired: count(heads().filter(|head| head.retired).count()),
            used_by: users.map(|agent| Ref { id: agent.id.to_string(), name: agent.name.to_string() }).collect(),
        }
    };
    let mut collections: Vec<CollectionRow> = directory.collections.values().map(|known| row(known)).collect();
    collections.sort_by_key(|row| row.collection.name.to_string().to_lowercase());
    let shelves = &state.brain.shelves;
    Ok(Json(Knowledge { collections, articles: shelves.articles(), passages: shelves.passages() }))
}

/// Make a collection
#[utoipa::path(post, path = "/api/knowledge/collections", tag = "knowledge", operation_id = "create_collection", security(("session" = [])),
    request_body = CollectionBody,
    responses((status = 200, body = Published), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn create_collection(
    State(state): State<AppState>,
    signed: Signed,
    Body(body): Body<CollectionBody>,
) -> Result<Json<Published>, ApiError> {
    signed.require(&state, Permission::AiBuild, "POST /api/knowledge/collections").await?;
    let document = Document::Collection(body.with(CollectionId::new(fresh())));
    publish(&state, &signed, document, None).await.map(Json)
}

/// Change a collection
#[utoipa::path(put, path = "/api/knowledge/collections/{id}", tag = "knowledge", operation_id = "change_collection", security(("session" = [])),
    params(("id" = String, Path), ("if-match" = String, Header, description = "The revision that you changed")),
    request_body = CollectionBody,
    responses((status = 200, body = Published), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`changed_meanwhile`"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn change_collection(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(body): Body<CollectionBody>,
) -> Result<Json<Published>, ApiError> {
    signed.require(&state, Permission::AiBuild, "PUT /api/knowledge/collections/{id}").await?;
    let id: CollectionId = parse_id(&id, "collection")?;
    publish(&state, &signed, Document::Collection(body.with(id)), Some(if_match(&headers)?)).await.map(Json)
}
