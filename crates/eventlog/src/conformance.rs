//! The promises of a log, one function each: every implementation is held to all of them. A broken promise panics with what was seen.

use std::collections::BTreeSet;
use std::future::Future;
use std::sync::Arc;

use signalbox_model::contact::{Actor, Channel, Control, Origin, Participant};
use signalbox_model::content::{Body, Content};
use signalbox_model::event::conversation::{ConversationOpened, PersonAsked, TurnAdded, TurnKind};
use signalbox_model::event::customer::{IdentityAdded, IdentityKind};
use signalbox_model::event::{Event, NewEvent, Recorded};
use signalbox_model::id::{CommandId, ContentId, ConversationId, CustomerId, Position};
use signalbox_model::limits::BATCH_EVENTS_MAX;
use signalbox_model::time::{DurationMs, Timestamp};
use tokio::task::JoinSet;

use crate::contract::{AppendError, Appended, BATCH_BYTES_MAX, Batch, EventLog, Guard, Stored};
use crate::verify::{Fault, Verified};

/// What a test may do to the log of one implementation from outside.
pub trait Fixture {
    /// The implementation.
    type Log: EventLog;
    /// Opens the log of this fixture: a new one the first time, the same one later.
    fn open(&self) -> impl Future<Output = Self::Log> + Send;
    /// Closes it; all that was acknowledged stays.
    fn close(&self, log: Self::Log) -> impl Future<Output = ()> + Send;
    /// Verifies it.
    fn verify(&self, log: &Self::Log) -> impl Future<Output = Verified> + Send;
    /// Leaves no space on its disk, or gives it back.
    fn fill_disk(&self, log: &Self::Log, is_full: bool) -> impl Future<Output = ()> + Send;
    /// Changes one byte of a fact of the closed log, behind its back.
    fn tamper(&self, position: Position, part: Part);
}

/// Which byte is changed.
#[derive(Clone, Copy, Debug)]
pub enum Part {
    /// Of the event.
    Event,
    /// Of the encrypted words.
    Words,
}

/// A conversation for tests.
pub fn conversation(number: u128) -> ConversationId {
    ConversationId::from_number(number)
}

/// A customer for tests.
pub fn customer(number: u128) -> CustomerId {
    CustomerId::from_number(number)
}

/// A fact without words.
pub fn asked(number: u128) -> NewEvent {
    NewEvent::now(Event::PersonAsked(PersonAsked { conversation: conversation(number) }))
}

/// The beginning of a conversation.
pub fn opened(number: u128, whose: CustomerId) -> NewEvent {
    NewEvent::now(Event::ConversationOpened(ConversationOpened {
        conversation: conversation(number),
        customer: whose,
        channel: Channel::Webchat,
        origin: Origin::Native,
        control: Control::Observed,
        queue: None,
        priority: 0,
        needs: Vec::new(),
        intent: None,
        language: None,
    }))
}

/// A turn with words.
pub fn said(number: u128, whose: CustomerId, content: u128, text: &str) -> NewEvent {
    let id = ContentId::from_number(content);
    let event = Event::TurnAdded(TurnAdded {
        conversation: conversation(number),
        by: Participant::Customer,
        kind: TurnKind::Text,
        content: id,
    });
    let body = Body::Text { text: text.to_owned() };
    let content = Content { id, customer: whose, conversation: Some(conversation(number)), body, lookup: None };
    NewEvent { content: Some(content), ..NewEvent::now(event) }
}

/// An identity.
pub fn known_as(whose: CustomerId, content: u128, value: &str) -> NewEvent {
    let id = ContentId::from_number(content);
    let event = IdentityAdded { customer: whose, identity: IdentityKind::Email, verified: false, content: id };
    let body = Body::Identity { value: value.to_owned() };
    let content = Content { id, customer: whose, conversation: None, body, lookup: Some(format!("email:{value}")) };
    NewEvent { content: Some(content), ..NewEvent::now(Event::IdentityAdded(event)) }
}

/// A batch at an instant.
pub fn batch(at: i64, events: Vec<NewEvent>) -> Batch {
    Batch { at: Timestamp(at), actor: Actor::System, command: None, events }
}

async fn append(log: &impl EventLog, at: i64, events: Vec<NewEvent>) -> Appended {
    log.append(batch(at, events), Guard::Anyone).await.expect("an ordinary batch is appended")
}

