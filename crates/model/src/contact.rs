//! Who takes part in a conversation, how it came in and who owns it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{AiAgentId, CustomerId, PersonId, QueueId, SkillId, TokenId};
use crate::word::Slug;

/// The way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// Chat on a web page.
    Webchat,
    /// Text messages of any messenger.
    Messaging,
    /// A call.
    Voice,
    /// Mail.
    Email,
}

impl Channel {
    /// All of them, in the order in which screens list them.
    pub const ALL: [Channel; 4] = [Channel::Webchat, Channel::Messaging, Channel::Voice, Channel::Email];

    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Channel::Webchat => "webchat",
            Channel::Messaging => "messaging",
            Channel::Voice => "voice",
            Channel::Email => "email",
        }
    }
}

/// How a conversation got into this log: what happened here, and what only was told or played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A customer came to one of our own channels.
    Native,
    /// Another system reported it while it happened.
    Ingested,
    /// Read from a file afterwards.
    Imported,
    /// An imported conversation, played onto the live floor.
    Replayed,
    /// Made by the simulator.
    Simulated,
}

impl Origin {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Origin::Native => "native",
            Origin::Ingested => "ingested",
            Origin::Imported => "imported",
            Origin::Replayed => "replayed",
            Origin::Simulated => "simulated",
        }
    }
}

/// Whether this floor routes the conversation or only watches another system do so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Control {
    /// We route it: exactly one owner, set by our engine.
    Routed,
    /// Another system routes it and reports who has it.
    Observed,
}

/// Who has the conversation: exactly one at any instant.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Owner {
    /// It waits in a queue.
    Queue {
        /// The queue.
        queue: QueueId,
    },
    /// A person works on it.
    Agent {
        /// The person.
        person: PersonId,
    },
    /// A supervisor took it over.
    Supervisor {
        /// The supervisor.
        person: PersonId,
    },
    /// An AI agent has it.
    Ai {
        /// Its registered or reported name.
        agent: Slug,
    },
    /// A person in another system has it.
    Elsewhere {
        /// Their reported name.
        name: Slug,
    },
    /// Nobody: it is over.
    Closed,
}

impl Owner {
    /// The person of this floor who owns it, if one does.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Owner::Agent { person } | Owner::Supervisor { person } => Some(*person),
            _ => None,
        }
    }

    /// The kind, as on the wire.
    pub fn kind(&self) -> &'static str {
        match self {
            Owner::Queue { .. } => "queue",
            Owner::Agent { .. } => "agent",
            Owner::Supervisor { .. } => "supervisor",
            Owner::Ai { .. } => "ai",
            Owner::Elsewhere { .. } => "elsewhere",
            Owner::Closed => "closed",
        }
    }
}

/// Who said a turn.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Participant {
    /// The customer.
    Customer,
    /// A person at a desk.
    HumanAgent {
        /// The person.
        person: PersonId,
    },
    /// A supervisor who barged in or took over.
    Supervisor {
        /// The supervisor.
        person: PersonId,
    },
    /// An AI agent.
    AiAgent {
        /// Its registered or reported name.
        agent: Slug,
    },
    /// A person in another system.
    Elsewhere {
        /// Their reported name.
        name: Slug,
    },
    /// This program: "you are being connected".
    System,
}

/// Who caused a fact to be recorded.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Actor {
    /// Somebody who is signed in.
    Person {
        /// The person.
        person: PersonId,
    },
    /// Another system, by its token.
    Token {
        /// The token.
        token: TokenId,
    },
    /// A customer, through a channel.
    Customer {
        /// The customer.
        customer: CustomerId,
    },
    /// An AI agent that is registered here.
    AiAgent {
        /// Which.
        agent: AiAgentId,
    },
    /// The engine decided it.
    Engine,
    /// This program: start-up, import, a lost connection.
    System,
}

/// An ability that a conversation needs, at this level or above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub struct SkillNeed {
    /// The skill.
    pub skill: SkillId,
    /// Lowest level that will do, 1 to 10.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 10)]
    pub level_min: u8,
}

fn one() -> u8 {
    1
}

/// Availability as a person sets it, or as the engine must set it. What they are doing right now is another thing: see activity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Presence {
    /// Takes new conversations.
    Available,
    /// Signed in, takes nothing new.
    Away,
    /// Was asked and did not answer; takes nothing until they say that they are back.
    NotResponding,
    /// Not here.
    #[default]
    Offline,
}

/// What became of a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The matter is settled.
    Resolved,
    /// It is over and the matter is not settled.
    Unresolved,
    /// Ended without a person: no handoff was asked for.
    Contained,
    /// The customer left before anybody answered.
    Abandoned,
    /// It came when nobody works, or the queue was full.
    TurnedAway,
}

impl Outcome {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Resolved => "resolved",
            Outcome::Unresolved => "unresolved",
            Outcome::Contained => "contained",
            Outcome::Abandoned => "abandoned",
            Outcome::TurnedAway => "turned_away",
        }
    }
}
