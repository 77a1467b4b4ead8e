//! Takes values out of what customers write, and says what is wrong with an answer that has none.

use crate::{
    cue::{self, Polarity},
    date,
    day::Day,
    figure::{self, Figure},
    reading::{self, Word, alike, plain, words},
    value::{SlotKind, Value},
};

/// How willingly words are taken for a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// The customer was just asked for it.
    Answer,
    /// The customer may have mentioned it by the way.
    Mention,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found {
    /// The value.
    pub value: Value,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

const TOKEN_CHARS_MAX: usize = 40;
const NAME_WORDS_MAX: usize = 4;
const PATTERN_WORDS_MAX: usize = 6;

/// All values of a kind in a text, in their order; what stands after "not" is left out.
pub fn all(kind: &SlotKind, text: &str, today: Day, how: How) -> Vec<Found> {
    let mut found = tokens(kind, text);
    found.extend(match kind {
        SlotKind::Text => free_text(text, how),
        SlotKind::Number { min, max } => numbers(text, how, min.unwrap_or(i64::MIN)..=max.unwrap_or(i64::MAX)),
        SlotKind::Money => money(text, how),
        SlotKind::Date => date::days(text, today)
            .into_iter()
            .map(|(day, start, end)| Found { value: Value::Date(day), start, end })
            .collect(),
        SlotKind::Email => emails(text),
        SlotKind::Phone => phones(text),
        SlotKind::Reference { pattern: None } => references(text, how),
        SlotKind::Reference { pattern: Some(pattern) } => patterned(text, pattern),
        SlotKind::Choice { options } => choices(text, options, how),
        SlotKind::YesNo => yes_no(text, how),
        SlotKind::Name => names(text, how),
    });
    found.retain(|found| !is_negated(text, found.start));
    found.sort_by_key(|found| found.start);
    found
}

/// The value that a text gives, if it gives one.
pub fn first(kind: &SlotKind, text: &str, today: Day, how: How) -> Option<Found> {
    all(kind, text, today, how).into_iter().next()
}

/// What is wrong with an answer that holds something like a value, but not one: a sentence for the customer.
pub fn complaint(kind: &SlotKind, text: &str) -> Option<String> {
    let has_digits = text.bytes().any(|byte| byte.is_ascii_digit());
    match kind {
        SlotKind::Reference { pattern: Some(pattern) } if has_digits => {
            Some(format!("I need a number in the form {pattern}."))
        }
        SlotKind::Number { min, max } if has_digits => match (min, max) {
            (Some(min), Some(max)) => Some(format!("I need a number from {min} to {max}.")),
            (Some(min), None) => Some(format!("I need a number that is at least {min}.")),
            (None, Some(max)) => Some(format!("I need a number that is at most {max}.")),
            (None, None) => Some("I need a whole number.".into()),
        },
        SlotKind::Date if has_digits => {
            Some("I could not read that as a date. Please write it like 26 November.".into())
        }
        SlotKind::Email if text.contains('@') => Some("That does not look like a whole e-mail address.".into()),
        SlotKind::Phone if has_digits => Some("That does not look like a whole telephone number.".into()),
        SlotKind::Choice { options } => Some(format!("Please choose one of: {}.", options.join(", "))),
        _ => None,
    }
}

fn is_negated(text: &str, start: usize) -> bool {
    let before = words(&text[..start]);
    let mut words =
        before.iter().rev().skip_while(|word| ["the", "on", "number", "a", "order"].contains(&word.text.as_str()));
    let is_not = |word: &Word| ["not", "isnt", "wasnt"].contains(&word.text.as_str());
    // "not sure, 1048" denies nothing: a sentence that goes on is another.
    words.next().is_some_and(|word| is_not(word) && !text[word.end..start].contains([',', '.', ';', '!']))
}

/// Values that were sealed before: `[email_1]`.
fn tokens(kind: &SlotKind, text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for (start, _) in text.match_indices('[') {
        let Some(long) = text[start..].find(']').filter(|long| *long < TOKEN_CHARS_MAX) else { continue };
        let inside = &text[start + 1..start + long];
        let Some((label, count)) = inside.rsplit_once('_') else { continue };
        if !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit()) && is_of(label, kind) {
            let end = start + long + 1;
            found.push(Found { value: Value::Sealed(text[start..end].to_string()), start, end });
        }
    }
    found
}