async fn read_all(log: &impl EventLog) -> Vec<Recorded> {
    let mut out: Vec<Recorded> = Vec::new();
    loop {
        let after = out.last().map_or(Position::START, |recorded| recorded.position);
        let more = log.read(after, 7).await.expect("facts can be read");
        if more.is_empty() {
            return out;
        }
        out.extend(more);
    }
}

/// `writers` at once, each with `batches` of two facts; the positions that they were told.
async fn race<L: EventLog>(log: &Arc<L>, writers: u128, batches: u128) -> Vec<Appended> {
    let mut tasks = JoinSet::new();
    for writer in 0..writers {
        let log = log.clone();
        tasks.spawn(async move {
            let mut out = Vec::new();
            for _ in 0..batches {
                out.push(append(&*log, 1, vec![asked(writer), asked(writer)]).await);
            }
            out
        });
    }
    tasks.join_all().await.concat()
}

/// Racing writers leave no gap, and each batch stays together.
pub async fn positions_have_no_gaps_with_racing_writers(fixture: &impl Fixture) {
    let log = Arc::new(fixture.open().await);
    let told = race(&log, 8, 20).await;
    let firsts: BTreeSet<u64> = told.iter().map(|appended| appended.first.0).collect();
    assert_eq!(firsts, (0..160).map(|n| 2 * n + 1).collect());
    assert!(told.iter().all(|appended| appended.last == appended.first.next() && !appended.repeated));
    let positions: Vec<u64> = read_all(&*log).await.iter().map(|recorded| recorded.position.0).collect();
    assert_eq!(positions, (1..=320).collect::<Vec<_>>());
    assert_eq!(log.head(), Position(320));
    assert!(fixture.verify(&log).await.is_sound());
}

/// A reader that goes on after the last fact it saw misses none, however the writers race.
pub async fn facts_become_visible_in_order(fixture: &impl Fixture) {
    let log = Arc::new(fixture.open().await);
    let reader = {
        let log = log.clone();
        tokio::spawn(async move {
            let (mut after, mut bell) = (Position::START, log.advanced());
            while after < Position(200) {
                for recorded in log.read(after, 100).await.expect("facts can be read") {
                    assert_eq!(recorded.position, after.next());
                    after = recorded.position;
                }
                if after < Position(200) && log.head() <= after {
                    bell.changed().await.expect("the log is open");
                }
            }
        })
    };
    race(&log, 5, 20).await;
    reader.await.expect("the reader saw every fact in order");
}

/// A batch is appended wholly or not at all.
pub async fn a_batch_is_all_or_nothing(fixture: &impl Fixture) {
    let log = fixture.open().await;
    append(&log, 1, vec![said(1, customer(1), 1, "first")]).await;
    let twice = batch(2, vec![asked(1), said(1, customer(1), 2, "new"), said(1, customer(1), 1, "same id")]);
    let refused = log.append(twice, Guard::Anyone).await;
    assert!(matches!(refused, Err(AppendError::ContentExists(id)) if id == ContentId::from_number(1)), "{refused:?}");
    assert_eq!(log.head(), Position(1));
    assert_eq!(log.content(ContentId::from_number(2)).await.expect("content can be read"), None);
    let appended = append(&log, 3, vec![said(1, customer(1), 2, "new")]).await;
    assert_eq!(appended.first, Position(2));
    assert!(fixture.verify(&log).await.is_sound());
}

/// Of appends that are written together, those that are refused leave the others alone.
pub async fn a_bad_append_does_not_spoil_its_neighbours(fixture: &impl Fixture) {
    let log = Arc::new(fixture.open().await);
    append(&*log, 1, vec![said(1, customer(1), 1, "taken")]).await;
    let mut tasks = JoinSet::new();
    for number in 0..60u128 {
        let log = log.clone();
        // Each third one reuses an id, some of them for customers whose key is not on disk yet.
        let content = if number % 3 == 0 { 1 } else { 100 + number };
        let events = vec![asked(number), said(number, customer(number % 10), content, "words")];
        tasks.spawn(async move { (content, log.append(batch(1, events), Guard::Anyone).await) });
    }
    for (content, result) in tasks.join_all().await {
        assert_eq!(result.is_err(), content == 1, "{result:?}");
        let stored = log.content(ContentId::from_number(content)).await.expect("content can be read");
        assert!(matches!(stored, Some(Stored::Body(_))), "content {content}: {stored:?}");
    }
    assert_eq!(log.head(), Position(1 + 40 * 2));
    assert!(fixture.verify(&log).await.is_sound());
}

