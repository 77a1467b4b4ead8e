//! How much a conversation needs somebody, and why: what the floor is sorted by.

use serde::{Deserialize, Serialize};
use signalbox_model::contact::Owner;
use signalbox_model::event::conversation::QueuedBecause;
use signalbox_model::time::{DurationMs, Timestamp};

use crate::conversation::Conversation;
use crate::directory::Directory;

/// An unanswered customer begins to count after this.
const UNANSWERED_MS: u64 = 60_000;
/// A conversation begins to count as long after this.
const LONG_MS: u64 = 15 * 60_000;
/// A hold begins to count after this.
const HOLD_MS: u64 = 60_000;
/// A warm transfer begins to count as stuck after this.
const TRANSFER_MS: u64 = 45_000;
/// Turns of a customer over which their mood is judged.
const ANGRY_TURNS: usize = 4;
/// A mean at or below this over those turns is anger.
const ANGRY_MEAN: i32 = -2;
/// What anger adds: more than any clock of an owned conversation begins with.
const ANGRY_POINTS: u32 = 50;

/// A kind of need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedKind {
    /// It has waited for longer than promised.
    PastTarget,
    /// It waits.
    Waiting,
    /// The customer wrote and nobody answered.
    Unanswered,
    /// The customer asked for a person.
    AskedForPerson,
    /// It goes on for long.
    Long,
    /// It is on hold for long.
    OnHoldLong,
    /// Its agent was lost.
    AgentLost,
    /// Somebody did not take it.
    NotTaken,
    /// A warm transfer finds nobody.
    TransferStuck,
    /// The customer is angry.
    Angry,
    /// An AI agent handed it over, and nobody came in time.
    HandoffTimedOut,
    /// An AI agent waits for a person's approval.
    ApprovalWaiting,
}

/// A reason to look at it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NeedReason {
    /// What kind.
    pub kind: NeedKind,
    /// Since when.
    pub since: Option<Timestamp>,
    /// How much it adds.
    pub points: u32,
}

/// How much it needs somebody, and why; most important first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Need {
    /// The sum of the reasons.
    pub points: u32,
    /// The reasons.
    pub reasons: Vec<NeedReason>,
}

/// How much a conversation needs somebody at `now`. Points grow in steps of half a minute, so that a floor of thousands changes seldom.
pub fn need(conversation: &Conversation, directory: &Directory, now: Timestamp) -> Need {
    if conversation.is_closed() {
        return Need::default();
    }
    let mut reasons: Vec<NeedReason> = [
        waiting(conversation, directory, now),
        lost(conversation),
        not_taken(conversation),
        past(
            NeedKind::Unanswered,
            conversation.unanswered_since.filter(|_| has_owner(conversation)),
            UNANSWERED_MS,
            30,
            now,
        ),
        past(NeedKind::AskedForPerson, conversation.asked_person_at, 0, 35, now),
        past(NeedKind::OnHoldLong, conversation.held_since, HOLD_MS, 20, now),
        past(NeedKind::Long, conversation.owned_since.filter(|_| has_owner(conversation)), LONG_MS, 10, now),
        transfer_stuck(conversation, now),
        angry(conversation),
        handoff_timed_out(conversation, now),
        past(NeedKind::ApprovalWaiting, conversation.ai.approval.map(|approval| approval.asked_at), 0, 30, now),
    ]
    .into_iter()
    .flatten()
    .collect();
    reasons.sort_by_key(|reason| std::cmp::Reverse(reason.points));
    Need { points: reasons.iter().map(|reason| reason.points).sum(), reasons }
}

fn has_owner(conversation: &Conversation) -> bool {
    !matches!(conversation.owner, Owner::Queue { .. } | Owner::Closed)
}

/// Base points once `after` has passed, growing by two for each further half minute up to as much again.
fn past(kind: NeedKind, since: Option<Timestamp>, after: u64, base: u32, now: Timestamp) -> Option<NeedReason> {
    let over = now.since(since?).0.checked_sub(after)?;
    Some(NeedReason { kind, since, points: base + growth(over, base) })
}

fn growth(over_ms: u64, most: u32) -> u32 {
    u32::try_from(over_ms / 30_000 * 2).unwrap_or(most).min(most)
}

fn waiting(conversation: &Conversation, directory: &Directory, now: Timestamp) -> Option<NeedReason> {
    let since = conversation.waiting_since.filter(|_| matches!(conversation.owner, Owner::Queue { .. }))?;
    let queue = conversation.queue.and_then(|id| directory.queues.get(&id))?;
    let target: DurationMs = queue.target.within(conversation.channel);
    match now.since(since).0.checked_sub(target.0) {
        Some(over) => {
            Some(NeedReason { kind: NeedKind::PastTarget, since: Some(since), points: 40 + growth(over, 60) })
        }
        None => Some(NeedReason { kind: NeedKind::Waiting, since: Some(since), points: 5 }),
    }
}

fn lost(conversation: &Conversation) -> Option<NeedReason> {
    let lost =
        matches!(conversation.queued_because, Some(QueuedBecause::AgentLost { .. } | QueuedBecause::AgentGone { .. }));
    (lost && conversation.waiting_since.is_some()).then_some(NeedReason {
        kind: NeedKind::AgentLost,
        since: conversation.waiting_since,
        points: 25,
    })
}

fn not_taken(conversation: &Conversation) -> Option<NeedReason> {
    let last = conversation.passes.iter().map(|pass| pass.at).max()?;
    conversation.waiting_since.map(|_| NeedReason { kind: NeedKind::NotTaken, since: Some(last), points: 15 })
}

fn transfer_stuck(conversation: &Conversation, now: Timestamp) -> Option<NeedReason> {
    let transfer = conversation.transfer.as_ref().filter(|transfer| transfer.briefed.is_none())?;
    let since = transfer.until.minus(DurationMs(signalbox_model::limits::WARM_TRANSFER_MS_MAX));
    past(NeedKind::TransferStuck, Some(since), TRANSFER_MS, 20, now)
}

/// The customer's own turns only: nobody who works here is ever read for feeling.
fn angry(conversation: &Conversation) -> Option<NeedReason> {
    let felt = &conversation.ai.sentiments;
    let last = felt.len().checked_sub(ANGRY_TURNS).map(|from| &felt[from..])?;
    let sum: i32 = last.iter().map(|sentiment| i32::from(*sentiment)).sum();
    (sum <= ANGRY_MEAN * ANGRY_TURNS as i32).then_some(NeedReason {
        kind: NeedKind::Angry,
        since: None,
        points: ANGRY_POINTS,
    })
}

fn handoff_timed_out(conversation: &Conversation, now: Timestamp) -> Option<NeedReason> {
    let handoff = conversation.ai.handoff.filter(|handoff| handoff.timed_out)?;
    let waits = matches!(conversation.owner, Owner::Queue { .. });
    past(NeedKind::HandoffTimedOut, Some(handoff.requested_at).filter(|_| waits), 0, 40, now)
}
