//! One turn of an AI agent: everything that it may know, and everything that comes of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use signalbox_guided::Day;
use signalbox_model::event::action::ApprovalVerdict;
use signalbox_model::event::ai_agent::{AiFigures, AiOutcome, AiTask};
use signalbox_model::id::{ConversationId, CustomerId, ToolId};
use signalbox_model::setup::ai_agent::{Autonomy, Snapshot};
use signalbox_model::word::Slug;
use tokio::time::Instant;

pub use super::memory::{EarlierCall, Memory, WaitingCall};
use super::trace::Trace;

/// Who said a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// The customer.
    Customer,
    /// The AI agent.
    Ai,
    /// A person who works here.
    Person,
}

/// Something that was said, with personal data hidden.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// Who said it.
    pub who: Who,
    /// The words.
    pub text: String,
    /// What it is about, and how sure that is, if it was read.
    #[serde(default)]
    pub intent: Option<(Slug, f32)>,
}

/// What a tool answers in a trial instead of being run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Double {
    /// The tool's handle.
    pub tool: String,
    /// Arguments that it is meant for; none: any.
    #[serde(default)]
    #[schema(value_type = Option<Object>)]
    pub when: Option<Value>,
    /// How it goes: `ok`, `not_found`, `refused`, `failed`, `timed_out`.
    pub outcome: String,
    /// What it answers.
    #[serde(default)]
    #[schema(value_type = Object)]
    pub result: Value,
}

/// How tools are run.
#[derive(Clone, Debug, Default)]
pub enum Tools {
    /// For real.
    #[default]
    Live,
    /// What only reads is run, what changes something is not.
    Rehearsal,
    /// Nothing is run: these answer.
    Doubles(Vec<Double>),
}

/// Everything that an AI agent may know for one turn.
#[derive(Clone, Debug)]
pub struct Turn {
    /// Where.
    pub conversation: ConversationId,
    /// With whom.
    pub customer: CustomerId,
    /// What customers call the agent.
    pub name: String,
    /// The version's hash.
    pub hash: String,
    /// The version.
    pub snapshot: Arc<Snapshot>,
    /// Counts up in the conversation.
    pub number: u32,
    /// What for.
    pub task: AiTask,
    /// How far it may go.
    pub autonomy: Autonomy,
    /// The conversation so far, oldest first.
    pub lines: Vec<Line>,
    /// Where the lines begin that are not answered yet.
    pub fresh: usize,
    /// What it remembers.
    pub memory: Memory,
    /// What supervisors told it since its last turn.
    pub whispers: Vec<String>,
    /// What a person decided about the call that waits.
    pub verdict: Option<ApprovalVerdict>,
    /// Hidden values by their token, for tools alone.
    pub sealed: BTreeMap<String, String>,
    /// The customer's day.
    pub today: Day,
    /// When it must have answered.
    pub until: Instant,
    /// How tools are run.
    pub tools: Tools,
}

/// An approval that is wanted.
#[derive(Clone, Debug, PartialEq)]
pub struct Wanted {
    /// Which tool.
    pub tool: ToolId,
    /// With which arguments, personal data hidden.
    pub arguments: Value,
    /// The amount, if it has one, in the smallest unit.
    pub amount: Option<u64>,
}

/// What comes of a turn.
#[derive(Clone, Debug)]
pub struct Answered {
    /// What came of it.
    pub outcome: AiOutcome,
    /// What it says; none: nothing.
    pub says: Option<String>,
    /// What it took.
    pub figures: AiFigures,
    /// How it came about.
    pub trace: Trace,
    /// An approval that is wanted.
    pub wanted: Option<Wanted>,
}
