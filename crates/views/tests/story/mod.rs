//! Logs for tests: facts in order, as a decider would have left them.
#![allow(dead_code)]

use signalbox_model::contact::*;
use signalbox_model::content::Body;
use signalbox_model::event::conversation::*;
use signalbox_model::event::presence::*;
use signalbox_model::event::routing::*;
use signalbox_model::event::{Event, Recorded, SetupPublished};
use signalbox_model::id::*;
use signalbox_model::setup::Document;
use signalbox_model::setup::people::{Capacity, Person, ProfileQueue, Role, RoutingProfile};
use signalbox_model::setup::queue::Queue;
use signalbox_model::time::{DurationMs, Timestamp};
use signalbox_model::word::{Name, Slug};
use signalbox_views::{Applied, Reader, Views};

/// 2026-11-20 09:00 UTC, a whole quarter of an hour.
pub const START: i64 = 1_795_165_200_000;

pub fn conversation(number: u128) -> ConversationId {
    ConversationId::from_number(number)
}

pub fn person(number: u128) -> PersonId {
    PersonId::from_number(number)
}

pub fn queue(number: u128) -> QueueId {
    QueueId::from_number(number)
}

pub fn customer(number: u128) -> CustomerId {
    CustomerId::from_number(number)
}

pub fn at(seconds: i64) -> Timestamp {
    Timestamp(START + seconds * 1_000)
}

/// A log that grows.
#[derive(Clone, Default)]
pub struct Story {
    pub facts: Vec<Applied>,
    contents: u128,
}

impl std::fmt::Debug for Story {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.facts.iter().try_for_each(|fact| {
            let seconds = |at: Timestamp| (at.0 - START) / 1_000;
            write!(
                f,
                "\n{} {:?} {:?}",
                seconds(fact.recorded.at),
                fact.recorded.occurred_at.map(seconds),
                fact.recorded.event
            )
        })
    }
}

impl Story {
    pub fn tell(&mut self, seconds: i64, event: Event) -> Position {
        self.tell_all(seconds, None, Actor::Engine, event, None)
    }

    pub fn tell_all(
        &mut self,
        seconds: i64,
        occurred: Option<i64>,
        actor: Actor,
        event: Event,
        body: Option<Body>,
    ) -> Position {
        let last = self.facts.last().map(|fact| &fact.recorded);
        let position = last.map_or(Position(1), |last| last.position.next());
        let now = last.map_or(at(seconds), |last| last.at.max(at(seconds)));
        let recorded =
            Recorded { position, at: now, occurred_at: occurred.map(at), actor, command: None, cause: None, event };
        self.facts.push(Applied { recorded, body });
        position
    }

    pub fn content(&mut self) -> ContentId {
        self.contents += 1;
        ContentId::from_number(self.contents)
    }

    /// Two queues; two people who serve both with three slots.
    pub fn centre() -> Story {
        let mut story = Story::default();
        for number in [1, 2] {
            let name = Name::parse(&format!("Queue {number}")).unwrap();
            story.publish(Document::Queue(Queue::named(queue(number), name)));
        }
        let served = |number| ProfileQueue { queue: queue(number), priority: 1, delay_ms: DurationMs::ZERO };
        let per_channel = Channel::ALL.into_iter().map(|channel| (channel, 3)).collect();
        story.publish(Document::RoutingProfile(RoutingProfile {
            id: ProfileId::from_number(1),
            name: Name::parse("All").unwrap(),
            queues: vec![served(1), served(2)],
            capacity: Capacity { per_channel, total: 3, exclusive: Vec::new() },
        }));
        for number in [1, 2] {
            story.publish(Document::Person(Person {
                id: person(number),
                name: Name::parse(&format!("Person {number}")).unwrap(),
                email: format!("p{number}@example.com"),
                role: Role::Agent,
                skills: Default::default(),
                profile: Some(ProfileId::from_number(1)),
                team: None,
                retired: false,
            }));
        }
        story
    }

    pub fn publish(&mut self, document: Document) {
        self.tell(0, Event::SetupPublished(SetupPublished { document, revision: 1 }));
    }

    pub fn presence(&mut self, seconds: i64, who: u128, presence: Presence) {
        let changed = PresenceChanged { person: person(who), presence, reason: None, because: PresenceBecause::Asked };
        self.tell(seconds, Event::PresenceChanged(changed));
    }

    pub fn open(&mut self, seconds: i64, number: u128, in_queue: u128) {
        self.open_as(seconds, number, Some(in_queue), Origin::Native, Control::Routed);
        self.queued(seconds, number, in_queue, seconds, QueuedBecause::Arrived);
    }

