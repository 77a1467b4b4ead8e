//! A day of the calendar. Today is passed in; nothing here asks a clock.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A day, written as `2026-11-26`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Day {
    year: i32,
    month: u8,
    day: u8,
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

impl Day {
    /// A day that exists, between the years 1 and 9999.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Day> {
        let is_real = (1..=9999).contains(&year) && (1..=12).contains(&month) && day >= 1;
        (is_real && day <= days_in(year, month)).then_some(Day { year, month, day })
    }

    /// Reads `2026-11-26`; a time after it is left out.
    pub fn parse(text: &str) -> Option<Day> {
        let text = text.trim();
        let (date, rest) = text.split_at_checked(10)?;
        if !(rest.is_empty() || rest.starts_with(['T', ' '])) {
            return None;
        }
        let mut parts = date.split('-');
        let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
        let is_plain = year.len() == 4 && month.len() == 2 && day.len() == 2 && parts.next().is_none();
        is_plain.then(|| Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)).flatten()
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.year
    }

    /// The month, January is 1.
    pub fn month(self) -> u8 {
        self.month
    }

    /// The day of the week, Monday is 0.
    pub fn weekday(self) -> u8 {
        (self.number() + 3).rem_euclid(7) as u8
    }

    /// The day that comes `days` later, or earlier if negative; `None` outside the calendar.
    pub fn plus(self, days: i64) -> Option<Day> {
        // Howard Hinnant's civil-from-days: eras of 400 years that begin in March.
        let shifted = self.number().checked_add(days)?.checked_add(719_468)?;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let day_of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        Day::new(i32::try_from(year).ok()?, month as u8, day as u8)
    }

    /// Days since 1 January 1970.
    fn number(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let month = i64::from(self.month);
        let shifted = if month > 2 { month - 3 } else { month + 9 };
        let day_of_year = (153 * shifted + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
    }

    /// As people write it: `26 November 2026`.
    pub fn in_words(self) -> String {
        format!("{} {} {}", self.day, MONTHS[usize::from(self.month) - 1], self.year)
    }

    /// The month whose name begins with this word of at least three letters.
    pub fn month_named(word: &str) -> Option<u8> {
        let is_long = word.len() >= 3 && word.is_ascii();
        let begins = |name: &str| name.to_ascii_lowercase().starts_with(word);
        let place = MONTHS.iter().position(|name| is_long && begins(name))?;
        Some(place as u8 + 1)
    }
}

fn days_in(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl From<Day> for String {
    fn from(day: Day) -> String {
        day.to_string()
    }
}

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Day, String> {
        Day::parse(&text).ok_or_else(|| format!("{text:?} is not a day; write it as 2026-11-26"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_over_months_years_and_leap_days() {
        let day = Day::parse("2026-11-26").unwrap();
        assert_eq!(day.weekday(), 3, "a Thursday");
        assert_eq!(day.plus(5).unwrap().to_string(), "2026-12-01");
        assert_eq!(day.plus(36).unwrap().to_string(), "2027-01-01");
        assert_eq!(Day::parse("2028-03-01").unwrap().plus(-1).unwrap().to_string(), "2028-02-29");
        assert_eq!(Day::new(1970, 1, 1).unwrap().weekday(), 3);
        assert_eq!(day.in_words(), "26 November 2026");
    }

    #[test]
    fn days_that_do_not_exist_are_refused() {
        for text in ["2026-02-29", "2026-13-01", "2026-1-1", "26-11-2026", "", "2026-11-26x", "ééééé"] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
        assert_eq!(Day::new(9999, 12, 31).unwrap().plus(1), None);
    }
}
