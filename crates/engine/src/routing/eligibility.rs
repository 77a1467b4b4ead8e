//! Who may take a conversation. There is one function, and every way in goes through it.

use signalbox_model::contact::{Control, Presence, SkillNeed};
use signalbox_model::id::{PersonId, QueueId};
use signalbox_model::setup::ai_agent::{AiAgent, Autonomy};
use signalbox_model::setup::people::{Person, ProfileQueue};
use signalbox_model::setup::queue::Queue;
use signalbox_model::time::Timestamp;
use signalbox_model::word::Slug;

use crate::conversation::Conversation;
use crate::directory::Directory;
use crate::floor::Floor;
use crate::hours::opening;
use crate::round::Touched;

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

/// Why an AI agent may not have a conversation now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AiIneligible {
    /// It is no longer here.
    Retired,
    /// None of its versions is released.
    NothingReleased,
    /// It is stopped.
    Stopped,
    /// It does not serve the queue.
    DoesNotServe,
    /// Another system has it.
    Observed,
    /// It does not work on this channel.
    Channel,
    /// It does not speak this language.
    Language,
    /// Its briefing lets it only read along, suggest or draft here.
    AutonomyTooLow,
    /// The customer wants a person.
    PersonAsked,
    /// It was handed to people before.
    HandedOffBefore,
    /// It holds all that it may.
    NoRoom,
    /// The queue is closed, and it works only when the queue is open.
    OutsideHours,
}

impl AiIneligible {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            AiIneligible::Retired => "retired",
            AiIneligible::NothingReleased => "nothing_released",
            AiIneligible::Stopped => "stopped",
            AiIneligible::DoesNotServe => "does_not_serve",
            AiIneligible::Observed => "observed",
            AiIneligible::Channel => "channel",
            AiIneligible::Language => "language",
            AiIneligible::AutonomyTooLow => "autonomy_too_low",
            AiIneligible::PersonAsked => "person_asked",
            AiIneligible::HandedOffBefore => "handed_off_before",
            AiIneligible::NoRoom => "no_room",
            AiIneligible::OutsideHours => "outside_hours",
        }
    }
}

/// An AI agent that may have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AiEligible {
    /// The released version.
    pub version: u32,
    /// How far it may go.
    pub autonomy: Autonomy,
    /// What it holds now.
    pub used: u32,
}

/// Whether the AI agent may have the conversation now. There is no other way for an AI agent to get one.
///
/// # Errors
/// The first reason why not.
pub fn may_take_ai(
    floor: &Floor,
    conversation: &Conversation,
    agent: &AiAgent,
    touched: &Touched,
    now: Timestamp,
) -> Result<AiEligible, AiIneligible> {
    let registry = &floor.directory.registry;
    if agent.retired {
        return Err(AiIneligible::Retired);
    }
    if conversation.control == Control::Observed {
        return Err(AiIneligible::Observed);
    }
    let released = registry.released(agent.id).ok_or(AiIneligible::NothingReleased)?;
    if registry.stopped(agent.id, conversation.intent.as_ref(), conversation.channel).is_some() {
        return Err(AiIneligible::Stopped);
    }
    if !conversation.queue.is_some_and(|queue| agent.queues.contains(&queue)) {
        return Err(AiIneligible::DoesNotServe);
    }
    if !agent.channels.is_empty() && !agent.channels.contains(&conversation.channel) {
        return Err(AiIneligible::Channel);
    }
    let speaks = |language: &Slug| agent.languages.is_empty() || agent.languages.contains(language);
    if !conversation.language.as_ref().is_none_or(speaks) {
        return Err(AiIneligible::Language);
    }
    if conversation.asked_person_at.is_some() {
        return Err(AiIneligible::PersonAsked);
    }
    if conversation.ai.was_handed_off {
        return Err(AiIneligible::HandedOffBefore);
    }
    let autonomy = released.snapshot.draft.autonomy_for(conversation.intent.as_ref());
    if !autonomy.owns() {
        return Err(AiIneligible::AutonomyTooLow);
    }
    let used = floor.ai_load(agent.id) + touched.ai_assigned(agent.id);
    if used >= agent.capacity {
        return Err(AiIneligible::NoRoom);
    }
    if !agent.outside_hours && conversation.queue.is_some_and(|queue| is_closed(floor, queue, now)) {
        return Err(AiIneligible::OutsideHours);
    }
    Ok(AiEligible { version: released.number, autonomy, used })
}

fn is_closed(floor: &Floor, queue: QueueId, now: Timestamp) -> bool {
    let hours = floor.directory.queue(queue).and_then(|queue| queue.hours);
    let opening = hours.and_then(|id| floor.directory.hours.get(&id)).and_then(|hours| opening(hours, now).ok());
    opening.is_some_and(|opening| !opening.open)
}
