//! Import of files: what would change is told first, then done.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::multipart::MultipartError;
use axum::extract::{DefaultBodyLimit, Multipart, State};
use serde::Serialize;
use signalbox_knowledge::article::Article as Imported;
use signalbox_knowledge::limits::COLLECTION_ARTICLES_MAX;
use signalbox_knowledge::plan::{self, ImportPlan};
use signalbox_knowledge::source::{Defaults, Mapping, Outcome, read};
use signalbox_model::id::{ArticleId, CollectionId, PersonId};
use signalbox_model::limits::DOCUMENTS_MAX;
use signalbox_model::setup::Document;
use signalbox_model::setup::knowledge::Article;
use signalbox_model::word::Slug;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::articles::texts;
use super::collection;
use crate::api::answer::parse_id;
use crate::api::error::{ApiError, Code, Problem};
use crate::api::extract::Signed;
use crate::api::setup::publish_all;
use crate::auth::Permission;
use crate::clock::fresh;
use crate::state::AppState;

/// Bytes of all files of one request.
const FORM_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Files of one request.
const FILES_MAX: usize = 2_000;
/// Characters of a field that is no file.
const FIELD_BYTES_MAX: usize = 200;

/// The route of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(import)).layer(DefaultBodyLimit::max(FORM_BYTES_MAX))
}

/// Files with what to do with them, as a form sends them.
#[derive(ToSchema)]
#[allow(dead_code, reason = "names the fields for the document")]
pub struct ImportForm {
    /// The collection; send it before the files.
    collection: String,
    /// `true`: say what would change and change nothing.
    dry_run: Option<bool>,
    /// What to do with articles of the collection that were imported and do not come again: `keep` (the default) or `retire`.
    gone: Option<String>,
    /// Language of files that do not say theirs, as in `en`.
    language: Option<String>,
    /// Day of review of files that do not say theirs, as in `2027-01-31`.
    review_by: Option<String>,
    /// .md, .txt, .html, .pdf (one article each) or .jsonl (one a line: id, title, body); may come often.
    #[schema(value_type = Vec<String>, format = Binary)]
    file: Vec<Vec<u8>>,
}

/// An article that the import brings.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportedArticle {
    /// By what it is found again: its path or its id in the file.
    pub source: String,
    /// What it is about.
    pub title: String,
}

/// Something that was not imported.
#[derive(Debug, Serialize, ToSchema)]
pub struct NotImported {
    /// The file, with the line for a row.
    pub name: String,
    /// Why, and what to do.
    pub why: String,
}

/// What an import changes.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImportReport {
    /// Whether it was done; false: only looked at.
    pub applied: bool,
    /// New.
    pub added: Vec<ImportedArticle>,
    /// Other than before.
    pub changed: Vec<ImportedArticle>,
    /// As before.
    pub unchanged: usize,
    /// Imported before and not in these files.
    pub gone: Vec<ImportedArticle>,
    /// Whether those are taken out of what is answered from.
    pub gone_retired: bool,
    /// Not imported, each with its reason.
    pub rejected: Vec<NotImported>,
    /// Owners that files name and nobody here is; those articles get none.
    pub unknown_owners: Vec<String>,
}

/// A form that was read.
#[derive(Default)]
struct Form {
    collection: Option<CollectionId>,
    dry_run: bool,
    retire_gone: bool,
    language: Option<String>,
    review_by: Option<jiff::civil::Date>,
    files: Vec<(String, Vec<u8>)>,
}

fn wrong_form(error: MultipartError) -> ApiError {
    match error.status() {
        axum::http::StatusCode::PAYLOAD_TOO_LARGE => ApiError::new(
            Code::TooLarge,
            "The files of one import may have 32 MB: send them in parts, with `gone` left out.",
        ),
        _ => ApiError::new(Code::BadRequest, "The form could not be read to its end: send it again."),
    }
}

