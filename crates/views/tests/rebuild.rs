//! The file is disposable: dropped and made anew, it gives the same answers, wherever batches begin and end.

mod story;

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use rusqlite::Connection;
use rusqlite::types::Value;
use signalbox_engine::measures::Tally;
use signalbox_model::contact::*;
use signalbox_model::event::Event;
use signalbox_model::event::conversation::*;
use signalbox_model::event::customer::*;
use signalbox_model::event::routing::{OfferDeclined, TransferCompleted};
use signalbox_model::id::Position;
use signalbox_model::setup::Document;
use signalbox_model::setup::queue::{Queue, ServiceTarget};
use signalbox_model::time::DurationMs;
use signalbox_model::word::{Name, Slug};
use signalbox_views::{MeasureBy, MeasureFilter, Views};
use story::*;

/// Every row of every table of ours, in the order of its primary key.
fn dump(told: &Told) -> Vec<(String, Vec<Vec<Value>>)> {
    let file = Connection::open(told.path()).unwrap();
    let mut names = file.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'said_%' AND name NOT LIKE 'known_as_%' ORDER BY name").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
    let rows = |name: &String| {
        let mut statement = file.prepare(&format!("SELECT * FROM {name}")).unwrap();
        let width = statement.column_count();
        let rows = statement
            .query_map([], |row| (0..width).map(|index| row.get(index)).collect::<Result<Vec<Value>, _>>())
            .unwrap();
        rows.map(Result::unwrap).collect()
    };
    names.into_iter().map(|name| (name.clone(), rows(&name))).collect()
}

/// One of many things that may happen; most logs of them make little sense, and the views must fold them all alike.
fn happen(story: &mut Story, seconds: i64, what: u8, number: u128, who: u128) {
    let slug = Slug::parse("word").unwrap();
    let observed = number > 3;
    match what {
        // What only our engine decides, it never decides about a conversation that another system routes.
        7 | 9 | 11 | 13 | 14 | 16 if observed => {}
        0 | 1 if observed => story.open_as(seconds, number, Some(1), Origin::Ingested, Control::Observed),
        0 | 1 => story.open(seconds, number, 1 + number % 2),
        2 | 3 if observed => {
            story.reported(seconds, seconds - 300 * i64::from(what), number, Owner::Elsewhere { name: slug })
        }
        2 | 3 => story.take(seconds, number, who),
        4 => {
            let late = seconds - 200 * who as i64;
            story.turn(seconds, Some(late), number, Participant::Customer, "some words here");
        }
        5 if observed => {
            story.turn(seconds, Some(seconds - 150), number, Participant::AiAgent { agent: slug }, "other words");
        }
        5 => story.reply(seconds, number, who, "an answer"),
        6 if observed => story.reported(seconds, seconds - 100 * who as i64, number, Owner::Closed),
        6 => story.close(seconds, number, (who == 1).then_some(Outcome::Abandoned)),
        7 => story.wrap_up(seconds, seconds + 40, number, who),
        8 => {
            story.presence(seconds, who, [Presence::Available, Presence::Away, Presence::Offline][number as usize % 3])
        }
        9 => story.queued(seconds, number, 2, seconds - 60, QueuedBecause::Transferred { by: person(who) }),
        10 => {
            let label = LabelChanged { conversation: conversation(number), label: slug, on: who == 1 };
            story.tell(seconds, Event::LabelChanged(label));
        }
        11 => {
            let held = ConversationHeld { conversation: conversation(number), person: person(who) };
            story.tell(seconds, Event::ConversationHeld(held));
        }
        12 => {
            let mut queue_1 = Queue::named(queue(1), Name::parse("Queue 1").unwrap());
            queue_1.target =
                ServiceTarget { within_ms: DurationMs::seconds(number as u64 * 30), ..ServiceTarget::default() };
            story.publish(Document::Queue(queue_1));
        }
        13 => {
            let done =
                TransferCompleted { conversation: conversation(number), from: person(3 - who), person: person(who) };
            story.tell(seconds, Event::TransferCompleted(done));
        }
        14 => {
            let declined = OfferDeclined { conversation: conversation(number), person: person(who), offer: 1 };
            story.tell(seconds, Event::OfferDeclined(declined));
        }
        15 => {
            let merged = CustomerMerged { customer: customer(number), merged: customer(who) };
            story.tell(seconds, Event::CustomerMerged(merged));
        }
        _ => reopen(story, seconds, number),
    }
}