/// A command that is sent again, also at the same time, is done once.
pub async fn a_repeated_command_is_done_once(fixture: &impl Fixture) {
    let log = Arc::new(fixture.open().await);
    append(&*log, 1, vec![asked(9)]).await;
    let command = Batch { command: Some(CommandId::from_number(5)), ..batch(1, vec![asked(1), asked(2)]) };
    let mut tasks = JoinSet::new();
    for _ in 0..6 {
        let (log, command) = (log.clone(), command.clone());
        tasks.spawn(async move { log.append(command, Guard::Anyone).await.expect("a command is done") });
    }
    let told = tasks.join_all().await;
    assert!(told.iter().all(|appended| (appended.first, appended.last) == (Position(2), Position(3))));
    assert_eq!(told.iter().filter(|appended| !appended.repeated).count(), 1);
    assert_eq!(log.head(), Position(3));
    let log = Arc::into_inner(log).expect("all others are done");
    fixture.close(log).await;
    let log = fixture.open().await;
    let again = log.append(command, Guard::Anyone).await.expect("a command is done");
    assert_eq!(again, Appended { first: Position(2), last: Position(3), repeated: true });
}

/// Only one holder decides; after expiry another one may, with a higher epoch.
pub async fn a_lease_has_one_holder_until_it_expires(fixture: &impl Fixture) {
    let log = fixture.open().await;
    let ask = async |holder: &str, now: i64| {
        log.lease(holder, Timestamp(now), DurationMs(100)).await.expect("a lease can be asked for")
    };
    let first = ask("a", 0).await.expect("it is free");
    assert_eq!((first.epoch, first.expires_at), (1, Timestamp(100)));
    assert_eq!(ask("b", 50).await, None);
    let longer = ask("a", 60).await.expect("its own");
    assert_eq!((longer.epoch, longer.expires_at), (1, Timestamp(160)));
    assert_eq!(ask("b", 159).await, None);
    assert_eq!(ask("b", 160).await.map(|lease| lease.epoch), Some(2));
    assert_eq!(ask("b", 300).await.map(|lease| lease.epoch), Some(3));
}

/// Who lost the lease cannot append decisions any more.
pub async fn a_stale_decider_is_refused(fixture: &impl Fixture) {
    let log = fixture.open().await;
    append(&log, 1, vec![asked(1)]).await;
    let old = log.lease("a", Timestamp(0), DurationMs(10)).await.expect("a lease").expect("it is free");
    let new = log.lease("b", Timestamp(20), DurationMs(10)).await.expect("a lease").expect("it is over");
    let guard = |epoch| Guard::Decider { epoch, decided_through: Position(1) };
    let refused = log.append(batch(1, vec![asked(1)]), guard(old.epoch)).await;
    let is_stale = matches!(refused, Err(AppendError::StaleDecider { given, current }) if (given, current) == (old.epoch, new.epoch));
    assert!(is_stale, "{refused:?}");
    assert_eq!(log.head(), Position(1));
    log.append(batch(1, vec![asked(1)]), guard(new.epoch)).await.expect("the holder decides");
}

/// `decided_through` is stored with the decisions, or alone, never goes back, and survives.
pub async fn decided_through_survives_reopen(fixture: &impl Fixture) {
    let log = fixture.open().await;
    append(&log, 1, vec![asked(1), asked(2), asked(3)]).await;
    let lease = log.lease("a", Timestamp(0), DurationMs(10)).await.expect("a lease").expect("it is free");
    assert_eq!(lease.decided_through, Position::START);
    let guard = |through| Guard::Decider { epoch: lease.epoch, decided_through: Position(through) };
    log.append(batch(1, vec![asked(4)]), guard(2)).await.expect("the holder decides");
    let empty = log.append(batch(1, Vec::new()), guard(3)).await.expect("an empty batch stores how far it is");
    assert_eq!((empty.first, empty.last, log.head()), (Position(4), Position(4), Position(4)));
    for wrong in [2, 5] {
        let refused = log.append(batch(1, Vec::new()), guard(wrong)).await;
        assert!(matches!(refused, Err(AppendError::DecidedThrough { .. })), "{refused:?}");
    }
    fixture.close(log).await;
    let log = fixture.open().await;
    let lease = log.lease("b", Timestamp(99), DurationMs(10)).await.expect("a lease").expect("it is over");
    assert_eq!((lease.decided_through, lease.epoch), (Position(3), 2));
}

