//! Takes text apart into words, and says how alike words and phrases are.

use crate::limits::{TEXT_CHARS_MAX, WORDS_MAX};

/// A word in a text: lower case, apostrophes left out, with the bytes where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    /// Lower case, without apostrophes.
    pub text: String,
    /// First byte.
    pub start: usize,
    /// Byte after the last.
    pub end: usize,
}

/// The part of a text that is read, cut at a whole character.
pub fn readable(text: &str) -> &str {
    text.char_indices().nth(TEXT_CHARS_MAX).map_or(text, |(at, _)| &text[..at])
}

/// The words of a text: letters, digits, and what stands inside numbers, addresses and tokens.
pub fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let mut current: Option<Word> = None;
    let mut letters = text.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        let next = letters.peek().map(|(_, next)| *next);
        let previous = current.as_ref().and_then(|word| word.text.chars().last());
        let is_inside = previous.is_some() && next.is_some_and(char::is_alphanumeric) && ".-_/@'’".contains(letter);
        if letter.is_alphanumeric() || is_inside {
            let word = current.get_or_insert_with(|| Word { text: String::new(), start: at, end: at });
            if !"'’".contains(letter) {
                word.text.extend(letter.to_lowercase());
            }
            word.end = at + letter.len_utf8();
        } else if let Some(word) = current.take() {
            words.push(word);
            if words.len() == WORDS_MAX {
                return words;
            }
        }
    }
    words.extend(current);
    words
}

/// The words alone, split at what stands inside them too: `check-in` is two.
pub fn plain(text: &str) -> Vec<String> {
    let split = |word: Word| -> Vec<String> {
        word.text
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|part| !part.is_empty())
            .map(String::from)
            .collect()
    };
    words(text).into_iter().flat_map(split).collect()
}

/// Edits between two words, neighbours exchanged counting as one; gives up above `most`.
pub fn distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(before[j - 2] + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    Some(last[b.len()]).filter(|edits| *edits <= most)
}

/// True if two words mean the same: equal, of one stem, or one or two slips of the finger apart.
pub fn alike(typed: &str, meant: &str) -> bool {
    if typed == meant {
        return true;
    }
    alike_stems(&stem(typed), &stem(meant))
}

/// The same for words that have lost their endings already.
pub fn alike_stems(typed: &str, meant: &str) -> bool {
    if typed == meant {
        return true;
    }
    // Digits are never "nearly" the same, and short words are one letter from too many others.
    if typed.as_bytes().first() != meant.as_bytes().first() || typed.bytes().any(|byte| byte.is_ascii_digit()) {
        return false;
    }
    let most = match meant.chars().count() {
        0..=4 => 0,
        5 if typed.chars().count() < 4 => 0,
        5..=7 => 1,
        _ => 2,
    };
    // A letter has up to four bytes; most words are told apart by their length alone.
    let is_far = typed.len().abs_diff(meant.len()) > most * 4
        || typed.is_ascii() && meant.is_ascii() && typed.len().abs_diff(meant.len()) > most;
    most > 0 && !is_far && distance(typed, meant, most).is_some()
}

/// The word without the endings of number and time.
pub fn stem(word: &str) -> String {
    let long = word.chars().count();
    for (ending, instead, least) in [
        ("ies", "y", 5),
        ("ing", "", 6),
        ("led", "l", 7),
        ("ling", "l", 8),
        ("ed", "", 5),
        ("es", "e", 5),
        ("s", "", 4),
    ] {
        if long >= least
            && let Some(rest) = word.strip_suffix(ending)
            && !word.ends_with("ss")
        {
            return format!("{rest}{instead}").trim_end_matches('e').to_string();
        }
    }
    if long >= 4 { word.trim_end_matches('e').to_string() } else { word.to_string() }
}

/// True if the phrase's words stand in the text one after the other, slips allowed.
pub fn holds(text: &[String], phrase: &str) -> bool {
    find(text, phrase).is_some()
}

