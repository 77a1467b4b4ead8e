//! Days in text: `tomorrow`, `next friday`, `26 november`, `26/11`, `in 3 days`.

use crate::{
    day::Day,
    figure::ordinal,
    reading::{Word, alike, words},
};

const WEEKDAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// A day and month without a year is taken from the year in which it lies nearest to today.
const HALF_YEAR_DAYS: i64 = 183;

/// The days that a text names, with the bytes where they stand.
pub fn days(text: &str, today: Day) -> Vec<(Day, usize, usize)> {
    let words = words(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match one(&words[at..], today) {
            Some((day, used)) => {
                found.push((day, words[at].start, words[at + used - 1].end));
                at += used;
            }
            None => at += 1,
        }
    }
    found
}

fn one(words: &[Word], today: Day) -> Option<(Day, usize)> {
    named(words, today)
        .or_else(|| counted(words, today))
        .or_else(|| written(words, today))
        .or_else(|| month(words, today))
}

/// `today`, `day after tomorrow`, `next friday`.
fn named(words: &[Word], today: Day) -> Option<(Day, usize)> {
    let word = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
    let is_day_after = word(0) == "day" && word(1) == "after" && alike(word(2), "tomorrow");
    let is_day_before = word(0) == "day" && word(1) == "before" && alike(word(2), "yesterday");
    if is_day_after || is_day_before {
        return Some((today.plus(if is_day_after { 2 } else { -2 })?, 3));
    }
    match word(0) {
        "today" | "tonight" => return Some((today, 1)),
        "tmrw" | "tmr" | "tomoz" | "tommorow" => return Some((today.plus(1)?, 1)),
        other if alike(other, "tomorrow") => return Some((today.plus(1)?, 1)),
        other if alike(other, "yesterday") => return Some((today.plus(-1)?, 1)),
        _ => {}
    }
    let (lead, used) = match word(0) {
        "next" | "last" | "this" | "coming" => (word(0), 1),
        _ => ("", 0),
    };
    let wanted = weekday(word(used))?;
    let ahead = (i64::from(wanted) - i64::from(today.weekday()) - 1).rem_euclid(7) + 1;
    let shift = if lead == "last" { if ahead == 7 { -7 } else { ahead - 7 } } else { ahead };
    Some((today.plus(shift)?, used + 1))
}

fn weekday(word: &str) -> Option<u8> {
    let short =
        |name: &str| matches!(word.len(), 3 | 4) && name.starts_with(word) && !matches!(word, "sat" | "sun" | "wed");
    let place = WEEKDAYS.iter().position(|name| alike(word, name) || short(name) || *word == name[..3])?;
    Some(place as u8)
}

/// `in 3 days`, `3 days ago`, `in a week`, `in two weeks`.
fn counted(words: &[Word], today: Day) -> Option<(Day, usize)> {
    let word = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
    let from = usize::from(word(0) == "in");
    let count = match word(from) {
        "a" | "one" => 1,
        "two" => 2,
        "three" => 3,
        figures => figures.parse::<i64>().ok().filter(|count| (1..=366).contains(count))?,
    };
    let length = match word(from + 1) {
        "day" | "days" => 1,
        "week" | "weeks" => 7,
        _ => return None,
    };
    match (from, word(from + 2)) {
        (_, "ago") => Some((today.plus(-count * length)?, from + 3)),
        (1, _) => Some((today.plus(count * length)?, 3)),
        _ => None,
    }
}

