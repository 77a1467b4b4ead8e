//! What a conversation adds to the numbers: its stays in queues, people's work on it, the first answer.
//!
//! All of it is read off the segments of the conversation's fold, so that a late report which corrects the segments
//! corrects the numbers, and there is no second state machine.

use serde::{Deserialize, Serialize};
use signalbox_model::contact::{Control, Outcome, Owner};
use signalbox_model::id::{PersonId, QueueId};
use signalbox_model::setup::queue::ServiceTarget;
use signalbox_model::time::{DurationMs, Timestamp};

use crate::conversation::{Conversation, Segment};

/// How a stay in a queue ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StayEnd {
    /// A person of this floor took it.
    Answered,
    /// An AI agent or somebody in another system took it.
    AnsweredElsewhere,
    /// The customer left.
    Abandoned,
    /// It waited too long and went on waiting in another queue.
    Overflowed,
    /// It went on waiting in another queue for another reason.
    Moved,
    /// It could not be taken in.
    TurnedAway,
}

impl StayEnd {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            StayEnd::Answered => "answered",
            StayEnd::AnsweredElsewhere => "answered_elsewhere",
            StayEnd::Abandoned => "abandoned",
            StayEnd::Overflowed => "overflowed",
            StayEnd::Moved => "moved",
            StayEnd::TurnedAway => "turned_away",
        }
    }
}

/// One stay in a queue that is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueStay {
    /// When it came into this queue.
    pub entered_at: Timestamp,
    /// When it left it.
    pub left_at: Timestamp,
    /// How.
    pub how: StayEnd,
    /// The whole wait: from joining the first of several queues in a row.
    pub wait_ms: DurationMs,
    /// The promise that held: answered within this.
    pub within_ms: DurationMs,
    /// Below this an abandonment is short.
    pub short_ms: DurationMs,
}

/// One segment of a person that is over, wrap-up included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Handled {
    /// Connected and not on hold.
    pub talk_ms: DurationMs,
    /// On hold.
    pub hold_ms: DurationMs,
    /// Work after it.
    pub wrap_up_ms: DurationMs,
    /// Judging what an AI agent did, where that is part of the work.
    #[serde(default)]
    pub review_ms: DurationMs,
    /// All of it, with each instant divided by the number of conversations that the person had at that instant.
    pub divided_ms: DurationMs,
}

impl Handled {
    /// All of it, undivided.
    pub fn contact_ms(&self) -> DurationMs {
        self.talk_ms.plus(self.hold_ms).plus(self.wrap_up_ms).plus(self.review_ms)
    }
}

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ContactKind {
    /// A stay in a queue.
    Stay(QueueStay),
    /// Work of a person.
    Handled(Handled),
    /// The first answer of anybody but the customer and the system.
    FirstReply {
        /// Since the opening.
        after_ms: DurationMs,
    },
}

/// One thing that a conversation adds to the numbers. It counts at the instant at which it was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The segment, or 0 for what belongs to the whole conversation.
    pub segment: u32,
    /// When it counts.
    pub at: Timestamp,
    /// Where.
    pub queue: Option<QueueId>,
    /// Whose.
    pub person: Option<PersonId>,
    /// What.
    pub kind: ContactKind,
}

/// Everything that this conversation adds so far, in a fixed order.
///
/// `target` gives the promise of a queue that held when a wait ended; `divided` the work of a person on a segment divided by concurrency, where it
/// is known: without it a segment counts in full.
pub fn contacts(
    conversation: &Conversation,
    target: impl Fn(QueueId, Timestamp) -> ServiceTarget,
    divided: impl Fn(&Segment) -> Option<DurationMs>,
) -> Vec<Contact> {
    let mut found = Vec::with_capacity(conversation.segments.len() + 1);
    let mut last_queue = None;
    let mut line_since = None;
    for (index, segment) in conversation.segments.iter().enumerate() {
        let Some(ended_at) = segment.ended_at else { continue };
        match &segment.owner {
            Owner::Queue { queue } => {
                let since = *line_since.get_or_insert(segment.started_at);
                last_queue = Some(*queue);
                let next = conversation.segments.get(index + 1);
                let (how, person, ended_at) = match answered_unreported(conversation, segment, next, ended_at) {
                    Some(at) => (StayEnd::AnsweredElsewhere, None, at),
                    None => {
                        let (how, person) = stay_end(segment, next, conversation.outcome);
                        (how, person, ended_at)
                    }
                };
                let target = target(*queue, ended_at);
                let stay = QueueStay {
                    entered_at: segment.started_at,
                    left_at: ended_at,
                    how,
                    wait_ms: ended_at.since(since),
                    within_ms: target.within(conversation.channel),
                    short_ms: target.short_abandon_ms,
                };
                found.push(Contact {
                    segment: segment.number,
                    at: ended_at,
                    queue: Some(*queue),
                    person,
                    kind: ContactKind::Stay(stay),
                });
            }
            Owner::Agent { person } | Owner::Supervisor { person } => {
                line_since = None;
                found.extend(handled(
                    conversation,
                    segment,
                    *person,
                    ended_at,
                    last_queue.or(conversation.queue),
                    &divided,
                ));
            }
            Owner::Ai { .. } | Owner::Elsewhere { .. } | Owner::Closed => line_since = None,
        }
    }
    found.extend(first_reply(conversation));
    found
}