/// Times of recording never run back, also across a restart.
pub async fn a_clock_that_runs_back_is_held(fixture: &impl Fixture) {
    let log = fixture.open().await;
    append(&log, 100, vec![asked(1)]).await;
    append(&log, 40, vec![asked(1)]).await;
    fixture.close(log).await;
    let log = fixture.open().await;
    let late = NewEvent { occurred_at: Some(Timestamp(7)), cause: Some(Position(1)), ..asked(1) };
    append(&log, 60, vec![late]).await;
    append(&log, 101, vec![asked(1)]).await;
    let facts = read_all(&log).await;
    assert_eq!(facts.iter().map(|fact| fact.at.millis()).collect::<Vec<_>>(), [100, 100, 100, 101]);
    assert_eq!((facts[2].occurred_at, facts[2].cause), (Some(Timestamp(7)), Some(Position(1))));
}

/// A conversation is read with its words and nobody else's.
pub async fn words_come_back_with_their_conversation(fixture: &impl Fixture) {
    let log = fixture.open().await;
    append(&log, 1, vec![opened(1, customer(1)), said(1, customer(1), 1, "hello")]).await;
    append(&log, 2, vec![opened(2, customer(2)), said(2, customer(2), 2, "other")]).await;
    append(&log, 3, vec![said(1, customer(1), 3, "again")]).await;
    let transcript = log.read_conversation(conversation(1)).await.expect("it can be read");
    let places: Vec<u64> = transcript.entries.iter().map(|entry| entry.recorded.position.0).collect();
    assert_eq!((places, transcript.truncated), (vec![1, 2, 5], false));
    let words: Vec<_> = transcript.entries.into_iter().filter_map(|entry| entry.content).collect();
    let text = |text: &str| Stored::Body(Body::Text { text: text.to_owned() });
    assert_eq!(words, [text("hello"), text("again")]);
    assert_eq!(log.content(ContentId::from_number(3)).await.expect("it can be read"), Some(text("again")));
    assert_eq!(log.content(ContentId::from_number(99)).await.expect("it can be read"), None);
    assert_eq!(log.read_conversation(conversation(9)).await.expect("it can be read").entries, []);
}

/// Customers are found by what they are known as, exactly.
pub async fn identities_are_found_by_their_lookup(fixture: &impl Fixture) {
    let log = fixture.open().await;
    append(&log, 1, vec![known_as(customer(1), 1, "a@example.test"), known_as(customer(2), 2, "b@example.test")]).await;
    append(&log, 1, vec![known_as(customer(3), 3, "a@example.test")]).await;
    let find = async |lookup: &str| log.find_identity(lookup).await.expect("it can be looked up");
    assert_eq!(find("email:a@example.test").await, [customer(1), customer(3)]);
    assert_eq!(find("email:b@example.test").await, [customer(2)]);
    assert_eq!(find("phone:a@example.test").await, []);
}

