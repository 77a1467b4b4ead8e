//! Replays the log and looks after every fact: does each conversation have exactly one owner, and do segments and desks agree?

use std::collections::HashSet;
use std::fmt;
use std::path::Path;

use signalbox_engine::Engines;
use signalbox_engine::conversation::{Conversation, Segment};
use signalbox_eventlog::{OpenError, Options};
use signalbox_model::contact::Control;
use signalbox_model::event::Recorded;
use signalbox_model::id::{ConversationId, Position};

/// Problems that are listed; the others are counted.
const PROBLEMS_MAX: usize = 100;

/// What a replay saw.
#[derive(Default)]
pub struct Ownership {
    /// Conversations that there ever were.
    pub conversations: usize,
    /// Conversations that are open now.
    pub open: usize,
    /// The first problems.
    pub problems: Vec<OwnershipProblem>,
    /// How many problems there are.
    pub problem_count: u64,
    seen: HashSet<ConversationId>,
}

/// A conversation that is not as it must be.
#[derive(Debug, PartialEq, Eq)]
pub struct OwnershipProblem {
    /// After which fact.
    pub position: Position,
    /// Which conversation.
    pub conversation: ConversationId,
    /// What is wrong.
    pub what: &'static str,
}

impl fmt::Display for OwnershipProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "event {}: {}: {}", self.position, self.conversation, self.what)
    }
}

impl Ownership {
    /// Replays the log in a folder; it may be in use.
    ///
    /// # Errors
    /// When it cannot be opened or read.
    pub fn replayed(
        data: &Path,
        options: Options,
        mut on_progress: impl FnMut(Position, Position),
    ) -> Result<Ownership, OpenError> {
        let (mut engines, mut ownership) = (Engines::default(), Ownership::default());
        signalbox_eventlog::replay(data, options, |recorded, head| {
            engines.apply(&recorded);
            ownership.look(&engines, &recorded);
            on_progress(recorded.position, head);
        })?;
        ownership.conversations = ownership.seen.len();
        ownership.open = engines.floor.conversations.values().filter(|conversation| !conversation.is_closed()).count();
        Ok(ownership)
    }

    fn look(&mut self, engines: &Engines, recorded: &Recorded) {
        let Some(id) = recorded.event.conversation() else { return };
        self.seen.insert(id);
        let Some(conversation) = engines.floor.conversation(id) else { return };
        let wrong = wrong_with(conversation).or_else(|| wrong_at_desks(engines, conversation));
        if let Some(what) = wrong {
            self.problem_count += 1;
            if self.problems.len() < PROBLEMS_MAX {
                self.problems.push(OwnershipProblem { position: recorded.position, conversation: id, what });
            }
        }
    }
}

fn wrong_with(conversation: &Conversation) -> Option<&'static str> {
    let open: Vec<&Segment> = conversation.segments.iter().filter(|segment| segment.ended_at.is_none()).collect();
    match (conversation.is_closed(), open.as_slice()) {
        (true, []) => None,
        (true, _) => Some("it is over, and a segment of it is still open"),
        (false, []) => Some("it is open, and nobody's segment is"),
        (false, [only]) if only.owner == conversation.owner => gaps(conversation),
        (false, [_]) => Some("the owner is another one than that of the open segment"),
        (false, _) => Some("it has two owners: two segments are open"),
    }
}

/// Segments of a conversation that we route follow one another without a gap; other systems may report as they like.
fn gaps(conversation: &Conversation) -> Option<&'static str> {
    let touching = |pair: &[Segment]| pair[0].ended_at == Some(pair[1].started_at);
    let whole = conversation.control == Control::Observed || conversation.segments.windows(2).all(touching);
    (!whole).then_some("there is a time between its segments at which nobody had it")
}

fn wrong_at_desks(engines: &Engines, conversation: &Conversation) -> Option<&'static str> {
    let has = |desk: &signalbox_engine::floor::Desk| desk.held.iter().any(|held| held.conversation == conversation.id);
    let missing = conversation.holders().any(|person| engines.floor.desk(person).is_some_and(|desk| !has(desk)));
    missing.then_some("somebody has it, and it is not on their desk")
}
