//! AI agents that are stopped, and let work again.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::subject;
use crate::contact::Channel;
use crate::id::{AiAgentId, PersonId};
use crate::word::Slug;

/// What a stop is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum StopScope {
    /// Every AI agent.
    Everything,
    /// One AI agent.
    Agent {
        /// Which.
        agent: AiAgentId,
    },
    /// One intent.
    Intent {
        /// Which.
        intent: Slug,
    },
    /// One channel.
    Channel {
        /// Which.
        channel: Channel,
    },
}

/// Somebody stopped AI agents: no new conversations, live ones go to people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KillSwitchThrown {
    /// What is stopped.
    pub scope: StopScope,
    /// Who.
    pub person: PersonId,
    /// Why, in their words.
    pub reason: String,
}
subject!(KillSwitchThrown, person);

/// Somebody lets AI agents work again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KillSwitchLifted {
    /// What was stopped.
    pub scope: StopScope,
    /// Who.
    pub person: PersonId,
    /// Why, in their words.
    pub reason: String,
}
subject!(KillSwitchLifted, person);
