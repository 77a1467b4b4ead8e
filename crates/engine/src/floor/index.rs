//! What routing looks up: lines by queue, who is ready, what is due. All of it follows from the floor and can be made anew.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use signalbox_model::contact::{Control, Owner, Presence};
use signalbox_model::event::conversation::QueuedBecause;
use signalbox_model::id::{AiAgentId, ConversationId, PersonId, QueueId};
use signalbox_model::limits::{
    AI_SILENCE_MS, CUSTOMER_GONE_MS, CUSTOMER_GRACE_MS, DECLINE_FORGIVEN_MS, HANDOFF_WAIT_MS,
};
use signalbox_model::time::{DurationMs, Timestamp};

use super::desk::Desk;
use crate::conversation::Conversation;
use crate::directory::Directory;
use crate::lookup::{IdMap, in_order};

/// A place in line: ordered from first to last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct LineEntry {
    /// 0: returned to the front; 1: by score.
    pub rank: u8,
    /// Smaller is earlier.
    pub key: i64,
    /// Which.
    pub conversation: ConversationId,
}

/// Whose time has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Subject {
    /// A conversation.
    Conversation(ConversationId),
    /// A desk.
    Desk(PersonId),
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Placed {
    line: Option<(QueueId, LineEntry)>,
    named: Option<PersonId>,
    waiting: Option<(QueueId, Timestamp)>,
    timer: Option<Timestamp>,
    ai: Option<AiAgentId>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Ready {
    /// Slots taken, then since when idle: who holds least is asked first, and of those who has been idle for longest.
    rank: Option<(u8, Timestamp)>,
    queues: Vec<QueueId>,
    timer: Option<Timestamp>,
}

/// What routing looks up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    lines: BTreeMap<QueueId, BTreeSet<LineEntry>>,
    /// Those in any line that are for one person alone.
    named: BTreeMap<PersonId, BTreeSet<LineEntry>>,
    waiting: BTreeMap<QueueId, BTreeSet<(Timestamp, ConversationId)>>,
    ready: BTreeMap<QueueId, BTreeSet<(u8, Timestamp, PersonId)>>,
    timers: BTreeSet<(Timestamp, Subject)>,
    #[serde(serialize_with = "in_order")]
    placed: IdMap<ConversationId, Placed>,
    #[serde(serialize_with = "in_order")]
    placed_desks: IdMap<PersonId, Ready>,
    /// Conversations of each AI agent.
    ai_loads: BTreeMap<AiAgentId, u32>,
}

impl Index {
    /// The index of a floor.
    pub fn rebuilt(
        directory: &Directory,
        conversations: &BTreeMap<ConversationId, Box<Conversation>>,
        desks: &BTreeMap<PersonId, Desk>,
    ) -> Index {
        let mut index = Index::default();
        for conversation in conversations.values() {
            index.place_conversation(directory, conversation);
        }
        for desk in desks.values() {
            index.place_desk(directory, desk);
        }
        index
    }

    /// Puts a conversation where it belongs now.
    pub fn place_conversation(&mut self, directory: &Directory, conversation: &Conversation) {
        let id = conversation.id;
        let routed = conversation.control == Control::Routed;
        let queue = match conversation.owner {
            Owner::Queue { queue } if routed => Some(queue),
            _ => None,
        };
        let line = queue.filter(|_| conversation.in_line && conversation.offer.is_none()).map(|queue| {
            let (rank, key) = conversation.line_key();
            (queue, LineEntry { rank, key, conversation: id })
        });
        let next = Placed {
            line,
            named: conversation.only.filter(|_| line.is_some()),
            waiting: queue.and_then(|queue| Some((queue, conversation.waiting_since?))),
            timer: routed.then(|| due_at(directory, conversation)).flatten(),
            ai: conversation.ai_owner().map(|work| work.agent),
        };
        let before = std::mem::replace(self.placed.entry(id).or_default(), next);
        if before != next {
            self.replace(id, before, next);
        }
    }

