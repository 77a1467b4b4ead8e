//! A centre of our own, so that a simulation runs without any data: a small bank with three queues, chat and voice.
//!
//! All figures are invented; they have the shape that such centres have: two humps a day, a quiet weekend, handle times
//! skewed to the right, callers who wait a few minutes and writers who wait longer.

use std::collections::BTreeMap;

use signalbox_model::contact::{Channel, SkillNeed};
use signalbox_model::id::{AlertRuleId, HoursId, PersonId, ProfileId, QueueId, SkillId};
use signalbox_model::setup::Document;
use signalbox_model::setup::alerting::{AlertMeasure, AlertRule, Severity};
use signalbox_model::setup::hours::{Hours, Interval, Weekday, WeeklyInterval};
use signalbox_model::setup::people::{Capacity, Person, ProfileQueue, Role, RoutingProfile, Skill};
use signalbox_model::setup::queue::{Overflow, Queue, Ring, ServiceTarget};
use signalbox_model::time::{DurationMs, Timestamp};
use signalbox_model::word::{Name, WordError};

use crate::scenario::{Crew, Faults, Habits, Kind, SLOTS_PER_DAY, Scenario, Spread, Stream};

/// Monday, 5 January 2026, 00:00 UTC.
const BEGINS_AT: Timestamp = Timestamp(1_767_571_200_000);

const ACCOUNTS: QueueId = QueueId::from_number(0x51);
const CARDS: QueueId = QueueId::from_number(0x52);
const LOANS: QueueId = QueueId::from_number(0x53);
const HOURS: HoursId = HoursId::from_number(0x61);
const LOAN_SKILL: SkillId = SkillId::from_number(0x71);

/// Contacts of a working day by hour from 7 to 21: two humps.
const HUMPS: [f64; 14] = [0.35, 0.75, 1.0, 1.0, 0.9, 0.75, 0.7, 0.8, 0.85, 0.8, 0.65, 0.5, 0.35, 0.2];
const OPENS_HOUR: usize = 7;

