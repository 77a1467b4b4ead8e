//! What rows show of AI agents: who has a conversation, what was handed over, what waits for a person, how the customer feels.

use serde::{Deserialize, Serialize};
use signalbox_engine::conversation::Conversation;
use signalbox_engine::directory::Directory;
use signalbox_engine::floor::Floor;
use signalbox_model::event::ai_agent::HandoffReason;
use signalbox_model::id::{AiAgentId, Position, ToolId};
use signalbox_model::setup::ai_agent::Autonomy;
use signalbox_model::time::Timestamp;
use signalbox_reading::sentiment::trend;
use utoipa::ToSchema;

use super::names::Ref;
use crate::words;

/// Scores of the customer below which nothing is said about their mood.
const MOOD_TURNS_MIN: usize = 2;
/// A change of the mean score from beginning to end that counts as one.
const MOOD_STEP: f32 = 1.0;

/// The AI agent that has a conversation, or had it last.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AiPart {
    /// Which.
    pub agent: Ref,
    /// Which version of it.
    pub version: u32,
    /// How far it may go.
    pub autonomy: Autonomy,
    /// Whether it has the conversation now.
    pub has_it: bool,
}

/// A handoff from an AI agent to people that is not over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HandoffPart {
    /// Why a person is needed.
    pub reason: HandoffReason,
    /// The reason in words.
    pub words: String,
    /// Since when.
    pub requested_at: Timestamp,
    /// Whether nobody came in time.
    pub timed_out: bool,
    /// Whether the person who took it has read what went before.
    pub briefed: bool,
}

/// Something that an AI agent may do only if a person agrees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ApprovalPart {
    /// Its id.
    pub id: String,
    /// Who wants it.
    pub agent: Ref,
    /// The tool's handle.
    pub tool: String,
    /// What the tool does, in words.
    pub does: String,
    /// The amount in the smallest unit of the currency, if it has one.
    pub amount: Option<u64>,
    /// Since when.
    pub asked_at: Timestamp,
    /// After this it is not done.
    pub until: Timestamp,
}

/// Where a mood goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MoodTrend {
    /// It gets better.
    Better,
    /// It stays.
    Steady,
    /// It gets worse.
    Worse,
}

/// How the customer feels, by their own turns alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Mood {
    /// It can be said.
    Known {
        /// At the beginning, from -5 to 5.
        start: f32,
        /// At the end, from -5 to 5.
        end: f32,
        /// Where it went.
        trend: MoodTrend,
        /// From how many turns.
        turns: u32,
        /// In words.
        words: String,
    },
    /// It cannot be said.
    CannotSay {
        /// Why not.
        why: String,
    },
}

/// The mood of a customer with these scores, oldest first.
pub fn mood(scores: &[i8]) -> Mood {
    let known = (scores.len() >= MOOD_TURNS_MIN).then(|| trend(scores).ok()).flatten();
    let Some(found) = known else {
        let have = words::names::count(scores.len() as u64, "turn says", "turns say");
        return Mood::CannotSay { why: format!("{have} how the customer feels; it takes {MOOD_TURNS_MIN}") };
    };
    let change = found.end - found.start;
    let (trend, goes) = if change >= MOOD_STEP {
        (MoodTrend::Better, "getting better")
    } else if change <= -MOOD_STEP {
        (MoodTrend::Worse, "getting worse")
    } else {
        (MoodTrend::Steady, "steady")
    };
    let words = format!("{}, {goes} ({:+.1} to {:+.1})", feeling(found.end), found.start, found.end);
    Mood::Known { start: found.start, end: found.end, trend, turns: scores.len() as u32, words }
}

fn feeling(score: f32) -> &'static str {
    match score {
        score if score <= -3.0 => "angry",
        score if score <= -1.0 => "unhappy",
        score if score >= 1.0 => "pleased",
        _ => "calm",
    }
}

