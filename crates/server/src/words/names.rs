//! Names and numbers as people say them.

use jiff::tz::TimeZone;
use signalbox_engine::directory::Directory;
use signalbox_model::contact::{Actor, Channel, Origin, Owner, Participant, SkillNeed};
use signalbox_model::id::{AiAgentId, AlertRuleId, DispositionId, PersonId, QueueId, SkillId, TokenId};
use signalbox_model::time::{DurationMs, Timestamp};
use signalbox_model::word::Slug;

/// A person.
pub fn person(directory: &Directory, id: PersonId) -> String {
    directory.person_name(id).to_owned()
}

/// A queue.
pub fn queue(directory: &Directory, id: QueueId) -> String {
    directory.queue_name(id).to_owned()
}

/// A skill.
pub fn skill(directory: &Directory, id: SkillId) -> String {
    directory.skill_name(id).to_owned()
}

/// A disposition.
pub fn disposition(directory: &Directory, id: DispositionId) -> String {
    let known = directory.dispositions.get(&id);
    known.map_or_else(|| "a disposition that is gone".to_owned(), |disposition| disposition.name.to_string())
}

/// An alert rule.
pub fn rule(directory: &Directory, id: AlertRuleId) -> String {
    directory.alert_rules.get(&id).map_or_else(|| "a rule that is gone".to_owned(), |rule| rule.name.to_string())
}

/// A token.
pub fn token(directory: &Directory, id: TokenId) -> String {
    directory
        .tokens
        .get(&id)
        .map_or_else(|| "an unknown token".to_owned(), |token| format!("the token “{}”", token.name))
}

/// An AI agent.
pub fn ai_agent(directory: &Directory, id: AiAgentId) -> String {
    let known = directory.registry.agents.get(&id);
    known.map_or_else(|| "that is gone".to_owned(), |agent| agent.name.to_string())
}

/// An AI agent by its handle, which is all that an observed conversation has.
pub fn ai_handle(directory: &Directory, handle: &Slug) -> String {
    directory.registry.by_handle(handle).map_or_else(|| handle.to_string(), |agent| agent.name.to_string())
}

/// Who caused a fact, at the head of a sentence.
pub fn actor(directory: &Directory, actor: &Actor) -> String {
    match actor {
        Actor::Person { person: id } => person(directory, *id),
        Actor::Token { token: id } => capital(&token(directory, *id)),
        Actor::Customer { .. } => "The customer".to_owned(),
        Actor::AiAgent { agent } => format!("The AI agent {}", ai_agent(directory, *agent)),
        Actor::Engine => "The router".to_owned(),
        Actor::System => "Signalbox".to_owned(),
    }
}

/// Who said something, at the head of a sentence.
pub fn participant(directory: &Directory, by: &Participant) -> String {
    match by {
        Participant::Customer => "The customer".to_owned(),
        Participant::HumanAgent { person: id } | Participant::Supervisor { person: id } => person(directory, *id),
        Participant::AiAgent { agent } => format!("The AI agent {}", ai_handle(directory, agent)),
        Participant::Elsewhere { name } => format!("{name} (in another system)"),
        Participant::System => "Signalbox".to_owned(),
    }
}

/// Who has a conversation.
pub fn owner(directory: &Directory, owner: &Owner) -> String {
    match owner {
        Owner::Queue { queue: id } => format!("the queue {}", queue(directory, *id)),
        Owner::Agent { person: id } | Owner::Supervisor { person: id } => person(directory, *id),
        Owner::Ai { agent } => format!("the AI agent {}", ai_handle(directory, agent)),
        Owner::Elsewhere { name } => format!("{name} in another system"),
        Owner::Closed => "nobody: it is closed".to_owned(),
    }
}

/// A channel.
pub fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::Webchat => "web chat",
        Channel::Messaging => "messaging",
        Channel::Voice => "voice",
        Channel::Email => "email",
    }
}

/// How a conversation got here, as an ending of a sentence; nothing for our own channels.
pub fn origin(origin: Origin) -> &'static str {
    match origin {
        Origin::Native => "",
        Origin::Ingested => ", reported by another system",
        Origin::Imported => ", imported from a file",
        Origin::Replayed => ", replayed from an import",
        Origin::Simulated => ", simulated",
    }
}

/// What is needed, as in "Refunds 3+ and German 5+".
pub fn needs(directory: &Directory, needs: &[SkillNeed]) -> String {
    let parts: Vec<String> =
        needs.iter().map(|need| format!("{} {}+", skill(directory, need.skill), need.level_min)).collect();
    list(&parts)
}

/// "a", "a and b", "a, b and c".
pub fn list(parts: &[String]) -> String {
    match parts {
        [] => "nothing".to_owned(),
        [only] => only.clone(),
        [init @ .., last] => format!("{} and {last}", init.join(", ")),
    }
}

/// "1 person", "2 people".
pub fn count(number: u64, one: &str, many: &str) -> String {
    match number {
        1 => format!("1 {one}"),
        more => format!("{more} {many}"),
    }
}

/// A length of time as in `2:10` or `1:02:03`.
pub fn duration(length: DurationMs) -> String {
    let seconds = length.0 / 1_000;
    let (hours, minutes, rest) = (seconds / 3_600, seconds / 60 % 60, seconds % 60);
    match hours {
        0 => format!("{minutes}:{rest:02}"),
        _ => format!("{hours}:{minutes:02}:{rest:02}"),
    }
}

/// A number of seconds as a length of time.
pub fn seconds(value: f64) -> String {
    duration(DurationMs((value.max(0.0) * 1_000.0).round() as u64))
}

/// An instant, in UTC because a sentence does not know its reader's zone.
pub fn instant(at: Timestamp) -> String {
    match jiff::Timestamp::from_millisecond(at.millis()) {
        Ok(instant) => instant.to_zoned(TimeZone::UTC).strftime("%Y-%m-%d %H:%M UTC").to_string(),
        Err(_) => "a time beyond the calendar".to_owned(),
    }
}

/// The same text with a capital at its head.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_read_like_a_clock() {
        assert_eq!(duration(DurationMs(5_400)), "0:05");
        assert_eq!(duration(DurationMs::seconds(130)), "2:10");
        assert_eq!(duration(DurationMs::seconds(3_723)), "1:02:03");
    }

    #[test]
    fn lists_end_with_and() {
        assert_eq!(list(&["a".to_owned(), "b".to_owned(), "c".to_owned()]), "a, b and c");
        assert_eq!(count(1, "person", "people"), "1 person");
    }
}
