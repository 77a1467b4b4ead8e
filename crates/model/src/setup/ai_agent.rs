//! AI agents: who they are, what they are told, and the draft that is being worked on.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::connector::Tool;
use super::{SetupError, wrong};
use crate::contact::Channel;
use crate::id::{AiAgentId, CollectionId, ConnectorId, QueueId, ToolId};
use crate::limits::{
    AI_CAPACITY_MAX, AI_INTENTS_MAX, AI_TOOLS_MAX, AI_TURN_MS_MAX, AI_TURNS_MAX, BRIEFING_LINES_MAX,
    BRIEFING_SECTION_CHARS_MAX, PROCEDURE_CHARS_MAX, PROCEDURES_MAX,
};
use crate::time::DurationMs;
use crate::word::{Name, Slug};

/// What an AI agent may do alone, from 0 to 5.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Autonomy {
    /// 0: it reads along, and what it would have said is kept.
    Observe,
    /// 1: it suggests to the person who has the conversation.
    Suggest,
    /// 2: it writes a draft that a person must send.
    Draft,
    /// 3: it has the conversation; whatever changes anything a person approves.
    ActWithApproval,
    /// 4: it has the conversation and acts alone under its limits.
    Act,
    /// 5: it may also begin conversations.
    Outbound,
}

impl Autonomy {
    /// The level as a number.
    pub fn level(self) -> u8 {
        self as u8
    }

    /// Whether it has conversations itself.
    pub fn owns(self) -> bool {
        self >= Autonomy::ActWithApproval
    }
}

/// What it may do about one intent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IntentRule {
    /// Which.
    pub intent: Slug,
    /// How far it may go.
    pub autonomy: Autonomy,
    /// Why not further, for the people who work beside it.
    #[serde(default)]
    pub boundary: String,
}

/// What it is told, in plain language.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Briefing {
    /// What it is for.
    #[serde(default)]
    pub purpose: String,
    /// How it speaks.
    #[serde(default)]
    pub tone: String,
    /// What it must not talk about.
    #[serde(default)]
    pub forbidden: Vec<String>,
    /// What it has to find out.
    #[serde(default)]
    pub facts: Vec<String>,
    /// When a person must have it.
    #[serde(default)]
    pub escalation: Vec<String>,
    /// How it says that it is an AI.
    #[serde(default)]
    pub disclosure: String,
    /// How it ends.
    #[serde(default)]
    pub closing: String,
}

/// A language model with its parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ModelChoice {
    /// At which connector.
    pub connector: ConnectorId,
    /// Its name there.
    pub model: String,
    /// In thousandths.
    #[serde(default)]
    pub temperature_milli: u16,
    /// Longest answer in tokens.
    pub answer_tokens_max: u32,
}

/// How it answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EngineChoice {
    /// Without a model: answers from knowledge with their source, and procedures.
    Guided,
    /// With a language model.
    Model {
        /// The first choice.
        first: ModelChoice,
        /// Asked when the first does not answer.
        #[serde(default)]
        second: Option<ModelChoice>,
        /// Whether guided answers are tried when no model answers.
        #[serde(default)]
        guided_after: bool,
        /// Whether an answer must name its source.
        #[serde(default)]
        grounded: bool,
    },
}

/// What it may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Budgets {
    /// Turns in one conversation.
    pub turns_max: u32,
    /// Time for one turn.
    pub turn_ms: DurationMs,
    /// Tokens in one conversation; none: no limit of its own.
    #[serde(default)]
    pub tokens_max: Option<u64>,
    /// Cost of one conversation in millionths of the currency; none: no limit of its own.
    #[serde(default)]
    pub cost_micros_max: Option<u64>,
}

/// Everything that a version is made of, while it can still be changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// What it is told.
    pub briefing: Briefing,
    /// How it answers.
    pub engine: EngineChoice,
    /// Procedures, one text each.
    #[serde(default)]
    pub procedures: Vec<String>,
    /// What it may do.
    #[serde(default)]
    pub tools: Vec<ToolId>,
    /// What it answers from.
    #[serde(default)]
    pub collections: Vec<CollectionId>,
    /// How far it may go, by intent.
    #[serde(default)]
    pub intents: Vec<IntentRule>,
    /// How far it may go where no intent is known or none has a rule.
    pub autonomy: Autonomy,
    /// What it may use up.
    pub budgets: Budgets,
    /// How it sounds on calls.
    #[serde(default)]
    pub voice: Option<Slug>,
}

