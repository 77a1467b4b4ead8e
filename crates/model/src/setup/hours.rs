//! Opening hours: weekly intervals in one time zone, past midnight where needed, and exceptions by date.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{SetupError, wrong};
use crate::id::HoursId;
use crate::word::Name;

const MINUTES_PER_DAY: u16 = 1_440;
const INTERVALS_MAX: usize = 50;
const EXCEPTIONS_MAX: usize = 500;

/// A day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// Monday.
    Monday,
    /// Tuesday.
    Tuesday,
    /// Wednesday.
    Wednesday,
    /// Thursday.
    Thursday,
    /// Friday.
    Friday,
    /// Saturday.
    Saturday,
    /// Sunday.
    Sunday,
}

/// Open from one minute of the day to another. An end above 1,440 lies on the next day: 22:00 to 02:00 is 1,320 to 1,560.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Interval {
    /// First open minute, 0 to 1,439.
    pub from_minute: u16,
    /// First closed minute, above `from_minute`, at most one day later.
    pub to_minute: u16,
}

/// Open on one day of every week. Several rows per day are allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct WeeklyInterval {
    /// The day on which it begins.
    pub day: Weekday,
    /// When.
    #[serde(flatten)]
    pub interval: Interval,
}

/// What holds on one date instead of the week's rows. No interval: closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Exception {
    /// The date, `YYYY-MM-DD`.
    #[schema(example = "2026-12-25")]
    pub date: String,
    /// Why, as in "Christmas".
    pub label: Name,
    /// When it is open all the same.
    #[serde(default)]
    pub intervals: Vec<Interval>,
}

/// Opening hours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hours {
    /// Its id.
    pub id: HoursId,
    /// What people call it.
    pub name: Name,
    /// IANA time zone.
    #[schema(example = "Europe/Berlin")]
    pub time_zone: String,
    /// The week.
    pub weekly: Vec<WeeklyInterval>,
    /// Dates that differ.
    #[serde(default)]
    pub exceptions: Vec<Exception>,
}

impl Interval {
    fn validate(&self, field: &str) -> Result<(), SetupError> {
        if self.from_minute >= MINUTES_PER_DAY {
            return Err(wrong(format!("{field}.from_minute"), "must be 0 to 1439"));
        }
        if self.to_minute <= self.from_minute || self.to_minute > self.from_minute + MINUTES_PER_DAY {
            return Err(wrong(format!("{field}.to_minute"), "must be after from_minute, at most one day later"));
        }
        Ok(())
    }
}

impl Hours {
    pub(super) fn validate(&self) -> Result<(), SetupError> {
        if self.weekly.len() > INTERVALS_MAX {
            return Err(wrong("weekly", format!("at most {INTERVALS_MAX} rows")));
        }
        if self.exceptions.len() > EXCEPTIONS_MAX {
            return Err(wrong("exceptions", format!("at most {EXCEPTIONS_MAX} dates")));
        }
        for (index, row) in self.weekly.iter().enumerate() {
            row.interval.validate(&format!("weekly[{index}]"))?;
        }
        for (index, exception) in self.exceptions.iter().enumerate() {
            if !is_date(&exception.date) {
                return Err(wrong(format!("exceptions[{index}].date"), "must be a date as in 2026-12-25"));
            }
            for interval in &exception.intervals {
                interval.validate(&format!("exceptions[{index}]"))?;
            }
        }
        Ok(())
    }
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let [year, month, day] = parts.as_slice() else { return false };
    let digits = |part: &str, count: usize| part.len() == count && part.bytes().all(|b| b.is_ascii_digit());
    digits(year, 4)
        && digits(month, 2)
        && digits(day, 2)
        && (1..=12).contains(&month.parse::<u8>().unwrap_or(0))
        && (1..=31).contains(&day.parse::<u8>().unwrap_or(0))
}
