//! Who may take a conversation. There is one function, and every way in goes through it.

use signalbox_model::contact::{Presence, SkillNeed};
use signalbox_model::id::PersonId;
use signalbox_model::setup::people::{Person, ProfileQueue};
use signalbox_model::setup::queue::Queue;
use signalbox_model::time::Timestamp;

use crate::conversation::Conversation;
use crate::directory::Directory;
use crate::floor::Floor;

/// Why somebody may not take a conversation now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ineligible {
    /// Left, or never worked here.
    Unknown,
    /// Not available.
    NotAvailable,
    /// Their rules of work do not name the queue.
    DoesNotServe,
    /// Their group sees the queue's conversations only after a longer wait.
    TooEarlyForGroup,
    /// No slot is free for this channel.
    NoRoom,
    /// A needed skill is missing or too low.
    Skill,
    /// They were asked lately and did not take it.
    Passed,
    /// It is for somebody else alone.
    ForAnother,
}

/// Someone who may take it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eligible {
    /// Who.
    pub person: PersonId,
    /// The queue's row in their rules of work.
    pub row: ProfileQueue,
}

/// What is needed after the rings that are open: the queue's needs first, then the conversation's own.
pub fn needs(queue: &Queue, conversation: &Conversation) -> Vec<SkillNeed> {
    let mut needs: Vec<SkillNeed> = queue.needs.clone();
    for own in &conversation.needs {
        match needs.iter_mut().find(|need| need.skill == own.skill) {
            Some(need) => need.level_min = need.level_min.max(own.level_min),
            None => needs.push(*own),
        }
    }
    let open = usize::from(conversation.ring).min(queue.rings.len());
    if let Some(ring) = queue.rings[..open].last() {
        needs.truncate(needs.len().saturating_sub(usize::from(ring.needs_dropped)));
        for need in &mut needs {
            need.level_min = need.level_min.saturating_sub(ring.levels_lower_by).max(1);
        }
    }
    needs
}

/// Whether the person may ever take anything from the queue, however wide its rings get: if not, its line need not be looked at.
pub fn could_serve(directory: &Directory, person: PersonId, queue: &Queue) -> bool {
    let Some(person) = directory.person(person) else { return false };
    let dropped = queue.rings.iter().map(|ring| usize::from(ring.needs_dropped)).max().unwrap_or(0);
    let lowered = queue.rings.iter().map(|ring| ring.levels_lower_by).max().unwrap_or(0);
    let always = &queue.needs[..queue.needs.len().saturating_sub(dropped)];
    always.iter().all(|need| {
        let least = need.level_min.saturating_sub(lowered).max(1);
        person.skills.get(&need.skill).is_some_and(|level| *level >= least)
    })
}

/// The person's level in a skill; none: they do not have it.
pub fn level(directory: &Directory, person: PersonId, need: &SkillNeed) -> Option<u8> {
    directory.person(person)?.skills.get(&need.skill).copied()
}

/// Whether the person may take the conversation now.
///
/// # Errors
/// The first reason why not.
pub fn may_take(
    floor: &Floor,
    conversation: &Conversation,
    person: PersonId,
    now: Timestamp,
) -> Result<Eligible, Ineligible> {
    let directory = &floor.directory;
    let document = directory.person(person).ok_or(Ineligible::Unknown)?;
    let profile = document.profile.and_then(|id| directory.profiles.get(&id)).ok_or(Ineligible::Unknown)?;
    let desk = floor.desk(person).ok_or(Ineligible::Unknown)?;
    if desk.presence != Presence::Available {
        return Err(Ineligible::NotAvailable);
    }
    if conversation.only.is_some_and(|only| only != person) {
        return Err(Ineligible::ForAnother);
    }
    if conversation.was_passed_by(person) {
        return Err(Ineligible::Passed);
    }
    if !desk.fits(&profile.capacity, conversation.channel) {
        return Err(Ineligible::NoRoom);
    }
    let queue_id = conversation.queue.ok_or(Ineligible::DoesNotServe)?;
    let row = profile.queues.iter().copied().find(|row| row.queue == queue_id);
    if conversation.only == Some(person) {
        // Named by a colleague or supervisor: neither queue nor skill stands in the way.
        let row = row.unwrap_or(ProfileQueue { queue: queue_id, priority: 1, delay_ms: Default::default() });
        return Ok(Eligible { person, row });
    }
    let row = row.ok_or(Ineligible::DoesNotServe)?;
    if conversation.waited(now) < row.delay_ms {
        return Err(Ineligible::TooEarlyForGroup);
    }
    let queue = directory.queues.get(&queue_id).ok_or(Ineligible::Skill)?;
    has_skills(document, queue, conversation).then_some(Eligible { person, row }).ok_or(Ineligible::Skill)
}

fn has_skills(person: &Person, queue: &Queue, conversation: &Conversation) -> bool {
    let has = |need: &SkillNeed| person.skills.get(&need.skill).is_some_and(|level| *level >= need.level_min);
    // This is asked for every candidate: without rings and needs of its own, the queue's list stands as it is.
    if conversation.needs.is_empty() && conversation.ring == 0 {
        return queue.needs.iter().all(has);
    }
    needs(queue, conversation).iter().all(has)
}