/// Where the phrase's words begin in the text, slips allowed.
pub fn find(text: &[String], phrase: &str) -> Option<usize> {
    let phrase = plain(phrase);
    if phrase.is_empty() || phrase.len() > text.len() {
        return None;
    }
    let matches = |window: &[String]| window.iter().zip(&phrase).all(|(typed, meant)| alike(typed, meant));
    text.windows(phrase.len()).position(matches)
}

/// A word as typed, with its stem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Typed {
    /// The word.
    pub word: String,
    /// The word without its ending.
    pub stem: String,
}

/// The plain words of a text with their stems.
pub fn typed(text: &str) -> Vec<Typed> {
    plain(text).into_iter().map(|word| Typed { stem: stem(&word), word }).collect()
}

/// A list of phrases, taken apart once because every turn is compared with it.
#[derive(Debug)]
pub struct Phrases(Vec<Vec<Typed>>);

impl Phrases {
    /// Takes phrases apart.
    pub fn new(phrases: &[&str]) -> Phrases {
        Phrases(phrases.iter().map(|phrase| typed(phrase)).collect())
    }

    /// Where each phrase that stands in the text begins, and how many words it has; slips allowed.
    pub fn all_in<'a>(&'a self, text: &'a [Typed]) -> impl Iterator<Item = (usize, usize)> + 'a {
        let matches = |typed: &Typed, meant: &Typed| typed.word == meant.word || alike_stems(&typed.stem, &meant.stem);
        self.0.iter().filter(|phrase| !phrase.is_empty()).filter_map(move |phrase| {
            let place =
                text.windows(phrase.len()).position(|window| window.iter().zip(phrase).all(|(a, b)| matches(a, b)));
            place.map(|place| (place, phrase.len()))
        })
    }

    /// True if one of the phrases stands in the text.
    pub fn stand_in(&self, text: &[Typed]) -> bool {
        self.all_in(text).next().is_some()
    }

    /// True if this word is in one of the phrases.
    pub fn have_word(&self, word: &str) -> bool {
        self.0.iter().flatten().any(|part| part.word == word)
    }
}

/// True if the text is this phrase and nothing else, slips allowed.
pub fn is(text: &[String], phrase: &str) -> bool {
    let phrase = plain(phrase);
    phrase.len() == text.len() && text.iter().zip(&phrase).all(|(typed, meant)| alike(typed, meant))
}

/// The nearest of some names, if one is near: for "did you mean".
pub fn nearest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let most = (word.chars().count() / 3).clamp(1, 4);
    let near = |name: &'a str| distance(&word, &name.to_lowercase(), most).map(|edits| (edits, name));
    names.into_iter().filter_map(near).min().map(|(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_keep_what_stands_inside_numbers_and_addresses() {
        let texts: Vec<String> = words("It's ORD-1048, a.b@c.uk; £25.50!").into_iter().map(|word| word.text).collect();
        assert_eq!(texts, ["its", "ord-1048", "a.b@c.uk", "25.50"]);
        assert_eq!(plain("check-in o'clock"), ["check", "in", "oclock"]);
    }

    #[test]
    fn slips_are_forgiven_in_long_words_and_never_in_numbers() {
        for (typed, meant) in [
            ("delivry", "delivery"),
            ("oder", "order"),
            ("cancle", "cancel"),
            ("tracking", "track"),
            ("orders", "order"),
            ("cancelled", "cancel"),
        ] {
            assert!(alike(typed, meant), "{typed}");
        }
        for (typed, meant) in [("1048", "1049"), ("no", "on"), ("card", "cart"), ("12345678", "12345679")] {
            assert!(!alike(typed, meant), "{typed}");
        }
        assert_eq!(nearest("order_statsu", ["order_status", "cancel_order"]), Some("order_status"));
        assert_eq!(nearest("weather", ["order_status", "cancel_order"]), None);
    }
}
