//! Articles: lists of them without their text, one with it, and changes.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::HeaderMap;
use serde::{Deserialize, Serialize};
use signalbox_engine::directory::ArticleHead;
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{ArticleId, CollectionId, PersonId};
use signalbox_model::setup::knowledge::Article;
use signalbox_model::setup::{Document, DocumentId};
use signalbox_model::time::Timestamp;
use signalbox_model::word::Slug;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::{Stale, stale, today};
use crate::api::answer::parse_id;
use crate::api::error::{ApiError, Problem};
use crate::api::extract::{Body, Params, Signed};
use crate::api::page::page_rows;
use crate::api::reads::look;
use crate::api::setup::{Published, if_match, publish};
use crate::auth::Permission;
use crate::clock::fresh;
use crate::state::AppState;
use crate::wire::Ref;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(read, change)).routes(routes!(retire))
}

/// Which articles; all that is given must hold.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ArticlesQuery {
    /// Of one collection.
    #[serde(default)]
    collection: Option<String>,
    /// Only those that somebody should read again.
    #[serde(default)]
    stale: Option<bool>,
    /// Only those that are no longer answered from; left out: only those that are.
    #[serde(default)]
    retired: Option<bool>,
    /// Words of the title or of where it came from. For words of the text: POST /api/knowledge/search.
    #[serde(default)]
    text: Option<String>,
    /// Rows to pass over.
    #[serde(default)]
    after: Option<usize>,
    /// Rows of a page, 1 to 500.
    #[serde(default)]
    limit: Option<usize>,
}

/// An article without its text.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArticleRow {
    /// Its id.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// Where it belongs.
    pub collection: Ref,
    /// In which language.
    pub language: Option<Slug>,
    /// Where it came from.
    pub source: Option<String>,
    /// Who answers for it; none: nobody, or whoever answers for the collection.
    pub owner: Option<Ref>,
    /// The day by which somebody should read it again.
    pub review_by: Option<String>,
    /// Why somebody should read it again; none: nobody needs to.
    pub stale: Option<Stale>,
    /// Characters of its text.
    pub chars: u32,
    /// No longer answered from.
    pub retired: bool,
    /// Counts up from 1.
    pub revision: u32,
    /// When it was published.
    pub published_at: Option<Timestamp>,
}

/// Articles: those that are overdue for longest first where stale ones are asked for, otherwise by title.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArticleList {
    /// A page of them.
    pub rows: Vec<ArticleRow>,
    /// How many there are in all.
    pub total: usize,
    /// Ask again with it as `after` for the next page; none: this was the last.
    pub next: Option<usize>,
}

/// An article with its text.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArticleDetail {
    /// Everything but the text, with names.
    pub row: ArticleRow,
    /// Its text, as Markdown.
    pub body: String,
}

/// An article without its id.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ArticleBody {
    /// To which collection it belongs.
    pub collection: CollectionId,
    /// What it is about.
    pub title: String,
    /// Its text, as Markdown.
    pub body: String,
    /// In which language, as in `en`.
    #[serde(default)]
    pub language: Option<Slug>,
    /// Where it came from.
    #[serde(default)]
    pub source: Option<String>,
    /// Who answers for it.
    #[serde(default)]
    pub owner: Option<PersonId>,
    /// The day by which somebody should read it again, as in `2027-01-31`.
    #[serde(default)]
    pub review_by: Option<String>,
}

/// Whether an article is answered from.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RetireBody {
    /// True: no longer; false: again.
    pub retired: bool,
}

impl ArticleBody {
    fn with(self, id: ArticleId, retired: bool) -> Document {
        Document::Article(Box::new(Article {
            id,
            collection: self.collection,
            title: self.title,
            body: self.body,
            language: self.language,
            source: self.source.filter(|source| !source.trim().is_empty()),
            owner: self.owner,
            review_by: self.review_by.filter(|day| !day.trim().is_empty()),
            retired,
        }))
    }
}

fn row(state: &AppState, id: ArticleId, head: &ArticleHead, today: jiff::civil::Date) -> ArticleRow {
    let directory = state.directory();
    let revision = directory.revision(DocumentId::Article(id));
    let name = directory.collections.get(&head.collection).map_or_else(String::new, |known| known.name.to_string());
    ArticleRow {
        id: id.to_string(),
        title: head.title.clone(),
        collection: Ref { id: head.collection.to_string(), name },
        language: head.language.clone(),
        source: head.source.clone(),
        owner: head.owner.map(|owner| Ref::person(&directory, owner)),
        review_by: head.review_by.clone(),
        stale: stale(head, today),
        chars: head.chars,
        retired: head.retired,
        revision: revision.map_or(0, |known| known.revision),
        published_at: revision.map(|known| known.published_at),
    }
}

