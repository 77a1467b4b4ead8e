//! Who should take it: the best person for a conversation, the first conversation for a person.
//!
//! The two always agree: a conversation is offered to a person only if it is the first in line of all that this person may
//! take. So whoever becomes free gets the oldest eligible conversation, in whatever order the facts came in.

use std::cmp::Reverse;
use std::iter::successors;

use signalbox_model::event::Event;
use signalbox_model::event::conversation::Place;
use signalbox_model::event::routing::{OfferMade, OfferPurpose, OfferReason};
use signalbox_model::id::{ConversationId, PersonId, QueueId};
use signalbox_model::limits::CANDIDATES_MAX;
use signalbox_model::setup::queue::{Queue, Ranking};
use signalbox_model::time::{DurationMs, Timestamp};

use super::eligibility::{Eligible, could_serve, level, may_take, needs};
use crate::conversation::Conversation;
use crate::floor::{Floor, LineEntry};
use crate::round::Touched;

/// Others who could have been asked are counted up to this.
const COUNTED_MAX: usize = 32;

/// Offers that one fact may lead to; each of them is looked at again, so the rest follows in the next round.
const OFFERS_MAX: usize = signalbox_model::limits::BATCH_EVENTS_MAX / 2;

/// The offer for a person who may be free: the first conversation in line that they may take.
pub fn match_person(floor: &Floor, person: PersonId, touched: &Touched, now: Timestamp) -> Option<Event> {
    if touched.person(person) {
        return None;
    }
    let (conversation, eligible) = first_for(floor, person, touched, now)?;
    Some(offer(floor, conversation, &eligible, 0, OfferPurpose::Take, now))
}

/// The offer for a conversation that waits: the best person whose first in line it is.
pub fn match_conversation(
    floor: &Floor,
    conversation: &Conversation,
    touched: &Touched,
    now: Timestamp,
) -> Option<Event> {
    if conversation.offer.is_some() || !conversation.in_line {
        return None;
    }
    let queue = floor.directory.queues.get(&conversation.queue?)?;
    let candidates = candidates(floor, conversation, touched, now);
    let ranked = ranked(floor, queue, conversation, candidates);
    let best = ranked.iter().find(|eligible| {
        first_for(floor, eligible.person, touched, now).is_some_and(|(first, _)| first.id == conversation.id)
    })?;
    Some(offer(floor, conversation, best, ranked.len() - 1, OfferPurpose::Take, now))
}

/// Offers after which a conversation that waits no longer waits for anybody who is free.
///
/// Where several came into a line at once, whoever is free for this one may have another one first: that one is offered
/// first, and then this one to whoever is still free. Without it, it would wait until its next event.
pub fn match_waiting(floor: &Floor, conversation: &Conversation, touched: &mut Touched, now: Timestamp) -> Vec<Event> {
    let mut events = Vec::new();
    while events.len() < OFFERS_MAX {
        let own = match_conversation(floor, conversation, touched, now);
        let is_own = own.is_some();
        let Some(offer) = own.or_else(|| match_before(floor, conversation, touched, now)) else { return events };
        touched.note(&offer);
        events.push(offer);
        if is_own {
            return events;
        }
    }
    events
}

/// The offer of a conversation that stands before this one for somebody who may take both.
fn match_before(floor: &Floor, conversation: &Conversation, touched: &Touched, now: Timestamp) -> Option<Event> {
    if conversation.offer.is_some() || !conversation.in_line {
        return None;
    }
    let candidates = candidates(floor, conversation, touched, now);
    let mut firsts = candidates.iter().filter_map(|eligible| first_for(floor, eligible.person, touched, now));
    let (first, eligible) = firsts.find(|(first, _)| first.id != conversation.id)?;
    // Its best person may be another one. If that one has something else first too, whoever was found here takes it: the
    // search must never end while somebody is free for something.
    match_conversation(floor, first, touched, now)
        .or_else(|| Some(offer(floor, first, &eligible, 0, OfferPurpose::Take, now)))
}