/// Another system may tell turns and outcome but never who had it: then the first answer ended the wait.
fn answered_unreported(
    conversation: &Conversation,
    stay: &Segment,
    next: Option<&Segment>,
    ended_at: Timestamp,
) -> Option<Timestamp> {
    if conversation.control != Control::Observed || next.is_some() {
        return None;
    }
    let settled = matches!(conversation.outcome, Some(Outcome::Resolved | Outcome::Contained | Outcome::Unresolved));
    match conversation.first_reply_at {
        Some(reply) if reply >= stay.started_at => Some(reply.min(ended_at)),
        _ => settled.then_some(ended_at),
    }
}

fn stay_end(segment: &Segment, next: Option<&Segment>, outcome: Option<Outcome>) -> (StayEnd, Option<PersonId>) {
    match next.map(|segment| &segment.owner) {
        Some(Owner::Agent { person } | Owner::Supervisor { person }) => (StayEnd::Answered, Some(*person)),
        Some(Owner::Ai { .. } | Owner::Elsewhere { .. }) => (StayEnd::AnsweredElsewhere, None),
        // A person's hand-over ends their own segment, so one of ours goes from queue to queue only by overflow.
        Some(Owner::Queue { .. }) if segment.ended.as_deref() == Some("conversation.queued") => {
            (StayEnd::Overflowed, None)
        }
        Some(Owner::Queue { .. }) => (StayEnd::Moved, None),
        Some(Owner::Closed) | None if outcome == Some(Outcome::TurnedAway) => (StayEnd::TurnedAway, None),
        Some(Owner::Closed) | None => (StayEnd::Abandoned, None),
    }
}

fn handled(
    conversation: &Conversation,
    segment: &Segment,
    person: PersonId,
    ended_at: Timestamp,
    queue: Option<QueueId>,
    divided: impl Fn(&Segment) -> Option<DurationMs>,
) -> Option<Contact> {
    let is_last =
        conversation.segments.iter().rev().find(|other| other.owner.person() == Some(person))?.number == segment.number;
    if is_last && conversation.wrap_up.is_some_and(|wrap_up| wrap_up.person == person) {
        return None;
    }
    let whole = ended_at.since(segment.started_at);
    let hold_ms = DurationMs(segment.hold_ms.0.min(whole.0));
    let work = Handled {
        talk_ms: DurationMs(whole.0 - hold_ms.0),
        hold_ms,
        wrap_up_ms: segment.wrap_up_ms,
        review_ms: DurationMs::ZERO,
        divided_ms: divided(segment).unwrap_or(whole.plus(segment.wrap_up_ms)),
    };
    Some(Contact {
        segment: segment.number,
        at: ended_at.plus(segment.wrap_up_ms),
        queue,
        person: Some(person),
        kind: ContactKind::Handled(work),
    })
}

fn first_reply(conversation: &Conversation) -> Option<Contact> {
    let at = conversation.first_reply_at?;
    let began_before = |segment: &&Segment| segment.started_at <= at;
    let mut earlier = conversation.segments.iter().filter(began_before).rev();
    let queue = earlier.clone().find_map(|segment| match segment.owner {
        Owner::Queue { queue } => Some(queue),
        _ => None,
    });
    Some(Contact {
        segment: 0,
        at,
        queue: queue.or(conversation.queue),
        person: earlier.next().and_then(|segment| segment.owner.person()),
        kind: ContactKind::FirstReply { after_ms: at.since(conversation.opened_at) },
    })
}
