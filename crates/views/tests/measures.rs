//! Numbers over windows and intervals.

mod story;

use signalbox_engine::measures::{Activity, CannotSay, Measure, Tally};
use signalbox_model::contact::*;
use signalbox_model::event::Event;
use signalbox_model::event::conversation::{ConversationTurnedAway, QueuedBecause, TurnedAwayBecause};
use signalbox_model::event::routing::{OfferExpired, OfferMade, OfferPurpose};
use signalbox_model::setup::Document;
use signalbox_model::setup::queue::{Queue, ServiceTarget};
use signalbox_model::time::{DurationMs, Timestamp};
use signalbox_model::word::{Name, Slug};
use signalbox_views::{MeasureBy, MeasureFilter, MeasureKey, MeasureRow};
use story::*;

const MINUTE: i64 = 60;

fn ask(told: &Told, by: MeasureBy, bounds: &[Timestamp], filter: &MeasureFilter) -> Vec<MeasureRow> {
    told.reader.measures(by, bounds, filter, *bounds.last().unwrap()).unwrap()
}

fn one(told: &Told, by: MeasureBy, from: i64, to: i64) -> Tally {
    let rows = ask(told, by, &[at(from), at(to)], &MeasureFilter::default());
    // The second queue has people who serve it and so a row of its own.
    assert!(rows.len() == 1 || by == MeasureBy::Queue, "{rows:?}");
    rows.into_iter().next().unwrap().tally
}

fn value(tally: &Tally, measure: Measure) -> f64 {
    tally.value(measure).value.unwrap_or_else(|| panic!("{:?}", tally.value(measure)))
}

/// Of ten: six answered after 30 s, two after 120 s, one abandoned after 3 s, one after 100 s. T is 60 s, S is 5 s.
fn ten() -> Story {
    let mut story = Story::centre();
    story.presence(0, 1, Presence::Available);
    for number in 1..=10i64 {
        let start = number * 400;
        story.open(start, number as u128, 1);
        match number {
            1..=6 => story.take(start + 30, number as u128, 1),
            7..=8 => story.take(start + 120, number as u128, 1),
            9 => story.close(start + 3, 9, Some(Outcome::Abandoned)),
            _ => story.close(start + 100, 10, Some(Outcome::Abandoned)),
        }
        if number <= 8 {
            story.close(start + 200, number as u128, Some(Outcome::Resolved));
            story.wrap_up(start + 200, start + 230, number as u128, 1);
        }
    }
    story
}

#[test]
fn a_queue_has_its_service_levels_waits_and_handle_times() {
    let told = Told::of(&ten());
    let tally = one(&told, MeasureBy::Queue, 0, 5_000);
    assert_eq!(value(&tally, Measure::ServiceLevel), 6.0 / 9.0);
    assert_eq!(value(&tally, Measure::ServiceLevelConnect), 0.7);
    assert_eq!(value(&tally, Measure::ServiceLevelAnsweredOnly), 0.75);
    assert_eq!(value(&tally, Measure::ServiceLevelAllAbandons), 0.6);
    assert_eq!(value(&tally, Measure::AverageSpeedOfAnswer), 52_500.0);
    assert_eq!(value(&tally, Measure::AbandonmentRate), 0.2);
    assert_eq!(value(&tally, Measure::AverageHandleTime), (6.0 * 200.0 + 2.0 * 110.0) / 8.0 * 1_000.0);
    assert_eq!(value(&tally, Measure::WaitingCountMax), 1.0);
    assert_eq!(tally.value(Measure::WaitP90).cannot_say, Some(CannotSay::TooFew { have: 8, need: 10 }));
    let busy = 6.0 * 200.0 + 2.0 * 110.0;
    assert_eq!(value(&tally, Measure::Occupancy), busy / 5_000.0);
}

#[test]
fn a_window_of_any_minutes_is_the_sum_of_its_parts() {
    let told = Told::of(&ten());
    let whole = one(&told, MeasureBy::All, 0, 5_000);
    for cut in [1, 433, 899, 900, 901, 2_222, 4_999] {
        let rows = ask(&told, MeasureBy::All, &[at(0), at(cut), at(5_000)], &MeasureFilter::default());
        let mut sum = Tally::default();
        rows.iter().for_each(|row| sum.merge(&row.tally));
        assert_eq!((&sum.stays, &sum.work, &sum.time), (&whole.stays, &whole.work, &whole.time), "{cut}");
    }
}

#[test]
fn a_person_is_measured_by_their_own_work() {
    let told = Told::of(&ten());
    let tally = one(&told, MeasureBy::Agent, 0, 5_000);
    assert_eq!(value(&tally, Measure::HandledCount), 8.0);
    assert_eq!(tally.value(Measure::WaitingCountMax).cannot_say, Some(CannotSay::NotDefinedHere));
    let channel = one(&told, MeasureBy::Channel, 0, 5_000);
    assert_eq!(channel.value(Measure::Occupancy).cannot_say, Some(CannotSay::NotDefinedHere));
    assert_eq!(value(&channel, Measure::HandledCount), 8.0);
}

