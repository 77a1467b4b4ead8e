//! Lists, exports, late reports, people's work.

mod story;

use signalbox_engine::conversation::State;
use signalbox_model::contact::*;
use signalbox_model::event::Event;
use signalbox_model::event::conversation::*;
use signalbox_model::event::supervision::{ConversationReviewed, ReviewOrigin};
use signalbox_model::id::Position;
use signalbox_model::time::DurationMs;
use signalbox_model::word::Slug;
use signalbox_views::{ConversationFilter, Sort, ViewsError};
use story::*;

fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

/// Waits 30 s, is held for 20 s of a talk of 100 s, wrapped up in 40 s.
fn one_contact() -> Story {
    let mut story = Story::centre();
    story.presence(0, 1, Presence::Available);
    story.open(10, 7, 1);
    story.says(11, 7, "hello there");
    story.take(40, 7, 1);
    story.reply(50, 7, 1, "good morning");
    let held = ConversationHeld { conversation: conversation(7), person: person(1) };
    story.tell(60, Event::ConversationHeld(held));
    story
        .tell(80, Event::ConversationResumed(ConversationResumed { conversation: conversation(7), person: person(1) }));
    story.close(160, 7, Some(Outcome::Resolved));
    story.wrap_up(160, 200, 7, 1);
    story
}

#[test]
fn one_conversation_is_one_row_with_its_waits_and_work() {
    let told = Told::of(&one_contact());
    let row = told.reader.conversation(conversation(7)).unwrap().unwrap();
    assert_eq!((row.state, row.outcome), (State::Closed, Some(Outcome::Resolved)));
    assert_eq!(row.wait_ms, Some(DurationMs::seconds(30)));
    assert_eq!(row.first_reply_ms, Some(DurationMs::seconds(40)));
    assert_eq!(
        (row.talk_ms, row.hold_ms, row.wrap_up_ms),
        (DurationMs::seconds(100), DurationMs::seconds(20), DurationMs::seconds(40))
    );
    assert_eq!(row.handle_ms, Some(DurationMs::seconds(160)));
    assert_eq!((row.turns, row.segments, row.agents), (2, 2, vec![person(1)]));
    let segments = told.reader.segments(conversation(7)).unwrap();
    assert_eq!(segments[0].wait_ms, Some(DurationMs::seconds(30)));
    assert_eq!(
        (segments[1].talk_ms, segments[1].ended.as_deref()),
        (DurationMs::seconds(100), Some("conversation.closed"))
    );
}

#[test]
fn facts_that_are_in_already_are_skipped() {
    let story = one_contact();
    let mut told = Told::of(&story);
    let before = told.reader.conversation(conversation(7)).unwrap();
    assert_eq!(told.views.apply(&story.facts).unwrap(), story.head());
    assert_eq!(told.reader.conversation(conversation(7)).unwrap(), before);
}

#[test]
fn a_reopened_conversation_stays_one_row_and_keeps_its_first_segments() {
    let mut story = one_contact();
    let asked = ReopenAsked {
        conversation: conversation(7),
        customer: customer(7),
        channel: Channel::Webchat,
        origin: Origin::Native,
        queue: queue(1),
        priority: 0,
        needs: Vec::new(),
        segments: 2,
        turns: 2,
        last_owner: Some(person(1)),
    };
    story.tell(1_000, Event::ConversationReopened(ConversationReopened { conversation: conversation(7), asked }));
    story.queued(1_000, 7, 1, 1_000, QueuedBecause::Reopened);
    story.take(1_005, 7, 2);
    story.close(1_065, 7, Some(Outcome::Resolved));
    let told = Told::of(&story);
    let row = told.reader.conversation(conversation(7)).unwrap().unwrap();
    assert_eq!(row.opened_at, at(10));
    assert_eq!(row.agents, vec![person(1), person(2)]);
    assert_eq!(row.handle_ms, Some(DurationMs::seconds(220)));
    let numbers: Vec<u32> =
        told.reader.segments(conversation(7)).unwrap().iter().map(|segment| segment.number).collect();
    assert_eq!(numbers, [1, 2, 3, 4]);
}

#[test]
fn late_labels_and_reviews_reach_a_conversation_that_is_over() {
    let mut story = one_contact();
    let told = Told::of(&story);
    let known = story.facts.len();
    let label = LabelChanged { conversation: conversation(7), label: slug("vip"), on: true };
    story.tell(9_000, Event::LabelChanged(label));
    let review =
        ConversationReviewed { conversation: conversation(7), person: person(2), origin: ReviewOrigin::Random };
    story.tell(9_001, Event::ConversationReviewed(review));
    // A new writer has nothing in memory and reads the conversation back.
    let mut told = told.opened_again(story.head());
    told.views.apply(&story.facts[known..]).unwrap();
    let row = told.reader.conversation(conversation(7)).unwrap().unwrap();
    assert_eq!((row.labels, row.handle_ms), (vec![slug("vip")], Some(DurationMs::seconds(160))));
    let with_label = ConversationFilter { labels: vec![slug("vip")], ..ConversationFilter::default() };
    assert_eq!(told.reader.conversations(&with_label, Sort::default(), None, 10).unwrap().total, 1);
    assert_eq!(told.reader.reviews(conversation(7)).unwrap()[0].origin, ReviewOrigin::Random);
    assert_eq!(told.reader.review_counts(at(0), at(10_000)).unwrap().get("random"), Some(&1));
}