fn is_of(label: &str, kind: &SlotKind) -> bool {
    let has = |parts: &[&str]| parts.iter().any(|part| label.contains(part));
    match kind {
        SlotKind::Email => has(&["email"]),
        SlotKind::Phone => has(&["phone"]),
        SlotKind::Name => has(&["name", "person"]),
        SlotKind::Date => has(&["date", "birth"]),
        SlotKind::Reference { .. } => {
            has(&["card", "account", "order", "reference", "number", "iban", "id", "policy", "booking"])
        }
        SlotKind::Text => has(&["address", "location", "text"]),
        _ => false,
    }
}

const LEADS: &[&str] = &[
    "its",
    "it is",
    "because",
    "my new address is",
    "my address is",
    "the address is",
    "the new address is",
    "new address",
    "the reason is",
    "thats",
    "that is",
    "i would say",
    "well",
    "um",
    "sure",
    "please use",
];

fn free_text(text: &str, how: How) -> Vec<Found> {
    let start = text.len() - text.trim_start().len();
    let whole = text.trim();
    if how == How::Mention
        || plain(whole).is_empty()
        || cue::is_question(whole)
        || whole.starts_with('[') && !tokens(&SlotKind::Text, whole).is_empty()
    {
        return Vec::new();
    }
    let read = words(whole);
    let led = LEADS.iter().filter_map(|lead| {
        let count = plain(lead).len();
        let texts: Vec<String> = read.iter().take(count).map(|word| word.text.clone()).collect();
        (read.len() > count && reading::is(&texts, lead)).then(|| read[count].start)
    });
    let cut = led.max().unwrap_or(0);
    let value: String = whole[cut..].chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    vec![Found { value: Value::Text(value), start: start + cut, end: start + whole.len() }]
}

fn numbers(text: &str, how: How, range: std::ops::RangeInclusive<i64>) -> Vec<Found> {
    let mut all = figure::figures(text);
    if how == How::Answer {
        all.extend(figure::spoken_numbers(text).into_iter().filter(|spoken| spoken.digits.parse::<i64>().is_ok()));
    }
    let number = |figure: Figure| {
        let value = figure.digits.parse::<i64>().ok().filter(|number| range.contains(number))?;
        Some(Found { value: Value::Number(value), start: figure.start, end: figure.end })
    };
    all.into_iter().filter_map(number).collect()
}

fn money(text: &str, how: How) -> Vec<Found> {
    let mut all = figure::figures(text);
    all.extend(figure::spoken_numbers(text));
    let amount = |figure: Figure| {
        let before = text[..figure.start].trim_end().chars().next_back();
        let after =
            plain(text[figure.end..].get(..20).unwrap_or(&text[figure.end..].chars().take(8).collect::<String>()));
        let next = after.first().map_or("", String::as_str);
        let currency = match (before, next) {
            (Some('£'), _) | (_, "pound" | "pounds" | "quid" | "gbp") => Some("GBP"),
            (Some('€'), _) | (_, "euro" | "euros" | "eur") => Some("EUR"),
            (Some('$'), _) | (_, "dollar" | "dollars" | "usd" | "bucks") => Some("USD"),
            _ => None,
        };
        if currency.is_none() && how == How::Mention {
            return None;
        }
        let (whole, part) = figure.digits.split_once('.').unwrap_or((&figure.digits, "0"));
        let minor = whole.parse::<i64>().ok()?.checked_mul(100)?;
        let pence = match part.len() {
            1 => part.parse::<i64>().ok()? * 10,
            2 => part.parse::<i64>().ok()?,
            _ => return None,
        };
        let value = Value::Money { minor: minor.checked_add(pence)?, currency: currency.map(String::from) };
        Some(Found { value, start: figure.start, end: figure.end })
    };
    all.into_iter().filter_map(amount).collect()
}

