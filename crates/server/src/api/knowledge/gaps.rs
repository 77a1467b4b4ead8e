//! Questions of real conversations that knowledge did not answer, gathered into articles that somebody might write.

use std::collections::{HashMap, HashSet};

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use signalbox_eventlog::{EventLog as _, Stored};
use signalbox_knowledge::gaps;
use signalbox_model::content::Body as Words;
use signalbox_model::event::Event;
use signalbox_model::event::ai_agent::HandoffReason;
use signalbox_model::id::{ContentId, ConversationId};
use signalbox_model::limits::PAGE_ROWS_MAX;
use signalbox_views::AuditFilter;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ai::shelves::article_id;
use crate::ai::trace::{Step, Trace};
use crate::api::error::{ApiError, Problem};
use crate::api::extract::Signed;
use crate::api::reads::look;
use crate::auth::Permission;
use crate::state::AppState;
use crate::wire::Ref;

/// Conversations that are read for one report, newest first.
const CONVERSATIONS_MAX: usize = 200;

/// The route of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read))
}

/// Questions about one thing.
#[derive(Debug, Serialize, ToSchema)]
pub struct GapRow {
    /// How many.
    pub questions: usize,
    /// The most typical first, with personal data hidden.
    pub examples: Vec<String>,
    /// What they have in common; stems, not words.
    pub key_terms: Vec<String>,
    /// The article that comes nearest: perhaps it only wants a paragraph more.
    pub nearest: Option<Ref>,
    /// How near, from 0 to 1.
    pub nearest_confidence: Option<f64>,
}

/// What knowledge did not answer.
#[derive(Debug, Serialize, ToSchema)]
pub struct GapReport {
    /// Most asked first.
    pub gaps: Vec<GapRow>,
    /// Questions that resemble no other.
    pub single: usize,
    /// Questions that it rests on.
    pub questions: usize,
    /// Conversations that were read: the newest in which an AI agent worked.
    pub conversations: usize,
    /// Of those, how many were handed to a person for want of knowledge.
    pub handed_off: usize,
}

/// Conversations to be read: those handed over for want of knowledge first, then the newest with a trace.
async fn candidates(state: &AppState) -> Result<(Vec<ConversationId>, usize), ApiError> {
    let facts = look(state, |views| {
        let of = |kind: &str| AuditFilter { kinds: vec![kind.to_owned()], ..AuditFilter::default() };
        let mut facts = views.audit(&of("handoff.requested"), PAGE_ROWS_MAX)?;
        facts.extend(views.audit(&of("ai_turn.traced"), PAGE_ROWS_MAX)?);
        Ok(facts)
    })
    .await?;
    let (mut seen, mut order, mut handed_off) = (HashSet::new(), Vec::new(), 0);
    for fact in facts {
        let conversation = match fact.event {
            Event::HandoffRequested(e) if e.reason == HandoffReason::MissingKnowledge => {
                handed_off += usize::from(!seen.contains(&e.conversation));
                e.conversation
            }
            Event::AiTurnTraced(e) => e.conversation,
            _ => continue,
        };
        if seen.insert(conversation) {
            order.push(conversation);
        }
    }
    order.truncate(CONVERSATIONS_MAX);
    Ok((order, handed_off.min(CONVERSATIONS_MAX)))
}

/// What was searched for in a conversation and not found surely enough, each once.
async fn unanswered(state: &AppState, conversation: ConversationId) -> Result<Vec<String>, ApiError> {
    let transcript = state.log.read_conversation(conversation).await.map_err(|error| ApiError::internal(&error))?;
    let words: HashMap<ContentId, &Stored> = transcript
        .entries
        .iter()
        .filter_map(|entry| Some((entry.recorded.event.content()?, entry.content.as_ref()?)))
        .collect();
    let mut questions: Vec<String> = Vec::new();
    for entry in &transcript.entries {
        let Event::AiTurnTraced(traced) = &entry.recorded.event else { continue };
        // Erased words are not there any more, and are not asked for.
        let Some(Stored::Body(Words::Text { text })) = words.get(&traced.content).copied() else { continue };
        let Some(trace) = Trace::from_json(text) else { continue };
        for step in trace.steps {
            let Step::Searched { query, confidence, floor, .. } = step else { continue };
            if confidence.is_none_or(|confidence| confidence < floor) && !questions.contains(&query) {
                questions.push(query);
            }
        }
    }
    Ok(questions)
}

/// What knowledge did not answer, in the newest conversations of AI agents
#[utoipa::path(get, path = "/api/knowledge/gaps", tag = "knowledge", operation_id = "knowledge_gaps", security(("session" = [])),
    responses((status = 200, body = GapReport), (status = 403, body = Problem, content_type = "application/problem+json")))]
async fn read(State(state): State<AppState>, signed: Signed) -> Result<Json<GapReport>, ApiError> {
    signed.require(&state, Permission::AiRead, "GET /api/knowledge/gaps").await?;
    let (conversations, handed_off) = candidates(&state).await?;
    let mut questions = Vec::new();
    for conversation in &conversations {
        questions.extend(unanswered(&state, *conversation).await?);
    }
    let (reader, asked) = (state.brain.shelves.reader(), questions.clone());
    let found = tokio::task::spawn_blocking(move || gaps::gaps(&reader, &asked, "en")).await;
    let found =
        found.map_err(|_| ApiError::internal("gaps were not finished"))?.map_err(|error| ApiError::internal(&error))?;
    let directory = state.directory();
    let nearest = |id: &str| {
        let head = directory.articles.get(&article_id(id)?)?;
        Some(Ref { id: id.to_owned(), name: head.title.clone() })
    };
    let rows = found.gaps.into_iter().map(|gap| GapRow {
        questions: gap.size,
        examples: gap.examples,
        key_terms: gap.key_terms,
        nearest: gap.nearest.as_ref().and_then(|(id, _)| nearest(id)),
        nearest_confidence: gap.nearest.map(|(_, confidence)| confidence),
    });
    Ok(Json(GapReport {
        gaps: rows.collect(),
        single: found.single,
        questions: questions.len(),
        conversations: conversations.len(),
        handed_off,
    }))
}
