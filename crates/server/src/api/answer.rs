//! What a command is answered with: done, not yet, or refused in words with names.

use std::str::FromStr;

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use signalbox_model::contact::Actor;
use signalbox_model::event::supervision::RefusedBecause;
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{CommandId, Position};
use utoipa::ToSchema;

use super::error::ApiError;
use crate::ingest::{Asked, Outcome};
use crate::state::AppState;
use crate::words;

/// Whether it is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AnswerOutcome {
    /// It is done and visible.
    Done,
    /// It is in the log; the engine has not decided yet. The live stream tells.
    Pending,
}

/// What became of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Answer {
    /// Where it stands in the log.
    pub position: u64,
    /// Whether it is done.
    pub outcome: AnswerOutcome,
}

impl Answer {
    /// Done, at this position.
    pub fn done(position: Position) -> Answer {
        Answer { position: position.0, outcome: AnswerOutcome::Done }
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let status = match self.outcome {
            AnswerOutcome::Done => StatusCode::OK,
            AnswerOutcome::Pending => StatusCode::ACCEPTED,
        };
        (status, Json(self)).into_response()
    }
}

/// An id out of an address; a text that is no id names nothing.
///
/// # Errors
/// When it is no id of this kind.
pub fn parse_id<T: FromStr>(text: &str, what: &str) -> Result<T, ApiError> {
    text.parse().map_err(|_| ApiError::not_found(what))
}

/// A refusal, in words with names.
pub fn refusal(state: &AppState, because: &RefusedBecause) -> ApiError {
    let words = words::refusals::refused(because, &state.directory());
    ApiError::refused(because.clone()).with_detail(words)
}

/// Appends facts of which the last is a wish, waits for the engine, and waits until the floor shows it.
///
/// # Errors
/// When it is not in the log, or the engine refused it.
pub async fn ask(
    state: &AppState,
    actor: Actor,
    command: Option<CommandId>,
    events: Vec<NewEvent>,
) -> Result<Answer, ApiError> {
    let asked = state.commands.ask_with(actor, command, events).await?;
    settle(state, asked).await
}

async fn settle(state: &AppState, asked: Asked) -> Result<Answer, ApiError> {
    match asked.outcome {
        Outcome::Refused(because) => Err(refusal(state, &because)),
        Outcome::Pending => Ok(Answer { position: asked.position.0, outcome: AnswerOutcome::Pending }),
        Outcome::Done(facts) => {
            let last = facts.last().map_or(asked.position, |fact| fact.position);
            state.floor_at(last).await;
            Ok(Answer::done(last))
        }
    }
}

/// Appends a fact that needs nobody's consent, and waits until the floor shows it.
///
/// # Errors
/// When it is not in the log.
pub async fn tell(
    state: &AppState,
    actor: Actor,
    command: Option<CommandId>,
    event: NewEvent,
) -> Result<Answer, ApiError> {
    let appended = state.commands.submit(actor, command, vec![event]).await?;
    state.floor_at(appended.last).await;
    Ok(Answer::done(appended.last))
}

/// A wish as a plain fact of now.
pub fn wish(event: Event) -> Vec<NewEvent> {
    vec![NewEvent::now(event)]
}
