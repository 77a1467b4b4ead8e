//! Those who work here, what they can, and what they use.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{SetupError, wrong};
use crate::contact::Channel;
use crate::id::{DispositionId, PersonId, ProfileId, QueueId, SavedReplyId, SkillId, TokenId};
use crate::limits::{PERSON_SKILLS_MAX, PROFILE_QUEUES_MAX, SKILL_LEVEL_MAX, TURN_CHARS_MAX};
use crate::time::{DurationMs, Timestamp};
use crate::word::{Name, Slug};

/// An ability.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Skill {
    /// Its id.
    pub id: SkillId,
    /// What people call it.
    pub name: Name,
}

/// A way to file a conversation when it is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Disposition {
    /// Its id.
    pub id: DispositionId,
    /// What people call it.
    pub name: Name,
    /// Whether it says that the matter is settled.
    pub resolved: bool,
    /// No longer offered; old conversations keep it.
    #[serde(default)]
    pub retired: bool,
}

/// A reply kept for use again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SavedReply {
    /// Its id.
    pub id: SavedReplyId,
    /// What is typed after `/` to find it.
    pub shortcut: Slug,
    /// What it is about.
    pub title: Name,
    /// The words; `{{customer.name}}`, `{{agent.name}}`, `{{queue.name}}` and `{{conversation.id}}` are filled in.
    pub text: String,
    /// No longer offered.
    #[serde(default)]
    pub retired: bool,
}

/// What a person may do here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works on conversations.
    Agent,
    /// Watches the floor and steps in.
    Supervisor,
    /// Sets everything up.
    Admin,
    /// Writes briefings and knowledge, tries versions out, and makes candidates. Releases nothing.
    AiBuilder,
}

/// How many conversations of each channel a person holds at once, and how they go together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Capacity {
    /// Slots per channel; a channel that is not named has none.
    #[schema(value_type = std::collections::HashMap<String, u8>)]
    pub per_channel: BTreeMap<Channel, u8>,
    /// Slots over all channels.
    pub total: u8,
    /// Channels that leave no room for anything else, as voice usually does.
    #[serde(default)]
    pub exclusive: Vec<Channel>,
}

/// A queue that people with a profile serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProfileQueue {
    /// The queue.
    pub queue: QueueId,
    /// 1 is served before 2; equal ones by score.
    #[serde(default = "first")]
    pub priority: u8,
    /// Conversations become visible to this group only after this wait.
    #[serde(default)]
    pub delay_ms: DurationMs,
}

fn first() -> u8 {
    1
}

/// Rules of work for a group of people.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RoutingProfile {
    /// Its id.
    pub id: ProfileId,
    /// What people call it.
    pub name: Name,
    /// What they serve.
    pub queues: Vec<ProfileQueue>,
    /// How much at once.
    pub capacity: Capacity,
}

/// Somebody who works here. Their password is kept elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Their name as customers and colleagues see it.
    pub name: Name,
    /// With which they sign in.
    #[schema(example = "ana@example.com")]
    pub email: String,
    /// What they may do.
    pub role: Role,
    /// Levels, 1 to 10; a skill that is not named they do not have.
    #[serde(default)]
    #[schema(value_type = std::collections::HashMap<String, u8>)]
    pub skills: BTreeMap<SkillId, u8>,
    /// Their rules of work; none: takes nothing from queues.
    #[serde(default)]
    pub profile: Option<ProfileId>,
    /// The team, for filters.
    #[serde(default)]
    pub team: Option<Name>,
    /// Has left: cannot sign in or be offered anything.
    #[serde(default)]
    pub retired: bool,
}

/// What a token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TokenScope {
    /// Report conversations.
    Ingest,
    /// Read conversations and numbers.
    Read,
    /// Open chats on behalf of customers, as the demo's simulator does.
    Channel,
    /// Work as the people named in the call; for simulation and tests only.
    Simulate,
    /// Sign who the visitors of a web page are. Opens nothing; stands alone, because its secret is kept here to check signatures.
    Identify,
}

/// A token of another system, without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// What people call it.
    pub name: Name,
    /// What it may do.
    pub scopes: Vec<TokenScope>,
    /// When it ends; none: never.
    #[serde(default)]
    pub expires_at: Option<Timestamp>,
    /// No longer accepted.
    #[serde(default)]
    pub revoked: bool,
}

impl RoutingProfile {
    pub(super) fn validate(&self) -> Result<(), SetupError> {
        if self.queues.len() > PROFILE_QUEUES_MAX {
            return Err(wrong("queues", format!("at most {PROFILE_QUEUES_MAX} queues")));
        }
        for (index, row) in self.queues.iter().enumerate() {
            if self.queues[..index].iter().any(|earlier| earlier.queue == row.queue) {
                return Err(wrong(format!("queues[{index}]"), "this queue is there twice"));
            }
            if row.priority == 0 {
                return Err(wrong(format!("queues[{index}].priority"), "must be 1 or more; 1 is served first"));
            }
        }
        if self.capacity.total == 0 {
            return Err(wrong("capacity.total", "must be at least 1"));
        }
        match self.capacity.per_channel.iter().find(|(_, slots)| **slots > self.capacity.total) {
            Some((channel, _)) => {
                Err(wrong(format!("capacity.per_channel.{}", channel.as_str()), "must not be more than capacity.total"))
            }
            None => Ok(()),
        }
    }
}

impl Person {
    pub(super) fn validate(&self) -> Result<(), SetupError> {
        let (local, domain) = self.email.split_once('@').unwrap_or(("", ""));
        let plain = self.email.chars().all(|c| !c.is_whitespace() && !c.is_control());
        if local.is_empty() || domain.is_empty() || domain.contains('@') || !plain || self.email.len() > 254 {
            return Err(wrong("email", "must be a mail address as in ana@example.com"));
        }
        if self.skills.len() > PERSON_SKILLS_MAX {
            return Err(wrong("skills", format!("at most {PERSON_SKILLS_MAX} skills")));
        }
        match self.skills.iter().find(|(_, level)| !(1..=SKILL_LEVEL_MAX).contains(*level)) {
            Some((skill, _)) => {
                Err(wrong(format!("skills.{skill}"), "a level must be 1 to 10; leave the skill out for none"))
            }
            None => Ok(()),
        }
    }
}

impl SavedReply {
    pub(super) fn validate(&self) -> Result<(), SetupError> {
        match self.text.chars().count() {
            0 => Err(wrong("text", "must not be empty")),
            count if count > TURN_CHARS_MAX => Err(wrong("text", format!("at most {TURN_CHARS_MAX} characters"))),
            _ => Ok(()),
        }
    }
}
