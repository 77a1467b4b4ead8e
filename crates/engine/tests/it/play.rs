//! Plays a scenario written as text and returns it with what the engine decided: `> ` lines.
//!
//! Set-up: `queue NAME key=value…`, `profile NAME key=value…`, `agent NAME key=value… [available]`, `supervisor NAME`,
//! `hours NAME zone=… open=monday:540-1020,…`, `disposition NAME resolved|open`, `rule NAME measure=… fire=… clear=… dwell=…`.
//! Play: `12s WHO VERB …`; time passes up to each line, and everything that becomes due on the way is played too.

mod ai;
mod say;
mod setup;

use std::collections::BTreeMap;

use signalbox_engine::Engines;
use signalbox_model::contact::{Actor, Channel, Control, Origin, Participant, Presence, SkillNeed};
use signalbox_model::event::action::ApprovalDecideAsked;
use signalbox_model::event::ai_agent::ReturnToAiAsked;
use signalbox_model::event::alert::{AlertAct, AlertActAsked};
use signalbox_model::event::conversation::*;
use signalbox_model::event::presence::{DeskConnected, DeskDisconnected, PresenceAsked};
use signalbox_model::event::routing::*;
use signalbox_model::event::supervision::*;
use signalbox_model::event::{Event, NewEvent, Recorded};
use signalbox_model::id::*;
use signalbox_model::time::Timestamp;
use signalbox_model::word::Slug;

/// Start of every scenario: a Monday, 2026-11-23 09:00 UTC.
pub const START: i64 = 1_795_424_400_000;

/// A floor that is played on.
pub struct Play {
    pub engines: Engines,
    pub log: Vec<Recorded>,
    pub now: Timestamp,
    /// Rounds of deciding so far: in a running system each of them is a commit.
    pub rounds: usize,
    names: BTreeMap<String, u128>,
    spoken: BTreeMap<u128, String>,
    transcript: Vec<String>,
}

/// Plays the text and compares it, with the engine's lines, to what is expected; then replays the log and looks for anything
/// that would still be decided.
pub fn check(scenario: &str, expected: expect_test::Expect) {
    let mut play = Play::new();
    for line in scenario.lines().map(str::trim).filter(|line| !line.is_empty()) {
        play.line(line);
    }
    let replayed = replay(&play.log);
    assert_eq!(
        serde_json::to_string(&replayed).unwrap(),
        serde_json::to_string(&play.engines).unwrap(),
        "replaying the log must give the same state"
    );
    let again = play.engines.due(play.now);
    assert!(again.is_empty(), "nothing may still be due: {again:?}");
    expected.assert_eq(&format!("{}\n", play.transcript.join("\n")));
}

/// The state that a log folds to.
pub fn replay(log: &[Recorded]) -> Engines {
    let mut engines = Engines::default();
    log.iter().for_each(|recorded| engines.apply(recorded));
    engines
}

impl Play {
    pub fn new() -> Play {
        Play {
            engines: Engines::default(),
            log: Vec::new(),
            now: Timestamp(START),
            rounds: 0,
            names: BTreeMap::new(),
            spoken: BTreeMap::new(),
            transcript: Vec::new(),
        }
    }

    fn number(&mut self, name: &str) -> u128 {
        let next = self.names.len() as u128 + 1;
        let number = *self.names.entry(name.to_owned()).or_insert(next);
        self.spoken.insert(number, name.to_owned());
        number
    }

    pub fn conversation(&mut self, name: &str) -> ConversationId {
        ConversationId::from_number(self.number(name))
    }

    pub fn person(&mut self, name: &str) -> PersonId {
        PersonId::from_number(self.number(name))
    }

    pub fn queue(&mut self, name: &str) -> QueueId {
        QueueId::from_number(self.number(name))
    }

    fn name(&self, uuid: uuid::Uuid) -> String {
        self.spoken.get(&uuid.as_u128()).cloned().unwrap_or_else(|| format!("#{}", uuid.as_u128()))
    }

    /// Plays one line.
    pub fn line(&mut self, line: &str) {
        self.transcript.push(line.to_owned());
        let words: Vec<&str> = line.split_whitespace().collect();
        match words[0].strip_suffix('s').and_then(|seconds| seconds.parse::<i64>().ok()) {
            Some(seconds) => {
                self.advance(Timestamp(START + seconds * 1_000));
                if words.get(1) != Some(&"(time") {
                    let events = self.ai_events(&words[1..]).unwrap_or_else(|| vec![self.event(&words[1..])]);
                    self.say(events.into_iter().map(NewEvent::now).collect());
                }
            }
            None if words[0] == "ai" => self.set_up_ai(&words),
            None => self.set_up(&words),
        }
    }