    /// Takes a conversation out.
    pub fn forget_conversation(&mut self, id: ConversationId) {
        if let Some(before) = self.placed.remove(&id) {
            self.replace(id, before, Placed::default());
        }
    }

    fn replace(&mut self, id: ConversationId, before: Placed, next: Placed) {
        if (before.line, before.named) != (next.line, next.named) {
            if let Some((queue, entry)) = before.line {
                self.lines.entry(queue).or_default().remove(&entry);
                if let Some(named) = before.named.and_then(|person| self.named.get_mut(&person)) {
                    named.remove(&entry);
                }
            }
            if let Some((queue, entry)) = next.line {
                self.lines.entry(queue).or_default().insert(entry);
                if let Some(person) = next.named {
                    self.named.entry(person).or_default().insert(entry);
                }
            }
        }
        if before.waiting != next.waiting {
            if let Some((queue, since)) = before.waiting {
                self.waiting.entry(queue).or_default().remove(&(since, id));
            }
            if let Some((queue, since)) = next.waiting {
                self.waiting.entry(queue).or_default().insert((since, id));
            }
        }
        if before.ai != next.ai {
            if let Some(load) = before.ai.and_then(|agent| self.ai_loads.get_mut(&agent)) {
                *load -= 1;
            }
            if let Some(agent) = next.ai {
                *self.ai_loads.entry(agent).or_default() += 1;
            }
        }
        self.replace_timer(Subject::Conversation(id), before.timer, next.timer);
    }

    fn replace_timer(&mut self, subject: Subject, before: Option<Timestamp>, next: Option<Timestamp>) {
        if before == next {
            return;
        }
        if let Some(at) = before {
            self.timers.remove(&(at, subject));
        }
        if let Some(at) = next {
            self.timers.insert((at, subject));
        }
    }

    /// Puts a desk where it belongs now.
    pub fn place_desk(&mut self, directory: &Directory, desk: &Desk) {
        let profile = directory.profile_of(desk.person);
        let room =
            desk.presence == Presence::Available && profile.is_some_and(|profile| desk.has_room(&profile.capacity));
        let rank = room.then_some((desk.used(), desk.idle_since));
        let timer = desk.lost_at();
        let before = self.placed_desks.entry(desk.person).or_default();
        if before.rank == rank && before.timer == timer {
            return;
        }
        if let Some((used, since)) = before.rank {
            for queue in &before.queues {
                self.ready.entry(*queue).or_default().remove(&(used, since, desk.person));
            }
        }
        before.queues.clear();
        if let (Some((used, since)), Some(profile)) = (rank, profile) {
            for row in &profile.queues {
                before.queues.push(row.queue);
                self.ready.entry(row.queue).or_default().insert((used, since, desk.person));
            }
        }
        before.rank = rank;
        let timer_before = std::mem::replace(&mut before.timer, timer);
        self.replace_timer(Subject::Desk(desk.person), timer_before, timer);
    }

    /// Those in line, first first.
    pub fn line(&self, queue: QueueId) -> impl Iterator<Item = &LineEntry> {
        self.lines.get(&queue).into_iter().flatten()
    }

    /// Those in any line that are for this person alone, first first.
    pub fn named(&self, person: PersonId) -> impl Iterator<Item = &LineEntry> {
        self.named.get(&person).into_iter().flatten()
    }

    /// All that a queue owns.
    pub fn waiting_count(&self, queue: QueueId) -> u32 {
        self.waiting.get(&queue).map_or(0, |waiting| u32::try_from(waiting.len()).unwrap_or(u32::MAX))
    }

    /// Since when the first of them waits.
    pub fn oldest_waiting(&self, queue: QueueId) -> Option<Timestamp> {
        self.waiting.get(&queue).and_then(|waiting| waiting.first()).map(|(since, _)| *since)
    }

    /// Those with a slot free: who holds least first, and of those who has been idle for longest.
    pub fn ready(&self, queue: QueueId) -> impl Iterator<Item = PersonId> {
        self.ready.get(&queue).into_iter().flatten().map(|(_, _, person)| *person)
    }