async fn read_form(mut form: Multipart) -> Result<Form, ApiError> {
    let mut read = Form::default();
    while let Some(field) = form.next_field().await.map_err(wrong_form)? {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "file" {
            if read.files.len() == FILES_MAX {
                return Err(ApiError::new(Code::TooLarge, format!("At most {FILES_MAX} files come in one import.")));
            }
            let file = field.file_name().unwrap_or("file").to_owned();
            let bytes = field.bytes().await.map_err(wrong_form)?;
            read.files.push((file, bytes.to_vec()));
            continue;
        }
        let text = field.text().await.map_err(wrong_form)?;
        let text = text.trim();
        if text.len() > FIELD_BYTES_MAX {
            return Err(ApiError::invalid(name, format!("may have {FIELD_BYTES_MAX} characters")));
        }
        match name.as_str() {
            "collection" => read.collection = Some(parse_id(text, "collection")?),
            "dry_run" => {
                read.dry_run = text.parse().map_err(|_| ApiError::invalid("dry_run", "must be true or false"))?;
            }
            "gone" => {
                read.retire_gone = match text {
                    "keep" => false,
                    "retire" => true,
                    _ => return Err(ApiError::invalid("gone", "must be keep or retire")),
                }
            }
            "language" if text.is_empty() => {}
            "language" => {
                let two = text.len() == 2 && text.bytes().all(|byte| byte.is_ascii_lowercase());
                read.language = Some(text.to_owned()).filter(|_| two);
                if !two {
                    return Err(ApiError::invalid("language", "must be two letters, as in en"));
                }
            }
            "review_by" if text.is_empty() => {}
            "review_by" => {
                let day =
                    text.parse().map_err(|_| ApiError::invalid("review_by", "must be a day, as in 2027-01-31"))?;
                read.review_by = Some(day);
            }
            other => return Err(ApiError::unknown_field(&other.chars().take(80).collect::<String>())),
        }
    }
    if read.files.is_empty() {
        return Err(ApiError::invalid("file", "is missing: send at least one"));
    }
    Ok(read)
}

/// What a stored article looks like to the import: found by where it came from.
fn as_imported(article: &Article) -> Option<Imported> {
    Some(Imported {
        id: article.source.clone()?,
        collection: article.collection.to_string(),
        title: article.title.clone(),
        body: article.body.clone(),
        source: String::new(),
        owner: article.owner.map(|owner| owner.to_string()),
        review_by: article.review_by.as_deref().and_then(|day| day.parse().ok()),
        language: article.language.as_ref().map_or_else(|| "en".to_owned(), ToString::to_string),
        updated: signalbox_model::time::Timestamp::default(),
    })
}

/// Brings what files say to the form in which it is compared and kept: the owner is a person of this centre, and what a file does not
/// say stays as it is.
fn settled(
    state: &AppState,
    collection: CollectionId,
    there: &BTreeMap<String, Article>,
    outcome: &mut Outcome,
) -> Vec<String> {
    let directory = state.directory();
    let person = |text: &str| {
        let by = |person: &PersonId, known: &signalbox_model::setup::people::Person| {
            person.to_string() == text
                || known.email.eq_ignore_ascii_case(text)
                || known.name.as_str().eq_ignore_ascii_case(text)
        };
        directory.people.iter().find(|(id, known)| !known.retired && by(id, known)).map(|(id, _)| id.to_string())
    };
    let mut unknown = Vec::new();
    for article in &mut outcome.articles {
        article.collection = collection.to_string();
        article.source = String::new();
        let before = there.get(&article.id);
        if let Some(named) = article.owner.take() {
            article.owner = person(&named);
            if article.owner.is_none() && !unknown.contains(&named) {
                unknown.push(named);
            }
        }
        if article.owner.is_none() {
            article.owner = before.and_then(|before| before.owner).map(|owner| owner.to_string());
        }
        if article.review_by.is_none() {
            article.review_by = before.and_then(|before| before.review_by.as_deref()?.parse().ok());
        }
    }
    unknown
}

fn document(collection: CollectionId, from: &Imported, before: Option<&Article>) -> Document {
    Document::Article(Box::new(Article {
        id: before.map_or_else(|| ArticleId::new(fresh()), |before| before.id),
        collection,
        title: from.title.clone(),
        body: from.body.clone(),
        language: Slug::parse(&from.language).ok(),
        source: Some(from.id.clone()),
        owner: from.owner.as_deref().and_then(|owner| owner.parse().ok()),
        review_by: from.review_by.map(|day| day.to_string()),
        retired: false,
    }))
}