/// `2026-11-26`, `26/11/2026`, `26.11.26`, `26/11`.
fn written(words: &[Word], today: Day) -> Option<(Day, usize)> {
    let text = words.first()?.text.as_str();
    if let Some(day) = Day::parse(text) {
        return Some((day, 1));
    }
    let parts: Vec<&str> = text.split(['/', '.', '-']).collect();
    let number = |at: usize| parts.get(at).filter(|part| part.len() <= 4)?.parse::<u32>().ok();
    let (day, month) = (u8::try_from(number(0)?).ok()?, u8::try_from(number(1)?).ok()?);
    match parts.len() {
        2 if text.contains('/') => Some((nearest_year(today, month, day)?, 1)),
        3 => {
            let year = i32::try_from(number(2)?).ok()?;
            let year = if year < 100 { 2000 + year } else { year };
            Some((Day::new(year, month, day)?, 1))
        }
        _ => None,
    }
}

/// `26 november`, `26th of nov 2026`, `november 26th`, `the 26th`.
fn month(words: &[Word], today: Day) -> Option<(Day, usize)> {
    let word = |at: usize| words.get(at).map_or("", |word| word.text.as_str());
    let number = |text: &str| text.parse::<u8>().ok().or_else(|| u8::try_from(ordinal(text)?).ok());
    let year_at = |at: usize| word(at).parse::<i32>().ok().filter(|year| (1900..2200).contains(year));
    let (day, month, used) = if let Some(month) = month_word(word(0)) {
        (number(word(1))?, month, 2)
    } else {
        let day = number(word(0))?;
        let of = usize::from(word(1) == "of");
        match month_word(word(1 + of)) {
            Some(month) => (day, month, 2 + of),
            // "the 26th" alone: this month's, or next month's if that has passed.
            None if word(0).ends_with("th") && word(0).as_bytes()[0].is_ascii_digit() => {
                let this = Day::new(today.year(), today.month(), day).filter(|day| *day >= today);
                let (year, month) =
                    if today.month() == 12 { (today.year() + 1, 1) } else { (today.year(), today.month() + 1) };
                return Some((this.or_else(|| Day::new(year, month, day))?, 1));
            }
            None => return None,
        }
    };
    match year_at(used) {
        Some(year) => Some((Day::new(year, month, day)?, used + 1)),
        None => Some((nearest_year(today, month, day)?, used)),
    }
}

/// "may" is a month only beside a number, which the caller sees to.
fn month_word(word: &str) -> Option<u8> {
    Day::month_named(word)
}

fn nearest_year(today: Day, month: u8, day: u8) -> Option<Day> {
    let near = |day: &Day| {
        today.plus(-HALF_YEAR_DAYS).is_none_or(|least| *day >= least)
            && today.plus(HALF_YEAR_DAYS).is_none_or(|most| *day <= most)
    };
    let years = [today.year(), today.year() + 1, today.year() - 1];
    let all: Vec<Day> = years.iter().filter_map(|year| Day::new(*year, month, day)).collect();
    all.iter().find(|day| near(day)).or(all.first()).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn first(text: &str) -> Option<String> {
        // A Sunday.
        let today = Day::parse("2026-11-22").unwrap();
        days(text, today).first().map(|(day, _, _)| day.to_string())
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        for (text, day) in [
            ("tomorrow please", "2026-11-23"),
            ("tommorow", "2026-11-23"),
            ("the day after tomorrow", "2026-11-24"),
            ("on friday", "2026-11-27"),
            ("next monday", "2026-11-23"),
            ("sunday", "2026-11-29"),
            ("last friday", "2026-11-20"),
            ("in 3 days", "2026-11-25"),
            ("2 weeks ago", "2026-11-08"),
            ("26 november", "2026-11-26"),
            ("nov 26th", "2026-11-26"),
            ("the 3rd of january", "2027-01-03"),
            ("26/11", "2026-11-26"),
            ("26.11.26", "2026-11-26"),
            ("2026-12-01", "2026-12-01"),
            ("the 5th", "2026-12-05"),
        ] {
            assert_eq!(first(text).as_deref(), Some(day), "{text}");
        }
        for text in ["may i ask", "order 1048", "31/02", "soon", "3 items", "25.50"] {
            assert_eq!(first(text), None, "{text}");
        }
    }
}