    /// Conversations that an AI agent has.
    pub fn ai_load(&self, agent: AiAgentId) -> u32 {
        self.ai_loads.get(&agent).copied().unwrap_or(0)
    }

    /// When something is due next.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.timers.first().map(|(at, _)| *at)
    }

    /// What is due by `now`.
    pub fn due_by(&self, now: Timestamp) -> impl Iterator<Item = Subject> {
        self.timers.iter().take_while(move |(at, _)| *at <= now).map(|(_, subject)| *subject)
    }
}

/// When time alone next changes something for a conversation.
fn due_at(directory: &Directory, conversation: &Conversation) -> Option<Timestamp> {
    let offer = conversation.offer.as_ref().map(|offer| offer.expires_at);
    let wrap_up = conversation.wrap_up.map(|wrap_up| wrap_up.until);
    let transfer =
        conversation.transfer.as_ref().filter(|transfer| transfer.briefed.is_none()).map(|transfer| transfer.until);
    let briefing = transfer.is_some() && conversation.offer.is_none();
    let forgiven = conversation.passes.iter().map(|pass| pass.at.plus(DurationMs(DECLINE_FORGIVEN_MS))).min();
    let forgiven = forgiven.filter(|_| conversation.in_line && conversation.offer.is_none() || briefing);
    let waiting = conversation.waiting_since.filter(|_| conversation.in_line && conversation.offer.is_none());
    let line = waiting.and_then(|since| line_due_at(directory, conversation, since));
    let gone = conversation.customer_left_at.filter(|_| !conversation.is_closed()).map(|left| {
        let grace = if conversation.waiting_since.is_some() { CUSTOMER_GRACE_MS } else { CUSTOMER_GONE_MS };
        left.plus(DurationMs(grace))
    });
    let ai = ai_due_at(directory, conversation);
    [offer, wrap_up, transfer, forgiven, line, gone, ai].into_iter().flatten().min()
}

/// When an AI agent's part changes by time alone: it was stopped, is late, waits for a person, hears nothing, or nobody takes over.
fn ai_due_at(directory: &Directory, conversation: &Conversation) -> Option<Timestamp> {
    let side = &conversation.ai;
    let approval = side.approval.map(|approval| approval.until).filter(|_| !conversation.is_closed());
    let in_queue = matches!(conversation.owner, Owner::Queue { .. });
    let handoff = side.handoff.filter(|handoff| in_queue && !handoff.timed_out);
    let handoff = handoff.map(|handoff| handoff.requested_at.plus(DurationMs(HANDOFF_WAIT_MS)));
    let owned = conversation.ai_owner().and_then(|work| {
        let stop = directory.registry.stopped(work.agent, conversation.intent.as_ref(), conversation.channel);
        let stopped = stop.map(|stop| stop.since);
        let late = side.pending.map(|turn| turn.deadline);
        let heard = conversation.last_turn_at.unwrap_or(work.since).max(work.since);
        let silent = (side.pending.is_none() && side.approval.is_none()).then(|| heard.plus(DurationMs(AI_SILENCE_MS)));
        [stopped, late, silent].into_iter().flatten().min()
    });
    [approval, handoff, owned].into_iter().flatten().min()
}

fn line_due_at(directory: &Directory, conversation: &Conversation, since: Timestamp) -> Option<Timestamp> {
    let id = conversation.queue?;
    let queue = directory.queues.get(&id)?;
    let ring = queue.rings.get(usize::from(conversation.ring)).map(|ring| since.plus(ring.after_ms));
    let moved = matches!(conversation.queued_because, Some(QueuedBecause::Overflowed { .. }));
    let overflow = queue
        .overflow
        .filter(|overflow| !moved && conversation.only.is_none() && directory.queue(overflow.to).is_some());
    let overflow = overflow.map(|overflow| since.plus(overflow.after_ms));
    let delay =
        directory.delays(id).iter().map(|delay| since.plus(*delay)).filter(|at| *at > conversation.grown_at).min();
    [ring, overflow, delay].into_iter().flatten().min()
}
