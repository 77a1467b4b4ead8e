//! The demo's contact centre: documents as an admin would publish them. All names are invented.

use std::collections::BTreeMap;

use signalbox_model::contact::{Channel, SkillNeed};
use signalbox_model::id::{
    AlertRuleId, DispositionId, HoursId, PersonId, ProfileId, QueueId, SavedReplyId, SkillId, TokenId,
};
use signalbox_model::setup::Document;
use signalbox_model::setup::alerting::{AlertMeasure, AlertRule, Severity};
use signalbox_model::setup::hours::{Exception, Hours, Interval, Weekday, WeeklyInterval};
use signalbox_model::setup::people::{
    Capacity, Disposition, Person, ProfileQueue, Role, RoutingProfile, SavedReply, Skill, Token, TokenScope,
};
use signalbox_model::setup::queue::{Overflow, Queue, Ranking, Ring, ServiceTarget};
use signalbox_model::time::DurationMs;
use signalbox_model::word::{Name, Slug, WordError};

/// Where the demo's ids begin. They look like all others and are the same in every demo, so that links survive a new start.
pub const BASE: u128 = 0x0199_d3a0_0000_7000_8000_0000_0000_0000;

/// Queues by the key that dialogues use, with their ids' numbers. The first is the one that a chat without a queue comes to.
pub const QUEUES: [(&str, &str, u128); 4] = [
    ("orders", "Orders", 0x51),
    ("billing", "Billing", 0x52),
    ("technical", "Technical help", 0x53),
    ("general", "General", 0x54),
];

/// The supervisor who decides about approvals when no visitor does.
pub const APPROVER: PersonId = PersonId::from_number(BASE + 0x202);
/// The admin.
pub const ADMIN: PersonId = PersonId::from_number(BASE + 0x203);
/// Who builds AI agents.
pub const BUILDER: PersonId = PersonId::from_number(BASE + 0x204);

const ALWAYS: HoursId = HoursId::from_number(BASE + 0x61);
const OFFICE: HoursId = HoursId::from_number(BASE + 0x62);
const SHOP: ProfileId = ProfileId::from_number(BASE + 0x81);
const TECHNICIANS: ProfileId = ProfileId::from_number(BASE + 0x82);
const ALL_ROUNDERS: ProfileId = ProfileId::from_number(BASE + 0x83);
const ORDERS: SkillId = SkillId::from_number(BASE + 0x71);
const PAYMENTS: SkillId = SkillId::from_number(BASE + 0x72);
const DEVICES: SkillId = SkillId::from_number(BASE + 0x73);
const FRENCH: SkillId = SkillId::from_number(BASE + 0x74);

/// The token with which simulated customers open chats.
pub const TOKEN: TokenId = TokenId::from_number(BASE + 0xF1);

/// Levels in orders, payments, devices, French; 0: none.
type Levels = [u8; 4];

/// First name first, as customers see it; team; profile; levels.
const AGENTS: [(&str, &str, ProfileId, Levels); 14] = [
    ("Ana Kovač", "North", SHOP, [7, 8, 0, 0]),
    ("Ben Achterberg", "North", SHOP, [6, 5, 0, 0]),
    ("Chidi Okafor", "North", SHOP, [8, 4, 0, 5]),
    ("Dana Levi", "North", SHOP, [5, 9, 0, 0]),
    ("Emil Strand", "North", SHOP, [4, 6, 0, 0]),
    ("Farah Benali", "South", TECHNICIANS, [0, 0, 8, 9]),
    ("Gus Moreau", "South", TECHNICIANS, [0, 0, 6, 10]),
    ("Hilde Aas", "South", TECHNICIANS, [0, 0, 9, 0]),
    ("Ivo Marin", "South", TECHNICIANS, [0, 0, 5, 0]),
    ("Jun Tanaka", "South", TECHNICIANS, [0, 0, 7, 0]),
    ("Kemal Arslan", "North", ALL_ROUNDERS, [5, 5, 4, 0]),
    ("Lucía Ortega", "South", ALL_ROUNDERS, [6, 4, 5, 2]),
    ("Noor van Dijk", "South", ALL_ROUNDERS, [4, 6, 5, 0]),
    ("Paweł Lis", "North", ALL_ROUNDERS, [5, 3, 6, 0]),
];

