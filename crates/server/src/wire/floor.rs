//! Queues and people, live.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use signalbox_engine::conversation::{Conversation, State};
use signalbox_engine::directory::Directory;
use signalbox_engine::floor::{Desk, Floor};
use signalbox_engine::hours;
use signalbox_model::contact::{Channel, Owner, Presence};
use signalbox_model::id::{PersonId, Position, QueueId};
use signalbox_model::setup::people::Role;
use signalbox_model::setup::queue::Queue;
use signalbox_model::time::Timestamp;
use utoipa::ToSchema;

use super::measured::Measured;
use super::names::Ref;

/// One queue, live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QueueLive {
    /// Its id.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// Place of the last fact that is in these numbers.
    pub position: u64,
    /// Conversations waiting, those that are being offered included.
    pub waiting: u32,
    /// Since when the oldest of them waits.
    pub oldest_since: Option<Timestamp>,
    /// Conversations that somebody is being asked to take.
    pub offered: u32,
    /// Conversations that somebody has.
    pub active: u32,
    /// Conversations in wrap-up.
    pub wrap_up: u32,
    /// People who serve it and are available.
    pub available_people: u32,
    /// Slots that they have free.
    pub free_slots: u32,
    /// People who serve it and are here in any presence.
    pub staffed: u32,
    /// People who serve it and work on a conversation.
    pub on_contact: u32,
    /// Whether it is open now.
    pub open: bool,
    /// When it opens next, if it is closed and that is known.
    pub opens_at: Option<Timestamp>,
    /// When it closes next, if it is open and has hours.
    pub closes_at: Option<Timestamp>,
    /// Numbers of today, by name; see `/api/measures/definitions`.
    pub today: BTreeMap<String, Measured>,
}

/// What a person is doing right now: the first that applies, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// Their browser is gone while they hold conversations.
    Error,
    /// Is being asked to take one.
    Offered,
    /// Works on at least one.
    OnConversation,
    /// Wraps up at least one.
    WrapUp,
    /// Is free.
    Available,
    /// Signed in, takes nothing new.
    Away,
    /// Was asked and did not answer.
    NotResponding,
    /// Not here.
    Offline,
}

/// Slots of one channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SlotUse {
    /// The channel.
    pub channel: Channel,
    /// Slots taken.
    pub used: u8,
    /// Slots there are.
    pub slots: u8,
}

/// One person, live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PersonLive {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The team.
    pub team: Option<String>,
    /// Place of the last fact that is in this row.
    pub position: u64,
    /// Availability as they set it, or as the engine had to.
    pub presence: Presence,
    /// Why away.
    pub reason: Option<String>,
    /// Since when.
    pub presence_since: Timestamp,
    /// What they are doing right now.
    pub activity: Activity,
    /// Since when.
    pub activity_since: Timestamp,
    /// Slots taken over all channels.
    pub used_slots: u8,
    /// Slots there are over all channels.
    pub total_slots: u8,
    /// Slots by channel.
    pub per_channel: Vec<SlotUse>,
    /// Conversations that take their slots: owned, offered, in wrap-up.
    pub conversations: Vec<String>,
    /// Queues that they serve.
    pub queues: Vec<Ref>,
    /// Numbers of today, by name; see `/api/measures/definitions`.
    pub today: BTreeMap<String, Measured>,
}

/// Numbers of today of one queue or person, by name.
pub type Today = BTreeMap<String, Measured>;

#[derive(Clone, Copy, Default)]
struct Counts {
    waiting: u32,
    offered: u32,
    active: u32,
    wrap_up: u32,
}

/// Every queue that is not retired, in the order of the names: one pass over the floor.
pub fn queues_live(
    floor: &Floor,
    position: Position,
    now: Timestamp,
    today: impl Fn(QueueId) -> Today,
) -> Vec<QueueLive> {
    let mut counts: BTreeMap<QueueId, Counts> = BTreeMap::new();
    for conversation in floor.conversations.values() {
        let Some(queue) = conversation.queue else { continue };
        let counts = counts.entry(queue).or_default();
        match conversation.state() {
            State::Waiting => counts.waiting += 1,
            State::Offered => (counts.waiting, counts.offered) = (counts.waiting + 1, counts.offered + 1),
            State::Active | State::Held => counts.active += 1,
            State::WrapUp => counts.wrap_up += 1,
            State::Closed => {}
        }
    }
    let open = floor.directory.queues.values().filter(|queue| !queue.retired);
    let live = |queue: &std::sync::Arc<Queue>| {
        let counts = counts.get(&queue.id).copied().unwrap_or_default();
        queue_live(queue, floor, counts, position, now, today(queue.id))
    };
    let mut rows: Vec<QueueLive> = open.map(live).collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
    rows
}

