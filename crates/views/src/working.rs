//! What the writer keeps in memory between batches. All of it can be read back from the tables.

use std::collections::{HashMap, HashSet, VecDeque};

use signalbox_engine::conversation::{Conversation, Segment};
use signalbox_engine::directory::Directory;
use signalbox_engine::measures::people::Load;
use signalbox_engine::measures::{ActivitySpan, Contact, PersonClock};
use signalbox_model::contact::{Channel, Control, Owner};
use signalbox_model::event::conversation::QueuedBecause;
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{ConversationId, DispositionId, PersonId, Position, QueueId};
use signalbox_model::setup::queue::ServiceTarget;
use signalbox_model::time::Timestamp;
use signalbox_model::word::Slug;

/// Length of the intervals for which sums are kept.
pub const QUARTER_MS: i64 = 15 * 60_000;
/// Closed conversations kept in memory for late words about them.
const CLOSED_KEPT_MAX: usize = 2_000;
/// Conversations kept in memory at all; beyond that everything is let go and read back when needed.
const CONVERSATIONS_KEPT_MAX: usize = 20_000;

/// The quarter of an hour in which an instant lies.
pub fn bucket(at: Timestamp) -> i64 {
    at.0.div_euclid(QUARTER_MS) * QUARTER_MS
}

/// A segment's part of its person's divided clock, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The segment.
    pub segment: u32,
    /// The clock when it began.
    pub began: u64,
    /// The clock when it was over, wrap-up included as far as it is known.
    pub ended: Option<u64>,
}

/// One conversation with all that rows need and the engine's fold forgets.
#[derive(Clone, Debug)]
pub struct Live {
    /// The fold, since the last reopening.
    pub now: Conversation,
    /// The folds before each reopening.
    pub earlier: Vec<Conversation>,
    /// How often it was passed on.
    pub transfers: u32,
    /// Said when closing was asked for.
    asked_disposition: Option<DispositionId>,
    /// The latest time of any fact about it.
    latest: Timestamp,
    /// A fact came out of order: to be folded again from the table.
    pub is_stale: bool,
    /// People's shares in it.
    pub shares: Vec<Share>,
    /// What the tables say of it.
    pub written: Written,
}

/// What the tables say of a conversation, to write no more than what changed.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// What it added to the sums.
    pub contacts: Vec<Contact>,
    /// Under which channel that was: a late open may correct a guess.
    pub channel: Option<Channel>,
    /// People who had it.
    pub agents: Vec<PersonId>,
    /// Its labels.
    pub labels: Vec<Slug>,
}

impl Live {
    /// From its first fact.
    pub fn opened(recorded: &Recorded) -> Option<Live> {
        let Event::ConversationOpened(opened) = &recorded.event else { return None };
        Some(Live {
            now: Conversation::opened(recorded, opened),
            earlier: Vec::new(),
            transfers: 0,
            asked_disposition: None,
            latest: recorded.when(),
            is_stale: false,
            shares: Vec::new(),
            written: Written::default(),
        })
    }

    /// From all its facts, in log order: those of an observed one are folded in the order in which they happened.
    pub fn from_facts(mut facts: Vec<Recorded>) -> Option<Live> {
        let first = facts.iter().position(|fact| matches!(fact.event, Event::ConversationOpened(_)))?;
        let opening = facts.remove(first);
        let mut live = Live::opened(&opening)?;
        if live.is_reported() {
            facts.sort_by_key(|fact| (fact.when(), fact.position));
        }
        let last = facts.iter().map(|fact| fact.position).fold(opening.position, Position::max);
        facts.iter().for_each(|fact| live.fold(fact));
        live.is_stale = false;
        live.now.position = last;
        Some(live)
    }

    /// Folds one fact.
    pub fn fold(&mut self, recorded: &Recorded) {
        if self.is_reported() && recorded.when() < self.latest {
            self.is_stale = true;
        }
        self.latest = self.latest.max(recorded.when());
        match &recorded.event {
            Event::ConversationReopened(reopened) => self.reopen(Conversation::reopened(recorded, reopened)),
            _ => self.now.apply(recorded),
        }
        match &recorded.event {
            Event::TransferCompleted(_) => self.transfers += 1,
            Event::ConversationQueued(queued) if matches!(queued.because, QueuedBecause::Transferred { .. }) => {
                self.transfers += 1
            }
            Event::CloseAsked(asked) => self.asked_disposition = asked.disposition,
            Event::ConversationClosed(_) => {
                self.now.disposition = self.asked_disposition.take().or(self.now.disposition)
            }
            _ => {}
        }
    }

    fn reopen(&mut self, mut reopened: Conversation) {
        let before = &self.now;
        reopened.origin = before.origin;
        reopened.intent = before.intent.clone();
        reopened.language = before.language.clone();
        reopened.labels = before.labels.clone();
        reopened.disposition = before.disposition;
        let last = before.segments.last().map_or(0, |segment| segment.number);
        reopened.segments.iter_mut().for_each(|segment| segment.number = segment.number.max(last + 1));
        let before = std::mem::replace(&mut self.now, reopened);
        self.earlier.push(before);
    }

    /// Whether another system reported its beginning, so that facts may come late.
    fn is_reported(&self) -> bool {
        self.earlier.first().unwrap_or(&self.now).control == Control::Observed
    }