/// Ways to file a conversation, and whether they settle the matter. Dialogues name them.
pub const DISPOSITIONS: [(&str, bool); 9] = [
    ("Answered", true),
    ("Explained", true),
    ("Solved", true),
    ("Refunded", true),
    ("Replaced", true),
    ("Exchanged", true),
    ("Cancelled", true),
    ("Passed on", false),
    ("No answer from customer", false),
];

const REPLIES: [(&str, &str, &str); 7] = [
    ("hello", "Greeting", "Hello {{customer.name}}, this is {{agent.name}} from {{queue.name}}. How can I help?"),
    ("moment", "One moment", "One moment please, I am looking it up."),
    ("sorry", "Apology", "I am sorry about that, {{customer.name}}. Let me see what I can do."),
    ("refund", "Refund made", "The refund is on its way. Banks take three to five working days to show it."),
    ("express", "Replacement", "I am sending you a new one today, by express. You need not send the old one back."),
    ("there", "Still there?", "Are you still there? I keep this open for a few more minutes."),
    ("bye", "Goodbye", "Gladly, {{customer.name}}. Your reference is {{conversation.id}}. Have a good day!"),
];

/// A queue's id by its key.
pub fn queue_id(key: &str) -> Option<QueueId> {
    QUEUES.iter().find(|row| row.0 == key).map(|row| QueueId::from_number(BASE + row.2))
}

/// A disposition's id by its name.
pub fn disposition_id(name: &str) -> Option<DispositionId> {
    let at = DISPOSITIONS.iter().position(|row| row.0 == name)?;
    Some(DispositionId::from_number(BASE + 0xD0 + at as u128))
}

/// Everybody who takes conversations, with their name.
pub fn agents() -> impl Iterator<Item = (PersonId, &'static str)> {
    AGENTS.iter().enumerate().map(|(at, agent)| (PersonId::from_number(BASE + 0x100 + at as u128), agent.0))
}

/// All documents, in an order in which each names only earlier ones.
///
/// # Errors
/// When a name among the constants above is not a name; a test publishes them all.
pub fn documents() -> Result<Vec<Document>, WordError> {
    let mut all = hours()?;
    for (id, name) in [(ORDERS, "Orders"), (PAYMENTS, "Payments"), (DEVICES, "Devices"), (FRENCH, "French")] {
        all.push(Document::Skill(Skill { id, name: Name::parse(name)? }));
    }
    all.extend(queues()?);
    all.extend(profiles()?);
    all.extend(people()?);
    for (name, resolved) in DISPOSITIONS {
        let Some(id) = disposition_id(name) else { continue };
        all.push(Document::Disposition(Disposition { id, name: Name::parse(name)?, resolved, retired: false }));
    }
    for (at, (shortcut, title, text)) in REPLIES.into_iter().enumerate() {
        let id = SavedReplyId::from_number(BASE + 0xE0 + at as u128);
        let (shortcut, title, text) = (Slug::parse(shortcut)?, Name::parse(title)?, text.to_owned());
        all.push(Document::SavedReply(SavedReply { id, shortcut, title, text, retired: false }));
    }
    all.extend(alert_rules()?);
    let scopes = vec![TokenScope::Channel, TokenScope::Simulate];
    let token =
        Token { id: TOKEN, name: Name::parse("Simulated customers")?, scopes, expires_at: None, revoked: false };
    all.push(Document::Token(token));
    Ok(all)
}

const DAYS: [Weekday; 7] = [
    Weekday::Monday,
    Weekday::Tuesday,
    Weekday::Wednesday,
    Weekday::Thursday,
    Weekday::Friday,
    Weekday::Saturday,
    Weekday::Sunday,
];