fn emails(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    for word in words(text) {
        let Some((name, host)) = word.text.split_once('@') else { continue };
        if !name.is_empty() && host.contains('.') && !host.contains('@') && !host.contains("..") {
            found.push(Found { value: Value::Email(word.text.clone()), start: word.start, end: word.end });
        }
    }
    let read = words(text);
    for at in 1..read.len().saturating_sub(3) {
        if read[at].text == "at" && read[at + 2].text == "dot" {
            let address = format!("{}@{}.{}", read[at - 1].text, read[at + 1].text, read[at + 3].text);
            found.push(Found { value: Value::Email(address), start: read[at - 1].start, end: read[at + 3].end });
        }
    }
    found
}

fn phones(text: &str) -> Vec<Found> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !(bytes[at].is_ascii_digit() || bytes[at] == b'+') {
            at += 1;
            continue;
        }
        let long = bytes[at..].iter().take_while(|byte| byte.is_ascii_digit() || b"+ -().".contains(byte)).count();
        let digits: String = text[at..at + long].chars().filter(|c| c.is_ascii_digit() || *c == '+').collect();
        if (7..=15).contains(&digits.trim_start_matches('+').len()) && !digits[1..].contains('+') {
            found.push(Found { value: Value::Phone(digits), start: at, end: at + long });
        }
        at += long.max(1);
    }
    if found.is_empty() {
        let spoken = figure::spoken_digits(text).into_iter().filter(|figure| (7..=15).contains(&figure.digits.len()));
        found.extend(spoken.map(|figure| Found {
            value: Value::Phone(figure.digits),
            start: figure.start,
            end: figure.end,
        }));
    }
    found
}

fn references(text: &str, how: How) -> Vec<Found> {
    let least = if how == How::Answer { 2 } else { 3 };
    let is_amount = |start: usize| text[..start].ends_with(['£', '$', '€']);
    let mut found = Vec::new();
    for word in words(text) {
        let digits = word.text.bytes().filter(u8::is_ascii_digit).count();
        let is_plain = word.text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        // A token's count is not a number that the customer wrote.
        let is_token = text[..word.start].ends_with('[');
        if digits >= least && is_plain && word.text.len() <= 30 && !is_amount(word.start) && !is_token {
            found.push(Found { value: Value::Reference(word.text.to_uppercase()), start: word.start, end: word.end });
        }
    }
    if found.is_empty() {
        let spoken = figure::spoken_digits(text).into_iter();
        found.extend(spoken.map(|figure| Found {
            value: Value::Reference(figure.digits),
            start: figure.start,
            end: figure.end,
        }));
    }
    found
}

/// Values of a pattern, whatever stands between their letters and digits; its leading letters may be left out.
fn patterned(text: &str, pattern: &str) -> Vec<Found> {
    let read = words(text);
    let mut found: Vec<Found> = Vec::new();
    let mut at = 0;
    while at < read.len() {
        let longest = PATTERN_WORDS_MAX.min(read.len() - at);
        let hit = (1..=longest).rev().find_map(|count| {
            let joined: String = read[at..at + count].iter().map(|word| word.text.as_str()).collect();
            fit(pattern, &joined).map(|value| (count, value))
        });
        match hit {
            Some((count, value)) => {
                found.push(Found {
                    value: Value::Reference(value),
                    start: read[at].start,
                    end: read[at + count - 1].end,
                });
                at += count;
            }
            None => at += 1,
        }
    }
    if found.is_empty() {
        for figure in figure::spoken_digits(text) {
            let value = fit(pattern, &figure.digits).map(Value::Reference);
            found.extend(value.map(|value| Found { value, start: figure.start, end: figure.end }));
        }
    }
    found
}

/// The text in the form of the pattern, if its letters and digits are those of the pattern.
pub fn fit(pattern: &str, text: &str) -> Option<String> {
    let given: Vec<char> = text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase).collect();
    let leading: String = pattern.chars().take_while(|c| *c != '#' && *c != '@').collect();
    let wanted = |skip: usize| pattern.chars().skip(skip).filter(|c| c.is_alphanumeric() || *c == '#' || *c == '@');
    let matches = |skip: usize| {
        wanted(skip).count() == given.len()
            && wanted(skip).zip(&given).all(|(want, have)| match want {
                '#' => have.is_ascii_digit(),
                '@' => have.is_alphabetic(),
                letter => letter.to_uppercase().eq(std::iter::once(*have)),
            })
    };
    let lead = leading.chars().count();
    let missing = if matches(0) {
        0
    } else if lead > 0 && matches(lead) {
        leading.chars().filter(|c| c.is_alphanumeric()).count()
    } else {
        return None;
    };
    let mut rest = given.iter();
    let mut literals = missing;
    let written = pattern.chars().map(|letter| {
        let is_open = letter == '#' || letter == '@';
        if !is_open && (!letter.is_alphanumeric() || literals > 0) {
            literals = literals.saturating_sub(usize::from(letter.is_alphanumeric()));
            return Some(letter);
        }
        rest.next().map(|given| if is_open { *given } else { letter })
    });
    written.collect()
}