    pub fn open_as(&mut self, seconds: i64, number: u128, in_queue: Option<u128>, origin: Origin, control: Control) {
        let opened = ConversationOpened {
            conversation: conversation(number),
            customer: customer(number),
            channel: Channel::Webchat,
            origin,
            control,
            queue: in_queue.map(queue),
            priority: 0,
            needs: Vec::new(),
            intent: Some(Slug::parse("refund").unwrap()),
            language: None,
        };
        let occurred = (control == Control::Observed).then_some(seconds);
        self.tell_all(seconds, occurred, Actor::System, Event::ConversationOpened(opened), None);
    }

    pub fn queued(&mut self, seconds: i64, number: u128, to: u128, since: i64, because: QueuedBecause) {
        let queued = ConversationQueued {
            conversation: conversation(number),
            queue: queue(to),
            place: Place::Score,
            waiting_since: at(since),
            priority: 0,
            only: None,
            because,
        };
        self.tell(seconds, Event::ConversationQueued(queued));
    }

    pub fn take(&mut self, seconds: i64, number: u128, who: u128) {
        let made = OfferMade {
            conversation: conversation(number),
            person: person(who),
            offer: 1,
            purpose: OfferPurpose::Take,
            expires_at: at(seconds + 45),
            waited_ms: DurationMs::ZERO,
            because: Vec::new(),
        };
        self.tell(seconds, Event::OfferMade(made));
        let accepted = OfferAccepted {
            conversation: conversation(number),
            person: person(who),
            offer: 1,
            purpose: OfferPurpose::Take,
            waited_ms: DurationMs::ZERO,
        };
        self.tell(seconds, Event::OfferAccepted(accepted));
    }

    pub fn says(&mut self, seconds: i64, number: u128, text: &str) -> Position {
        self.turn(seconds, None, number, Participant::Customer, text)
    }

    pub fn turn(&mut self, seconds: i64, occurred: Option<i64>, number: u128, by: Participant, text: &str) -> Position {
        let content = self.content();
        let turn = TurnAdded { conversation: conversation(number), by, kind: TurnKind::Text, content };
        let body = Body::Text { text: text.to_owned() };
        self.tell_all(seconds, occurred, Actor::System, Event::TurnAdded(turn), Some(body))
    }

    pub fn reply(&mut self, seconds: i64, number: u128, who: u128, text: &str) {
        let content = self.content();
        let asked =
            ReplyAsked { conversation: conversation(number), person: person(who), kind: TurnKind::Text, content };
        let body = Body::Text { text: text.to_owned() };
        self.tell_all(seconds, None, Actor::Person { person: person(who) }, Event::ReplyAsked(asked), Some(body));
        let by = Participant::HumanAgent { person: person(who) };
        let sent = ReplySent { conversation: conversation(number), by, kind: TurnKind::Text, content, reply_ms: None };
        self.tell(seconds, Event::ReplySent(sent));
    }

    pub fn close(&mut self, seconds: i64, number: u128, outcome: Option<Outcome>) {
        let because = ClosedBecause::Customer;
        let closed = ConversationClosed {
            conversation: conversation(number),
            because,
            outcome,
            abandoned_after_ms: None,
            had_by: None,
        };
        self.tell(seconds, Event::ConversationClosed(closed));
    }

    pub fn wrap_up(&mut self, from: i64, until: i64, number: u128, who: u128) {
        let started = WrapUpStarted { conversation: conversation(number), person: person(who), until: at(from + 60) };
        self.tell(from, Event::WrapUpStarted(started));
        let finished = WrapUpFinished {
            conversation: conversation(number),
            person: person(who),
            by_time: false,
            disposition: None,
        };
        self.tell(until, Event::WrapUpFinished(finished));
    }

    pub fn reported(&mut self, seconds: i64, occurred: i64, number: u128, owner: Owner) {
        let report = OwnershipReported { conversation: conversation(number), owner };
        self.tell_all(seconds, Some(occurred), Actor::System, Event::OwnershipReported(report), None);
    }

    pub fn head(&self) -> Position {
        self.facts.last().map_or(Position::START, |fact| fact.recorded.position)
    }
}

/// Views of a story in a folder that goes when it is dropped.
pub struct Told {
    pub folder: tempfile::TempDir,
    pub views: Views,
    pub reader: Reader,
}

impl Told {
    pub fn of(story: &Story) -> Told {
        let folder = tempfile::tempdir().unwrap();
        let mut views = Views::open(&folder.path().join("views.db"), story.head()).unwrap();
        views.apply(&story.facts).unwrap();
        let reader = views.reader();
        Told { folder, views, reader }
    }

    /// The same file, with another writer that has nothing in memory.
    pub fn opened_again(self, log_head: Position) -> Told {
        let Told { folder, views, reader } = self;
        drop((views, reader));
        let views = Views::open(&folder.path().join("views.db"), log_head).unwrap();
        let reader = views.reader();
        Told { folder, views, reader }
    }

    pub fn path(&self) -> std::path::PathBuf {
        self.folder.path().join("views.db")
    }
}