fn hours() -> Result<Vec<Document>, WordError> {
    let weekly = |days: &[Weekday], from_minute, to_minute| {
        let interval = Interval { from_minute, to_minute };
        days.iter().map(|day| WeeklyInterval { day: *day, interval }).collect::<Vec<_>>()
    };
    // The floor uses the first; the second is there to be looked at and tried in setup.
    let mut office = weekly(&DAYS[..5], 480, 1_200);
    office.extend(weekly(&[Weekday::Saturday], 600, 960));
    office.extend(weekly(&[Weekday::Friday], 1_320, 1_560));
    let exceptions = vec![
        Exception { date: "2026-12-25".to_owned(), label: Name::parse("Christmas")?, intervals: Vec::new() },
        Exception {
            date: "2026-12-31".to_owned(),
            label: Name::parse("New Year's Eve")?,
            intervals: vec![Interval { from_minute: 540, to_minute: 780 }],
        },
    ];
    let always = Hours {
        id: ALWAYS,
        name: Name::parse("Always open")?,
        time_zone: "Europe/Berlin".to_owned(),
        weekly: weekly(&DAYS, 0, 1_440),
        exceptions: Vec::new(),
    };
    let office = Hours {
        id: OFFICE,
        name: Name::parse("Shop hours with a late Friday")?,
        time_zone: "Europe/Berlin".to_owned(),
        weekly: office,
        exceptions,
    };
    Ok(vec![Document::Hours(always), Document::Hours(office)])
}

fn queues() -> Result<Vec<Document>, WordError> {
    let general = QueueId::from_number(BASE + QUEUES[3].2);
    let mut documents = Vec::new();
    for (key, name, number) in QUEUES {
        let mut queue = Queue::named(QueueId::from_number(BASE + number), Name::parse(name)?);
        queue.hours = Some(ALWAYS);
        queue.target = ServiceTarget { percent: 80, within_ms: DurationMs::seconds(30), ..ServiceTarget::default() };
        queue.offer_timeout_ms = DurationMs::seconds(30);
        queue.wrap_up_ms = DurationMs::seconds(45);
        if key != "general" {
            queue.overflow = Some(Overflow { after_ms: DurationMs::seconds(150), to: general });
            queue.rings = vec![
                Ring { after_ms: DurationMs::seconds(25), levels_lower_by: 2, needs_dropped: 0 },
                Ring { after_ms: DurationMs::seconds(75), levels_lower_by: 0, needs_dropped: 1 },
            ];
        }
        match key {
            "orders" => queue.needs = vec![SkillNeed { skill: ORDERS, level_min: 4 }],
            "billing" => {
                queue.needs = vec![SkillNeed { skill: PAYMENTS, level_min: 5 }];
                queue.priority = 1;
            }
            "technical" => {
                queue.needs = vec![SkillNeed { skill: DEVICES, level_min: 5 }];
                queue.ranking = Ranking::VersatileLast;
            }
            _ => {}
        }
        documents.push(Document::Queue(queue));
    }
    Ok(documents)
}

fn profiles() -> Result<Vec<Document>, WordError> {
    let row = |key: &str, priority: u8, delay_s: u64| {
        queue_id(key).map(|queue| ProfileQueue { queue, priority, delay_ms: DurationMs::seconds(delay_s) })
    };
    let rows = [
        (SHOP, "Shop: billing and orders", vec![row("billing", 1, 0), row("orders", 1, 0), row("general", 2, 10)]),
        (TECHNICIANS, "Technicians", vec![row("technical", 1, 0), row("general", 2, 10)]),
        (
            ALL_ROUNDERS,
            "All-rounders",
            vec![row("general", 1, 0), row("orders", 2, 5), row("billing", 2, 5), row("technical", 2, 5)],
        ),
    ];
    let mut documents = Vec::new();
    for (id, name, queues) in rows {
        let capacity = Capacity {
            per_channel: BTreeMap::from([
                (Channel::Webchat, 3),
                (Channel::Messaging, 3),
                (Channel::Voice, 1),
                (Channel::Email, 2),
            ]),
            total: 3,
            exclusive: vec![Channel::Voice],
        };
        let queues = queues.into_iter().flatten().collect();
        documents.push(Document::RoutingProfile(RoutingProfile { id, name: Name::parse(name)?, queues, capacity }));
    }
    Ok(documents)
}