/// After an erasure the words are gone for good, the facts are there and the chain is whole.
pub async fn erasure_destroys_words_and_keeps_the_chain(fixture: &impl Fixture) {
    let log = fixture.open().await;
    append(
        &log,
        1,
        vec![opened(1, customer(1)), said(1, customer(1), 1, "secret"), known_as(customer(1), 2, "a@example.test")],
    )
    .await;
    append(&log, 2, vec![opened(2, customer(2)), said(2, customer(2), 3, "stays")]).await;
    let erased = log.erase(customer(1), Timestamp(3), Actor::System).await.expect("it is erased");
    assert_eq!((erased.position, erased.contents, &erased.conversations[..]), (Position(6), 2, &[conversation(1)][..]));
    let again = log.erase(customer(1), Timestamp(4), Actor::System).await.expect("it was erased");
    assert!(again.repeated && again.position == Position(6) && again.contents == 2);
    fixture.close(log).await;
    let log = fixture.open().await;
    let facts = read_all(&log).await;
    assert_eq!(facts.len(), 6);
    assert!(
        matches!(&facts[5].event, Event::CustomerErased(fact) if fact.customer == customer(1) && fact.contents == 2)
    );
    let transcript = log.read_conversation(conversation(1)).await.expect("it can be read");
    assert_eq!(transcript.entries[1].content, Some(Stored::Erased));
    assert_eq!(log.content(ContentId::from_number(2)).await.expect("it can be read"), Some(Stored::Erased));
    assert_eq!(log.find_identity("email:a@example.test").await.expect("it can be looked up"), []);
    assert!(matches!(log.content(ContentId::from_number(3)).await, Ok(Some(Stored::Body(_)))));
    let verified = fixture.verify(&log).await;
    assert!(verified.is_sound(), "{:?}", verified.problems);
    assert_eq!((verified.events, verified.contents, verified.erased), (6, 1, 2));
}

/// Nothing is kept for a customer who was erased; facts without words are.
pub async fn content_of_an_erased_customer_is_refused(fixture: &impl Fixture) {
    let log = fixture.open().await;
    append(&log, 1, vec![said(1, customer(1), 1, "secret")]).await;
    log.erase(customer(1), Timestamp(2), Actor::System).await.expect("it is erased");
    log.erase(customer(2), Timestamp(2), Actor::System).await.expect("one without words is erased as well");
    for whose in [customer(1), customer(2)] {
        let refused = log.append(batch(3, vec![asked(1), said(1, whose, 2, "more")]), Guard::Anyone).await;
        assert!(matches!(refused, Err(AppendError::CustomerErased(who)) if who == whose), "{refused:?}");
    }
    append(&log, 3, vec![asked(1)]).await;
    fixture.close(log).await;
    let log = fixture.open().await;
    let refused = log.append(batch(3, vec![said(1, customer(1), 2, "more")]), Guard::Anyone).await;
    assert!(matches!(refused, Err(AppendError::CustomerErased(_))), "{refused:?}");
    assert_eq!(log.head(), Position(4));
}

/// Words that are on their way while their customer is erased are destroyed with the others or refused: none stay behind.
pub async fn an_append_that_races_an_erasure_leaves_no_words(fixture: &impl Fixture) {
    let log = Arc::new(fixture.open().await);
    append(&*log, 1, vec![said(1, customer(1), 1_000, "first")]).await;
    let mut tasks = JoinSet::new();
    for content in 0..100u128 {
        let log = log.clone();
        tasks.spawn(async move {
            if content == 50 {
                log.erase(customer(1), Timestamp(1), Actor::System).await.expect("it is erased");
                return true;
            }
            let result = log.append(batch(1, vec![said(1, customer(1), content, "words")]), Guard::Anyone).await;
            assert!(matches!(result, Ok(_) | Err(AppendError::CustomerErased(_))), "{result:?}");
            result.is_ok()
        });
    }
    tasks.join_all().await;
    for content in (0..100).chain([1_000]) {
        let stored = log.content(ContentId::from_number(content)).await.expect("it can be read");
        assert!(matches!(stored, None | Some(Stored::Erased)), "content {content}: {stored:?}");
    }
    let verified = fixture.verify(&log).await;
    assert!(verified.is_sound() && verified.contents == 0, "{verified:?}");
}

/// A read returns what was asked for and no more.
pub async fn reading_obeys_limits(fixture: &impl Fixture) {
    let log = fixture.open().await;
    assert_eq!(log.read(Position::START, 10).await.expect("an empty log can be read"), []);
    append(&log, 1, (0..25).map(asked).collect()).await;
    let places = async |after: u64, limit: usize| -> Vec<u64> {
        let facts = log.read(Position(after), limit).await.expect("it can be read");
        facts.iter().map(|fact| fact.position.0).collect()
    };
    assert_eq!(places(0, 3).await, [1, 2, 3]);
    assert_eq!(places(20, 100).await, [21, 22, 23, 24, 25]);
    assert!(places(25, 100).await.is_empty());
    assert!(places(u64::MAX, 100).await.is_empty());
    assert!(places(0, 0).await.is_empty());
    assert_eq!(places(0, usize::MAX).await.len(), 25);
}

