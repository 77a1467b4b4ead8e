//! AI agents that are registered here, their versions, and what is stopped.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use signalbox_model::contact::Channel;
use signalbox_model::event::stop::StopScope;
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{AiAgentId, PersonId, QueueId};
use signalbox_model::setup::Document;
use signalbox_model::setup::ai_agent::{AiAgent, Snapshot};
use signalbox_model::time::Timestamp;
use signalbox_model::word::Slug;

/// How far a version has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VersionState {
    /// It can be tried, not more.
    Candidate,
    /// It has conversations.
    Released,
    /// It had conversations, or was given up.
    Withdrawn,
}

/// A version of an AI agent. What it is never changes; only how far it has come does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Version {
    /// Counts up from 1.
    pub number: u32,
    /// SHA-256 of the snapshot in hexadecimal.
    pub hash: String,
    /// What it is.
    pub snapshot: Arc<Snapshot>,
    /// How far it has come.
    pub state: VersionState,
    /// When it was made.
    pub proposed_at: Timestamp,
    /// By whom.
    pub proposed_by: PersonId,
    /// What changed, in their words.
    pub note: String,
    /// When it was released or withdrawn.
    pub settled_at: Option<Timestamp>,
    /// By whom.
    pub settled_by: Option<PersonId>,
    /// Why, in their words.
    pub reason: String,
}

/// A stop that holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stop {
    /// What is stopped.
    pub scope: StopScope,
    /// Since when.
    pub since: Timestamp,
    /// By whom.
    pub by: PersonId,
    /// Why, in their words.
    pub reason: String,
}

/// AI agents, their versions, and what is stopped.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Registry {
    /// Everybody who was ever registered.
    pub agents: BTreeMap<AiAgentId, Arc<AiAgent>>,
    versions: BTreeMap<AiAgentId, Vec<Version>>,
    /// What is stopped, oldest first.
    pub stops: Vec<Stop>,
}

impl Registry {
    /// Folds one fact; says whether it changed anything.
    pub fn apply(&mut self, recorded: &Recorded) -> bool {
        match &recorded.event {
            Event::SetupPublished(published) => {
                let Document::AiAgent(agent) = &published.document else { return false };
                self.agents.insert(agent.id, Arc::new((**agent).clone()));
            }
            Event::VersionProposed(proposed) => self.versions.entry(proposed.agent).or_default().push(Version {
                number: proposed.version,
                hash: proposed.hash.clone(),
                snapshot: Arc::new((*proposed.snapshot).clone()),
                state: VersionState::Candidate,
                proposed_at: recorded.at,
                proposed_by: proposed.person,
                note: proposed.note.clone(),
                settled_at: None,
                settled_by: None,
                reason: String::new(),
            }),
            Event::VersionReleased(e) => self.release(recorded.at, e.agent, e.version, e.person, &e.reason),
            Event::VersionWithdrawn(e) => {
                let state = VersionState::Withdrawn;
                self.settle(recorded.at, e.agent, e.version, e.person, &e.reason, state);
            }
            Event::KillSwitchThrown(thrown) => {
                self.stops.retain(|stop| stop.scope != thrown.scope);
                let (scope, reason) = (thrown.scope.clone(), thrown.reason.clone());
                self.stops.push(Stop { scope, since: recorded.at, by: thrown.person, reason });
            }
            Event::KillSwitchLifted(lifted) => self.stops.retain(|stop| stop.scope != lifted.scope),
            _ => return false,
        }
        true
    }

    /// One version at a time has conversations: the one before it is withdrawn.
    fn release(&mut self, at: Timestamp, agent: AiAgentId, number: u32, by: PersonId, reason: &str) {
        if let Some(before) = self.released(agent).map(|version| version.number).filter(|before| *before != number) {
            let reason = format!("version {number} was released");
            self.settle(at, agent, before, by, &reason, VersionState::Withdrawn);
        }
        self.settle(at, agent, number, by, reason, VersionState::Released);
    }

    fn settle(
        &mut self,
        at: Timestamp,
        agent: AiAgentId,
        number: u32,
        by: PersonId,
        reason: &str,
        state: VersionState,
    ) {
        let versions = self.versions.get_mut(&agent).into_iter().flatten();
        for version in versions.filter(|version| version.number == number) {
            version.state = state;
            version.settled_at = Some(at);
            version.settled_by = Some(by);
            version.reason = reason.to_owned();
        }
    }

    /// The agent, unless it is no longer here.
    pub fn agent(&self, id: AiAgentId) -> Option<&AiAgent> {
        self.agents.get(&id).map(Arc::as_ref).filter(|agent| !agent.retired)
    }

    /// The agent with this handle, also when it is no longer here.
    pub fn by_handle(&self, handle: &Slug) -> Option<&AiAgent> {
        self.agents.values().find(|agent| agent.handle == *handle).map(Arc::as_ref)
    }

    /// Its versions, oldest first.
    pub fn versions(&self, agent: AiAgentId) -> &[Version] {
        self.versions.get(&agent).map_or(&[], Vec::as_slice)
    }

    /// One version.
    pub fn version(&self, agent: AiAgentId, number: u32) -> Option<&Version> {
        self.versions(agent).iter().find(|version| version.number == number)
    }

    /// The version that has conversations.
    pub fn released(&self, agent: AiAgentId) -> Option<&Version> {
        self.versions(agent).iter().find(|version| version.state == VersionState::Released)
    }

    /// Those who serve a queue, in the order of their ids.
    pub fn serving(&self, queue: QueueId) -> impl Iterator<Item = &AiAgent> {
        let serves = move |agent: &&AiAgent| !agent.retired && agent.queues.contains(&queue);
        self.agents.values().map(Arc::as_ref).filter(serves)
    }

    /// The stop that holds for this, if one does.
    pub fn stopped(&self, agent: AiAgentId, intent: Option<&Slug>, channel: Channel) -> Option<&Stop> {
        self.stops.iter().find(|stop| match &stop.scope {
            StopScope::Everything => true,
            StopScope::Agent { agent: stopped } => *stopped == agent,
            StopScope::Intent { intent: stopped } => intent == Some(stopped),
            StopScope::Channel { channel: stopped } => *stopped == channel,
        })
    }
}
