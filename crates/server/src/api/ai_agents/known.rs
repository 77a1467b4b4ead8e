//! Who may look at AI agents and who may build them, and how their versions are shown.

use std::sync::Arc;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Serialize;
use signalbox_engine::directory::Directory;
use signalbox_engine::registry::{Version, VersionState};
use signalbox_model::id::AiAgentId;
use signalbox_model::setup::ai_agent::AiAgent;
use signalbox_model::time::Timestamp;
use utoipa::ToSchema;

use crate::api::answer::parse_id;
use crate::api::error::ApiError;
use crate::api::extract::{Signed, route_of};
use crate::auth::Permission;
use crate::state::AppState;
use crate::wire::Ref;

/// Somebody who may see AI agents.
pub struct Reads;

/// Somebody who may write briefings, try them out and make candidates.
pub struct Builds(pub Signed);

/// Somebody who may release and withdraw versions.
pub struct Releases(pub Signed);

async fn permitted(parts: &mut Parts, state: &AppState, permission: Permission) -> Result<Signed, ApiError> {
    let signed = Signed::from_request_parts(parts, state).await?;
    signed.require(state, permission, &route_of(parts)).await?;
    Ok(signed)
}

impl FromRequestParts<AppState> for Reads {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Reads, ApiError> {
        permitted(parts, state, Permission::AiRead).await.map(|_| Reads)
    }
}

impl FromRequestParts<AppState> for Builds {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Builds, ApiError> {
        permitted(parts, state, Permission::AiBuild).await.map(Builds)
    }
}

impl FromRequestParts<AppState> for Releases {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Releases, ApiError> {
        permitted(parts, state, Permission::AiRelease).await.map(Releases)
    }
}

/// How far a version has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum VersionStage {
    /// It can be tried, not more.
    Candidate,
    /// It has conversations.
    Released,
    /// It had conversations, or was given up.
    Withdrawn,
}

impl From<VersionState> for VersionStage {
    fn from(state: VersionState) -> VersionStage {
        match state {
            VersionState::Candidate => VersionStage::Candidate,
            VersionState::Released => VersionStage::Released,
            VersionState::Withdrawn => VersionStage::Withdrawn,
        }
    }
}

/// A version, without what it is made of.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct VersionRow {
    /// Counts up from 1.
    pub number: u32,
    /// SHA-256 of what it is made of, in hexadecimal.
    pub hash: String,
    /// How far it has come.
    pub state: VersionStage,
    /// When it was made.
    pub proposed_at: Timestamp,
    /// By whom.
    pub proposed_by: Ref,
    /// What changed, in their words.
    pub note: String,
    /// When it was released or withdrawn.
    #[schema(required = true)]
    pub settled_at: Option<Timestamp>,
    /// By whom.
    #[schema(required = true)]
    pub settled_by: Option<Ref>,
    /// Why, in their words.
    pub reason: String,
}

/// As it is shown.
pub fn version_row(directory: &Directory, version: &Version) -> VersionRow {
    VersionRow {
        number: version.number,
        hash: version.hash.clone(),
        state: version.state.into(),
        proposed_at: version.proposed_at,
        proposed_by: Ref::person(directory, version.proposed_by),
        note: version.note.clone(),
        settled_at: version.settled_at,
        settled_by: version.settled_by.map(|id| Ref::person(directory, id)),
        reason: version.reason.clone(),
    }
}

/// The AI agent of this id, also when it is no longer here.
///
/// # Errors
/// When there is none.
pub fn registered(directory: &Directory, id: &str) -> Result<Arc<AiAgent>, ApiError> {
    let id: AiAgentId = parse_id(id, "AI agent")?;
    directory.registry.agents.get(&id).cloned().ok_or_else(|| ApiError::not_found("AI agent"))
}

/// One version of it.
///
/// # Errors
/// When there is none of this number.
pub fn version_of(directory: &Directory, agent: AiAgentId, number: u32) -> Result<&Version, ApiError> {
    directory.registry.version(agent, number).ok_or_else(|| ApiError::not_found("version"))
}

/// An AI agent with its name.
pub fn agent_ref(directory: &Directory, id: AiAgentId) -> Ref {
    let agent = directory.registry.agents.get(&id);
    let name = agent.map_or_else(|| "an AI agent that is gone".to_owned(), |agent| agent.name.to_string());
    Ref { id: id.to_string(), name }
}
