//! The set-up lines of a scenario.

use std::collections::BTreeMap;

use signalbox_model::contact::{Channel, Presence};
use signalbox_model::event::presence::PresenceAsked;
use signalbox_model::event::{Event, NewEvent, SetupPublished};
use signalbox_model::id::*;
use signalbox_model::setup::Document;
use signalbox_model::setup::alerting::{AlertMeasure, AlertRule, Severity};
use signalbox_model::setup::hours::{Hours, Interval, Weekday, WeeklyInterval};
use signalbox_model::setup::people::*;
use signalbox_model::setup::queue::{Overflow, Queue, Ranking, Ring};
use signalbox_model::time::DurationMs;
use signalbox_model::word::Name;

use super::Play;

fn seconds(text: &str) -> DurationMs {
    DurationMs::seconds(text.trim_end_matches('s').parse().unwrap())
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).unwrap()
}

impl Play {
    pub(super) fn set_up(&mut self, words: &[&str]) {
        let options: BTreeMap<&str, &str> = words.iter().filter_map(|word| word.split_once('=')).collect();
        let name = Name::parse(words[1]).unwrap();
        let available = words.contains(&"available");
        let document = match words[0] {
            "queue" => Document::Queue(self.queue_document(name, &options)),
            "profile" => Document::RoutingProfile(self.profile_document(name, &options)),
            "agent" | "supervisor" => Document::Person(self.person_document(words[0], name, words, &options)),
            "hours" => Document::Hours(self.hours_document(name, &options)),
            "disposition" => Document::Disposition(Disposition {
                id: DispositionId::from_number(self.number(words[1])),
                name,
                resolved: words[2] == "resolved",
                retired: false,
            }),
            "rule" => Document::AlertRule(AlertRule {
                id: AlertRuleId::from_number(self.number(words[1])),
                name,
                measure: parse::<AlertMeasure>(options["measure"]),
                queue: options.get("queue").map(|queue| self.queue(queue)),
                fire_at: options["fire"].parse().unwrap(),
                clear_at: options["clear"].parse().unwrap(),
                dwell_ms: seconds(options["dwell"]),
                severity: Severity::Warning,
                owner: None,
                retired: words.contains(&"retired"),
            }),
            other => panic!("no such set-up: {other}"),
        };
        document.validate().unwrap();
        self.say(vec![NewEvent::now(Event::SetupPublished(SetupPublished { document, revision: 1 }))]);
        if available {
            let person = self.person(words[1]);
            let asked = PresenceAsked { person, presence: Presence::Available, reason: None };
            self.say(vec![NewEvent::now(Event::PresenceAsked(asked))]);
        }
    }

    fn queue_document(&mut self, name: Name, options: &BTreeMap<&str, &str>) -> Queue {
        let mut queue = Queue::named(self.queue(name.as_str()), name);
        queue.offer_timeout_ms = DurationMs::seconds(15);
        queue.wrap_up_ms = DurationMs::ZERO;
        for (key, value) in options {
            match *key {
                "needs" => queue.needs = self.needs(value),
                "within" => queue.target.within_ms = seconds(value),
                "timeout" => queue.offer_timeout_ms = seconds(value),
                "wrap" => queue.wrap_up_ms = seconds(value),
                "max" => queue.waiting_max = value.parse().unwrap(),
                "priority" => queue.priority = value.parse().unwrap(),
                "ranking" => queue.ranking = parse::<Ranking>(value),
                "hours" => queue.hours = Some(HoursId::from_number(self.number(value))),
                "overflow" => {
                    let (after, to) = value.split_once(':').unwrap();
                    queue.overflow = Some(Overflow { after_ms: seconds(after), to: self.queue(to) });
                }
                "rings" => queue.rings = value.split(',').map(ring).collect(),
                other => panic!("no such queue option: {other}"),
            }
        }
        queue
    }

    fn profile_document(&mut self, name: Name, options: &BTreeMap<&str, &str>) -> RoutingProfile {
        let slots = |key: &str| options.get(key).map_or(0, |slots| slots.parse().unwrap());
        let queues = options["queues"].split(',').map(|part| {
            let (part, delay) = part.split_once('@').unwrap_or((part, "0s"));
            let (queue, priority) = part.split_once(':').unwrap_or((part, "1"));
            ProfileQueue { queue: self.queue(queue), priority: priority.parse().unwrap(), delay_ms: seconds(delay) }
        });
        let queues = queues.collect();
        RoutingProfile {
            id: ProfileId::from_number(self.number(name.as_str())),
            name,
            queues,
            capacity: Capacity {
                per_channel: BTreeMap::from([(Channel::Webchat, slots("chat")), (Channel::Voice, slots("voice"))]),
                total: options.get("total").map_or(slots("chat").max(slots("voice")), |total| total.parse().unwrap()),
                exclusive: options.get("alone").map(|_| Channel::Voice).into_iter().collect(),
            },
        }
    }

    fn person_document(&mut self, role: &str, name: Name, words: &[&str], options: &BTreeMap<&str, &str>) -> Person {
        let skills = options.get("has").map_or_else(Vec::new, |has| self.needs(has));
        Person {
            id: self.person(name.as_str()),
            email: format!("{name}@example.com"),
            name,
            role: if role == "agent" { Role::Agent } else { Role::Supervisor },
            skills: skills.into_iter().map(|need| (need.skill, need.level_min)).collect(),
            profile: options.get("profile").map(|profile| ProfileId::from_number(self.number(profile))),
            team: None,
            retired: words.contains(&"retired"),
        }
    }

    fn hours_document(&mut self, name: Name, options: &BTreeMap<&str, &str>) -> Hours {
        let row = |part: &str| {
            let (day, span) = part.split_once(':').unwrap();
            let (from, to) = span.split_once('-').unwrap();
            let interval = Interval { from_minute: from.parse().unwrap(), to_minute: to.parse().unwrap() };
            WeeklyInterval { day: parse::<Weekday>(day), interval }
        };
        Hours {
            id: HoursId::from_number(self.number(name.as_str())),
            name,
            time_zone: options["zone"].into(),
            weekly: options["open"].split(',').map(row).collect(),
            exceptions: Vec::new(),
        }
    }
}

/// `30s:-2` lowers levels by two after half a minute; `60s:drop1` drops one need.
fn ring(text: &str) -> Ring {
    let (after, change) = text.split_once(':').unwrap();
    let dropped = change.strip_prefix("drop").map_or(0, |count| count.parse().unwrap());
    let lower = change.strip_prefix('-').map_or(0, |levels| levels.parse().unwrap());
    Ring { after_ms: seconds(after), levels_lower_by: lower, needs_dropped: dropped }
}
