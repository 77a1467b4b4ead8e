use proptest::prelude::*;
use signalbox_model::contact::Presence;
use signalbox_model::id::PersonId;
use signalbox_model::time::{DurationMs, Timestamp};

use super::people::Load;
use super::tally::TimeTally;
use super::*;

const MINUTE: i64 = 60_000;

fn stay(how: StayEnd, wait_ms: u64) -> Contact {
    let stay = QueueStay {
        entered_at: Timestamp(0),
        left_at: Timestamp(wait_ms as i64),
        how,
        wait_ms: DurationMs(wait_ms),
        within_ms: DurationMs::seconds(20),
        short_ms: DurationMs::seconds(5),
    };
    Contact { segment: 1, at: Timestamp(0), queue: None, person: None, kind: ContactKind::Stay(stay) }
}

fn day() -> Tally {
    let mut tally = Tally::default();
    let rows = [
        (StayEnd::Answered, 10_000, 760),
        (StayEnd::Answered, 40_000, 120),
        (StayEnd::Abandoned, 3_000, 70),
        (StayEnd::Abandoned, 90_000, 50),
    ];
    for (how, wait, times) in rows {
        (0..times).for_each(|_| tally.add(&stay(how, wait)));
    }
    tally
}

fn percent(tally: &Tally, measure: Measure) -> f64 {
    (tally.value(measure).value.unwrap() * 1_000.0).round() / 10.0
}

#[test]
fn one_day_gives_four_service_levels_by_four_published_conventions() {
    let day = day();
    assert_eq!(percent(&day, Measure::ServiceLevelAnsweredOnly), 86.4);
    assert_eq!(percent(&day, Measure::ServiceLevelConnect), 83.0);
    assert_eq!(percent(&day, Measure::ServiceLevel), 81.7);
    assert_eq!(percent(&day, Measure::ServiceLevelAllAbandons), 76.0);
    assert_eq!(day.value(Measure::ServiceLevel).formula, "service_level.v1");
    assert_eq!(day.value(Measure::OfferedCount).value, Some(1_000.0));
}

#[test]
fn short_abandons_are_shown_apart() {
    let day = day();
    assert_eq!(percent(&day, Measure::AbandonmentRate), 12.0);
    assert_eq!(percent(&day, Measure::ShortAbandonmentRate), 7.0);
    assert_eq!(day.value(Measure::ShortAbandonedCount).value, Some(70.0));
}

#[test]
fn a_queue_without_conversations_has_no_service_level_and_says_why() {
    let empty = Tally::default().value(Measure::ServiceLevel);
    assert_eq!((empty.value, empty.cannot_say), (None, Some(CannotSay::NothingYet)));
    assert_eq!(empty.why_not().as_deref(), Some("no conversations yet"));
    assert_eq!(Tally::default().value(Measure::OfferedCount).value, Some(0.0));
}

#[test]
fn a_percentile_of_few_waits_is_not_said() {
    let mut tally = Tally::default();
    (0..9).for_each(|_| tally.add(&stay(StayEnd::Answered, 1_000)));
    assert_eq!(tally.value(Measure::WaitP90).cannot_say, Some(CannotSay::TooFew { have: 9, need: 10 }));
    assert_eq!(tally.value(Measure::AverageSpeedOfAnswer).value, Some(1_000.0));
}

#[test]
fn only_short_abandons_leave_no_service_level() {
    let mut tally = Tally::default();
    tally.add(&stay(StayEnd::Abandoned, 1_000));
    assert_eq!(tally.value(Measure::ServiceLevel).value, None);
    assert_eq!(tally.value(Measure::AbandonmentRate).value, Some(1.0));
}

#[test]
fn overflow_counts_where_it_ends_and_not_where_it_began() {
    let mut tally = Tally::default();
    tally.add(&stay(StayEnd::Overflowed, 60_000));
    assert_eq!(tally.value(Measure::OfferedCount).value, Some(0.0));
    assert_eq!(tally.value(Measure::MovedCount).value, Some(1.0));
}

#[test]
fn every_definition_stands_at_its_measure_and_has_its_own_id() {
    for (index, definition) in DEFINITIONS.iter().enumerate() {
        assert_eq!(definition.measure as usize, index);
        assert!(definition.id.starts_with(definition.key) && definition.id.ends_with(".v1"));
        assert_eq!(DEFINITIONS.iter().filter(|other| other.id == definition.id).count(), 1);
    }
}

fn occupancy(spans: &[ActivitySpan], from: i64, until: i64) -> Measured {
    let mut time = TimeTally::default();
    let clipped = spans.iter().filter_map(|span| span.clipped(Timestamp(from), Timestamp(until)));
    clipped.for_each(|span| time.add(&span));
    let mut tally = Tally::default();
    tally.add_time(PersonId::from_number(1), &time);
    tally.value(Measure::Occupancy)
}

