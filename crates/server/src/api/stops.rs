//! Stopping AI agents at once, the incidents that follow, and AI that nobody registered.

pub mod services;
pub mod incidents;
pub mod unregistered;

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use signalbox_engine::directory::Directory;
use signalbox_engine::floor::Floor;
use signalbox_model::contact::Channel;
use signalbox_model::event::action::{IncidentOpened, IncidentSeverity};
use signalbox_model::event::stop::{KillSwitchLifted, KillSwitchThrown, StopScope};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{AiAgentId, IncidentId};
use signalbox_model::time::Timestamp;
use signalbox_model::word::Slug;
use tokio::sync::Mutex;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, tell};
use super::error::{ApiError, Code, Problem};
use super::extract::{Body, Signed};
use crate::auth::Permission;
use crate::clock::fresh;
use crate::state::AppState;
use crate::wire::Ref;
use crate::words;

/// Characters of a reason, a note or a resolution.
pub(super) const REASON_CHARS_MAX: usize = 1_000;
/// One at a time: two people who stop the same must not open two incidents.
static STOPPING: Mutex<()> = Mutex::const_new(());

/// Every route of this file and the files below it.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(read, stop))
        .routes(routes!(lift))
        .merge(incidents::routes())
        .merge(unregistered::routes())
}

/// A stop that holds.
#[derive(Debug, Serialize, ToSchema)]
pub struct StopRow {
    /// What is stopped.
    pub scope: StopScope,
    /// The same in words.
    pub words: String,
    /// Since when.
    pub since: Timestamp,
    /// By whom.
    pub by: Ref,
    /// Why, in their words.
    pub reason: String,
}

/// An AI agent with what it has now.
#[derive(Debug, Serialize, ToSchema)]
pub struct AgentNow {
    /// Which.
    pub agent: Ref,
    /// Its name in facts.
    pub handle: String,
    /// The version that has conversations; none: none is released.
    pub version: Option<u32>,
    /// Conversations that it has now.
    pub live: u32,
    /// Whether a stop keeps it from new conversations altogether.
    pub stopped: bool,
}

/// Something that can be stopped by its name, with the conversations that AI agents have about it now.
#[derive(Debug, Serialize, ToSchema)]
pub struct Share {
    /// An intent or a channel.
    pub name: String,
    /// Conversations that AI agents have now.
    pub live: u32,
}

/// What is stopped, and what a stop would touch.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stops {
    /// In force, oldest first.
    pub stops: Vec<StopRow>,
    /// Every AI agent that is registered.
    pub agents: Vec<AgentNow>,
    /// Intents: those that AI agents have conversations about, and those that their drafts name.
    pub intents: Vec<Share>,
    /// Channels.
    pub channels: Vec<Share>,
    /// Conversations that AI agents have now.
    pub live: u32,
}

/// What to stop or to let work again, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StopBody {
    /// What.
    pub scope: StopScope,
    /// Why: it stands in the log and in the incident.
    #[schema(min_length = 1, max_length = 1000)]
    pub reason: String,
}

/// AI agents are stopped.
#[derive(Debug, Serialize, ToSchema)]
pub struct Stopped {
    /// Where it stands in the log.
    pub position: u64,
    /// The incident that was opened with it.
    pub incident: String,
    /// Live conversations that go to people.
    pub live: u32,
}

/// Words that somebody has to give: not empty, not too long.
///
/// # Errors
/// When they are either.
pub(super) fn words_of(field: &str, text: &str) -> Result<String, ApiError> {
    let text = text.trim();
    if text.is_empty() {
        return Err(ApiError::invalid(field, "must say something: whoever reads the log later needs it"));
    }
    match text.chars().count() {
        have if have > REASON_CHARS_MAX => {
            Err(ApiError::invalid(field, format!("has {have} characters and may have {REASON_CHARS_MAX}")))
        }
        _ => Ok(text.to_owned()),
    }
}

/// Conversations that AI agents have now and that a stop of this scope would take from them.
fn touched(floor: &Floor, scope: &StopScope) -> u32 {
    let is_touched = |agent: AiAgentId, intent: Option<&Slug>, channel: Channel| match scope {
        StopScope::Everything => true,
        StopScope::Agent { agent: stopped } => *stopped == agent,
        StopScope::Intent { intent: stopped } => intent == Some(stopped),
        StopScope::Channel { channel: stopped } => *stopped == channel,
    };
    let live = floor.conversations.values().filter(|conversation| {
        conversation
            .ai_owner()
            .is_some_and(|work| is_touched(work.agent, conversation.intent.as_ref(), conversation.channel))
    });
    u32::try_from(live.count()).unwrap_or(u32::MAX)
}

fn check_scope(directory: &Directory, scope: &StopScope) -> Result<(), ApiError> {
    match scope {
        StopScope::Agent { agent } if !directory.registry.agents.contains_key(agent) => {
            Err(ApiError::invalid("scope.agent", "there is no such AI agent"))
        }
        _ => Ok(()),
    }
}

/// What is stopped, and what a stop would touch
#[utoipa::path(get, path = "/api/stops", tag = "ai_safety", operation_id = "read_stops", security(("session" = [])),
    responses((status = 200, body = Stops), (status = 403, body = Problem, content_type = "application/problem+json")))]