fn report(plan: &ImportPlan, form: &Form, there: &BTreeMap<String, Article>, unknown: Vec<String>) -> ImportReport {
    let told = |article: &Imported| ImportedArticle { source: article.id.clone(), title: article.title.clone() };
    let gone = plan.gone.iter().filter_map(|id| there.get(id)).filter(|article| !article.retired);
    ImportReport {
        applied: !form.dry_run,
        added: plan.added.iter().map(told).collect(),
        changed: plan.changed.iter().map(told).collect(),
        unchanged: plan.unchanged.len(),
        gone: gone
            .map(|article| ImportedArticle {
                source: article.source.clone().unwrap_or_default(),
                title: article.title.clone(),
            })
            .collect(),
        gone_retired: form.retire_gone,
        rejected: plan
            .rejected
            .iter()
            .map(|rejected| NotImported { name: rejected.name.clone(), why: rejected.why.to_string() })
            .collect(),
        unknown_owners: unknown,
    }
}

/// Import files into a collection: what changes is found by comparing
#[utoipa::path(post, path = "/api/knowledge/import", tag = "knowledge", operation_id = "import_articles", security(("session" = [])),
    request_body(content = ImportForm, content_type = "multipart/form-data"),
    responses((status = 200, body = ImportReport), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 413, body = Problem, content_type = "application/problem+json"), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn import(
    State(state): State<AppState>,
    signed: Signed,
    form: Multipart,
) -> Result<Json<ImportReport>, ApiError> {
    signed.require(&state, Permission::AiBuild, "POST /api/knowledge/import").await?;
    let mut form = read_form(form).await?;
    let id = form.collection.ok_or_else(|| ApiError::invalid("collection", "is missing: name its id"))?;
    let ids: Vec<ArticleId> = {
        let directory = state.directory();
        collection(&directory, id)?;
        directory.articles.iter().filter(|(_, head)| head.collection == id).map(|(id, _)| *id).collect()
    };
    let there: BTreeMap<String, Article> =
        texts(&state, ids).await?.into_iter().filter_map(|article| Some((article.source.clone()?, article))).collect();
    let defaults = Defaults {
        collection: id.to_string(),
        language: form.language.clone().unwrap_or_else(|| "en".to_owned()),
        owner: None,
        review_by: form.review_by,
        now: state.clock.now(),
    };
    let files = std::mem::take(&mut form.files);
    // A PDF takes its time: not on the threads that serve requests.
    let outcome = tokio::task::spawn_blocking(move || {
        let mut outcome = Outcome::default();
        for (name, bytes) in &files {
            outcome.extend(read(name, bytes, &defaults, &Mapping::default()));
        }
        outcome
    });
    let mut outcome = outcome.await.map_err(|_| ApiError::internal("an import was not finished"))?;
    let unknown = settled(&state, id, &there, &mut outcome);
    // What was retired and comes again is a change: it is answered from once more.
    let existing: Vec<Imported> = there.values().filter(|article| !article.retired).filter_map(as_imported).collect();
    let plan = plan::plan(&existing, outcome);
    let report = report(&plan, &form, &there, unknown);
    if form.dry_run {
        return Ok(Json(report));
    }
    let mut documents: Vec<Document> =
        plan.added.iter().chain(&plan.changed).map(|from| document(id, from, there.get(&from.id))).collect();
    if form.retire_gone {
        let gone = plan.gone.iter().filter_map(|gone| there.get(gone)).filter(|article| !article.retired);
        documents.extend(gone.map(|article| Document::Article(Box::new(Article { retired: true, ..article.clone() }))));
    }
    let known = state.directory().articles.len();
    let most = DOCUMENTS_MAX.min(COLLECTION_ARTICLES_MAX);
    if known + plan.added.len() > most {
        return Err(ApiError::new(
            Code::Conflict,
            format!("There are {known} articles and {most} are allowed: import less, or retire what is not used."),
        ));
    }
    publish_all(&state, &signed, documents).await?;
    Ok(Json(report))
}