/// Who waits for the doorbell is woken by an append.
pub async fn the_doorbell_rings(fixture: &impl Fixture) {
    let log = fixture.open().await;
    let mut bell = log.advanced();
    assert_eq!(*bell.borrow_and_update(), Position::START);
    append(&log, 1, vec![asked(1), asked(1)]).await;
    bell.changed().await.expect("the log is open");
    assert_eq!(*bell.borrow_and_update(), Position(2));
    assert_eq!(log.head(), Position(2));
}

/// What is empty, too large or does not fit together is refused before anything is written.
pub async fn malformed_batches_are_refused(fixture: &impl Fixture) {
    let log = fixture.open().await;
    let refuse =
        async |events: Vec<NewEvent>| log.append(batch(1, events), Guard::Anyone).await.expect_err("it is refused");
    assert!(matches!(refuse(Vec::new()).await, AppendError::Empty));
    let many = (0..=BATCH_EVENTS_MAX as u128).map(asked).collect();
    assert!(matches!(refuse(many).await, AppendError::TooManyEvents { .. }));
    let long = "x".repeat(8 * 1024 * 1024);
    assert!(matches!(refuse(vec![said(1, customer(1), 1, &long)]).await, AppendError::TooManyBytes { .. }));
    let piece = "x".repeat(4 * 1024 * 1024);
    let pieces = (0..=(BATCH_BYTES_MAX / piece.len()) as u128).map(|n| said(1, customer(1), n, &piece)).collect();
    assert!(matches!(refuse(pieces).await, AppendError::TooManyBytes { .. }));
    let without = NewEvent { content: None, ..said(1, customer(1), 1, "words") };
    assert!(matches!(refuse(vec![asked(1), without]).await, AppendError::ContentMismatch { index: 1, .. }));
    assert_eq!(log.head(), Position::START);
}

/// On a full disk appends are refused, nothing is half written, and it goes on when there is space again.
pub async fn a_full_disk_refuses_and_recovers(fixture: &impl Fixture) {
    let log = fixture.open().await;
    append(&log, 1, vec![said(1, customer(1), 1, "before")]).await;
    fixture.fill_disk(&log, true).await;
    let large = "x".repeat(1024 * 1024);
    let refused = log.append(batch(2, vec![asked(1), said(1, customer(1), 2, &large)]), Guard::Anyone).await;
    assert!(matches!(refused, Err(AppendError::NoSpace)), "{refused:?}");
    assert_eq!(log.head(), Position(1));
    assert!(matches!(log.content(ContentId::from_number(1)).await, Ok(Some(Stored::Body(_)))));
    fixture.fill_disk(&log, false).await;
    let appended = append(&log, 3, vec![asked(1), said(1, customer(1), 2, &large)]).await;
    assert_eq!((appended.first, appended.last), (Position(2), Position(3)));
    fixture.close(log).await;
    let log = fixture.open().await;
    assert_eq!(read_all(&log).await.len(), 3);
    assert!(fixture.verify(&log).await.is_sound());
}

/// One changed byte is found, and where.
pub async fn tampering_is_found_and_located(fixture: &impl Fixture) {
    let log = fixture.open().await;
    for number in 1..=10 {
        append(&log, 1, vec![said(1, customer(1), number, "words")]).await;
    }
    let before = fixture.verify(&log).await;
    assert!(before.is_sound(), "{:?}", before.problems);
    fixture.close(log).await;
    fixture.tamper(Position(7), Part::Words);
    let log = fixture.open().await;
    let verified = fixture.verify(&log).await;
    let problems: Vec<_> = verified.problems.iter().map(|problem| (problem.position.0, &problem.fault)).collect();
    assert_eq!(problems, [(7, &Fault::ContentChanged)]);
    assert_eq!(log.content(ContentId::from_number(7)).await.expect("the others can be read"), Some(Stored::Damaged));
    fixture.close(log).await;
    fixture.tamper(Position(4), Part::Event);
    let log = fixture.open().await;
    let verified = fixture.verify(&log).await;
    assert_eq!(verified.first_bad(), Some(Position(4)));
    assert!(verified.problems.iter().all(|problem| [4, 7].contains(&problem.position.0)), "{:?}", verified.problems);
    fixture.close(log).await;
}