fn choices(text: &str, options: &[String], how: How) -> Vec<Found> {
    let typed = plain(text);
    let found = |option: &String| Found { value: Value::Choice(option.clone()), start: 0, end: text.len() };
    let at = |place: usize| place.checked_sub(1).and_then(|at| options.get(at)).map(found);
    let mut named: Vec<(usize, &String)> =
        options.iter().filter_map(|option| Some((reading::find(&typed, option)?, option))).collect();
    named.retain(|(place, _)| place.checked_sub(1).is_none_or(|before| typed[before] != "not"));
    // "credit card" also holds "card": the longest name counts.
    let longest = named.iter().map(|(_, option)| option.len()).max();
    named.retain(|(place, option)| Some(option.len()) == longest || named_apart(&typed, *place, option));
    if let Some((_, option)) = named.first() {
        return vec![found(option)];
    }
    if how == How::Mention {
        return Vec::new();
    }
    let by_place = typed.iter().find_map(|word| match word.as_str() {
        "last" | "latter" => at(options.len()),
        "former" => at(1),
        word if typed.len() <= 4 => {
            figure::ordinal(word).or_else(|| word.parse().ok()).or_else(|| letter_place(word, typed.len())).and_then(at)
        }
        word => figure::ordinal(word).and_then(at),
    });
    let part = || {
        let shares = |option: &&String| {
            plain(option).iter().any(|part| part.len() >= 4 && typed.iter().any(|word| alike(word, part)))
        };
        let sharing: Vec<&String> = options.iter().filter(shares).collect();
        // In a long text a word of an option may stand for anything.
        (sharing.len() == 1 && typed.len() <= 5).then(|| found(sharing[0]))
    };
    by_place.or_else(part).into_iter().collect()
}

fn named_apart(typed: &[String], place: usize, option: &str) -> bool {
    place + plain(option).len() < typed.len() && typed[place + plain(option).len()] == "or"
}

fn letter_place(word: &str, count: usize) -> Option<usize> {
    let letter = word.bytes().next().filter(|byte| word.len() == 1 && count == 1 && byte.is_ascii_lowercase())?;
    Some(usize::from(letter - b'a') + 1)
}

fn yes_no(text: &str, how: How) -> Vec<Found> {
    let polarity = (how == How::Answer).then(|| cue::polarity(text)).flatten();
    polarity.map(|p| Found { value: Value::YesNo(p == Polarity::Yes), start: 0, end: text.len() }).into_iter().collect()
}

fn names(text: &str, how: How) -> Vec<Found> {
    let read = words(text);
    let texts: Vec<String> = read.iter().map(|word| word.text.clone()).collect();
    let led = ["my name is", "name is", "the name is", "im called", "call me", "this is", "i am", "im", "its", "it is"]
        .iter()
        .find_map(|lead| {
            let count = plain(lead).len();
            (texts.len() > count && reading::is(&texts[..count], lead)).then_some(count)
        });
    let is_told = reading::holds(&texts, "my name is");
    let from = match (led, how) {
        (Some(from), How::Answer) => from,
        (Some(from), How::Mention) if is_told => from,
        (None, How::Answer) if read.len() <= NAME_WORDS_MAX => 0,
        _ => return Vec::new(),
    };
    let is_name = |word: &Word| {
        word.text.chars().all(|c| c.is_alphabetic() || "-.".contains(c)) && !NOT_NAMES.contains(&word.text.as_str())
    };
    let taken: Vec<&Word> = read[from..].iter().take(NAME_WORDS_MAX).take_while(|word| is_name(word)).collect();
    let (Some(first), Some(last)) = (taken.first(), taken.last()) else { return Vec::new() };
    if cue::polarity(text).is_some() || cue::is_question(text) || cue::knows_not(text) {
        return Vec::new();
    }
    let name = text[first.start..last.end].split_whitespace().map(capital).collect::<Vec<_>>().join(" ");
    vec![Found { value: Value::Name(name), start: first.start, end: last.end }]
}