/// An AI agent with its name.
pub fn agent_ref(directory: &Directory, id: AiAgentId) -> Ref {
    Ref { id: id.to_string(), name: words::names::ai_agent(directory, id) }
}

/// A tool's handle and what it does.
pub fn tool_words(directory: &Directory, id: ToolId) -> (String, String) {
    directory.tools.get(&id).map_or_else(
        || ("a tool that is gone".to_owned(), String::new()),
        |tool| (tool.handle.to_string(), tool.description.clone()),
    )
}

/// The AI agent that has it, or had it last.
pub fn ai_part(conversation: &Conversation, directory: &Directory) -> Option<AiPart> {
    let work = conversation.ai.work.as_ref()?;
    Some(AiPart {
        agent: agent_ref(directory, work.agent),
        version: work.version,
        autonomy: work.autonomy,
        has_it: conversation.ai_owner().is_some(),
    })
}

/// The handoff that is not over.
pub fn handoff_part(conversation: &Conversation) -> Option<HandoffPart> {
    let handoff = conversation.ai.handoff?;
    Some(HandoffPart {
        reason: handoff.reason,
        words: words::ai::handoff_reason(handoff.reason).to_owned(),
        requested_at: handoff.requested_at,
        timed_out: handoff.timed_out,
        briefed: handoff.briefed,
    })
}

/// What waits for a person.
pub fn approval_part(conversation: &Conversation, directory: &Directory) -> Option<ApprovalPart> {
    let approval = conversation.ai.approval?;
    let (tool, does) = tool_words(directory, approval.tool);
    Some(ApprovalPart {
        id: approval.id.to_string(),
        agent: agent_ref(directory, approval.agent),
        tool,
        does,
        amount: approval.amount,
        asked_at: approval.asked_at,
        until: approval.until,
    })
}

/// An AI agent on the floor, live.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AiAgentLive {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Place of the last fact that is in this row.
    pub position: u64,
    /// The version that gets conversations; none: it gets none.
    pub version: Option<u32>,
    /// Conversations that it has.
    pub used: u32,
    /// Conversations that it may have at once.
    pub capacity: u32,
    /// Queues that it serves.
    pub queues: Vec<Ref>,
    /// Why it was stopped, if somebody stopped it or every AI agent.
    pub stopped: Option<String>,
}

/// Every AI agent that is here, in the order of their names.
pub fn ai_agents_live(floor: &Floor, position: Position) -> Vec<AiAgentLive> {
    let registry = &floor.directory.registry;
    let here = registry.agents.values().filter(|agent| !agent.retired);
    let mut rows: Vec<AiAgentLive> = here
        .map(|agent| AiAgentLive {
            id: agent.id.to_string(),
            name: agent.name.to_string(),
            position: position.0,
            version: registry.released(agent.id).map(|version| version.number),
            used: floor.ai_load(agent.id),
            capacity: agent.capacity,
            queues: agent.queues.iter().map(|queue| Ref::queue(&floor.directory, *queue)).collect(),
            stopped: stopped(floor, agent.id),
        })
        .collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
    rows
}

fn stopped(floor: &Floor, id: AiAgentId) -> Option<String> {
    use signalbox_model::event::stop::StopScope;
    let about = |scope: &StopScope| match scope {
        StopScope::Everything => true,
        StopScope::Agent { agent } => *agent == id,
        StopScope::Intent { .. } | StopScope::Channel { .. } => false,
    };
    let stop = floor.directory.registry.stops.iter().find(|stop| about(&stop.scope))?;
    Some(stop.reason.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mood_is_not_told_from_one_turn_and_has_a_direction_from_two() {
        assert_eq!(mood(&[-4]), Mood::CannotSay { why: "1 turn says how the customer feels; it takes 2".to_owned() });
        let Mood::Known { trend, words, .. } = mood(&[1, -1, -3, -4]) else { panic!("known") };
        assert_eq!((trend, words.as_str()), (MoodTrend::Worse, "angry, getting worse (+0.0 to -3.5)"));
    }
}
