//! Who has what, read off the facts in the plainest way.

use std::collections::{BTreeMap, BTreeSet};

use signalbox_engine::floor::Floor;
use signalbox_model::contact::{Channel, Control, Owner, Presence, SkillNeed};
use signalbox_model::event::routing::{OfferMade, OfferPurpose, OfferReason};
use signalbox_model::event::{Event, Recorded};
use signalbox_model::id::{ConversationId, PersonId, QueueId};
use signalbox_model::setup::people::{Capacity, ProfileQueue};
use signalbox_model::time::Timestamp;

use super::Violation;

/// Closed conversations that are remembered, so that a fact after the end is noticed.
const CLOSED_MAX: usize = 50_000;

/// One conversation by its facts.
#[derive(Clone, Debug)]
struct Seen {
    owner: Owner,
    channel: Channel,
    offer: Option<(PersonId, u32, Timestamp, OfferPurpose)>,
    briefed: Option<PersonId>,
    in_transfer: bool,
    wrap_up: Option<PersonId>,
    /// After widening; none: the queue's and its own.
    needs: Option<Vec<SkillNeed>>,
}

impl Seen {
    fn holders(&self) -> impl Iterator<Item = PersonId> {
        let offered = self.offer.map(|offer| offer.0);
        [self.owner.person(), offered, self.briefed, self.wrap_up].into_iter().flatten()
    }

    fn words(&self) -> String {
        match self.offer {
            Some((person, number, ..)) => format!("{:?}, offer {number} to {person}", self.owner),
            None => format!("{:?}", self.owner),
        }
    }
}

/// Everything by its facts.
#[derive(Default)]
pub struct Shadow {
    open: BTreeMap<ConversationId, Seen>,
    closed: BTreeSet<ConversationId>,
    presence: BTreeMap<PersonId, Presence>,
}

impl Shadow {
    /// Folds one fact.
    pub fn see(&mut self, recorded: &Recorded) -> Result<(), Violation> {
        if let Event::PresenceChanged(fact) = &recorded.event {
            self.presence.insert(fact.person, fact.presence);
        }
        let Some(id) = recorded.event.conversation() else { return Ok(()) };
        match &recorded.event {
            Event::ConversationOpened(fact) => {
                let owner = match fact.queue {
                    Some(queue) => Owner::Queue { queue },
                    None => Owner::Closed,
                };
                self.begin(id, owner, fact.channel, recorded)
            }
            Event::ConversationReopened(fact) => {
                self.closed.remove(&id);
                self.begin(id, Owner::Queue { queue: fact.asked.queue }, fact.asked.channel, recorded)
            }
            event if is_settling(event) => self.change(id, recorded),
            _ => Ok(()),
        }
    }

    fn begin(
        &mut self,
        id: ConversationId,
        owner: Owner,
        channel: Channel,
        recorded: &Recorded,
    ) -> Result<(), Violation> {
        if let Some(seen) = self.open.get(&id).filter(|seen| seen.owner != Owner::Closed) {
            return Err(out_of_place(id, recorded, seen.words()));
        }
        // A reopened one may still be wrapped up by whoever had it.
        let wrap_up = self.open.get(&id).and_then(|seen| seen.wrap_up);
        let seen = Seen { owner, channel, offer: None, briefed: None, in_transfer: false, wrap_up, needs: None };
        self.open.insert(id, seen);
        Ok(())
    }

    fn change(&mut self, id: ConversationId, recorded: &Recorded) -> Result<(), Violation> {
        let Some(seen) = self.open.get_mut(&id) else {
            let was = match self.closed.contains(&id) {
                true => "closed",
                false => "unknown",
            };
            return Err(out_of_place(id, recorded, was.to_owned()));
        };
        if !fold(seen, recorded) {
            let was = seen.words();
            return Err(out_of_place(id, recorded, was));
        }
        if seen.owner == Owner::Closed && seen.wrap_up.is_none() {
            self.forget(id);
        }
        Ok(())
    }

    fn forget(&mut self, id: ConversationId) {
        self.open.remove(&id);
        self.closed.insert(id);
        if self.closed.len() > CLOSED_MAX {
            self.closed.pop_first();
        }
    }

