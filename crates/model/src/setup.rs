//! Documents that people publish. Each publication is an immutable revision; the newest one holds.

pub mod hours;
pub mod queue;
pub mod people;
pub mod alerting;
pub mod connector;
pub mod knowledge;
pub mod ai_agent;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::id::{
    AiAgentId, AlertRuleId, ArticleId, CollectionId, ConnectorId, DispositionId, HoursId, PersonId, ProfileId, QueueId,
    SavedReplyId, SkillId, TokenId, ToolId,
};
use ai_agent::AiAgent;
use alerting::AlertRule;
use connector::{Connector, Tool};
use hours::Hours;
use knowledge::{Article, Collection};
use people::{Disposition, Person, RoutingProfile, SavedReply, Skill, Token};
use queue::Queue;

/// A document that cannot be published, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {problem}")]
pub struct SetupError {
    /// Where in the document, as in `rings[1].after_ms`.
    pub field: String,
    /// What is wrong and what would be right.
    pub problem: String,
}

/// Shorthand for the validators of this folder.
pub(crate) fn wrong(field: impl Into<String>, problem: impl Into<String>) -> SetupError {
    SetupError { field: field.into(), problem: problem.into() }
}

/// Any document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Document {
    /// A waiting line and its rules.
    Queue(Queue),
    /// An ability.
    Skill(Skill),
    /// Rules of work.
    RoutingProfile(RoutingProfile),
    /// Opening hours.
    Hours(Hours),
    /// Somebody who works here.
    Person(Person),
    /// A rule that raises alerts.
    AlertRule(AlertRule),
    /// A reply kept for use again.
    SavedReply(SavedReply),
    /// A way to file a conversation.
    Disposition(Disposition),
    /// A token of another system, without its secret.
    Token(Token),
    /// A system that is reached over a network.
    Connector(Connector),
    /// Something an AI agent may do in another system.
    Tool(Tool),
    /// Articles that belong together.
    Collection(Collection),
    /// One article of knowledge.
    Article(Box<Article>),
    /// An AI agent with the draft that is being worked on.
    AiAgent(Box<AiAgent>),
}

/// Which document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum DocumentId {
    /// A queue.
    Queue(QueueId),
    /// A skill.
    Skill(SkillId),
    /// A routing profile.
    RoutingProfile(ProfileId),
    /// Opening hours.
    Hours(HoursId),
    /// A person.
    Person(PersonId),
    /// An alert rule.
    AlertRule(AlertRuleId),
    /// A saved reply.
    SavedReply(SavedReplyId),
    /// A disposition.
    Disposition(DispositionId),
    /// A token.
    Token(TokenId),
    /// A connector.
    Connector(ConnectorId),
    /// A tool.
    Tool(ToolId),
    /// A collection.
    Collection(CollectionId),
    /// An article.
    Article(ArticleId),
    /// An AI agent.
    AiAgent(AiAgentId),
}

impl Document {
    /// Its id.
    pub fn id(&self) -> DocumentId {
        match self {
            Document::Queue(d) => DocumentId::Queue(d.id),
            Document::Skill(d) => DocumentId::Skill(d.id),
            Document::RoutingProfile(d) => DocumentId::RoutingProfile(d.id),
            Document::Hours(d) => DocumentId::Hours(d.id),
            Document::Person(d) => DocumentId::Person(d.id),
            Document::AlertRule(d) => DocumentId::AlertRule(d.id),
            Document::SavedReply(d) => DocumentId::SavedReply(d.id),
            Document::Disposition(d) => DocumentId::Disposition(d.id),
            Document::Token(d) => DocumentId::Token(d.id),
            Document::Connector(d) => DocumentId::Connector(d.id),
            Document::Tool(d) => DocumentId::Tool(d.id),
            Document::Collection(d) => DocumentId::Collection(d.id),
            Document::Article(d) => DocumentId::Article(d.id),
            Document::AiAgent(d) => DocumentId::AiAgent(d.id),
        }
    }

    /// Checks everything that one document can say wrong by itself. References to other documents are checked by the caller.
    ///
    /// # Errors
    /// The first field that is wrong, with what would be right.
    pub fn validate(&self) -> Result<(), SetupError> {
        match self {
            Document::Queue(d) => d.validate(),
            Document::RoutingProfile(d) => d.validate(),
            Document::Hours(d) => d.validate(),
            Document::Person(d) => d.validate(),
            Document::AlertRule(d) => d.validate(),
            Document::SavedReply(d) => d.validate(),
            Document::Connector(d) => d.validate(),
            Document::Tool(d) => d.validate(),
            Document::Collection(d) => d.validate(),
            Document::Article(d) => d.validate(),
            Document::AiAgent(d) => d.validate(),
            Document::Skill(_) | Document::Disposition(_) | Document::Token(_) => Ok(()),
        }
    }
}