    /// Lets time pass to `to`, playing what becomes due on the way at its own instant.
    pub fn advance(&mut self, to: Timestamp) {
        for _ in 0..100_000 {
            let Some(due) = self.engines.next_due().filter(|due| *due <= to) else { break };
            self.now = self.now.max(due);
            let events = self.engines.due(self.now);
            assert!(
                !events.is_empty(),
                "the engine asks to be looked at, but nothing is due:\n{}\n{:#?}",
                self.transcript.join("\n"),
                self.engines.floor.conversations
            );
            self.say(events);
        }
        self.now = self.now.max(to);
    }

    /// Appends facts and everything that follows from them.
    pub fn say(&mut self, events: Vec<NewEvent>) {
        let mut pending = self.append(events, Actor::System);
        for _ in 0..10_000 {
            if pending.is_empty() {
                return;
            }
            self.rounds += 1;
            let round = self.engines.decide(&pending);
            assert!(round.decided > 0, "a round must decide at least one fact");
            pending.drain(..round.decided);
            pending.extend(self.append(round.decisions, Actor::Engine));
        }
        panic!("the engine never settles");
    }

    fn append(&mut self, events: Vec<NewEvent>, actor: Actor) -> Vec<Recorded> {
        let from = self.log.len();
        for new in events {
            let recorded = Recorded {
                position: Position(self.log.len() as u64 + 1),
                at: self.now,
                occurred_at: new.occurred_at,
                actor: actor.clone(),
                command: None,
                cause: new.cause,
                event: new.event,
            };
            if let Some(said) = self.said(&recorded) {
                let seconds = (self.now.0 - START) / 1_000;
                self.transcript.push(format!("     {seconds}s > {said}"));
            }
            self.engines.apply(&recorded);
            self.log.push(recorded);
        }
        self.log[from..].to_vec()
    }

    pub fn event(&mut self, words: &[&str]) -> Event {
        let options: BTreeMap<&str, &str> = words.iter().filter_map(|word| word.split_once('=')).collect();
        let plain: Vec<&str> = words.iter().copied().filter(|word| !word.contains('=')).collect();
        if plain[0].starts_with('c') && plain[0][1..].chars().all(|c| c.is_ascii_digit()) {
            return self.customer_event(&plain, &options);
        }
        let person = self.person(plain[0]);
        match plain[1..] {
            ["available"] => presence(person, Presence::Available),
            ["away"] => presence(person, Presence::Away),
            ["offline"] => presence(person, Presence::Offline),
            ["loses", "browser"] => Event::DeskDisconnected(DeskDisconnected { person }),
            ["opens", "browser"] => Event::DeskConnected(DeskConnected { person }),
            ["acknowledges", number] => act(person, number, AlertAct::Acknowledge),
            ["dismisses", number] => act(person, number, AlertAct::Dismiss),
            [verb, conversation, ..] => {
                let id = self.conversation(conversation);
                self.person_event(person, verb, id, &plain, &options)
            }
            _ => panic!("cannot read {words:?}"),
        }
    }

