//! Short texts that people give to things: parsed once at the edge, then trusted.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;

use crate::limits::{NAME_CHARS_MAX, SLUG_CHARS_MAX};

/// A text that cannot be a name or slug.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WordError {
    /// Nothing but blanks.
    #[error("must not be empty")]
    Empty,
    /// Longer than the limit.
    #[error("must have at most {max} characters, has {have}")]
    TooLong {
        /// Characters allowed.
        max: usize,
        /// Characters given.
        have: usize,
    },
    /// A character that may not stand here.
    #[error("must not contain the character {0:?}")]
    Letter(char),
}

/// What people call a queue, a skill, a person: one line, trimmed, no control characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, example = "Billing", max_length = 80, min_length = 1)]
pub struct Name(String);

impl Name {
    /// Reads a name.
    ///
    /// # Errors
    /// When it is empty, longer than 80 characters or holds control characters.
    pub fn parse(raw: &str) -> Result<Name, WordError> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(WordError::Empty);
        }
        let have = text.chars().count();
        if have > NAME_CHARS_MAX {
            return Err(WordError::TooLong { max: NAME_CHARS_MAX, have });
        }
        match text.chars().find(|c| c.is_control()) {
            Some(letter) => Err(WordError::Letter(letter)),
            None => Ok(Name(text.to_owned())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A machine-readable word (label, intent, language, name of an agent elsewhere): letters, digits, `-`, `_`, `.`, `:`, `/`, `@`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = String, example = "refund", max_length = 64, min_length = 1)]
pub struct Slug(String);

impl Slug {
    /// Reads a slug; capitals are kept.
    ///
    /// # Errors
    /// When it is empty, longer than 64 characters or holds a character outside the set.
    pub fn parse(raw: &str) -> Result<Slug, WordError> {
        let text = raw.trim();
        if text.is_empty() {
            return Err(WordError::Empty);
        }
        let have = text.chars().count();
        if have > SLUG_CHARS_MAX {
            return Err(WordError::TooLong { max: SLUG_CHARS_MAX, have });
        }
        match text.chars().find(|c| !(c.is_alphanumeric() || "-_.:/@".contains(*c))) {
            Some(letter) => Err(WordError::Letter(letter)),
            None => Ok(Slug(text.to_owned())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

macro_rules! word_impls {
    ($name:ident) => {
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                $name::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    };
}

word_impls!(Name);
word_impls!(Slug);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_bounded() {
        assert_eq!(Name::parse("  Billing ").unwrap().as_str(), "Billing");
        assert_eq!(Name::parse("   "), Err(WordError::Empty));
        assert!(matches!(Name::parse(&"x".repeat(81)), Err(WordError::TooLong { .. })));
        assert_eq!(Name::parse("a\nb"), Err(WordError::Letter('\n')));
    }

    #[test]
    fn slugs_hold_no_blanks_or_markup() {
        assert!(Slug::parse("return_size").is_ok());
        assert_eq!(Slug::parse("a b"), Err(WordError::Letter(' ')));
        assert_eq!(Slug::parse("<script>"), Err(WordError::Letter('<')));
    }
}