const NOT_NAMES: &[&str] = &[
    "and", "but", "the", "my", "order", "from", "what", "why", "please", "help", "want", "thanks", "hello", "hi", "to",
    "not", "a",
];

fn capital(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(kind: &SlotKind, text: &str) -> String {
        let today = Day::parse("2026-11-22").unwrap();
        first(kind, text, today, How::Answer).map_or("-".into(), |found| found.value.to_string())
    }

    #[test]
    fn values_are_found_in_what_customers_write() {
        let reference = SlotKind::Reference { pattern: None };
        let pattern = SlotKind::Reference { pattern: Some("ORD-#####".into()) };
        let options = SlotKind::Choice {
            options: vec!["Home delivery".into(), "Collect in store".into(), "Parcel locker".into()],
        };
        let small = SlotKind::Number { min: Some(1), max: Some(5) };
        let table = [
            (&reference, "it's 1048 i think", "1048"),
            (&reference, "#ab-1048", "AB-1048"),
            (&reference, "one oh four eight", "1048"),
            (&reference, "not 1048, 1049", "1049"),
            (&reference, "not sure, 1048", "1048"),
            (&reference, "it is [order_1]", "[order_1]"),
            (&reference, "£25.50", "-"),
            (&pattern, "ord 12345", "ORD-12345"),
            (&pattern, "12345", "ORD-12345"),
            (&pattern, "order ord12345 please", "ORD-12345"),
            (&pattern, "one two three four five", "ORD-12345"),
            (&pattern, "123", "-"),
            (&options, "the second one", "Collect in store"),
            (&options, "colect in store pls", "Collect in store"),
            (&options, "locker", "Parcel locker"),
            (&options, "the last", "Parcel locker"),
            (&options, "3", "Parcel locker"),
            (&options, "b", "Collect in store"),
            (&options, "banana", "-"),
            (&small, "three", "3"),
            (&small, "9", "-"),
            (&SlotKind::Money, "£25.50", "£25.50"),
            (&SlotKind::Money, "about 25 quid", "£25.00"),
            (&SlotKind::Money, "twenty five pounds", "£25.00"),
            (&SlotKind::Money, "1,048.2 euros", "€1048.20"),
            (&SlotKind::Date, "not tomorrow, friday", "27 November 2026"),
            (&SlotKind::Email, "its Jo.B@Example.org ok", "jo.b@example.org"),
            (&SlotKind::Email, "jo at example dot org", "jo@example.org"),
            (&SlotKind::Email, "[email_2]", "[email_2]"),
            (&SlotKind::Email, "[phone_1]", "-"),
            (&SlotKind::Phone, "call +44 20 7946 0000.", "+442079460000"),
            (&SlotKind::Name, "my name is jo bell", "Jo Bell"),
            (&SlotKind::Name, "Jo", "Jo"),
            (&SlotKind::Name, "why do you need that?", "-"),
            (&SlotKind::YesNo, "yep", "yes"),
            (&SlotKind::YesNo, "not really", "no"),
            (&SlotKind::Text, "because it is too small", "it is too small"),
            (&SlotKind::Text, "what is your policy?", "-"),
        ];
        let wrong: Vec<_> = table
            .iter()
            .filter(|(kind, text, value)| read(kind, text) != *value)
            .map(|(kind, text, value)| (text, value, read(kind, text)))
            .collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
    }

    #[test]
    fn by_the_way_only_what_is_plain_counts() {
        let today = Day::parse("2026-11-22").unwrap();
        let mention = |kind: &SlotKind, text: &str| first(kind, text, today, How::Mention).is_some();
        assert!(mention(&SlotKind::Reference { pattern: None }, "where is order 1048"));
        assert!(!mention(&SlotKind::Reference { pattern: None }, "i ordered 2 things"));
        assert!(!mention(&SlotKind::Text, "where is my order"));
        assert!(!mention(&SlotKind::Money, "i have 20 of them"));
        assert!(!mention(&SlotKind::Name, "where is it"));
    }
}