    fn person_event(
        &mut self,
        person: PersonId,
        verb: &str,
        conversation: ConversationId,
        plain: &[&str],
        options: &BTreeMap<&str, &str>,
    ) -> Event {
        let last = self.engines.floor.conversation(conversation).map_or(0, |c| c.offers_made);
        let offer = options.get("offer").map_or(last, |number| number.parse().unwrap());
        let disposition = options.get("as").map(|name| DispositionId::from_number(self.number(name)));
        let content = ContentId::from_number(7);
        match verb {
            "accepts" => Event::OfferAcceptAsked(OfferAcceptAsked { conversation, person, offer }),
            "declines" => Event::OfferDeclineAsked(OfferDeclineAsked { conversation, person, offer }),
            "says" => Event::ReplyAsked(ReplyAsked { conversation, person, kind: TurnKind::Text, content }),
            "holds" => Event::HoldAsked(HoldAsked { conversation, person, hold: true }),
            "resumes" => Event::HoldAsked(HoldAsked { conversation, person, hold: false }),
            "closes" => Event::CloseAsked(CloseAsked { conversation, person, disposition }),
            "wraps" => Event::WrapUpFinishAsked(WrapUpFinishAsked { conversation, person, disposition }),
            "completes" => Event::TransferEndAsked(TransferEndAsked { conversation, person, complete: true }),
            "stops" => Event::TransferEndAsked(TransferEndAsked { conversation, person, complete: false }),
            "monitors" => Event::MonitorAsked(MonitorAsked { conversation, person, on: true }),
            "leaves" => Event::MonitorAsked(MonitorAsked { conversation, person, on: false }),
            "whispers" => Event::WhisperAsked(WhisperAsked { conversation, person, content }),
            "barges" => Event::BargeAsked(BargeAsked { conversation, person }),
            "takes" => Event::TakeOverAsked(TakeOverAsked { conversation, person }),
            "returns" => Event::ReturnToAiAsked(ReturnToAiAsked {
                conversation,
                person,
                customer_agreed: plain.contains(&"agreed"),
            }),
            "grants" | "denies" => {
                let approval = ApprovalId::from_number(conversation.uuid().as_u128());
                let (grant, reason) = (verb == "grants", String::new());
                Event::ApprovalDecideAsked(ApprovalDecideAsked { approval, conversation, person, grant, reason })
            }
            "hands" => Event::HandBackAsked(HandBackAsked { conversation, person }),
            "assigns" => Event::AssignAsked(AssignAsked { conversation, person, to: self.person(plain[4]) }),
            "raises" => Event::PriorityChanged(PriorityChanged {
                conversation,
                person,
                priority: options["priority"].parse().unwrap(),
            }),
            "transfers" => {
                let mode = if plain.contains(&"warm") { TransferMode::Warm } else { TransferMode::Cold };
                let to = match options.get("person") {
                    Some(name) => TransferTo::Person { person: self.person(name) },
                    None => TransferTo::Queue { queue: self.queue(options["queue"]) },
                };
                Event::TransferAsked(TransferAsked { conversation, person, to, mode })
            }
            other => panic!("no such verb: {other}"),
        }
    }

    fn customer_event(&mut self, plain: &[&str], options: &BTreeMap<&str, &str>) -> Event {
        let conversation = self.conversation(plain[0]);
        match plain[1..] {
            ["opens", queue] => Event::ConversationOpened(ConversationOpened {
                conversation,
                customer: CustomerId::from_number(conversation.uuid().as_u128()),
                channel: if options.get("channel") == Some(&"voice") { Channel::Voice } else { Channel::Webchat },
                origin: Origin::Simulated,
                control: if options.contains_key("observed") { Control::Observed } else { Control::Routed },
                queue: Some(self.queue(queue)),
                priority: options.get("priority").map_or(0, |priority| priority.parse().unwrap()),
                needs: options.get("needs").map_or_else(Vec::new, |needs| self.needs(needs)),
                intent: options.get("intent").map(|intent| Slug::parse(intent).unwrap()),
                language: None,
            }),
            ["says"] => Event::TurnAdded(TurnAdded {
                conversation,
                by: Participant::Customer,
                kind: TurnKind::Text,
                content: ContentId::from_number(8),
            }),
            ["ends"] => Event::CustomerLeft(CustomerLeft { conversation, how: LeftHow::Ended }),
            ["disconnects"] => Event::CustomerLeft(CustomerLeft { conversation, how: LeftHow::Disconnected }),
            ["returns"] => Event::CustomerReturned(CustomerReturned { conversation }),
            ["asks"] => Event::PersonAsked(PersonAsked { conversation }),
            ["reopens", queue] => Event::ReopenAsked(ReopenAsked {
                conversation,
                customer: CustomerId::from_number(conversation.uuid().as_u128()),
                channel: Channel::Webchat,
                origin: Origin::Simulated,
                queue: self.queue(queue),
                priority: 0,
                needs: Vec::new(),
                segments: 2,
                turns: 4,
                last_owner: None,
            }),
            _ => panic!("cannot read {plain:?}"),
        }
    }

    pub fn needs(&mut self, text: &str) -> Vec<SkillNeed> {
        text.split(',')
            .map(|part| {
                let (skill, level) = part.split_once(':').unwrap_or((part, "1"));
                SkillNeed { skill: SkillId::from_number(self.number(skill)), level_min: level.parse().unwrap() }
            })
            .collect()
    }
}

fn presence(person: PersonId, presence: Presence) -> Event {
    Event::PresenceAsked(PresenceAsked { person, presence, reason: None })
}

fn act(person: PersonId, number: &str, act: AlertAct) -> Event {
    Event::AlertActAsked(AlertActAsked { alert: number.parse().unwrap(), person, act })
}