fn people() -> Result<Vec<Document>, WordError> {
    let mut documents = Vec::new();
    let leads = [
        ("Sofia Marchetti", Role::Supervisor, "North", 0x201),
        ("Tariq Rahmani", Role::Supervisor, "South", 0x202),
        ("Wanda Nowak", Role::Admin, "Office", 0x203),
        ("Xenia Petrou", Role::AiBuilder, "Office", 0x204),
    ];
    for (name, role, team, number) in leads {
        documents.push(person(PersonId::from_number(BASE + number), name, role, team)?);
    }
    for ((id, name), (_, team, profile, levels)) in agents().zip(AGENTS) {
        let Document::Person(mut agent) = person(id, name, Role::Agent, team)? else { continue };
        agent.profile = Some(profile);
        agent.skills = [ORDERS, PAYMENTS, DEVICES, FRENCH].into_iter().zip(levels).filter(|row| row.1 > 0).collect();
        documents.push(Document::Person(agent));
    }
    Ok(documents)
}

fn person(id: PersonId, name: &str, role: Role, team: &str) -> Result<Document, WordError> {
    let first = name.split(' ').next().unwrap_or(name).to_lowercase();
    let plain = |c: char| match c {
        'í' => 'i',
        'ł' => 'l',
        other => other,
    };
    Ok(Document::Person(Person {
        id,
        name: Name::parse(name)?,
        email: format!("{}@example.com", first.chars().map(plain).collect::<String>()),
        role,
        skills: BTreeMap::new(),
        profile: None,
        team: Some(Name::parse(team)?),
        retired: false,
    }))
}

fn alert_rules() -> Result<Vec<Document>, WordError> {
    let rule = |number: u128,
                name: &str,
                measure,
                fire_at: f64,
                clear_at: f64,
                dwell_s: u64,
                severity|
     -> Result<Document, WordError> {
        Ok(Document::AlertRule(AlertRule {
            id: AlertRuleId::from_number(BASE + 0xA0 + number),
            name: Name::parse(name)?,
            measure,
            queue: None,
            fire_at,
            clear_at,
            dwell_ms: DurationMs::seconds(dwell_s),
            severity,
            owner: None,
            retired: false,
        }))
    };
    Ok(vec![
        rule(1, "Somebody waits too long", AlertMeasure::OldestWait, 60.0, 30.0, 5, Severity::Warning)?,
        rule(2, "A line is forming", AlertMeasure::WaitingCount, 5.0, 2.0, 10, Severity::Critical)?,
        rule(3, "Service level is slipping", AlertMeasure::ServiceLevel, 0.6, 0.75, 60, Severity::Warning)?,
        rule(4, "Customer waits for an answer", AlertMeasure::ReplyWait, 60.0, 10.0, 0, Severity::Warning)?,
        rule(5, "Long conversation", AlertMeasure::HandleTime, 600.0, 600.0, 0, Severity::Warning)?,
        rule(6, "Long on hold", AlertMeasure::HoldTime, 40.0, 40.0, 0, Severity::Warning)?,
    ])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::script;

    #[test]
    fn every_document_is_valid_and_has_an_id_of_its_own() {
        let documents = documents().unwrap();
        for document in &documents {
            document.validate().unwrap_or_else(|problem| panic!("{:?}: {problem}", document.id()));
        }
        let ids: std::collections::BTreeSet<_> = documents.iter().map(Document::id).collect();
        assert_eq!(ids.len(), documents.len());
    }

    #[test]
    fn dialogues_name_queues_and_dispositions_that_are_there() {
        for script in script::all().unwrap() {
            assert!(queue_id(&script.queue).is_some(), "{}", script.name);
            assert!(disposition_id(&script.disposition).is_some(), "{}: {}", script.name, script.disposition);
        }
    }
}
