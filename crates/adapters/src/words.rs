//! Texts of people, made fit to keep: bounded, without control characters, otherwise exactly as they were written.

use signalbox_model::limits::SLUG_CHARS_MAX;
use signalbox_model::word::Slug;

/// A text that cannot be kept.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordsError {
    /// Nothing but blanks.
    #[error("must not be empty")]
    Empty,
    /// Longer than the limit.
    #[error("must have at most {max} characters, has {have}: send it in parts")]
    TooLong {
        /// Characters allowed.
        max: usize,
        /// Characters given.
        have: usize,
    },
}

/// Checks what somebody said. Markup stays what it is: text.
///
/// # Errors
/// When it is blank or has more than `max` characters.
pub fn clean(raw: &str, max: usize) -> Result<String, WordsError> {
    // Counting characters of a text that is far too long would be work done for an attacker.
    if raw.len() > max.saturating_mul(4) {
        return Err(WordsError::TooLong { max, have: raw.chars().count() });
    }
    let text: String = raw.replace("\r\n", "\n").replace('\r', "\n").chars().filter(|c| is_kept(*c)).collect();
    if text.trim().is_empty() {
        return Err(WordsError::Empty);
    }
    match text.chars().count() {
        have if have > max => Err(WordsError::TooLong { max, have }),
        _ => Ok(text),
    }
}

fn is_kept(letter: char) -> bool {
    letter == '\n' || letter == '\t' || !letter.is_control()
}

/// Cuts a text to `max` characters and says in it that something is missing.
pub fn cut(raw: &str, max: usize) -> String {
    let have = raw.chars().count();
    if have <= max {
        return raw.to_owned();
    }
    let mark = format!(" … [cut: {have} characters]");
    let kept = max.saturating_sub(mark.chars().count());
    raw.chars().take(kept).chain(mark.chars()).collect()
}

/// A word that machines can use, made from a name: letters outside the set become `-`. Nothing useful in it: none.
pub fn slug(raw: &str) -> Option<Slug> {
    let plain: String = raw
        .trim()
        .chars()
        .take(SLUG_CHARS_MAX)
        .map(|c| if c.is_alphanumeric() || "-_.:/@".contains(c) { c } else { '-' })
        .collect();
    Slug::parse(plain.trim_matches('-')).ok()
}

/// What a customer gets to see of an agent's name.
pub fn first_name(name: &str) -> &str {
    name.split_whitespace().next().unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn script_is_kept_as_text_and_control_characters_go() {
        assert_eq!(clean("<script>alert(1)</script>\r\nhi\u{7}", 100).unwrap(), "<script>alert(1)</script>\nhi");
        assert_eq!(clean(" \u{0}\n ", 100), Err(WordsError::Empty));
        assert_eq!(clean(&"x".repeat(101), 100), Err(WordsError::TooLong { max: 100, have: 101 }));
        assert!(matches!(clean(&"é".repeat(1_000), 100), Err(WordsError::TooLong { .. })));
    }

    #[test]
    fn a_cut_says_so_and_stays_within_the_limit() {
        let short = cut(&"x".repeat(200), 50);
        assert!(short.ends_with("[cut: 200 characters]") && short.chars().count() == 50);
        assert_eq!(cut("x", 50), "x");
    }

    #[test]
    fn slugs_come_from_names() {
        assert_eq!(slug("Ana Lopez").unwrap().as_str(), "Ana-Lopez");
        assert_eq!(slug("<b>").unwrap().as_str(), "b");
        assert_eq!(slug("  ?? "), None);
    }
}