#[test]
fn a_late_report_corrects_the_row_and_its_segments() {
    let mut story = Story::centre();
    story.open_as(0, 5, Some(1), Origin::Ingested, Control::Observed);
    story.reported(300, 300, 5, Owner::Closed);
    let mut told = Told::of(&story);
    let before = told.reader.conversation(conversation(5)).unwrap().unwrap();
    assert_eq!(before.wait_ms, Some(DurationMs::seconds(300)));
    let known = story.facts.len();
    story.reported(400, 60, 5, Owner::Elsewhere { name: slug("bo") });
    story.turn(401, Some(70), 5, Participant::Elsewhere { name: slug("bo") }, "hi");
    story.turn(402, Some(65), 5, Participant::Customer, "hello");
    told.views.apply(&story.facts[known..]).unwrap();
    let row = told.reader.conversation(conversation(5)).unwrap().unwrap();
    assert_eq!((row.state, row.closed_at), (State::Closed, Some(at(300))));
    assert_eq!((row.wait_ms, row.first_reply_ms), (Some(DurationMs::seconds(60)), Some(DurationMs::seconds(70))));
    let segments = told.reader.segments(conversation(5)).unwrap();
    assert_eq!(segments.len(), 2);
    assert_eq!((segments[1].started_at, segments[1].ended_at), (at(60), Some(at(300))));
}

#[test]
fn a_turn_that_comes_before_its_open_is_in_the_row() {
    let mut story = Story::centre();
    story.turn(100, Some(20), 5, Participant::AiAgent { agent: slug("bot") }, "hi");
    story.open_as(10, 5, Some(1), Origin::Ingested, Control::Observed);
    let told = Told::of(&story);
    let row = told.reader.conversation(conversation(5)).unwrap().unwrap();
    assert_eq!((row.turns, row.first_reply_ms), (1, Some(DurationMs::seconds(10))));
}

/// Forty conversations with three waits, two queues, three origins.
fn many() -> Story {
    let mut story = Story::centre();
    for number in 1..=40u128 {
        let (start, place) = (number as i64 * 100, 1 + number % 2);
        match number % 3 {
            0 => story.open_as(start, number, Some(place), Origin::Imported, Control::Observed),
            _ => story.open(start, number, place),
        }
        if number % 3 == 1 {
            story.take(start + (number as i64 % 7) * 10, number, 1 + number % 2);
        }
        if number % 5 == 0 {
            story.close(start + 90, number, Some(Outcome::Abandoned));
        }
    }
    story
}

fn all_pages(told: &Told, filter: &ConversationFilter, sort: Sort) -> Vec<signalbox_model::id::ConversationId> {
    let (mut ids, mut cursor) = (Vec::new(), None);
    loop {
        let page = told.reader.conversations(filter, sort, cursor.as_deref(), 7).unwrap();
        ids.extend(page.rows.iter().map(|row| row.id));
        cursor = page.next_cursor;
        if cursor.is_none() {
            assert_eq!(ids.len() as u64, page.total);
            return ids;
        }
    }
}

#[test]
fn pages_show_every_row_once_and_the_export_has_exactly_the_rows_of_the_screen() {
    let told = Told::of(&many());
    let sorts = [
        Sort::OpenedDescending,
        Sort::OpenedAscending,
        Sort::WaitDescending,
        Sort::WaitAscending,
        Sort::HandleDescending,
    ];
    let filters = [
        ConversationFilter::default(),
        ConversationFilter { queues: vec![queue(1)], ..ConversationFilter::default() },
        ConversationFilter {
            origins: vec![Origin::Imported],
            outcomes: vec![Outcome::Abandoned],
            ..ConversationFilter::default()
        },
        ConversationFilter {
            agents: vec![person(2)],
            from: Some(at(500)),
            to: Some(at(3_000)),
            ..ConversationFilter::default()
        },
        ConversationFilter {
            states: vec![State::Waiting],
            visible_to: Some(person(1)),
            ..ConversationFilter::default()
        },
    ];
    for filter in &filters {
        for sort in sorts {
            let on_screen = all_pages(&told, filter, sort);
            let mut exported = Vec::new();
            told.reader
                .export_conversations(filter, sort, |row| {
                    exported.push(row.id);
                    true
                })
                .unwrap();
            assert_eq!(on_screen, exported, "{filter:?} {sort:?}");
            let mut owners = Vec::new();
            told.reader
                .export_segments(filter, sort, |row| {
                    owners.push(row.conversation);
                    true
                })
                .unwrap();
            owners.dedup();
            assert_eq!(on_screen, owners, "{filter:?} {sort:?}");
        }
    }
    assert_eq!(all_pages(&told, &filters[0], sorts[0]).len(), 40);
}

#[test]
fn a_cursor_of_another_list_is_refused() {
    let told = Told::of(&many());
    let answer = told.reader.conversations(&ConversationFilter::default(), Sort::default(), Some("nonsense"), 7);
    assert!(matches!(answer, Err(ViewsError::Cursor)));
    let answer = told.reader.conversations(&ConversationFilter::default(), Sort::default(), None, 100_000);
    assert!(matches!(answer, Err(ViewsError::TooMuch { .. })));
}

#[test]
fn the_facts_of_a_conversation_come_in_order() {
    let story = one_contact();
    let told = Told::of(&story);
    let facts = told.reader.facts(conversation(7), Position::START, 100).unwrap();
    let wanted: Vec<_> =
        story.facts.iter().map(|fact| &fact.recorded).filter(|fact| fact.event.conversation().is_some()).collect();
    assert_eq!(facts.iter().collect::<Vec<_>>(), wanted);
    assert_eq!(told.reader.facts(conversation(7), facts[2].position, 1).unwrap()[0], facts[3]);
    assert!(told.reader.has_met(person(1), customer(7)).unwrap());
    assert!(!told.reader.has_met(person(2), customer(7)).unwrap());
}
