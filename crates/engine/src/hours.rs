//! Whether a queue is open, and until when: intervals in a time zone, past midnight, with exceptions by date.

use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;
use jiff::{Timestamp as Instant, ToSpan};
use signalbox_model::setup::hours::{Hours, Interval, Weekday};
use signalbox_model::time::Timestamp;

/// Days that are searched for the next opening.
const DAYS_AHEAD: i32 = 14;

/// Whether it is open, and when that changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opening {
    /// Open now.
    pub open: bool,
    /// When that changes; none: not within two weeks.
    pub until: Option<Timestamp>,
}

/// Hours that cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownTimeZone;

/// Whether the time zone of the document is known, so that it may be published.
pub fn is_time_zone(name: &str) -> bool {
    TimeZone::get(name).is_ok()
}

/// Whether these hours are open at `at`.
///
/// # Errors
/// When the time zone is not one that IANA knows.
pub fn opening(hours: &Hours, at: Timestamp) -> Result<Opening, UnknownTimeZone> {
    let zone = TimeZone::get(&hours.time_zone).map_err(|_| UnknownTimeZone)?;
    let now = Instant::from_millisecond(at.millis()).map_err(|_| UnknownTimeZone)?;
    let today = zone.to_datetime(now).date();
    let spans = spans_around(hours, &zone, today);
    let current = spans.iter().find(|(from, to)| *from <= at && at < *to);
    Ok(match current {
        Some((_, to)) => Opening { open: true, until: Some(*to) },
        None => Opening { open: false, until: spans.iter().map(|(from, _)| *from).find(|from| *from > at) },
    })
}

/// Open spans from yesterday, whose night may reach into today, to two weeks ahead; joined where they touch, in order.
fn spans_around(hours: &Hours, zone: &TimeZone, today: Date) -> Vec<(Timestamp, Timestamp)> {
    let mut spans: Vec<(Timestamp, Timestamp)> = (-1..=DAYS_AHEAD)
        .filter_map(|offset| today.checked_add(offset.days()).ok())
        .flat_map(|date| intervals_on(hours, date).into_iter().map(move |interval| (date, interval)))
        .filter_map(|(date, interval)| {
            Some((instant(zone, date, interval.from_minute)?, instant(zone, date, interval.to_minute)?))
        })
        .collect();
    spans.sort();
    let mut joined: Vec<(Timestamp, Timestamp)> = Vec::with_capacity(spans.len());
    for (from, to) in spans {
        match joined.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => joined.push((from, to)),
        }
    }
    joined
}

fn intervals_on(hours: &Hours, date: Date) -> Vec<Interval> {
    let text = date.to_string();
    if let Some(exception) = hours.exceptions.iter().find(|exception| exception.date == text) {
        return exception.intervals.clone();
    }
    let day = weekday(date);
    hours.weekly.iter().filter(|row| row.day == day).map(|row| row.interval).collect()
}

fn weekday(date: Date) -> Weekday {
    match date.weekday() {
        jiff::civil::Weekday::Monday => Weekday::Monday,
        jiff::civil::Weekday::Tuesday => Weekday::Tuesday,
        jiff::civil::Weekday::Wednesday => Weekday::Wednesday,
        jiff::civil::Weekday::Thursday => Weekday::Thursday,
        jiff::civil::Weekday::Friday => Weekday::Friday,
        jiff::civil::Weekday::Saturday => Weekday::Saturday,
        jiff::civil::Weekday::Sunday => Weekday::Sunday,
    }
}

/// A minute of a local day as an instant. Where the clock jumps over it, the instant after the jump.
fn instant(zone: &TimeZone, date: Date, minute: u16) -> Option<Timestamp> {
    let date = date.checked_add(i32::from(minute / 1_440).days()).ok()?;
    let minute = minute % 1_440;
    let local: DateTime = date.at((minute / 60) as i8, (minute % 60) as i8, 0, 0);
    let instant = zone.to_ambiguous_timestamp(local).compatible().ok()?;
    Some(Timestamp(instant.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use signalbox_model::id::HoursId;
    use signalbox_model::setup::hours::{Exception, WeeklyInterval};
    use signalbox_model::word::Name;

    fn at(text: &str) -> Timestamp {
        Timestamp(text.parse::<Instant>().unwrap().as_millisecond())
    }

    fn hours(weekly: &[(Weekday, u16, u16)], exceptions: Vec<Exception>) -> Hours {
        Hours {
            id: HoursId::from_number(1),
            name: Name::parse("Office").unwrap(),
            time_zone: "Europe/Berlin".into(),
            weekly: weekly
                .iter()
                .map(|(day, from_minute, to_minute)| WeeklyInterval {
                    day: *day,
                    interval: Interval { from_minute: *from_minute, to_minute: *to_minute },
                })
                .collect(),
            exceptions,
        }
    }

    #[test]
    fn several_periods_a_day_are_open_and_the_gap_is_not() {
        let hours = hours(&[(Weekday::Monday, 540, 720), (Weekday::Monday, 780, 1_020)], vec![]);
        // 2026-11-23 is a Monday; Berlin is one hour ahead of UTC.
        assert!(opening(&hours, at("2026-11-23T08:30:00Z")).unwrap().open);
        let gap = opening(&hours, at("2026-11-23T11:30:00Z")).unwrap();
        assert_eq!(gap, Opening { open: false, until: Some(at("2026-11-23T12:00:00Z")) });
    }

    #[test]
    fn a_night_shift_reaches_past_midnight() {
        let hours = hours(&[(Weekday::Friday, 1_320, 1_560)], vec![]);
        let night = opening(&hours, at("2026-11-28T00:30:00Z")).unwrap();
        assert_eq!(night, Opening { open: true, until: Some(at("2026-11-28T01:00:00Z")) });
        assert!(!opening(&hours, at("2026-11-28T01:00:00Z")).unwrap().open);
    }

    #[test]
    fn an_exception_replaces_the_week() {
        let closed =
            Exception { date: "2026-12-25".into(), label: Name::parse("Christmas").unwrap(), intervals: vec![] };
        let hours = hours(&[(Weekday::Friday, 540, 1_020)], vec![closed]);
        let opening = opening(&hours, at("2026-12-25T10:00:00Z")).unwrap();
        assert_eq!(opening, Opening { open: false, until: Some(at("2027-01-01T08:00:00Z")) });
    }

    #[test]
    fn the_day_on_which_clocks_change_keeps_local_times() {
        let hours = hours(&[(Weekday::Sunday, 60, 240)], vec![]);
        // On 2026-03-29 Berlin jumps from 02:00 to 03:00: 01:00 to 04:00 local lasts two hours.
        assert_eq!(opening(&hours, at("2026-03-29T00:30:00Z")).unwrap().until, Some(at("2026-03-29T02:00:00Z")));
    }

    #[test]
    fn an_unknown_time_zone_is_said_and_not_guessed() {
        let mut hours = hours(&[], vec![]);
        hours.time_zone = "Mars/Olympus".into();
        assert_eq!(opening(&hours, Timestamp(0)), Err(UnknownTimeZone));
    }
}