    fn held(&self, person: PersonId, except: ConversationId) -> impl Iterator<Item = Channel> {
        let rows =
            self.open.iter().filter(move |(id, seen)| **id != except && seen.holders().any(|holder| holder == person));
        rows.map(|(_, seen)| seen.channel)
    }

    fn fits(&self, person: PersonId, conversation: ConversationId, channel: Channel, capacity: &Capacity) -> bool {
        let held: Vec<Channel> = self.held(person, conversation).collect();
        let of_channel = held.iter().filter(|other| **other == channel).count();
        let slots = usize::from(capacity.per_channel.get(&channel).copied().unwrap_or(0));
        let stands_alone = held.iter().any(|other| capacity.exclusive.contains(other));
        let would_stand_alone = capacity.exclusive.contains(&channel) && !held.is_empty();
        of_channel < slots && held.len() < usize::from(capacity.total) && !stands_alone && !would_stand_alone
    }

    /// Whether this person may take this conversation now; otherwise why not.
    fn bar(&self, person: PersonId, id: ConversationId, now: Timestamp, floor: &Floor) -> Option<&'static str> {
        let (Some(seen), Some(conversation)) = (self.open.get(&id), floor.conversation(id)) else {
            return Some("it is not open");
        };
        let queue = match seen.owner {
            Owner::Queue { queue } => queue,
            _ => return Some("it does not wait"),
        };
        if self.presence.get(&person) != Some(&Presence::Available) {
            return Some("they are not available");
        }
        let directory = &floor.directory;
        let Some(who) = directory.people.get(&person).filter(|who| !who.retired) else { return Some("they have left") };
        let Some(profile) = who.profile.and_then(|profile| directory.profiles.get(&profile)) else {
            return Some("they have no routing profile");
        };
        let Some(row) = profile.queues.iter().find(|row| row.queue == queue) else {
            return Some("they do not serve the queue");
        };
        if conversation.waited(now) < row.delay_ms {
            return Some("their group sees it later");
        }
        if conversation.only.is_some_and(|only| only != person) {
            return Some("it is kept for somebody else");
        }
        if conversation.was_passed_by(person) {
            return Some("they did not take it before");
        }
        let needs = self.needs(seen, queue, conversation.needs.as_slice(), floor);
        if needs.iter().any(|need| who.skills.get(&need.skill).copied().unwrap_or(0) < need.level_min) {
            return Some("they lack a skill");
        }
        match self.fits(person, id, seen.channel, &profile.capacity) {
            true => None,
            false => Some("they have no slot free"),
        }
    }

    fn needs(&self, seen: &Seen, queue: QueueId, own: &[SkillNeed], floor: &Floor) -> Vec<SkillNeed> {
        if let Some(needs) = &seen.needs {
            return needs.clone();
        }
        let queue_needs = floor.directory.queues.get(&queue).map_or(&[][..], |queue| queue.needs.as_slice());
        queue_needs.iter().chain(own).copied().collect()
    }

    /// Checks an offer before it is folded: the person may, has room, and nothing that they could have is before it.
    pub fn may_be_asked(&self, offer: &OfferMade, now: Timestamp, floor: &Floor) -> Result<(), Violation> {
        let (person, id) = (offer.person, offer.conversation);
        let Some(seen) = self.open.get(&id) else { return Ok(()) };
        let directory = &floor.directory;
        let profile =
            directory.people.get(&person).and_then(|who| who.profile).and_then(|id| directory.profiles.get(&id));
        let fits = profile.is_none_or(|profile| self.fits(person, id, seen.channel, &profile.capacity));
        if !fits {
            return Err(Violation::OverCapacity { person, conversation: id });
        }
        let by_name = offer.because.iter().any(|reason| matches!(reason, OfferReason::AskedForByName { .. }));
        if offer.purpose == OfferPurpose::Brief || by_name {
            return Ok(());
        }
        if let Some(why) = self.bar(person, id, now, floor) {
            return Err(Violation::NotEligible { person, conversation: id, why });
        }
        let rows = profile.map_or(&[][..], |profile| profile.queues.as_slice());
        match self.first_before(person, id, rows, now, floor) {
            Some(first) => Err(Violation::OutOfOrder { person, conversation: id, first }),
            None => Ok(()),
        }
    }

    /// A waiting conversation of an equal or better place in the person's profile that is before this one in line.
    fn first_before(
        &self,
        person: PersonId,
        id: ConversationId,
        rows: &[ProfileQueue],
        now: Timestamp,
        floor: &Floor,
    ) -> Option<ConversationId> {
        let place = |id: ConversationId| {
            let conversation = floor.conversation(id)?;
            let row = rows.iter().find(|row| Some(row.queue) == conversation.queue)?;
            let (rank, key) = conversation.line_key();
            Some((row.priority, rank, key))
        };
        let mine = place(id)?;
        let others = rows.iter().flat_map(|row| floor.line(row.queue)).map(|entry| entry.conversation);
        let mut before = others.filter(|other| *other != id && place(*other).is_some_and(|theirs| theirs < mine));
        before.find(|other| self.bar(person, *other, now, floor).is_none())
    }

    /// Looks at everything when nothing is left to decide.
    pub fn settled(&self, floor: &Floor) -> Result<(), Violation> {
        let now = floor.clock;
        for (id, seen) in &self.open {
            if let Some((_, _, expires_at, _)) = seen.offer.filter(|offer| offer.2 < now) {
                return Err(Violation::OfferOutlived { conversation: *id, expires_at, now });
            }
            let owner = floor.conversation(*id).map(|conversation| conversation.owner.clone());
            let agrees = owner.as_ref() == Some(&seen.owner) || owner.is_none() && seen.owner == Owner::Closed;
            if !agrees {
                return Err(Violation::OwnersDiffer { conversation: *id, facts: seen.owner.clone(), floor: owner });
            }
        }
        if let Some(extra) =
            floor.conversations.values().find(|c| c.control == Control::Routed && !self.open.contains_key(&c.id))
        {
            let floor = Some(extra.owner.clone());
            return Err(Violation::OwnersDiffer { conversation: extra.id, facts: Owner::Closed, floor });
        }
        self.nobody_waits_in_vain(floor)
    }

    fn nobody_waits_in_vain(&self, floor: &Floor) -> Result<(), Violation> {
        let available = self.presence.iter().filter(|(_, presence)| **presence == Presence::Available);
        let free: Vec<PersonId> = available
            .map(|(person, _)| *person)
            .filter(|person| {
                floor.desk(*person).is_some_and(|desk| desk.held.is_empty() || !self.is_full(*person, floor))
            })
            .collect();
        if free.is_empty() {
            return Ok(());
        }
        let waiting =
            self.open.iter().filter(|(_, seen)| matches!(seen.owner, Owner::Queue { .. }) && seen.offer.is_none());
        for (id, _) in waiting {
            if let Some(person) = free.iter().find(|person| self.bar(**person, *id, floor.clock, floor).is_none()) {
                return Err(Violation::LeftWaiting { conversation: *id, person: *person });
            }
        }
        Ok(())
    }

    fn is_full(&self, person: PersonId, floor: &Floor) -> bool {
        let directory = &floor.directory;
        let profile =
            directory.people.get(&person).and_then(|who| who.profile).and_then(|id| directory.profiles.get(&id));
        let total = profile.map_or(0, |profile| usize::from(profile.capacity.total));
        floor.desk(person).is_some_and(|desk| desk.held.len() >= total)
    }
}