fn queue_live(
    queue: &Queue,
    floor: &Floor,
    counts: Counts,
    position: Position,
    now: Timestamp,
    today: Today,
) -> QueueLive {
    let directory = &floor.directory;
    let desks: Vec<&Desk> =
        directory.people_serving(queue.id).iter().filter_map(|person| floor.desk(*person)).collect();
    let available = || desks.iter().filter(|desk| desk.presence == Presence::Available);
    let opening = queue.hours.and_then(|id| directory.hours.get(&id)).and_then(|hours| hours::opening(hours, now).ok());
    QueueLive {
        id: queue.id.to_string(),
        name: queue.name.to_string(),
        position: position.0,
        waiting: counts.waiting,
        oldest_since: floor.oldest_waiting(queue.id),
        offered: counts.offered,
        active: counts.active,
        wrap_up: counts.wrap_up,
        available_people: available().count() as u32,
        free_slots: available().map(|desk| u32::from(free_slots(desk, directory))).sum(),
        staffed: desks.iter().filter(|desk| desk.presence != Presence::Offline).count() as u32,
        on_contact: desks.iter().filter(|desk| owns_any(desk, floor)).count() as u32,
        open: opening.is_none_or(|opening| opening.open),
        opens_at: opening.filter(|opening| !opening.open).and_then(|opening| opening.until),
        closes_at: opening.filter(|opening| opening.open).and_then(|opening| opening.until),
        today,
    }
}

/// Slots that a person has free now.
pub fn free_slots(desk: &Desk, directory: &Directory) -> u8 {
    directory.profile_of(desk.person).map_or(0, |profile| match desk.has_room(&profile.capacity) {
        true => profile.capacity.total.saturating_sub(desk.used()),
        false => 0,
    })
}

fn held<'a>(desk: &'a Desk, floor: &'a Floor) -> impl Iterator<Item = &'a Conversation> {
    desk.held.iter().filter_map(|held| floor.conversation(held.conversation))
}

fn owns_any(desk: &Desk, floor: &Floor) -> bool {
    held(desk, floor).any(|conversation| owns(desk.person, conversation))
}

fn owns(person: PersonId, conversation: &Conversation) -> bool {
    matches!(&conversation.owner, Owner::Agent { person: owner } | Owner::Supervisor { person: owner } if *owner == person)
}

/// What a person is doing right now, and since when.
pub fn activity(desk: &Desk, floor: &Floor) -> (Activity, Timestamp) {
    if let Some(gone) = desk.disconnected_at.filter(|_| !desk.held.is_empty()) {
        return (Activity::Error, gone);
    }
    let offered = held(desk, floor)
        .filter_map(|c| c.offer.as_ref().filter(|offer| offer.person == desk.person))
        .map(|offer| offer.made_at)
        .min();
    if let Some(since) = offered {
        return (Activity::Offered, since);
    }
    let owned = held(desk, floor).filter(|c| owns(desk.person, c)).filter_map(|c| c.owned_since).min();
    if let Some(since) = owned {
        return (Activity::OnConversation, since);
    }
    let wrapping =
        held(desk, floor).filter_map(|c| c.wrap_up.filter(|w| w.person == desk.person)).map(|w| w.since).min();
    if let Some(since) = wrapping {
        return (Activity::WrapUp, since);
    }
    match desk.presence {
        Presence::Available => (Activity::Available, desk.idle_since.max(desk.presence_since)),
        Presence::Away => (Activity::Away, desk.presence_since),
        Presence::NotResponding => (Activity::NotResponding, desk.presence_since),
        Presence::Offline => (Activity::Offline, desk.presence_since),
    }
}

/// One person, live; none if they are not set up or have left.
pub fn person_live(id: PersonId, floor: &Floor, position: Position, today: Today) -> Option<PersonLive> {
    let person = floor.directory.person(id)?;
    let desk = floor.desk(id)?;
    let profile = floor.directory.profile_of(id);
    let (activity, activity_since) = activity(desk, floor);
    let slots =
        |channel: &Channel| profile.and_then(|profile| profile.capacity.per_channel.get(channel).copied()).unwrap_or(0);
    let per_channel = Channel::ALL.iter().filter(|channel| slots(channel) > 0);
    Some(PersonLive {
        id: id.to_string(),
        name: person.name.to_string(),
        role: person.role,
        team: person.team.as_ref().map(ToString::to_string),
        position: position.0,
        presence: desk.presence,
        reason: desk.reason.as_ref().map(ToString::to_string),
        presence_since: desk.presence_since,
        activity,
        activity_since,
        used_slots: desk.used(),
        total_slots: profile.map_or(0, |profile| profile.capacity.total),
        per_channel: per_channel
            .map(|channel| SlotUse { channel: *channel, used: desk.used_by(*channel), slots: slots(channel) })
            .collect(),
        conversations: desk.held.iter().map(|held| held.conversation.to_string()).collect(),
        queues: profile
            .map_or_else(Vec::new, |p| p.queues.iter().map(|row| Ref::queue(&floor.directory, row.queue)).collect()),
        today,
    })
}

/// Everybody who has not left, in the order of their names.
pub fn people_live(floor: &Floor, position: Position, today: impl Fn(PersonId) -> Today) -> Vec<PersonLive> {
    let ids = floor.directory.people.keys();
    let mut rows: Vec<PersonLive> = ids.filter_map(|id| person_live(*id, floor, position, today(*id))).collect();
    rows.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
    rows
}