/// The bank.
///
/// # Errors
/// Never, as its tests show; the words in it are checked like anybody's.
pub fn bank() -> Result<Scenario, WordError> {
    let mut documents = vec![
        Document::Hours(Hours {
            id: HOURS,
            name: Name::parse("Every day 7 to 21")?,
            time_zone: "UTC".to_owned(),
            weekly: DAYS
                .map(|day| WeeklyInterval { day, interval: Interval { from_minute: 420, to_minute: 1_260 } })
                .to_vec(),
            exceptions: Vec::new(),
        }),
        Document::Skill(Skill { id: LOAN_SKILL, name: Name::parse("Loans")? }),
    ];
    documents.extend(queues()?);
    let mut crews = Vec::new();
    for plan in PLANS {
        crews.push(crew(plan, &mut documents)?);
    }
    Ok(Scenario {
        name: "Signal Bank (built in)".to_owned(),
        begins_at: BEGINS_AT,
        documents,
        streams: streams(),
        crews,
        faults: Faults::default(),
    })
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

fn queues() -> Result<Vec<Document>, WordError> {
    let open = |id, name: &str| -> Result<Queue, WordError> {
        let mut queue = Queue::named(id, Name::parse(name)?);
        queue.hours = Some(HOURS);
        queue.wrap_up_ms = DurationMs::seconds(90);
        Ok(queue)
    };
    let mut accounts = open(ACCOUNTS, "Accounts")?;
    accounts.target = ServiceTarget { percent: 80, ..ServiceTarget::default() };
    let mut cards = open(CARDS, "Cards")?;
    cards.priority = 1;
    cards.overflow = Some(Overflow { after_ms: DurationMs::seconds(240), to: ACCOUNTS });
    let mut loans = open(LOANS, "Loans")?;
    loans.needs = vec![SkillNeed { skill: LOAN_SKILL, level_min: 4 }];
    loans.rings = vec![
        Ring { after_ms: DurationMs::seconds(60), levels_lower_by: 2, needs_dropped: 0 },
        Ring { after_ms: DurationMs::seconds(180), levels_lower_by: 0, needs_dropped: 1 },
    ];
    Ok([accounts, cards, loans].map(Document::Queue).to_vec())
}

/// A crew: name, first number of its people, how many, queues in order, skill level in loans, share of the centre's load.
type Plan = (&'static str, u128, u32, &'static [QueueId], u8, f64);

const PLANS: [Plan; 3] = [
    ("Front desk", 0x100, 14, &[ACCOUNTS, CARDS], 0, 9.0),
    ("Card desk", 0x200, 8, &[CARDS, ACCOUNTS], 0, 4.4),
    ("Loan desk", 0x300, 7, &[LOANS, ACCOUNTS], 6, 4.2),
];

fn crew(plan: Plan, documents: &mut Vec<Document>) -> Result<Crew, WordError> {
    let (name, first, count, queues, level, heads) = plan;
    let profile = ProfileId::from_number(first);
    let rows = queues.iter().enumerate().map(|(place, queue)| ProfileQueue {
        queue: *queue,
        priority: place as u8 + 1,
        delay_ms: DurationMs::seconds(if place == 0 { 0 } else { 20 }),
    });
    documents.push(Document::RoutingProfile(RoutingProfile {
        id: profile,
        name: Name::parse(name)?,
        queues: rows.collect(),
        capacity: Capacity {
            per_channel: BTreeMap::from([(Channel::Voice, 1), (Channel::Webchat, 3)]),
            total: 3,
            exclusive: vec![Channel::Voice],
        },
    }));
    let mut people = Vec::new();
    for number in 0..count {
        let id = PersonId::from_number(first + 1 + u128::from(number));
        let skills = match level {
            0 => BTreeMap::new(),
            level => BTreeMap::from([(LOAN_SKILL, level - (number % 3) as u8)]),
        };
        documents.push(Document::Person(Person {
            id,
            name: Name::parse(&format!("{name} {}", number + 1))?,
            email: format!("agent{}.{number}@example.com", first),
            role: Role::Agent,
            skills,
            profile: Some(profile),
            team: Some(Name::parse(name)?),
            retired: false,
        }));
        people.push(id);
    }
    Ok(Crew { name: name.to_owned(), people, on_duty: week(heads, 1.0, 0.45), habits: habits() })
}

fn habits() -> Habits {
    Habits {
        accept: Spread::Lognormal { median_s: 3.0, log_spread: 0.5 },
        wrap_up: Spread::Lognormal { median_s: 30.0, log_spread: 0.6 },
        decline_ratio: 0.01,
        miss_ratio: 0.01,
        back_after_miss: Spread::Exponential { mean_s: 120.0 },
        break_every: Spread::Lognormal { median_s: 7_200.0, log_spread: 0.3 },
        break_length: Spread::Lognormal { median_s: 720.0, log_spread: 0.3 },
        transfer_ratio: 0.03,
        warm_ratio: 0.3,
        hold_ratio: 0.08,
        turn_every: Spread::Never,
    }
}

/// The humps at a height, five days, and a share of them at the weekend. A little is always left, while it is open.
fn week(height: f64, workdays: f64, weekend: f64) -> Vec<Vec<f64>> {
    let day = |factor: f64| {
        let mut slots = vec![0.0; SLOTS_PER_DAY];
        for (hour, share) in HUMPS.iter().enumerate() {
            // Two decimals: they come back unchanged from any text form.
            let value = (height * factor * share * 100.0).round() / 100.0;
            slots[(OPENS_HOUR + hour) * 2] = value;
            slots[(OPENS_HOUR + hour) * 2 + 1] = value;
        }
        slots
    };
    (0..7).map(|weekday| day(if weekday < 5 { workdays } else { weekend })).collect()
}

fn streams() -> Vec<Stream> {
    let stream = |name: &str, queue, channel, height: f64, patience_s: f64, kinds: Vec<Kind>| Stream {
        name: name.to_owned(),
        queue,
        channel,
        week: week(height, 1.0, 0.4),
        kinds,
        priorities: vec![(0, 0.9), (2, 0.1)],
        needs: Vec::new(),
        patience: Spread::Lognormal { median_s: patience_s, log_spread: 1.0 },
    };
    let kind = |name: &str, weight, median_s| Kind {
        name: name.to_owned(),
        weight,
        service: Spread::Lognormal { median_s, log_spread: 0.7 },
    };
    vec![
        stream(
            "Accounts by phone",
            ACCOUNTS,
            Channel::Voice,
            34.0,
            150.0,
            vec![kind("balance", 3.0, 95.0), kind("transfer", 2.0, 190.0)],
        ),
        stream("Accounts by chat", ACCOUNTS, Channel::Webchat, 18.0, 260.0, vec![kind("question", 1.0, 380.0)]),
        stream(
            "Cards by phone",
            CARDS,
            Channel::Voice,
            20.0,
            110.0,
            vec![kind("blocked", 1.0, 130.0), kind("lost", 1.0, 240.0)],
        ),
        stream("Loans by phone", LOANS, Channel::Voice, 10.0, 200.0, vec![kind("offer", 1.0, 420.0)]),
        stream("Loans by chat", LOANS, Channel::Webchat, 6.0, 320.0, vec![kind("papers", 1.0, 560.0)]),
    ]
}

/// The bank in a bad hour, for tests: little time, few people, everything that can go wrong.
///
/// # Errors
/// As [`bank`].
pub fn troubled_bank() -> Result<Scenario, WordError> {
    let mut scenario = bank()?;
    "Signal Bank in trouble".clone_into(&mut scenario.name);
    for crew in &mut scenario.crews {
        crew.habits.decline_ratio = 0.08;
        crew.habits.miss_ratio = 0.08;
        crew.habits.transfer_ratio = 0.2;
        crew.habits.warm_ratio = 0.5;
        crew.habits.hold_ratio = 0.2;
        crew.habits.break_every = Spread::Exponential { mean_s: 3_000.0 };
        crew.habits.turn_every = Spread::Exponential { mean_s: 45.0 };
    }
    let supervisors = [("Vera", 0x401), ("Milo", 0x402)];
    for (name, number) in supervisors {
        scenario.documents.push(Document::Person(Person {
            id: PersonId::from_number(number),
            name: Name::parse(name)?,
            email: format!("{name}@example.com"),
            role: Role::Supervisor,
            skills: BTreeMap::new(),
            profile: None,
            team: None,
            retired: false,
        }));
    }
    let measures = [
        (AlertMeasure::OldestWait, 60.0, 30.0),
        (AlertMeasure::WaitingCount, 5.0, 2.0),
        (AlertMeasure::ServiceLevel, 0.6, 0.75),
        (AlertMeasure::AgentsFree, 1.0, 2.0),
        (AlertMeasure::ReplyWait, 60.0, 10.0),
        (AlertMeasure::HandleTime, 600.0, 600.0),
        (AlertMeasure::HoldTime, 40.0, 40.0),
    ];
    for (number, (measure, fire_at, clear_at)) in measures.into_iter().enumerate() {
        scenario.documents.push(Document::AlertRule(AlertRule {
            id: AlertRuleId::from_number(0x501 + number as u128),
            name: Name::parse(&format!("Rule {number}"))?,
            measure,
            queue: None,
            fire_at,
            clear_at,
            dwell_ms: DurationMs::seconds(if number % 2 == 0 { 10 } else { 0 }),
            severity: Severity::Warning,
            owner: None,
            retired: false,
        }));
    }
    scenario.faults = Faults {
        desk_lost_per_hour: 12.0,
        late_click_ratio: 0.7,
        duplicate_ratio: 0.1,
        clock_back_per_hour: 2.0,
        take_over_per_hour: 20.0,
        customer_lost_per_hour: 20.0,
        reopen_ratio: 0.1,
        wrong_command_per_hour: 60.0,
    };
    Ok(scenario)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_banks_are_valid_and_can_be_written_down_and_read() {
        for scenario in [bank().unwrap(), troubled_bank().unwrap()] {
            scenario.validate().unwrap();
            let text = serde_json::to_string(&scenario).unwrap();
            assert_eq!(serde_json::from_str::<Scenario>(&text).unwrap(), scenario);
        }
    }
}
