//! What the writer of a text wants, by a classifier that a centre trains from its own examples in seconds.
//!
//! A text is read as hashed words, neighbours, pairs and pieces of words ; a linear machine per intent scores
//! them; scores become probabilities that were fitted on held-out examples. Nothing is downloaded and no word of a
//! customer stays in the model. `docs/intents.md` has the figures.

mod limits;
mod words;
mod features;
mod vocabulary;
mod linear;
mod scale;
mod set;
mod model;
mod stored;

pub use limits::{
    EXAMPLES_MAX, EXAMPLES_OF_AN_INTENT_MIN, INTENTS_MAX, LETTERS_MAX, LETTERS_MIN, OUTSIDE_MAX, RUNNERS_UP_MAX,
    SLUG_BYTES_MAX,
};
pub use model::{CannotSay, Guess, IntentModel, NONE, SURE, Verdict};
pub use scale::OUTSIDE_SHARE;
pub use set::{Example, SetError, TrainingSet};
pub use stored::StoredError;