    /// Each stretch between reopenings, oldest first.
    pub fn lives(&self) -> impl DoubleEndedIterator<Item = &Conversation> {
        self.earlier.iter().chain(std::iter::once(&self.now))
    }

    /// All stretches with one owner.
    pub fn segments(&self) -> impl DoubleEndedIterator<Item = &Segment> {
        self.lives().flat_map(|life| life.segments.iter())
    }

    /// Whether it is open or in wrap-up.
    pub fn is_open(&self) -> bool {
        self.now.owner != Owner::Closed || self.now.wrap_up.is_some()
    }
}

/// A waiting line's length.
#[derive(Clone, Copy, Debug, Default)]
pub struct Line {
    /// Waiting.
    pub waiting: u64,
    /// Since when.
    pub since: Timestamp,
}

/// An offer that came to nothing.
#[derive(Clone, Copy, Debug)]
pub struct Missed {
    /// Where in the log.
    pub position: Position,
    /// When.
    pub at: Timestamp,
    /// Who was asked.
    pub person: PersonId,
    /// Said no, rather than nothing.
    pub is_declined: bool,
}

/// What the writer keeps in memory.
#[derive(Default)]
pub struct Working {
    /// The last fact that is in the views.
    pub position: Position,
    /// The documents that hold.
    pub directory: Directory,
    /// Conversations that were touched lately.
    pub conversations: HashMap<ConversationId, Live>,
    closed: VecDeque<ConversationId>,
    /// Everybody's load.
    pub people: HashMap<PersonId, PersonClock>,
    /// The lines; without a queue: all of them together.
    pub lines: HashMap<Option<QueueId>, Line>,
    /// What each queue promised, and since when; oldest first.
    pub promises: HashMap<QueueId, Vec<(Timestamp, ServiceTarget)>>,
    /// What the batch made and did not write yet.
    pub pending: Pending,
}

/// What a batch made and did not write yet.
#[derive(Default)]
pub struct Pending {
    /// Conversations to be written.
    pub conversations: HashSet<ConversationId>,
    /// People whose load changed.
    pub people: HashSet<PersonId>,
    /// Stretches that are over.
    pub spans: Vec<(PersonId, ActivitySpan)>,
    /// Offers that came to nothing.
    pub missed: Vec<Missed>,
    /// Longest lines by quarter.
    pub longest: HashMap<(i64, Option<QueueId>), u64>,
    /// Who serves what has changed.
    pub has_setup: bool,
}

impl Working {
    /// What a queue promised when a wait ended: what was published before that. What came in from before the first
    /// promise is measured by the first.
    pub fn promise(&self, queue: QueueId, at: Timestamp) -> ServiceTarget {
        let promises = self.promises.get(&queue).map_or(&[][..], Vec::as_slice);
        let held = promises.partition_point(|(since, _)| *since < at);
        promises.get(held.saturating_sub(1)).map_or_else(ServiceTarget::default, |(_, target)| *target)
    }

    /// Changes somebody's load.
    pub fn change_load(&mut self, person: PersonId, at: Timestamp, update: impl FnOnce(&mut Load)) {
        let slots = self.directory.profile_of(person).map_or(0, |profile| u32::from(profile.capacity.total));
        let clock = self.people.entry(person).or_default();
        let span = clock.change(at, |load| {
            update(load);
            load.slots = slots;
        });
        self.pending.people.insert(person);
        self.pending.spans.extend(span.map(|span| (person, span)));
    }

    /// Somebody's divided clock.
    pub fn divided_micros(&mut self, person: PersonId, at: Timestamp) -> u64 {
        self.pending.people.insert(person);
        self.people.entry(person).or_default().divided_micros(at)
    }

    /// One more or one fewer waits in a queue.
    pub fn change_line(&mut self, queue: QueueId, at: Timestamp, is_more: bool) {
        for key in [Some(queue), None] {
            let line = self.lines.entry(key).or_default();
            let before = line.waiting;
            line.waiting = if is_more { before + 1 } else { before.saturating_sub(1) };
            // The length of before held in every quarter since, this one included.
            let mut quarter = if before == 0 { bucket(at) } else { bucket(line.since) };
            while quarter < bucket(at) {
                let longest = self.pending.longest.entry((quarter, key)).or_default();
                *longest = (*longest).max(before);
                quarter += QUARTER_MS;
            }
            let longest = self.pending.longest.entry((bucket(at), key)).or_default();
            *longest = (*longest).max(before).max(line.waiting);
            line.since = at;
        }
    }

    /// Lets go what is not needed for the next batch.
    pub fn let_go(&mut self, written: &HashSet<ConversationId>) {
        let closed = written.iter().filter(|id| self.conversations.get(id).is_some_and(|live| !live.is_open()));
        let closed: Vec<ConversationId> = closed.copied().collect();
        self.closed.extend(closed);
        while self.closed.len() > CLOSED_KEPT_MAX {
            let Some(oldest) = self.closed.pop_front() else { break };
            if self.conversations.get(&oldest).is_some_and(|live| !live.is_open()) {
                self.conversations.remove(&oldest);
            }
        }
        if self.conversations.len() > CONVERSATIONS_KEPT_MAX {
            self.conversations.clear();
            self.closed.clear();
        }
    }
}