/// After a document changed: everything that waits is looked at again.
pub fn match_everything(floor: &Floor, touched: &mut Touched, now: Timestamp) -> Vec<Event> {
    let mut events = Vec::new();
    let waiting: Vec<ConversationId> =
        floor.directory.queues.keys().flat_map(|queue| floor.line(*queue).map(|entry| entry.conversation)).collect();
    for conversation in waiting.into_iter().filter_map(|id| floor.conversation(id)) {
        if events.len() >= OFFERS_MAX {
            break;
        }
        events.extend(match_waiting(floor, conversation, touched, now));
    }
    events
}

fn candidates(floor: &Floor, conversation: &Conversation, touched: &Touched, now: Timestamp) -> Vec<Eligible> {
    let may = |person: PersonId| {
        if touched.person(person) { None } else { may_take(floor, conversation, person, now).ok() }
    };
    match (conversation.only, conversation.queue) {
        (Some(only), _) => may(only).into_iter().collect(),
        (None, Some(queue)) => floor.ready(queue).filter_map(may).take(compared(floor, queue)).collect(),
        (None, None) => Vec::new(),
    }
}

/// How many candidates are compared. Where the index has them in the right order already, the others only serve to be counted.
fn compared(floor: &Floor, queue: QueueId) -> usize {
    match floor.directory.queues.get(&queue).map(|queue| queue.ranking) {
        Some(Ranking::Linear | Ranking::VersatileLast) => CANDIDATES_MAX,
        Some(Ranking::LongestIdle) | None => COUNTED_MAX,
    }
}

/// Candidates from best to worst. They come in least busy first, then longest idle, and sorting keeps that order among
/// equals.
pub(super) fn ranked(
    floor: &Floor,
    queue: &Queue,
    conversation: &Conversation,
    mut candidates: Vec<Eligible>,
) -> Vec<Eligible> {
    match queue.ranking {
        Ranking::LongestIdle => {}
        Ranking::Linear => candidates.sort_by_key(|c| Reverse(level_here(floor, queue, conversation, c.person))),
        Ranking::VersatileLast => candidates.sort_by_key(|c| {
            (
                Reverse(level_here(floor, queue, conversation, c.person)),
                level_elsewhere(floor, queue, conversation, c.person),
            )
        }),
    }
    candidates
}

fn level_here(floor: &Floor, queue: &Queue, conversation: &Conversation, person: PersonId) -> u16 {
    needs(queue, conversation).iter().filter_map(|need| level(&floor.directory, person, need)).map(u16::from).sum()
}

fn level_elsewhere(floor: &Floor, queue: &Queue, conversation: &Conversation, person: PersonId) -> u16 {
    let all: u16 = floor.directory.person(person).map_or(0, |p| p.skills.values().map(|level| u16::from(*level)).sum());
    all.saturating_sub(level_here(floor, queue, conversation, person))
}

/// The first conversation in line that the person may take: their queues by priority, equal ones by place in line.
fn first_for<'a>(
    floor: &'a Floor,
    person: PersonId,
    touched: &Touched,
    now: Timestamp,
) -> Option<(&'a Conversation, Eligible)> {
    let profile = floor.directory.profile_of(person)?;
    let after = |last: Option<u8>| profile.queues.iter().map(|row| row.priority).filter(|p| Some(*p) > last).min();
    let mut priorities = successors(after(None), |last| after(Some(*last)));
    let could = |queue: QueueId| {
        floor.directory.queues.get(&queue).is_some_and(|queue| could_serve(&floor.directory, person, queue))
    };
    let in_queues = priorities.find_map(|priority| {
        let rows = profile.queues.iter().filter(|row| {
            // Most lines are empty: nothing more need be known of those.
            row.priority == priority && floor.line(row.queue).next().is_some() && could(row.queue)
        });
        rows.filter_map(|row| first_in(floor, floor.line(row.queue), person, touched, now))
            .min_by_key(|(entry, _, _)| *entry)
    });
    // What is for this person alone may stand in a line that they do not serve.
    in_queues
        .or_else(|| first_in(floor, floor.named(person), person, touched, now))
        .map(|(_, conversation, eligible)| (conversation, eligible))
}

fn first_in<'a>(
    floor: &'a Floor,
    mut line: impl Iterator<Item = &'a LineEntry>,
    person: PersonId,
    touched: &Touched,
    now: Timestamp,
) -> Option<(LineEntry, &'a Conversation, Eligible)> {
    line.find_map(|entry| {
        if touched.conversation(entry.conversation) {
            return None;
        }
        let conversation = floor.conversation(entry.conversation)?;
        may_take(floor, conversation, person, now).ok().map(|eligible| (*entry, conversation, eligible))
    })
}

