//! What was found becomes tokens, and can be put back by whoever holds the hidden values.

use super::kinds::{Counts, PersonalKind, Policy};
use super::limits::{SPANS_MAX, VALUES_MAX};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// How something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FoundBy {
    /// Its form proves it.
    Pattern,
    /// It answers what was asked.
    Asked,
    /// The model weighed it in its sentence.
    Tagger,
    /// The same value was hidden elsewhere in the turn.
    Repeated,
    /// It stands beyond a limit.
    Limit,
}

/// Personal data in a turn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Found {
    /// What it is.
    pub kind: PersonalKind,
    /// First byte.
    pub start: usize,
    /// The byte after the last.
    pub end: usize,
    /// How it was found.
    pub by: FoundBy,
    /// How probable it is that this is personal: 1 where a pattern proves it.
    pub confidence: f32,
}

/// One hidden piece of a turn.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Span {
    /// What it is.
    pub kind: PersonalKind,
    /// First byte in the original.
    pub start: usize,
    /// The byte after the last in the original.
    pub end: usize,
    /// First byte of its token in the redacted text.
    pub token_start: usize,
    /// The byte after the last of its token.
    pub token_end: usize,
    /// How it was found.
    pub by: FoundBy,
    /// How probable it is that this is personal.
    pub confidence: f32,
}

/// A turn without what was hidden.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Redacted {
    /// The words, with tokens like `[card_1]`.
    pub text: String,
    /// What was hidden, in order.
    pub spans: Vec<Span>,
    /// How many tokens of each kind the conversation holds now; the next turn is numbered from there.
    pub counts: Counts,
}

impl Redacted {
    /// The hidden values, in the order of the spans: what is sealed away, if it may be kept at all.
    pub fn values<'a>(&self, original: &'a str) -> Vec<&'a str> {
        self.spans.iter().map(|span| &original[span.start..span.end]).collect()
    }
}

/// A text that cannot be put together again.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotRestored {
    /// Values are missing or belong to another turn.
    #[error("{spans} values were hidden and {values} are here; take the values that were sealed with this turn")]
    Values {
        /// Hidden values.
        spans: usize,
        /// Values at hand.
        values: usize,
    },
    /// A token does not stand where it should.
    #[error("the redacted text was changed after its values were hidden; take the text as it was stored")]
    Text,
}

/// The original, from the redacted text, its spans and the hidden values in their order.
pub fn restore(text: &str, spans: &[Span], values: &[impl AsRef<str>]) -> Result<String, NotRestored> {
    if spans.len() != values.len() {
        return Err(NotRestored::Values { spans: spans.len(), values: values.len() });
    }
    let mut original = String::new();
    let mut from = 0;
    for (span, value) in spans.iter().zip(values) {
        let kept = text.get(from..span.token_start).ok_or(NotRestored::Text)?;
        let is_token = text
            .get(span.token_start..span.token_end)
            .is_some_and(|token| token.starts_with('[') && token.ends_with(']'));
        if !is_token {
            return Err(NotRestored::Text);
        }
        original.push_str(kept);
        original.push_str(value.as_ref());
        from = span.token_end;
    }
    original.push_str(text.get(from..).ok_or(NotRestored::Text)?);
    Ok(original)
}

/// Hides what the policy says, and every repetition of it.
pub fn hide(text: &str, found: &[Found], policy: &Policy, counts: &Counts) -> Redacted {
    let is_hidden = |found: &&Found| policy.hide.contains(&found.kind) || found.kind == PersonalKind::Unread;
    let mut hidden: Vec<Found> = found.iter().filter(is_hidden).copied().collect();
    let lower = text.to_ascii_lowercase();
    repeat(text, &lower, &mut hidden);
    limit(text, &mut hidden);
    let mut redacted = Redacted {
        text: String::with_capacity(text.len()),
        spans: Vec::with_capacity(hidden.len()),
        counts: counts.clone(),
    };
    let mut numbers: BTreeMap<(PersonalKind, String), u32> = BTreeMap::new();
    let mut from = 0;
    for found in hidden {
        let Found { kind, start, end, by, confidence } = found;
        let value: String = text[start..end].to_lowercase().chars().filter(|char| char.is_alphanumeric()).collect();
        let number = *numbers.entry((kind, value)).or_insert_with(|| {
            let count = redacted.counts.entry(kind).or_insert(0);
            *count = count.saturating_add(1);
            *count
        });
        redacted.text.push_str(&text[from..start]);
        let token_start = redacted.text.len();
        redacted.text.push_str(&format!("[{}_{number}]", kind.word()));
        redacted.spans.push(Span { kind, start, end, token_start, token_end: redacted.text.len(), by, confidence });
        from = end;
    }
    redacted.text.push_str(&text[from..]);
    redacted
}

/// Values of so many bytes are hidden inside other words too; shorter ones only where they stand alone.
const INSIDE_BYTES_MIN: usize = 4;

