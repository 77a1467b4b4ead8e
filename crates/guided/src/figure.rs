//! Numbers in text: in figures, and in words.

use crate::reading::{Word, words};

/// A number as it stands in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// Digits, perhaps with a point.
    pub digits: String,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

const UNITS: [&str; 20] = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
];
const TENS: [&str; 8] = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"];
const ORDINALS: [&str; 10] =
    ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"];

/// Numbers in figures: `1048`, `1,048`, `25.50`. Figures inside words are not numbers: `ORD-1048` has none.
pub fn figures(text: &str) -> Vec<Figure> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        let start = at;
        let mut digits = String::new();
        while at < bytes.len() {
            let run = bytes[at + 1..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            match bytes[at] {
                digit if digit.is_ascii_digit() => digits.push(char::from(digit)),
                b',' if run == 3 && !digits.contains('.') => {}
                b'.' if run > 0 && !digits.contains('.') => digits.push('.'),
                _ => break,
            }
            at += 1;
        }
        let before = text[..start].chars().next_back();
        let after = text[at..].chars().next();
        let is_inside = |letter: Option<char>| letter.is_some_and(|c| c.is_alphanumeric() || "_/@[".contains(c));
        let is_joined = before == Some('-') && text[..start - 1].chars().next_back().is_some_and(char::is_alphanumeric);
        if !is_inside(before) && !is_joined && !is_inside(after) {
            found.push(Figure { digits, start, end: at });
        }
    }
    found
}

/// What a word adds to a number in words.
fn small(word: &str) -> Option<i64> {
    if let Some(unit) = UNITS.iter().position(|unit| *unit == word) {
        return Some(unit as i64);
    }
    if let Some(ten) = TENS.iter().position(|ten| *ten == word) {
        return Some((ten as i64 + 2) * 10);
    }
    let (ten, unit) = word.split_once('-')?;
    let ten = TENS.iter().position(|known| *known == ten)?;
    let unit = UNITS[1..10].iter().position(|known| *known == unit)?;
    Some((ten as i64 + 2) * 10 + unit as i64 + 1)
}

/// Numbers in words, read as one number: `twenty five`, `a hundred and ten`.
pub fn spoken_numbers(text: &str) -> Vec<Figure> {
    let words = words(text);
    let mut found = Vec::new();
    let mut at = 0;
    while at < words.len() {
        match spoken_number(&words[at..]) {
            Some((number, used)) => {
                let (start, end) = (words[at].start, words[at + used - 1].end);
                found.push(Figure { digits: number.to_string(), start, end });
                at += used;
            }
            None => at += 1,
        }
    }
    found
}

fn spoken_number(words: &[Word]) -> Option<(i64, usize)> {
    let (mut total, mut part, mut used) = (0_i64, 0_i64, 0);
    for (at, word) in words.iter().enumerate() {
        let is_big_next = words.get(at + 1).is_some_and(|next| next.text == "hundred" || next.text == "thousand");
        match word.text.as_str() {
            "a" if at == 0 && is_big_next => part = 1,
            "and" if used > 0 && used == at && words.get(at + 1).is_some_and(|next| small(&next.text).is_some()) => {}
            "hundred" if (1..=99).contains(&part) => part *= 100,
            "thousand" if (1..=999).contains(&part) && total == 0 => (total, part) = (part * 1_000, 0),
            other => match small(other) {
                // A unit after a ten, or anything below a hundred after a hundred; else a new number begins.
                Some(value)
                    if part == 0
                        || part % 100 == 0 && value < 100
                        || part % 10 == 0 && value < 10 && part % 100 >= 20 =>
                {
                    part += value;
                }
                _ => break,
            },
        }
        used = at + 1;
    }
    (used > 0 && words[used - 1].text != "a").then_some((total + part, used))
}

/// Digits in words, read one after the other: `one oh four eight`, `double five`, `ten forty-eight`.
pub fn spoken_digits(text: &str) -> Vec<Figure> {
    let words = words(text);
    let mut found: Vec<Figure> = Vec::new();
    let mut run: Option<Figure> = None;
    let mut times = 1;
    for (at, word) in words.iter().enumerate() {
        let digits = match word.text.as_str() {
            "oh" | "o" | "nought" | "nil" => Some("0".to_string()),
            "double" | "triple" => {
                times = if word.text == "double" { 2 } else { 3 };
                continue;
            }
            figures if figures.bytes().all(|byte| byte.is_ascii_digit()) => Some(figures.to_string()),
            other => small(other).map(|value| {
                let next = words.get(at + 1).and_then(|next| small(&next.text));
                let is_ten = (20..100).contains(&value) && value % 10 == 0;
                // "forty eight" is 48, not 408: the unit follows by itself.
                if is_ten && next.is_some_and(|next| (1..10).contains(&next)) {
                    (value / 10).to_string()
                } else {
                    value.to_string()
                }
            }),
        };
        match (digits, &mut run) {
            (Some(digits), Some(figure)) => {
                figure.digits += &digits.repeat(times);
                figure.end = word.end;
            }
            (Some(digits), None) => {
                run = Some(Figure { digits: digits.repeat(times), start: word.start, end: word.end })
            }
            (None, _) => found.extend(run.take()),
        }
        times = 1;
    }
    found.extend(run);
    found.retain(|figure| figure.digits.len() >= 3 && figure.digits.len() <= 30);
    found
}

/// The place in a list that a word names: `second` and `2nd` are 2.
pub fn ordinal(word: &str) -> Option<usize> {
    let named = ORDINALS.iter().position(|name| *name == word).map(|place| place + 1);
    let figure = ["st", "nd", "rd", "th"].iter().find_map(|ending| word.strip_suffix(ending)?.parse().ok());
    named.or(figure)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(found: Vec<Figure>) -> Vec<String> {
        found.into_iter().map(|figure| figure.digits).collect()
    }

    #[test]
    fn numbers_are_read_in_figures_and_words() {
        assert_eq!(all(figures("1,048 or 25.50, not ORD-7 or [card_1]; 3.")), ["1048", "25.50", "3"]);
        assert_eq!(all(spoken_numbers("twenty five of them")), ["25"]);
        assert_eq!(all(spoken_numbers("a hundred and ten or two thousand forty-eight")), ["110", "2048"]);
        assert_eq!(all(spoken_numbers("a parcel and a bag")), Vec::<String>::new());
    }

    #[test]
    fn digits_are_read_one_after_the_other() {
        assert_eq!(all(spoken_digits("it's one oh four eight i think")), ["1048"]);
        assert_eq!(all(spoken_digits("double five six, ten forty eight")), ["5561048"]);
        assert_eq!(all(spoken_digits("10 48 22")), ["104822"]);
        assert_eq!(all(spoken_digits("two parcels")), Vec::<String>::new());
        assert_eq!(ordinal("second"), Some(2));
        assert_eq!(ordinal("3rd"), Some(3));
    }
}