/// Facts that change who has a conversation, or who is asked.
fn is_settling(event: &Event) -> bool {
    matches!(
        event,
        Event::ConversationQueued(_)
            | Event::ConversationTurnedAway(_)
            | Event::ReplySent(_)
            | Event::ConversationHeld(_)
            | Event::ConversationResumed(_)
            | Event::ConversationClosed(_)
            | Event::WrapUpStarted(_)
            | Event::WrapUpFinished(_)
            | Event::OfferMade(_)
            | Event::OfferAccepted(_)
            | Event::OfferDeclined(_)
            | Event::OfferExpired(_)
            | Event::OfferWithdrawn(_)
            | Event::RingWidened(_)
            | Event::TransferStarted(_)
            | Event::TransferBriefed(_)
            | Event::TransferCompleted(_)
            | Event::TransferCancelled(_)
            | Event::SupervisorTookOver(_)
            | Event::SupervisorHandedBack(_)
    )
}

/// Folds one settling fact; false: it cannot follow on what was.
fn fold(seen: &mut Seen, recorded: &Recorded) -> bool {
    let is_closed = seen.owner == Owner::Closed;
    let waits = matches!(seen.owner, Owner::Queue { .. });
    match &recorded.event {
        Event::ConversationQueued(fact) => {
            let was_free = seen.offer.is_none() && !is_closed;
            seen.owner = Owner::Queue { queue: fact.queue };
            seen.needs = None;
            was_free
        }
        Event::ConversationTurnedAway(_) => {
            seen.owner = Owner::Closed;
            seen.offer.is_none()
        }
        Event::ReplySent(_) => !is_closed,
        Event::ConversationHeld(fact) => seen.owner.person() == Some(fact.person),
        Event::ConversationResumed(fact) => seen.owner.person() == Some(fact.person),
        Event::ConversationClosed(_) => {
            let may = !is_closed && seen.offer.is_none() && seen.briefed.is_none();
            seen.owner = Owner::Closed;
            may
        }
        // It begins one fact before the end that it follows.
        Event::WrapUpStarted(fact) => {
            let had_it = seen.owner.person() == Some(fact.person);
            seen.wrap_up.replace(fact.person).is_none() && had_it
        }
        Event::WrapUpFinished(fact) => seen.wrap_up.take() == Some(fact.person),
        Event::RingWidened(fact) => {
            seen.needs = Some(fact.needs.clone());
            waits
        }
        Event::TransferStarted(fact) => {
            let may = seen.owner.person() == Some(fact.person) && !seen.in_transfer;
            seen.in_transfer = true;
            may
        }
        Event::TransferBriefed(fact) => {
            let may = seen.in_transfer && seen.briefed.is_none();
            seen.briefed = Some(fact.person);
            may
        }
        Event::TransferCompleted(fact) => {
            let may = seen.briefed.take() == Some(fact.person) && seen.owner.person() == Some(fact.from);
            seen.in_transfer = false;
            seen.owner = Owner::Agent { person: fact.person };
            may
        }
        Event::TransferCancelled(_) => {
            seen.briefed = None;
            std::mem::take(&mut seen.in_transfer)
        }
        Event::SupervisorTookOver(fact) => {
            let may = !is_closed && seen.offer.is_none() && !matches!(seen.owner, Owner::Supervisor { .. });
            seen.owner = Owner::Supervisor { person: fact.person };
            may
        }
        Event::SupervisorHandedBack(fact) => {
            let may = seen.owner == Owner::Supervisor { person: fact.person };
            if let Some(person) = fact.to {
                seen.owner = Owner::Agent { person };
            }
            may
        }
        event => fold_offer(seen, event, recorded.at),
    }
}