/// Hides each hidden value wherever else it stands in the turn.
fn repeat(text: &str, lower: &str, hidden: &mut Vec<Found>) {
    let mut values: Vec<Found> = Vec::new();
    for found in hidden.iter().filter(|found| found.kind != PersonalKind::Unread) {
        if values.iter().any(|value| lower[value.start..value.end] == lower[found.start..found.end]) {
            continue;
        }
        if values.len() == VALUES_MAX {
            let rest = Found {
                kind: PersonalKind::Unread,
                start: found.start,
                end: text.len(),
                by: FoundBy::Limit,
                confidence: 1.0,
            };
            hidden.retain(|other| other.start < rest.start);
            hidden.push(rest);
            break;
        }
        values.push(*found);
    }
    let mut is_taken = vec![false; text.len()];
    hidden.iter().for_each(|found| is_taken[found.start..found.end].fill(true));
    // Longer values first: what is left of a shorter one inside them must not cut them apart.
    values.sort_by_key(|value| (std::cmp::Reverse(value.end - value.start), value.start));
    for value in values {
        let needle = &lower[value.start..value.end];
        let mut from = 0;
        while let Some(at) = lower[from..].find(needle).map(|at| at + from) {
            let end = at + needle.len();
            let is_free = !is_taken[at..end].iter().any(|is_taken| *is_taken);
            if is_free && (needle.len() >= INSIDE_BYTES_MIN || stands_alone(text, at, end)) {
                is_taken[at..end].fill(true);
                hidden.push(Found { start: at, end, by: FoundBy::Repeated, ..value });
                from = end;
                continue;
            }
            from = at + text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    hidden.sort_by_key(|found| found.start);
}

fn stands_alone(text: &str, start: usize, end: usize) -> bool {
    let is_word = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
    !is_word(text[..start].chars().next_back()) && !is_word(text[end..].chars().next())
}

/// Hides the rest of a turn with too many spans whole.
fn limit(text: &str, hidden: &mut Vec<Found>) {
    if hidden.len() <= SPANS_MAX {
        return;
    }
    let start = hidden[SPANS_MAX - 1].start;
    hidden.truncate(SPANS_MAX - 1);
    hidden.push(Found { kind: PersonalKind::Unread, start, end: text.len(), by: FoundBy::Limit, confidence: 1.0 });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, value: &str, kind: PersonalKind) -> Found {
        let start = text.find(value).expect("the value is in the text");
        Found { kind, start, end: start + value.len(), by: FoundBy::Tagger, confidence: 0.9 }
    }

    #[test]
    fn one_value_has_one_token_and_its_repetitions_are_hidden() {
        let text = "ravi here, yes Ravi Kumar, raviteja";
        let redacted = hide(text, &[at(text, "ravi", PersonalKind::Name)], &Policy::default(), &Counts::new());
        assert_eq!(redacted.text, "[name_1] here, yes [name_1] Kumar, [name_1]teja");
        assert_eq!(restore(&redacted.text, &redacted.spans, &redacted.values(text)).as_deref(), Ok(text));
    }

    #[test]
    fn numbering_goes_on_from_the_turn_before() {
        let text = "4929";
        let counts = Counts::from([(PersonalKind::CardNumber, 2)]);
        let redacted = hide(text, &[at(text, "4929", PersonalKind::CardNumber)], &Policy::default(), &counts);
        assert_eq!((redacted.text.as_str(), redacted.counts[&PersonalKind::CardNumber]), ("[card_3]", 3));
    }

    #[test]
    fn what_a_business_looks_up_by_is_left_unless_the_policy_says_otherwise() {
        let text = "booking KX7";
        let found = [at(text, "KX7", PersonalKind::Reference)];
        assert_eq!(hide(text, &found, &Policy::default(), &Counts::new()).text, text);
        let strict = Policy { hide: [PersonalKind::Reference].into() };
        assert_eq!(hide(text, &found, &strict, &Counts::new()).text, "booking [reference_1]");
    }

    #[test]
    fn too_many_values_hide_the_rest_whole() {
        let text: String = (0..400).map(|at| format!("v{at:03} x ")).collect();
        let found: Vec<_> = (0..400)
            .map(|at| Found {
                kind: PersonalKind::Name,
                start: at * 7,
                end: at * 7 + 4,
                by: FoundBy::Tagger,
                confidence: 1.0,
            })
            .collect();
        let redacted = hide(&text, &found, &Policy::default(), &Counts::new());
        assert_eq!(redacted.spans.len(), VALUES_MAX + 1);
        assert!(redacted.text.ends_with("[unread_1]"));
    }

    #[test]
    fn a_changed_text_or_missing_values_are_told() {
        let text = "ravi here";
        let redacted = hide(text, &[at(text, "ravi", PersonalKind::Name)], &Policy::default(), &Counts::new());
        let none: [&str; 0] = [];
        assert_eq!(restore(&redacted.text, &redacted.spans, &none), Err(NotRestored::Values { spans: 1, values: 0 }));
        assert_eq!(restore("hi", &redacted.spans, &["ravi"]), Err(NotRestored::Text));
    }
}
