//! The bounds of everything that an intent model reads, keeps or computes.

/// Characters of a text that are read; the rest is not looked at.
pub const LETTERS_MAX: usize = 1_000;
/// Bytes of a word that are read; the rest of the word is not looked at.
pub const LETTERS_OF_A_WORD_MAX: usize = 40;
/// Letters that a text needs to be judged; below, the answer is that it is too short.
pub const LETTERS_MIN: usize = 2;
/// Examples of a training set; more are refused.
pub const EXAMPLES_MAX: usize = 50_000;
/// Intents of a training set; more are refused.
pub const INTENTS_MAX: usize = 500;
/// Examples of an intent; with fewer the set is refused, as nothing could be held out to measure the model.
pub const EXAMPLES_OF_AN_INTENT_MIN: usize = 2;
/// Texts about something else that a training set may bring; more are refused.
pub const OUTSIDE_MAX: usize = 10_000;
/// Bytes of an intent's slug; longer ones are refused.
pub const SLUG_BYTES_MAX: usize = 128;
/// Features times intents; beyond, the features that the fewest examples have are left out.
pub const WEIGHTS_MAX: usize = 40_000_000;
/// Examples times intents; a larger set is refused.
pub const DUALS_MAX: usize = 12_000_000;
/// Intents that are named after the likeliest one.
pub const RUNNERS_UP_MAX: usize = 3;
