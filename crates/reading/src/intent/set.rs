//! What a model learns from: the centre's own examples.

use super::limits::{
    DUALS_MAX, EXAMPLES_MAX, EXAMPLES_OF_AN_INTENT_MIN, INTENTS_MAX, LETTERS_MIN, OUTSIDE_MAX, SLUG_BYTES_MAX,
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;

/// One text and what its writer wants.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Example {
    /// As a customer wrote it, or would.
    pub text: String,
    /// The intent's slug.
    pub intent: String,
    /// Two-letter code, where it is known. It is kept for whoever works on the set; training does not look at it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub language: Option<String>,
}

/// Examples, and optionally texts that belong to no intent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrainingSet {
    /// Texts with their intents.
    pub examples: Vec<Example>,
    /// Texts that no intent covers. They only set the scale of [`super::Guess::none_of_these`]; it works without them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub out_of_scope: Vec<String>,
}

/// Why a set cannot be learnt from. No error repeats a text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SetError {
    /// One intent or none.
    #[error("{have} intents: add examples of at least two")]
    TooFewIntents {
        /// Intents in the set.
        have: usize,
    },
    /// An intent has not enough examples.
    #[error("intent {intent} has {have} examples: add some, {need} are the least and about 20 are good")]
    TooFewExamples {
        /// Its slug.
        intent: String,
        /// Examples in the set.
        have: usize,
        /// The least.
        need: usize,
    },
    /// A number is beyond its bound.
    #[error("{have} {what}, {most} are allowed: leave some out")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// In the set.
        have: usize,
        /// Allowed.
        most: usize,
    },
    /// An example without words.
    #[error("example {at} has no letters: remove it")]
    NoLetters {
        /// Its place, counted from 1.
        at: usize,
    },
    /// A slug is empty or too long.
    #[error("example {at} has an intent's slug of {bytes} bytes: use 1 to {most}")]
    BadSlug {
        /// Its place, counted from 1.
        at: usize,
        /// Its length.
        bytes: usize,
        /// The longest allowed.
        most: usize,
    },
}

impl TrainingSet {
    /// A hash of everything in the set: a model names the set that it was trained from.
    pub fn fingerprint(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        let mut part = |part: &str| {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        };
        for example in &self.examples {
            part(&example.text);
            part(&example.intent);
            part(example.language.as_deref().unwrap_or(""));
        }
        part("out of scope");
        self.out_of_scope.iter().for_each(|text| part(text));
        hash.finalize().into()
    }

    /// The intents in order of their slugs and the place of every example's intent among them.
    pub(super) fn checked(&self) -> Result<(Vec<String>, Vec<usize>), SetError> {
        at_most("examples", self.examples.len(), EXAMPLES_MAX)?;
        at_most("texts out of scope", self.out_of_scope.len(), OUTSIDE_MAX)?;
        let mut counts = BTreeMap::<&str, usize>::new();
        for (at, example) in self.examples.iter().enumerate() {
            let bytes = example.intent.len();
            if bytes == 0 || bytes > SLUG_BYTES_MAX {
                return Err(SetError::BadSlug { at: at + 1, bytes, most: SLUG_BYTES_MAX });
            }
            if example.text.chars().filter(|letter| letter.is_alphanumeric()).take(LETTERS_MIN).count() < LETTERS_MIN {
                return Err(SetError::NoLetters { at: at + 1 });
            }
            *counts.entry(&example.intent).or_default() += 1;
        }
        if counts.len() < 2 {
            return Err(SetError::TooFewIntents { have: counts.len() });
        }
        at_most("intents", counts.len(), INTENTS_MAX)?;
        at_most("examples times intents", counts.len() * self.examples.len(), DUALS_MAX)?;
        let need = EXAMPLES_OF_AN_INTENT_MIN;
        if let Some((intent, have)) = counts.iter().find(|(_, have)| **have < need) {
            return Err(SetError::TooFewExamples { intent: intent.to_string(), have: *have, need });
        }
        let slugs: Vec<String> = counts.keys().map(|slug| slug.to_string()).collect();
        let place = |example: &Example| slugs.binary_search(&example.intent).expect("every slug was counted");
        let places = self.examples.iter().map(place).collect();
        Ok((slugs, places))
    }
}

fn at_most(what: &'static str, have: usize, most: usize) -> Result<(), SetError> {
    if have > most { Err(SetError::TooMany { what, have, most }) } else { Ok(()) }
}