fn reopen(story: &mut Story, seconds: i64, number: u128) {
    let asked = ReopenAsked {
        conversation: conversation(number),
        customer: customer(number),
        channel: Channel::Webchat,
        origin: Origin::Native,
        queue: queue(2),
        priority: 1,
        needs: Vec::new(),
        segments: 2,
        turns: 2,
        last_owner: None,
    };
    story
        .tell(seconds, Event::ConversationReopened(ConversationReopened { conversation: conversation(number), asked }));
}

fn any_story() -> impl Strategy<Value = Story> {
    let step = (1i64..400, 0u8..17, 1u128..6, 1u128..3);
    proptest::collection::vec(step, 1..80).prop_map(|steps| {
        let mut story = Story::centre();
        let mut seconds = 0;
        for (pause, what, number, who) in steps {
            seconds += pause;
            happen(&mut story, seconds, what, number, who);
        }
        story
    })
}

/// Told in pieces, with another writer for each piece if so wished.
fn told_in_pieces(story: &Story, piece: usize, opens_again: bool) -> Told {
    let mut told = Told::of(&Story::default());
    for facts in story.facts.chunks(piece) {
        told.views.apply(facts).unwrap();
        if opens_again {
            told = told.opened_again(story.head());
        }
    }
    told
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, rng_seed: RngSeed::Fixed(24), max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_log_gives_the_same_tables_whole_in_pieces_and_after_restarts(story in any_story(), piece in 1usize..30) {
        let whole = dump(&Told::of(&story));
        for opens_again in [false, true] {
            for (ours, theirs) in dump(&told_in_pieces(&story, piece, opens_again)).into_iter().zip(&whole) {
                let differ: Vec<_> = ours.1.iter().filter(|row| !theirs.1.contains(row)).collect();
                let lacks: Vec<_> = theirs.1.iter().filter(|row| !ours.1.contains(row)).collect();
                prop_assert!(ours == *theirs, "{} opens again: {}\n{:?}\n{:?}", ours.0, opens_again, differ, lacks);
            }
        }
    }

    #[test]
    fn any_two_intervals_sum_up_to_the_whole(story in any_story(), cut in 1i64..30_000) {
        let told = Told::of(&story);
        let ends = [at(-10_000), at(cut), at(40_000)];
        let sum = |bounds: &[_], by| {
            let mut sum = Tally::default();
            for row in told.reader.measures(by, bounds, &MeasureFilter::default(), at(40_000)).unwrap() {
                sum.merge(&row.tally);
            }
            sum
        };
        for by in [MeasureBy::All, MeasureBy::Queue, MeasureBy::Agent, MeasureBy::Channel] {
            let (whole, parts) = (sum(&[ends[0], ends[2]], by), sum(&ends, by));
            prop_assert_eq!((&whole.stays, &whole.work, &whole.time), (&parts.stays, &parts.work, &parts.time));
        }
    }
}

#[test]
fn a_file_that_is_ahead_of_the_log_is_made_anew() {
    let mut story = Story::centre();
    story.open(10, 1, 1);
    let told = Told::of(&story);
    let Told { folder, views, .. } = told;
    drop(views);
    let shorter = Position(story.head().0 - 1);
    let views = Views::open(&folder.path().join("views.db"), shorter).unwrap();
    assert_eq!(views.position().unwrap(), Position::START);
}

#[test]
fn a_file_of_another_form_or_none_at_all_is_made_anew() {
    let mut story = Story::centre();
    story.open(10, 1, 1);
    let told = Told::of(&story);
    Connection::open(told.path()).unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
    let told = told.opened_again(story.head());
    assert_eq!(told.views.position().unwrap(), Position::START);
    let path = told.path();
    drop((told.views, told.reader));
    std::fs::write(&path, b"this was never a database").unwrap();
    let mut views = Views::open(&path, story.head()).unwrap();
    assert_eq!(views.apply(&story.facts).unwrap(), story.head());
}
