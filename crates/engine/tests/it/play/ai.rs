//! Lines about AI agents.
//!
//! Set-up: `ai NAME queues=… [capacity=2] [autonomy=act] [turns=9] [time=20s] [INTENT:autonomy …] [shadow=VERSION] [unreleased]`.
//! Play: `12s NAME answers|closes|hands_off|fails|waits|is_silent c1 [turn=…] [reason=…] [says=no]`, `PERSON stops NAME|everything|intent=…`.

use std::collections::BTreeMap;

use signalbox_model::event::action::ApprovalAsked;
use signalbox_model::event::ai_agent::*;
use signalbox_model::event::stop::*;
use signalbox_model::event::{Event, NewEvent, SetupPublished};
use signalbox_model::id::*;
use signalbox_model::setup::Document;
use signalbox_model::setup::ai_agent::*;
use signalbox_model::time::DurationMs;
use signalbox_model::word::{Name, Slug};

use super::Play;

fn word<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).unwrap()
}

impl Play {
    pub(super) fn set_up_ai(&mut self, words: &[&str]) {
        let options: BTreeMap<&str, &str> = words.iter().filter_map(|word| word.split_once('=')).collect();
        let intents = words.iter().skip(2).filter(|word| !word.contains('=')).filter_map(|word| word.split_once(':'));
        let draft = Draft {
            briefing: Briefing::default(),
            engine: EngineChoice::Guided,
            procedures: Vec::new(),
            tools: Vec::new(),
            collections: Vec::new(),
            intents: intents
                .map(|(intent, autonomy)| IntentRule {
                    intent: Slug::parse(intent).unwrap(),
                    autonomy: word(autonomy),
                    boundary: String::new(),
                })
                .collect(),
            autonomy: options.get("autonomy").map_or(Autonomy::Act, |text| word(text)),
            budgets: Budgets {
                turns_max: options.get("turns").map_or(9, |turns| turns.parse().unwrap()),
                turn_ms: DurationMs::seconds(20),
                tokens_max: None,
                cost_micros_max: None,
            },
            voice: None,
        };
        let id = AiAgentId::from_number(self.number(words[1]));
        let queues = options["queues"].split(',').map(|queue| self.queue(queue)).collect();
        let agent = AiAgent {
            id,
            handle: Slug::parse(words[1]).unwrap(),
            name: Name::parse(words[1]).unwrap(),
            queues,
            channels: Vec::new(),
            languages: Vec::new(),
            capacity: options.get("capacity").map_or(2, |capacity| capacity.parse().unwrap()),
            outside_hours: false,
            draft: draft.clone(),
            shadow_version: options.get("shadow").map(|version| version.parse().unwrap()),
            retired: false,
        };
        let person = self.person("boss");
        let snapshot = Box::new(Snapshot { draft, tools: Vec::new(), knowledge: String::new() });
        let (version, revision) = (1, 1);
        let mut events = vec![
            Event::SetupPublished(SetupPublished { document: Document::AiAgent(Box::new(agent)), revision }),
            Event::VersionProposed(VersionProposed {
                agent: id,
                version,
                hash: "0".repeat(64),
                snapshot,
                revision,
                person,
                note: String::new(),
            }),
        ];
        if !words.contains(&"unreleased") {
            let reason = String::new();
            events.push(Event::VersionReleased(VersionReleased { agent: id, version, person, reason }));
        }
        self.say(events.into_iter().map(NewEvent::now).collect());
    }

    /// What an AI agent does, and who stops it; none: the line is about something else.
    pub(super) fn ai_events(&mut self, words: &[&str]) -> Option<Vec<Event>> {
        let options: BTreeMap<&str, &str> = words.iter().filter_map(|word| word.split_once('=')).collect();
        if let [who, verb @ ("stops" | "lifts"), what] = words {
            let person = self.person(who);
            let scope = match (what.split_once('='), *what) {
                (Some(("intent", intent)), _) => StopScope::Intent { intent: Slug::parse(intent).unwrap() },
                (_, "everything") => StopScope::Everything,
                (_, name) => StopScope::Agent { agent: AiAgentId::from_number(self.number(name)) },
            };
            let reason = String::new();
            return Some(vec![match *verb {
                "stops" => Event::KillSwitchThrown(KillSwitchThrown { scope, person, reason }),
                _ => Event::KillSwitchLifted(KillSwitchLifted { scope, person, reason }),
            }]);
        }
        let [name, verb, conversation, ..] = words else { return None };
        let agent = AiAgentId::from_number(self.number(name));
        self.engines.floor.directory.registry.agent(agent)?;
        let conversation = self.conversation(conversation);
        let known = self.engines.floor.conversation(conversation);
        let number =
            options.get("turn").map_or(known.map_or(0, |known| known.ai.asked), |number| number.parse().unwrap());
        let outcome = match *verb {
            "answers" => AiOutcome::Reply,
            "closes" => AiOutcome::Close { resolved: Some(true) },
            "hands_off" => AiOutcome::HandOff { reason: word(options["reason"]) },
            "fails" => AiOutcome::Failed { why: Slug::parse("timed_out").unwrap() },
            "waits" => AiOutcome::AwaitApproval,
            "is_silent" => AiOutcome::Silent,
            other => panic!("an AI agent does not do this: {other}"),
        };
        let speaks = !matches!(*verb, "fails" | "is_silent") && options.get("says") != Some(&"no");
        let mut events = Vec::new();
        if *verb == "waits" {
            events.push(Event::ApprovalAsked(ApprovalAsked {
                approval: ApprovalId::from_number(conversation.uuid().as_u128()),
                conversation,
                agent,
                number,
                tool: ToolId::from_number(1),
                amount: Some(5_000),
                until: self.now.plus(DurationMs::seconds(60)),
                content: ContentId::from_number(11),
            }));
        }
        events.push(Event::AiTurnCompleted(AiTurnCompleted {
            conversation,
            agent,
            version: 1,
            number,
            task: AiTask::Answer,
            outcome,
            says: speaks.then(|| ContentId::from_number(9)),
            figures: AiFigures::default(),
        }));
        Some(events)
    }
}
