//! Ids with their names.

use serde::{Deserialize, Serialize};
use signalbox_engine::directory::Directory;
use signalbox_model::contact;
use signalbox_model::id::{AlertRuleId, DispositionId, PersonId, QueueId, TokenId};
use utoipa::ToSchema;

/// Something that has an id, with its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ref {
    /// Its id.
    #[schema(example = "que_01jd6zq2w3e4r5t6y7u8i9p0as")]
    pub id: String,
    /// What people call it.
    #[schema(example = "Billing")]
    pub name: String,
}

impl Ref {
    /// A person.
    pub fn person(directory: &Directory, id: PersonId) -> Ref {
        Ref { id: id.to_string(), name: directory.person_name(id).to_owned() }
    }

    /// A queue.
    pub fn queue(directory: &Directory, id: QueueId) -> Ref {
        Ref { id: id.to_string(), name: directory.queue_name(id).to_owned() }
    }

    /// A disposition.
    pub fn disposition(directory: &Directory, id: DispositionId) -> Ref {
        Ref { id: id.to_string(), name: crate::words::names::disposition(directory, id) }
    }

    /// An alert rule.
    pub fn rule(directory: &Directory, id: AlertRuleId) -> Ref {
        Ref { id: id.to_string(), name: crate::words::names::rule(directory, id) }
    }

    /// A token.
    pub fn token(directory: &Directory, id: TokenId) -> Ref {
        let name =
            directory.tokens.get(&id).map_or_else(|| "a token that is gone".to_owned(), |token| token.name.to_string());
        Ref { id: id.to_string(), name }
    }
}

/// Who has a conversation: exactly one at any instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Owner {
    /// It waits in a queue.
    Queue {
        /// The queue.
        queue: Ref,
    },
    /// A person works on it.
    Agent {
        /// The person.
        person: Ref,
    },
    /// A supervisor took it over.
    Supervisor {
        /// The supervisor.
        person: Ref,
    },
    /// An AI agent has it.
    Ai {
        /// Its registered or reported name.
        agent: String,
    },
    /// A person in another system has it.
    Elsewhere {
        /// Their reported name.
        name: String,
    },
    /// Nobody: it is over.
    Closed,
}

impl Owner {
    /// With names.
    pub fn named(owner: &contact::Owner, directory: &Directory) -> Owner {
        match owner {
            contact::Owner::Queue { queue } => Owner::Queue { queue: Ref::queue(directory, *queue) },
            contact::Owner::Agent { person } => Owner::Agent { person: Ref::person(directory, *person) },
            contact::Owner::Supervisor { person } => Owner::Supervisor { person: Ref::person(directory, *person) },
            contact::Owner::Ai { agent } => Owner::Ai { agent: crate::words::names::ai_handle(directory, agent) },
            contact::Owner::Elsewhere { name } => Owner::Elsewhere { name: name.to_string() },
            contact::Owner::Closed => Owner::Closed,
        }
    }
}