/// The offer as a fact, with every reason for it; `others` could have been asked too.
pub(super) fn offer(
    floor: &Floor,
    conversation: &Conversation,
    eligible: &Eligible,
    others: usize,
    purpose: OfferPurpose,
    now: Timestamp,
) -> Event {
    let queue = conversation.queue.and_then(|id| floor.directory.queues.get(&id));
    let timeout = queue.map_or(DurationMs::seconds(45), |queue| queue.offer_timeout(conversation.channel));
    Event::OfferMade(OfferMade {
        conversation: conversation.id,
        person: eligible.person,
        offer: conversation.offers_made + 1,
        purpose,
        expires_at: now.plus(timeout),
        waited_ms: conversation.waited(now),
        because: reasons(floor, conversation, eligible, others, purpose, now),
    })
}

fn reasons(
    floor: &Floor,
    conversation: &Conversation,
    eligible: &Eligible,
    others: usize,
    purpose: OfferPurpose,
    now: Timestamp,
) -> Vec<OfferReason> {
    let mut reasons = Vec::with_capacity(6);
    if conversation.only == Some(eligible.person) {
        let by = match &conversation.queued_because {
            Some(signalbox_model::event::conversation::QueuedBecause::Assigned { by }) => Some(*by),
            Some(signalbox_model::event::conversation::QueuedBecause::Transferred { by }) => Some(*by),
            _ => None,
        };
        reasons.push(OfferReason::AskedForByName { by });
    } else if let Some(queue) = floor.directory.queues.get(&eligible.row.queue) {
        reasons.push(OfferReason::ServesQueue { queue: queue.id, priority: eligible.row.priority });
        let needs = needs(queue, conversation);
        reasons.push(if needs.is_empty() { OfferReason::NoSkillNeeded } else { OfferReason::SkillMatch { needs } });
        if conversation.ring > 0 {
            reasons.push(OfferReason::RingOpen { ring: conversation.ring });
        }
        reasons.push(why_this_person(floor, queue, conversation, eligible, others, now));
    }
    match (purpose, conversation.place) {
        // A briefing is not waited for in line.
        (OfferPurpose::Brief, _) => {}
        (OfferPurpose::Take, Place::Front) => reasons.push(OfferReason::ReturnedToFront),
        (OfferPurpose::Take, Place::Score) => reasons.push(why_this_conversation(floor, conversation, now)),
    }
    if let (Some(desk), Some(profile)) = (floor.desk(eligible.person), floor.directory.profile_of(eligible.person)) {
        reasons.push(OfferReason::Load { used: desk.used(), total: profile.capacity.total });
    }
    reasons
}

fn why_this_person(
    floor: &Floor,
    queue: &Queue,
    conversation: &Conversation,
    eligible: &Eligible,
    others: usize,
    now: Timestamp,
) -> OfferReason {
    let over = u32::try_from(others).unwrap_or(u32::MAX);
    if over == 0 {
        return OfferReason::OnlyCandidate;
    }
    let person = eligible.person;
    match queue.ranking {
        Ranking::LongestIdle => {
            let idle_ms = floor.desk(person).map_or(DurationMs::ZERO, |desk| now.since(desk.idle_since));
            OfferReason::LongestIdle { idle_ms, over }
        }
        Ranking::Linear => OfferReason::HighestLevel { level: level_here(floor, queue, conversation, person), over },
        Ranking::VersatileLast => {
            OfferReason::LeastVersatile { other_levels: level_elsewhere(floor, queue, conversation, person), over }
        }
    }
}

fn why_this_conversation(floor: &Floor, conversation: &Conversation, now: Timestamp) -> OfferReason {
    let behind = conversation.queue.map_or(0, |queue| floor.line(queue).take(CANDIDATES_MAX).count().saturating_sub(1));
    let waited = i64::try_from(conversation.waited(now).0).unwrap_or(i64::MAX);
    OfferReason::HighestScore {
        score_milli: waited / 60 + i64::from(conversation.priority) * 1_000,
        over: u32::try_from(behind).unwrap_or(u32::MAX),
    }
}