/// Articles without their text
#[utoipa::path(get, path = "/api/knowledge/articles", tag = "knowledge", operation_id = "list_articles", security(("session" = [])),
    params(ArticlesQuery),
    responses((status = 200, body = ArticleList), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(state): State<AppState>,
    signed: Signed,
    Params(query): Params<ArticlesQuery>,
) -> Result<Json<ArticleList>, ApiError> {
    signed.require(&state, Permission::AiRead, "GET /api/knowledge/articles").await?;
    let limit = page_rows(query.limit)?;
    let of: Option<CollectionId> = query.collection.as_deref().map(|id| parse_id(id, "collection")).transpose()?;
    let words: Vec<String> =
        query.text.as_deref().unwrap_or_default().split_whitespace().map(str::to_lowercase).collect();
    let today = today(&state);
    let only_stale = query.stale == Some(true);
    let fits = |head: &ArticleHead| {
        let text = || format!("{} {}", head.title, head.source.as_deref().unwrap_or_default()).to_lowercase();
        of.is_none_or(|of| head.collection == of)
            && head.retired == query.retired.unwrap_or(false)
            && (!only_stale || stale(head, today).is_some())
            && (words.is_empty() || words.iter().all(|word| text().contains(word)))
    };
    let mut found: Vec<(ArticleId, ArticleHead)> = {
        let directory = state.directory();
        directory.articles.iter().filter(|(_, head)| fits(head)).map(|(id, head)| (*id, head.clone())).collect()
    };
    let overdue = |head: &ArticleHead| match stale(head, today) {
        Some(Stale::Overdue { days }) if only_stale => -days,
        _ => 0,
    };
    found.sort_by_cached_key(|(id, head)| (overdue(head), head.title.to_lowercase(), *id));
    let (total, after) = (found.len(), query.after.unwrap_or(0));
    let rows: Vec<ArticleRow> =
        found.iter().skip(after).take(limit).map(|(id, head)| row(&state, *id, head, today)).collect();
    let end = after.saturating_add(rows.len());
    Ok(Json(ArticleList { rows, total, next: (end < total).then_some(end) }))
}

/// The articles with their text, in the order of the ids.
pub(super) async fn texts(state: &AppState, ids: Vec<ArticleId>) -> Result<Vec<Article>, ApiError> {
    let ids: Vec<DocumentId> = ids.into_iter().map(DocumentId::Article).collect();
    let facts = look(state, move |views| views.published(&ids)).await?;
    let article = |fact: Recorded| match fact.event {
        Event::SetupPublished(published) => match published.document {
            Document::Article(article) => Some(*article),
            _ => None,
        },
        _ => None,
    };
    Ok(facts.into_iter().filter_map(article).collect())
}

async fn text(state: &AppState, id: ArticleId) -> Result<Article, ApiError> {
    texts(state, vec![id]).await?.pop().ok_or_else(|| ApiError::not_found("article"))
}

/// An article with its text
#[utoipa::path(get, path = "/api/knowledge/articles/{id}", tag = "knowledge", operation_id = "read_article", security(("session" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = ArticleDetail), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn read(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Json<ArticleDetail>, ApiError> {
    signed.require(&state, Permission::AiRead, "GET /api/knowledge/articles/{id}").await?;
    let id: ArticleId = parse_id(&id, "article")?;
    let head = state.directory().articles.get(&id).cloned().ok_or_else(|| ApiError::not_found("article"))?;
    let article = text(&state, id).await?;
    Ok(Json(ArticleDetail { row: row(&state, id, &head, today(&state)), body: article.body }))
}

/// Write an article
#[utoipa::path(post, path = "/api/knowledge/articles", tag = "knowledge", operation_id = "create_article", security(("session" = [])),
    request_body = ArticleBody,
    responses((status = 200, body = Published), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn create(
    State(state): State<AppState>,
    signed: Signed,
    Body(body): Body<ArticleBody>,
) -> Result<Json<Published>, ApiError> {
    signed.require(&state, Permission::AiBuild, "POST /api/knowledge/articles").await?;
    publish(&state, &signed, body.with(ArticleId::new(fresh()), false), None).await.map(Json)
}

/// Change an article
#[utoipa::path(put, path = "/api/knowledge/articles/{id}", tag = "knowledge", operation_id = "change_article", security(("session" = [])),
    params(("id" = String, Path), ("if-match" = String, Header, description = "The revision that you changed")),
    request_body = ArticleBody,
    responses((status = 200, body = Published), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`changed_meanwhile`: read it again"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn change(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(body): Body<ArticleBody>,
) -> Result<Json<Published>, ApiError> {
    signed.require(&state, Permission::AiBuild, "PUT /api/knowledge/articles/{id}").await?;
    let id: ArticleId = parse_id(&id, "article")?;
    let retired = state.directory().articles.get(&id).is_some_and(|head| head.retired);
    publish(&state, &signed, body.with(id, retired), Some(if_match(&headers)?)).await.map(Json)
}

/// Take an article out of what is answered from, or put it back
#[utoipa::path(post, path = "/api/knowledge/articles/{id}/retire", tag = "knowledge", operation_id = "retire_article", security(("session" = [])),
    params(("id" = String, Path)), request_body = RetireBody,
    responses((status = 200, body = Published), (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn retire(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<RetireBody>,
) -> Result<Json<Published>, ApiError> {
    signed.require(&state, Permission::AiBuild, "POST /api/knowledge/articles/{id}/retire").await?;
    let id: ArticleId = parse_id(&id, "article")?;
    if !state.directory().articles.contains_key(&id) {
        return Err(ApiError::not_found("article"));
    }
    let article = Article { retired: body.retired, ..text(&state, id).await? };
    publish(&state, &signed, Document::Article(Box::new(article)), None).await.map(Json)
}