#[test]
fn a_new_promise_does_not_change_what_was_measured_under_the_old_one() {
    let mut story = ten();
    let mut queue_1 = Queue::named(queue(1), Name::parse("Queue 1").unwrap());
    queue_1.target = ServiceTarget { within_ms: DurationMs::seconds(1), ..ServiceTarget::default() };
    story.publish(Document::Queue(queue_1));
    let last = story.facts.last().unwrap().recorded.at.0;
    let start = (last - START) / 1_000 + 10;
    story.open(start, 99, 1);
    story.take(start + 30, 99, 1);
    let told = Told::of(&story);
    assert_eq!(value(&one(&told, MeasureBy::Queue, 0, 4_105), Measure::ServiceLevelAnsweredOnly), 0.75);
    assert_eq!(value(&one(&told, MeasureBy::Queue, start, start + 60), Measure::ServiceLevelAnsweredOnly), 0.0);
}

#[test]
fn imported_and_native_conversations_are_in_one_metric_with_a_source_filter() {
    let mut story = ten();
    for number in 100..=103u128 {
        story.open_as(10, number, Some(1), Origin::Imported, Control::Observed);
        story.turn(11, Some(25), number, Participant::AiAgent { agent: Slug::parse("bot").unwrap() }, "hi");
        story.reported(12, 100, number, Owner::Closed);
    }
    let told = Told::of(&story);
    let bounds = [at(0), at(5_000)];
    let both = one(&told, MeasureBy::All, 0, 5_000);
    assert_eq!(value(&both, Measure::AnsweredCount), 12.0);
    let imported = MeasureFilter { origins: vec![Origin::Imported], ..MeasureFilter::default() };
    let rows = ask(&told, MeasureBy::All, &bounds, &imported);
    assert_eq!(value(&rows[0].tally, Measure::AnsweredCount), 4.0);
    assert_eq!(rows[0].tally.value(Measure::Occupancy).cannot_say, Some(CannotSay::NotDefinedHere));
    assert_eq!(rows[0].tally.value(Measure::WaitingCountMax).cannot_say, Some(CannotSay::NotDefinedHere));
    assert_eq!(value(&rows[0].tally, Measure::AverageSpeedOfAnswer), 15_000.0);
    assert_eq!(value(&rows[0].tally, Measure::TimeToFirstResponse), 15_000.0);
    let by_origin = ask(&told, MeasureBy::Origin, &bounds, &MeasureFilter::default());
    let keys: Vec<_> = by_origin.iter().map(|row| row.key).collect();
    assert_eq!(keys, [MeasureKey::Origin(Origin::Native), MeasureKey::Origin(Origin::Imported)]);
}

#[test]
fn a_late_report_corrects_sums_that_were_written() {
    let mut story = Story::centre();
    story.open_as(0, 5, Some(1), Origin::Ingested, Control::Observed);
    story.reported(300, 300, 5, Owner::Closed);
    let mut told = Told::of(&story);
    assert_eq!(value(&one(&told, MeasureBy::Queue, 0, 3_600), Measure::AbandonedCount), 1.0);
    let known = story.facts.len();
    story.reported(400, 40, 5, Owner::Elsewhere { name: Slug::parse("bo").unwrap() });
    told.views.apply(&story.facts[known..]).unwrap();
    let tally = one(&told, MeasureBy::Queue, 0, 3_600);
    assert_eq!((value(&tally, Measure::AbandonedCount), value(&tally, Measure::AnsweredCount)), (0.0, 1.0));
    assert_eq!(value(&tally, Measure::ServiceLevel), 1.0);
}

#[test]
fn two_chats_at_once_halve_each_others_handle_time_and_not_the_contact_time() {
    let mut story = Story::centre();
    story.presence(0, 1, Presence::Available);
    story.open(0, 1, 1);
    story.open(0, 2, 1);
    story.take(100, 1, 1);
    story.take(100, 2, 1);
    story.close(300, 1, None);
    story.close(300, 2, None);
    let told = Told::of(&story);
    let tally = one(&told, MeasureBy::Queue, 0, 400);
    assert_eq!(value(&tally, Measure::AverageHandleTime), 100_000.0);
    assert_eq!(value(&tally, Measure::AverageContactTime), 200_000.0);
    assert_eq!(value(&tally, Measure::Occupancy), 0.5);
    assert_eq!(value(&tally, Measure::SlotOccupancy), 400.0 / 1_200.0);
    assert_eq!(value(&tally, Measure::WaitingCountMax), 2.0);
}