impl Draft {
    /// How far it may go about this intent.
    pub fn autonomy_for(&self, intent: Option<&Slug>) -> Autonomy {
        let rule = intent.and_then(|intent| self.intents.iter().find(|rule| rule.intent == *intent));
        rule.map_or(self.autonomy, |rule| rule.autonomy)
    }
}

/// An AI agent that is registered here: only who is registered may write.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AiAgent {
    /// Its id.
    pub id: AiAgentId,
    /// Its name in facts and exports; never changes.
    pub handle: Slug,
    /// What customers and colleagues call it.
    pub name: Name,
    /// Conversations of which queues it may have.
    pub queues: Vec<QueueId>,
    /// By which channels; none named: all.
    #[serde(default)]
    pub channels: Vec<Channel>,
    /// In which languages; none named: all.
    #[serde(default)]
    pub languages: Vec<Slug>,
    /// Conversations at once.
    pub capacity: u32,
    /// Whether it also works when the queue is closed.
    #[serde(default)]
    pub outside_hours: bool,
    /// What is being worked on.
    pub draft: Draft,
    /// Its released version has no conversations; what it would have said is kept beside what the person said.
    #[serde(default)]
    pub shadow_version: Option<u32>,
    /// No longer here.
    #[serde(default)]
    pub retired: bool,
}

impl AiAgent {
    /// Checks what one document can say wrong by itself; what a candidate must have besides is checked when one is made.
    ///
    /// # Errors
    /// The first field that is wrong.
    pub fn validate(&self) -> Result<(), SetupError> {
        if self.capacity == 0 || self.capacity > AI_CAPACITY_MAX {
            return Err(wrong("capacity", format!("must be 1 to {AI_CAPACITY_MAX}")));
        }
        let budgets = &self.draft.budgets;
        if budgets.turns_max == 0 || budgets.turns_max > AI_TURNS_MAX {
            return Err(wrong("draft.budgets.turns_max", format!("must be 1 to {AI_TURNS_MAX}")));
        }
        if budgets.turn_ms.0 < 1_000 || budgets.turn_ms.0 > AI_TURN_MS_MAX {
            return Err(wrong("draft.budgets.turn_ms", format!("must be 1000 to {AI_TURN_MS_MAX}")));
        }
        let draft = &self.draft;
        let lists = [
            ("draft.procedures", draft.procedures.len(), PROCEDURES_MAX),
            ("draft.tools", draft.tools.len(), AI_TOOLS_MAX),
            ("draft.intents", draft.intents.len(), AI_INTENTS_MAX),
            ("draft.briefing.forbidden", draft.briefing.forbidden.len(), BRIEFING_LINES_MAX),
            ("draft.briefing.facts", draft.briefing.facts.len(), BRIEFING_LINES_MAX),
            ("draft.briefing.escalation", draft.briefing.escalation.len(), BRIEFING_LINES_MAX),
        ];
        if let Some((field, have, max)) = lists.into_iter().find(|(_, have, max)| have > max) {
            return Err(wrong(field, format!("must have at most {max}, has {have}")));
        }
        self.validate_texts()
    }

    fn validate_texts(&self) -> Result<(), SetupError> {
        let briefing = &self.draft.briefing;
        let sections = [
            ("draft.briefing.purpose", &briefing.purpose),
            ("draft.briefing.tone", &briefing.tone),
            ("draft.briefing.disclosure", &briefing.disclosure),
            ("draft.briefing.closing", &briefing.closing),
        ];
        let long = |text: &String, max: usize| text.chars().count() > max;
        if let Some((field, _)) = sections.into_iter().find(|(_, text)| long(text, BRIEFING_SECTION_CHARS_MAX)) {
            return Err(wrong(field, format!("must have at most {BRIEFING_SECTION_CHARS_MAX} characters")));
        }
        match self.draft.procedures.iter().position(|text| long(text, PROCEDURE_CHARS_MAX)) {
            Some(index) => {
                let problem = format!("must have at most {PROCEDURE_CHARS_MAX} characters");
                Err(wrong(format!("draft.procedures[{index}]"), problem))
            }
            None => Ok(()),
        }
    }
}

/// A version: the draft as it was, with the tools as they were and the knowledge by its fingerprint. Never changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Snapshot {
    /// The draft.
    pub draft: Draft,
    /// The tools as they were.
    #[serde(default)]
    pub tools: Vec<Tool>,
    /// SHA-256 over the ids and revisions of the articles that it answers from, in hexadecimal.
    pub knowledge: String,
}
