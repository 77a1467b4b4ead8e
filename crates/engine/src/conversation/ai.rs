//! The part of a conversation that AI agents have in it: who has it, what is asked of them, what was handed to people.

use serde::{Deserialize, Serialize};
use signalbox_model::event::action::ApprovalAsked;
use signalbox_model::event::ai_agent::{AiAssigned, AiTask, AiTurnRequested, HandoffReason, HandoffRequested};
use signalbox_model::id::{AiAgentId, ApprovalId, ToolId};
use signalbox_model::setup::ai_agent::Autonomy;
use signalbox_model::time::Timestamp;
use signalbox_model::word::Slug;

/// Sentiments of a customer that are remembered.
const SENTIMENTS_MAX: usize = 20;

/// An AI agent that has the conversation, or had it last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiWork {
    /// Who.
    pub agent: AiAgentId,
    /// Its handle.
    pub handle: Slug,
    /// Which version.
    pub version: u32,
    /// How far it may go.
    pub autonomy: Autonomy,
    /// Since when.
    pub since: Timestamp,
}

/// A turn that an AI agent is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiTurn {
    /// Which.
    pub number: u32,
    /// Who.
    pub agent: AiAgentId,
    /// Which version.
    pub version: u32,
    /// What for.
    pub task: AiTask,
    /// After this a person has it.
    pub deadline: Timestamp,
    /// Turns in the conversation when it was asked: what came after is not answered yet.
    pub turns: u32,
}

/// A handoff that is not over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handoff {
    /// Who had it.
    pub agent: AiAgentId,
    /// Which version.
    pub version: u32,
    /// Why a person is needed.
    pub reason: HandoffReason,
    /// Since when.
    pub requested_at: Timestamp,
    /// Whether it has been told that nobody came in time.
    pub timed_out: bool,
    /// Whether the person who took it has read what went before.
    pub briefed: bool,
}

/// Something that a person must agree to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// Which.
    pub id: ApprovalId,
    /// Who wants it.
    pub agent: AiAgentId,
    /// Which tool.
    pub tool: ToolId,
    /// The amount, if it has one.
    pub amount: Option<u64>,
    /// Since when.
    pub asked_at: Timestamp,
    /// After this it is not done.
    pub until: Timestamp,
}

/// What AI agents have in a conversation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct AiSide {
    /// Who has it, or had it last.
    pub work: Option<AiWork>,
    /// Turns asked for so far, drafts and shadows too.
    pub asked: u32,
    /// Turns that went to the customer.
    pub spoken: u32,
    /// The turn that is waited for.
    pub pending: Option<AiTurn>,
    /// The turn that has just come.
    pub finished: Option<AiTurn>,
    /// The draft that was asked for last.
    pub draft: Option<AiTurn>,
    /// A handoff that is not over.
    pub handoff: Option<Handoff>,
    /// Whether it was ever handed to people.
    pub was_handed_off: bool,
    /// Something that a person must agree to.
    pub approval: Option<Approval>,
    /// How the customer felt in their last turns, oldest first.
    pub sentiments: Vec<i8>,
}

impl AiSide {
    pub(super) fn assigned(&mut self, at: Timestamp, assigned: &AiAssigned) {
        self.work = Some(AiWork {
            agent: assigned.agent,
            handle: assigned.handle.clone(),
            version: assigned.version,
            autonomy: assigned.autonomy,
            since: at,
        });
    }

    pub(super) fn requested(&mut self, requested: &AiTurnRequested, turns: u32) {
        self.asked = requested.number;
        let turn = AiTurn {
            number: requested.number,
            agent: requested.agent,
            version: requested.version,
            task: requested.task,
            deadline: requested.deadline,
            turns,
        };
        match requested.task {
            AiTask::Draft => self.draft = Some(turn),
            AiTask::Shadow => {}
            AiTask::Open | AiTask::Answer | AiTask::Continue => self.pending = Some(turn),
        }
    }

    pub(super) fn completed(&mut self, number: u32) {
        self.finished = None;
        if self.pending.is_some_and(|turn| turn.number == number) {
            self.finished = self.pending.take();
        } else if self.draft.is_some_and(|turn| turn.number == number) {
            self.finished = self.draft.take();
        }
    }

    /// It has the conversation no more: whatever it is working on is not waited for.
    pub(super) fn released(&mut self) {
        self.pending = None;
        self.approval = None;
    }

    pub(super) fn handed_off(&mut self, at: Timestamp, requested: &HandoffRequested) {
        self.was_handed_off = true;
        self.handoff = Some(Handoff {
            agent: requested.agent,
            version: requested.version,
            reason: requested.reason,
            requested_at: at,
            timed_out: false,
            briefed: false,
        });
    }

    pub(super) fn approval_asked(&mut self, at: Timestamp, asked: &ApprovalAsked) {
        self.approval = Some(Approval {
            id: asked.approval,
            agent: asked.agent,
            tool: asked.tool,
            amount: asked.amount,
            asked_at: at,
            until: asked.until,
        });
    }

    pub(super) fn felt(&mut self, sentiment: i8) {
        if self.sentiments.len() == SENTIMENTS_MAX {
            self.sentiments.remove(0);
        }
        self.sentiments.push(sentiment);
    }
}