#[test]
fn overflow_keeps_the_whole_wait_and_counts_once() {
    let mut story = Story::centre();
    story.open(0, 1, 1);
    story.queued(120, 1, 2, 0, QueuedBecause::Overflowed { from: queue(1) });
    story.take(150, 1, 1);
    let told = Told::of(&story);
    let rows = ask(&told, MeasureBy::Queue, &[at(0), at(900)], &MeasureFilter::default());
    let first = &rows.iter().find(|row| row.key == MeasureKey::Queue(Some(queue(1)))).unwrap().tally;
    let second = &rows.iter().find(|row| row.key == MeasureKey::Queue(Some(queue(2)))).unwrap().tally;
    assert_eq!((value(first, Measure::OfferedCount), value(first, Measure::MovedCount)), (0.0, 1.0));
    assert_eq!(value(second, Measure::AverageSpeedOfAnswer), 150_000.0);
    assert_eq!(value(&one(&told, MeasureBy::All, 0, 900), Measure::OfferedCount), 1.0);
    let row = told.reader.conversation(conversation(1)).unwrap().unwrap();
    assert_eq!(row.wait_ms, Some(DurationMs::seconds(150)));
}

#[test]
fn a_shift_past_midnight_is_one_timeline_and_two_days() {
    let mut story = Story::centre();
    let midnight = 15 * 3_600;
    story.presence(midnight - 60 * MINUTE, 1, Presence::Available);
    story.open(midnight - 30 * MINUTE, 1, 1);
    story.take(midnight - 20 * MINUTE, 1, 1);
    story.close(midnight + 40 * MINUTE, 1, None);
    story.presence(midnight + 60 * MINUTE, 1, Presence::Offline);
    let told = Told::of(&story);
    let spans = told.reader.timeline(person(1), at(0), at(2 * midnight), at(2 * midnight)).unwrap();
    let shown: Vec<_> = spans.iter().map(|span| (span.load.activity(), span.length().0 / 60_000)).collect();
    let wanted = [
        (Activity::Available, 40),
        (Activity::OnConversation, 60),
        (Activity::Available, 20),
        (Activity::Offline, 840),
    ];
    assert_eq!(shown[shown.len() - 4..], wanted);
    let days = [at(midnight - 24 * 3_600), at(midnight), at(midnight + 24 * 3_600)];
    let rows = ask(&told, MeasureBy::Agent, &days, &MeasureFilter::default());
    let occupancy: Vec<f64> = rows.iter().map(|row| value(&row.tally, Measure::Occupancy)).collect();
    assert_eq!(occupancy, [20.0 / 60.0, 40.0 / 60.0]);
}

#[test]
fn a_queue_that_only_watches_has_nobody_waiting_and_no_occupancy_yet() {
    let mut story = Story::centre();
    story.open_as(0, 5, Some(1), Origin::Ingested, Control::Observed);
    story.reported(20, 20, 5, Owner::Elsewhere { name: Slug::parse("bo").unwrap() });
    let tally = one(&Told::of(&story), MeasureBy::Queue, 0, 900);
    assert_eq!(value(&tally, Measure::WaitingCountMax), 0.0);
    assert_eq!(tally.value(Measure::Occupancy).cannot_say, Some(CannotSay::NothingYet));
}

#[test]
fn a_conversation_that_is_turned_away_is_counted_apart_and_never_waited() {
    let mut story = Story::centre();
    story.open_as(0, 1, Some(1), Origin::Native, Control::Routed);
    let because = TurnedAwayBecause::Closed { opens_at: None };
    let away = ConversationTurnedAway { conversation: conversation(1), queue: Some(queue(1)), because };
    story.tell(0, Event::ConversationTurnedAway(away));
    let tally = one(&Told::of(&story), MeasureBy::Queue, 0, 900);
    assert_eq!((value(&tally, Measure::TurnedAwayCount), value(&tally, Measure::OfferedCount)), (1.0, 0.0));
    assert_eq!(value(&tally, Measure::WaitingCountMax), 0.0);
    assert_eq!(tally.value(Measure::ServiceLevel).cannot_say, Some(CannotSay::NothingYet));
}

#[test]
fn work_that_is_going_on_counts_up_to_now() {
    let mut story = Story::centre();
    story.presence(0, 1, Presence::Available);
    story.open(0, 1, 1);
    story.take(600, 1, 1);
    let told = Told::of(&story);
    assert_eq!(value(&one(&told, MeasureBy::Agent, 0, 1_200), Measure::Occupancy), 0.5);
    assert_eq!(value(&one(&told, MeasureBy::Agent, 700, 1_200), Measure::Occupancy), 1.0);
}

#[test]
fn offers_that_came_to_nothing_are_counted_in_whole_quarters_and_at_their_edges() {
    let mut story = Story::centre();
    story.presence(0, 2, Presence::Available);
    story.open(0, 1, 1);
    for start in [950, 1_800] {
        let made = OfferMade {
            conversation: conversation(1),
            person: person(2),
            offer: 1,
            purpose: OfferPurpose::Take,
            expires_at: at(start + 45),
            waited_ms: DurationMs::ZERO,
            because: Vec::new(),
        };
        story.tell(start, Event::OfferMade(made));
        story.tell(
            start + 45,
            Event::OfferExpired(OfferExpired { conversation: conversation(1), person: person(2), offer: 1 }),
        );
    }
    let told = Told::of(&story);
    let count = |from, to| value(&one(&told, MeasureBy::Agent, from, to), Measure::NotRespondingCount);
    assert_eq!((count(0, 3_600), count(990, 1_840), count(1_840, 2_000)), (2.0, 1.0, 1.0));
}