fn fold_offer(seen: &mut Seen, event: &Event, at: Timestamp) -> bool {
    let waits = matches!(seen.owner, Owner::Queue { .. });
    let standing = |person: PersonId, number: u32| seen.offer.filter(|offer| (offer.0, offer.1) == (person, number));
    let (ended, result) = match event {
        Event::OfferMade(fact) => {
            let fits = match fact.purpose {
                OfferPurpose::Take => waits,
                OfferPurpose::Brief => seen.in_transfer && seen.owner.person().is_some(),
            };
            let is_first = seen.offer.is_none() && fact.expires_at > at;
            seen.offer = Some((fact.person, fact.offer, fact.expires_at, fact.purpose));
            return fits && is_first;
        }
        Event::OfferAccepted(fact) => {
            let stood = standing(fact.person, fact.offer);
            if fact.purpose == OfferPurpose::Take {
                seen.owner = Owner::Agent { person: fact.person };
            }
            (true, stood.is_some_and(|offer| offer.2 >= at && offer.3 == fact.purpose))
        }
        Event::OfferDeclined(fact) => (true, standing(fact.person, fact.offer).is_some()),
        Event::OfferExpired(fact) => (true, standing(fact.person, fact.offer).is_some_and(|offer| offer.2 <= at)),
        Event::OfferWithdrawn(fact) => (true, standing(fact.person, fact.offer).is_some()),
        _ => (false, true),
    };
    if ended {
        seen.offer = None;
    }
    result
}

fn out_of_place(conversation: ConversationId, recorded: &Recorded, was: String) -> Violation {
    Violation::OutOfPlace { conversation, event: recorded.event.name(), was }
}