async fn read(State(state): State<AppState>, signed: Signed) -> Result<Json<Stops>, ApiError> {
    signed.require(&state, Permission::AiRead, "GET /api/stops").await?;
    let floor = state.floor();
    let directory = &floor.directory;
    let mut by_agent: BTreeMap<AiAgentId, u32> = BTreeMap::new();
    let mut by_channel: BTreeMap<Channel, u32> = Channel::ALL.into_iter().map(|channel| (channel, 0)).collect();
    let drafts = directory.registry.agents.values().filter(|agent| !agent.retired);
    let named = drafts.flat_map(|agent| agent.draft.intents.iter().map(|rule| rule.intent.to_string()));
    let mut by_intent: BTreeMap<String, u32> = named.map(|intent| (intent, 0)).collect();
    for conversation in floor.conversations.values() {
        let Some(work) = conversation.ai_owner() else { continue };
        *by_agent.entry(work.agent).or_default() += 1;
        *by_channel.entry(conversation.channel).or_default() += 1;
        if let Some(intent) = &conversation.intent {
            *by_intent.entry(intent.to_string()).or_default() += 1;
        }
    }
    let registry = &directory.registry;
    let is_stopped = |agent: AiAgentId| {
        registry.stops.iter().any(|stop| match &stop.scope {
            StopScope::Everything => true,
            StopScope::Agent { agent: stopped } => *stopped == agent,
            StopScope::Intent { .. } | StopScope::Channel { .. } => false,
        })
    };
    let agents = registry.agents.values().filter(|agent| !agent.retired).map(|agent| AgentNow {
        agent: Ref { id: agent.id.to_string(), name: agent.name.to_string() },
        handle: agent.handle.to_string(),
        version: registry.released(agent.id).map(|version| version.number),
        live: by_agent.get(&agent.id).copied().unwrap_or(0),
        stopped: is_stopped(agent.id),
    });
    let stops = registry.stops.iter().map(|stop| StopRow {
        scope: stop.scope.clone(),
        words: words::ai::scope(&stop.scope, directory),
        since: stop.since,
        by: Ref::person(directory, stop.by),
        reason: stop.reason.clone(),
    });
    Ok(Json(Stops {
        stops: stops.collect(),
        agents: agents.collect(),
        intents: by_intent.into_iter().map(|(name, live)| Share { name, live }).collect(),
        channels: by_channel
            .into_iter()
            .map(|(channel, live)| Share { name: channel.as_str().to_owned(), live })
            .collect(),
        live: touched(&floor, &StopScope::Everything),
    }))
}

/// Stop AI agents now: no new conversations, live ones go to people
#[utoipa::path(post, path = "/api/stops", tag = "ai_safety", operation_id = "stop_ai", security(("session" = [])), request_body = StopBody,
    responses((status = 200, body = Stopped), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`conflict`: it is stopped already"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn stop(
    State(state): State<AppState>,
    signed: Signed,
    Body(body): Body<StopBody>,
) -> Result<Json<Stopped>, ApiError> {
    signed.require(&state, Permission::AiStop, "POST /api/stops").await?;
    let reason = words_of("reason", &body.reason)?;
    check_scope(&state.directory(), &body.scope)?;
    let _turn = STOPPING.lock().await;
    let id = IncidentId::new(signed.command.map_or_else(fresh, |command| command.uuid()));
    let live = {
        let floor = state.floor();
        let standing = floor.directory.registry.stops.iter().find(|stop| stop.scope == body.scope);
        // The same command again is not a second stop: the log knows it and appends nothing.
        if let Some(stop) = standing.filter(|_| signed.command.is_none()) {
            let by = floor.directory.person_name(stop.by).to_owned();
            return Err(ApiError::new(
                Code::Conflict,
                format!("{by} has stopped it already: add to the incident instead."),
            ));
        }
        touched(&floor, &body.scope)
    };
    let person = signed.person;
    let opened = IncidentOpened {
        incident: id,
        severity: severity(&body.scope),
        scope: Some(body.scope.clone()),
        person,
        summary: reason.clone(),
    };
    let thrown = KillSwitchThrown { scope: body.scope, person, reason };
    let events = vec![NewEvent::now(Event::IncidentOpened(opened)), NewEvent::now(Event::KillSwitchThrown(thrown))];
    let appended = state.commands.submit(signed.actor(), signed.command, events).await?;
    state.floor_at(appended.last).await;
    tracing::warn!(position = appended.last.0, live, "AI agents were stopped");
    Ok(Json(Stopped { position: appended.last.0, incident: id.to_string(), live }))
}

/// All at once is the worst case; whoever looks after the incident can say otherwise in its notes.
fn severity(scope: &StopScope) -> IncidentSeverity {
    match scope {
        StopScope::Everything => IncidentSeverity::Critical,
        StopScope::Agent { .. } | StopScope::Channel { .. } => IncidentSeverity::Major,
        StopScope::Intent { .. } => IncidentSeverity::Minor,
    }
}

/// Let AI agents work again
#[utoipa::path(post, path = "/api/stops/lift", tag = "ai_safety", operation_id = "lift_stop", security(("session" = [])), request_body = StopBody,
    responses((status = 200, body = Answer), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`conflict`: it is not stopped"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn lift(State(state): State<AppState>, signed: Signed, Body(body): Body<StopBody>) -> Result<Answer, ApiError> {
    signed.require(&state, Permission::AiStop, "POST /api/stops/lift").await?;
    let reason = words_of("reason", &body.reason)?;
    let is_stopped = state.directory().registry.stops.iter().any(|stop| stop.scope == body.scope);
    if !is_stopped && signed.command.is_none() {
        return Err(ApiError::new(Code::Conflict, "It is not stopped: read GET /api/stops for what is."));
    }
    let lifted = KillSwitchLifted { scope: body.scope, person: signed.person, reason };
    tell(&state, signed.actor(), signed.command, NewEvent::now(Event::KillSwitchLifted(lifted))).await
}
