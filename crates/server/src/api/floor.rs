//! The floor: every queue, everybody, every live conversation by need, every open alert.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use signalbox_model::id::ConversationId;
use signalbox_model::limits::ALERTS_OPEN_MAX;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::current;
use super::error::{ApiError, Problem};
use super::reader::Reader;
use super::reads::look;
use crate::auth::Permission;
use crate::follower::lookup;
use crate::state::AppState;
use crate::wire::{
    AiAgentLive, AlertRow, ConversationSummary, PersonLive, QueueLive, ai_agents_live, alert_row, people_live,
    queues_live,
};

/// The route of the floor.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read))
}

/// Everything that is going on now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Floor {
    /// Queues, in the order of their names.
    pub queues: Vec<QueueLive>,
    /// People, in the order of their names.
    pub people: Vec<PersonLive>,
    /// AI agents, in the order of their names.
    pub ai_agents: Vec<AiAgentLive>,
    /// Conversations that are open or in wrap-up, neediest first.
    pub conversations: Vec<ConversationSummary>,
    /// Alerts that are not over, newest first.
    pub alerts: Vec<AlertRow>,
}

/// Everything that is going on now
#[utoipa::path(get, path = "/api/floor", tag = "floor", operation_id = "read_floor", security(("session" = []), ("token" = [])),
    responses((status = 200, body = Floor), (status = 403, body = Problem, content_type = "application/problem+json")))]
async fn read(State(state): State<AppState>, reader: Reader) -> Result<Json<Floor>, ApiError> {
    reader.require(&state, Permission::Floor, "GET /api/floor").await?;
    let figures = lookup::figures(&state).await;
    let alerts = look(&state, |views| views.alerts(true, None, ALERTS_OPEN_MAX)).await?;
    let ids: Vec<ConversationId> = state.floor().conversations.keys().copied().collect();
    let conversations = current::summaries(&state, ids).await;
    let (position, now) = (state.standing.position(), state.clock.now());
    let floor = state.floor();
    Ok(Json(Floor {
        queues: queues_live(&floor, position, now, |queue| figures.queues.get(&queue).cloned().unwrap_or_default()),
        people: people_live(&floor, position, |person| figures.people.get(&person).cloned().unwrap_or_default()),
        ai_agents: ai_agents_live(&floor, position),
        conversations,
        alerts: alerts.iter().map(|row| alert_row(row, &floor.directory, now)).collect(),
    }))
}
