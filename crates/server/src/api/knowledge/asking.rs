//! What an AI agent would answer, and what a floor would do.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use signalbox_knowledge::curve::{self, LabelledQuestion, NoCurve};
use signalbox_model::id::{ArticleId, CollectionId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ai::trace::SourceSeen;
use crate::api::error::{ApiError, Problem};
use crate::api::extract::{Body, Signed};
use crate::auth::Permission;
use crate::state::AppState;

/// Articles that one search looks at: as many as an AI agent's.
const HITS: usize = 5;
/// Characters of a question.
const QUESTION_CHARS_MAX: usize = 2_000;
/// Labelled questions of one curve.
const QUESTIONS_MAX: usize = 2_000;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(search)).routes(routes!(curve_of))
}

/// A question.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchBody {
    /// As a customer would ask it.
    #[schema(min_length = 1, max_length = 2000)]
    pub text: String,
    /// Only in these; none named: in all.
    #[serde(default)]
    pub collections: Vec<CollectionId>,
    /// Another floor than that of the collections, in thousandths.
    #[serde(default)]
    #[schema(maximum = 1000)]
    pub floor_milli: Option<u16>,
}

/// What would be answered, word for word.
#[derive(Debug, Serialize, ToSchema)]
pub struct WouldAnswer {
    /// The words.
    pub text: String,
    /// What they rest on.
    pub sources: Vec<SourceSeen>,
}

/// Why nothing would be answered.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WhyNot {
    /// No article shares a word with the question that carries its subject.
    NothingFound,
    /// What was found is not sure enough.
    BelowFloor {
        /// How sure the best is, from 0 to 1.
        best: f64,
    },
    /// It is sure enough, and no sentence of it answers by itself.
    NoSentence,
}

/// What came of a question.
#[derive(Debug, Serialize, ToSchema)]
pub struct SearchAnswer {
    /// What a guided AI agent would answer; none: nothing, and why stands in `why_not`.
    pub answer: Option<WouldAnswer>,
    /// Why nothing would be answered.
    pub why_not: Option<WhyNot>,
    /// Below this nothing is answered, from 0 to 1.
    pub floor: f64,
    /// How sure the best is; none: nothing was found.
    pub confidence: Option<f64>,
    /// Passages, best first.
    pub passages: Vec<SourceSeen>,
}

/// A question with the articles that answer it.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LabelledBody {
    /// As a customer would ask it.
    pub question: String,
    /// Articles that answer it; none: the library does not, and silence is right.
    pub relevant: Vec<ArticleId>,
}

/// Questions whose answers somebody has marked.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CurveBody {
    /// At most 2,000; some fifty say something.
    pub questions: Vec<LabelledBody>,
    /// Only in these; none named: in all.
    #[serde(default)]
    pub collections: Vec<CollectionId>,
}

/// What happens at one floor.
#[derive(Debug, Serialize, ToSchema)]
pub struct CurvePoint {
    /// The floor, from 0 to 1.
    pub floor: f64,
    /// Of all questions, how many are answered.
    pub answered_ratio: f64,
    /// Of those answered, how many rightly; none: nothing is answered.
    pub right_ratio: Option<f64>,
    /// Of those that the library answers, how many are not answered rightly; none: it answers none of them.
    pub missed_ratio: Option<f64>,
}

/// What each floor would do.
#[derive(Debug, Serialize, ToSchema)]
pub struct Curve {
    /// From 0 to 1.
    pub points: Vec<CurvePoint>,
    /// Questions that it rests on.
    pub questions: usize,
}

/// What an AI agent would answer
#[utoipa::path(post, path = "/api/knowledge/search", tag = "knowledge", operation_id = "search_knowledge", security(("session" = [])),
    request_body = SearchBody,
    responses((status = 200, body = SearchAnswer), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn search(
    State(state): State<AppState>,
    signed: Signed,
    Body(body): Body<SearchBody>,
) -> Result<Json<SearchAnswer>, ApiError> {
    signed.require(&state, Permission::AiRead, "POST /api/knowledge/search").await?;
    if body.text.trim().is_empty() || body.text.chars().count() > QUESTION_CHARS_MAX {
        return Err(ApiError::invalid("text", format!("must have 1 to {QUESTION_CHARS_MAX} characters")));
    }
    if body.floor_milli.is_some_and(|floor| floor > 1_000) {
        return Err(ApiError::invalid("floor_milli", "must be 0 to 1000"));
    }
    let collections = all_or(&state, body.collections);
    let floor = body.floor_milli.map_or_else(|| state.brain.floor(&collections), |floor| f64::from(floor) / 1_000.0);
    let shelves = state.brain.shelves.clone();
    let found = tokio::task::spawn_blocking(move || shelves.search(&body.text, &collections, floor, HITS)).await;
    let found = found
        .map_err(|_| ApiError::internal("a search was not finished"))?
        .map_err(|error| ApiError::internal(&error))?;
    let why_not = match (&found.answer, found.confidence) {
        (Some(_), _) => None,
        (None, None) => Some(WhyNot::NothingFound),
        (None, Some(best)) if !found.answerable => Some(WhyNot::BelowFloor { best }),
        (None, Some(_)) => Some(WhyNot::NoSentence),
    };
    Ok(Json(SearchAnswer {
        answer: found.answer.map(|(text, sources)| WouldAnswer { text, sources }),
        why_not,
        floor,
        confidence: found.confidence,
        passages: found.passages,
    }))
}

/// Collections that are searched; none named: all that are not retired.
fn all_or(state: &AppState, named: Vec<CollectionId>) -> Vec<CollectionId> {
    if !named.is_empty() {
        return named;
    }
    state.directory().collections.values().filter(|known| !known.retired).map(|known| known.id).collect()
}

/// What each floor would do, on questions whose answers somebody has marked
#[utoipa::path(post, path = "/api/knowledge/curve", tag = "knowledge", operation_id = "knowledge_curve", security(("session" = [])),
    request_body = CurveBody,
    responses((status = 200, body = Curve), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn curve_of(
    State(state): State<AppState>,
    signed: Signed,
    Body(body): Body<CurveBody>,
) -> Result<Json<Curve>, ApiError> {
    signed.require(&state, Permission::AiRead, "POST /api/knowledge/curve").await?;
    if body.questions.len() > QUESTIONS_MAX {
        return Err(ApiError::invalid("questions", format!("must have at most {QUESTIONS_MAX}: take a sample")));
    }
    let questions = body.questions.len();
    let collections: Vec<String> = all_or(&state, body.collections).iter().map(ToString::to_string).collect();
    let labelled: Vec<LabelledQuestion> = body
        .questions
        .into_iter()
        .map(|one| LabelledQuestion {
            question: one.question,
            relevant: one.relevant.iter().map(ToString::to_string).collect(),
        })
        .collect();
    let reader = state.brain.shelves.reader();
    let points = tokio::task::spawn_blocking(move || curve::curve(&reader, &labelled, &collections)).await;
    let points = points.map_err(|_| ApiError::internal("a curve was not finished"))?.map_err(|error| match error {
        NoCurve::Index(error) => ApiError::internal(&error),
        other => ApiError::invalid("questions", other.to_string()),
    })?;
    let points = points.into_iter().map(|point| CurvePoint {
        floor: point.floor,
        answered_ratio: point.answered_ratio,
        right_ratio: point.right_ratio,
        missed_ratio: point.missed_ratio,
    });
    Ok(Json(Curve { points: points.collect(), questions }))
}