fn span(from: i64, until: i64, presence: Presence, owned: u32) -> ActivitySpan {
    let load = Load { presence, owned, slots: 3, ..Load::default() };
    ActivitySpan { from: Timestamp(from * MINUTE), until: Timestamp(until * MINUTE), load }
}

#[test]
fn three_chats_at_once_are_not_more_than_one_by_the_clock_on_the_wall() {
    let one = [span(0, 30, Presence::Available, 1), span(30, 60, Presence::Available, 0)];
    let three = [span(0, 30, Presence::Available, 3), span(30, 60, Presence::Available, 0)];
    assert_eq!(occupancy(&one, 0, 60 * MINUTE).value, Some(0.5));
    assert_eq!(occupancy(&three, 0, 60 * MINUTE).value, Some(0.5));
}

#[test]
fn a_shift_past_midnight_is_cut_at_midnight() {
    let shift = [span(1_380, 1_500, Presence::Available, 0), span(1_500, 1_560, Presence::Available, 1)];
    let midnight = 1_440 * MINUTE;
    assert_eq!(occupancy(&shift, 0, midnight).value, Some(0.0));
    assert_eq!(occupancy(&shift, midnight, 2 * midnight).value, Some(0.5));
}

#[test]
fn time_away_does_not_count_but_a_last_conversation_while_away_does() {
    let spans = [span(0, 60, Presence::Away, 0), span(60, 70, Presence::Away, 1), span(70, 80, Presence::Available, 0)];
    assert_eq!(occupancy(&spans, 0, 80 * MINUTE).value, Some(0.5));
    assert_eq!(occupancy(&spans, 0, 60 * MINUTE).cannot_say, Some(CannotSay::NothingYet));
}

#[test]
fn two_chats_at_once_share_a_persons_time() {
    let mut clock = PersonClock::default();
    clock.change(Timestamp(1), |load| load.presence = Presence::Available);
    clock.change(Timestamp(1_000), |load| load.owned = 1);
    let first_began = clock.divided_micros(Timestamp(1_000));
    let idle = clock.open_span(Timestamp(1_500)).unwrap();
    assert_eq!((idle.from, idle.load.activity()), (Timestamp(1_000), Activity::OnConversation));
    clock.change(Timestamp(2_000), |load| load.owned = 2);
    let second_began = clock.divided_micros(Timestamp(2_000));
    let span = clock.change(Timestamp(4_000), |load| load.owned = 0).unwrap();
    assert_eq!((span.from, span.until, span.load.owned), (Timestamp(2_000), Timestamp(4_000), 2));
    let end = clock.divided_micros(Timestamp(4_000));
    assert_eq!((end - first_began, end - second_began), (2_000_000, 1_000_000));
}

#[test]
fn the_first_change_of_a_person_has_no_stretch_before_it() {
    let mut clock = PersonClock::default();
    assert_eq!(clock.change(Timestamp(50), |load| load.presence = Presence::Available), None);
    assert_eq!(clock.change(Timestamp(60), |load| load.presence = Presence::Available), None);
    assert!(clock.change(Timestamp(70), |load| load.presence = Presence::Away).is_some());
}

fn any_stays() -> impl Strategy<Value = Vec<(u8, u64)>> {
    proptest::collection::vec((0u8..6, 0u64..200_000), 0..60)
}

fn tally_of(rows: &[(u8, u64)]) -> Tally {
    let ends = [
        StayEnd::Answered,
        StayEnd::AnsweredElsewhere,
        StayEnd::Abandoned,
        StayEnd::Overflowed,
        StayEnd::Moved,
        StayEnd::TurnedAway,
    ];
    let mut tally = Tally::default();
    rows.iter().for_each(|(end, wait)| tally.add(&stay(ends[usize::from(*end)], *wait)));
    tally
}

proptest! {
    #[test]
    fn the_tally_of_the_parts_is_the_tally_of_the_whole(left in any_stays(), right in any_stays()) {
        let mut merged = tally_of(&left);
        merged.merge(&tally_of(&right));
        prop_assert_eq!(&merged, &tally_of(&[left, right].concat()));
        let stored = serde_json::to_string(&merged).unwrap();
        prop_assert_eq!(serde_json::from_str::<Tally>(&stored).unwrap(), merged);
    }

    #[test]
    fn shares_lie_between_none_and_all(rows in any_stays()) {
        for value in tally_of(&rows).values() {
            if let (Unit::Ratio, Some(share)) = (value.unit, value.value) {
                prop_assert!((0.0..=1.0).contains(&share), "{} {share}", value.formula);
            }
            prop_assert!(value.value.is_some() != value.cannot_say.is_some());
        }
    }
}
