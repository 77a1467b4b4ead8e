//! The languages that have a lexicon.

use super::{
    abroad::{FRENCH, GERMAN, SPANISH},
    english::ENGLISH,
    lexicon::Lexicon,
};
use std::sync::LazyLock;

/// A language with a lexicon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Tongue {
    /// English: the fullest.
    English,
    /// German: the frequent words only.
    German,
    /// Spanish: the frequent words only.
    Spanish,
    /// French: the frequent words only.
    French,
}

impl Tongue {
    /// All of them.
    pub const ALL: [Tongue; 4] = [Tongue::English, Tongue::German, Tongue::Spanish, Tongue::French];

    /// The tongue of a two-letter code, if it has a lexicon.
    pub fn of_code(code: &str) -> Option<Self> {
        Some(match code {
            "en" => Tongue::English,
            "de" => Tongue::German,
            "es" => Tongue::Spanish,
            "fr" => Tongue::French,
            _ => return None,
        })
    }

    /// What is known of this tongue.
    pub fn lexicon(self) -> &'static Lexicon {
        static BUILT: LazyLock<[Lexicon; 4]> = LazyLock::new(|| {
            [Lexicon::build(&ENGLISH), Lexicon::build(&GERMAN), Lexicon::build(&SPANISH), Lexicon::build(&FRENCH)]
        });
        match self {
            Tongue::English => &BUILT[0],
            Tongue::German => &BUILT[1],
            Tongue::Spanish => &BUILT[2],
            Tongue::French => &BUILT[3],
        }
    }
}
