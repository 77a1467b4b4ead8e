//! Personal data in what people type: where it is, and the same words without it.
//!
//! A turn is cut into pieces; patterns with checksums look for what can be proved; a small model weighs every piece in its
//! sentence; what the agent asked for lowers the bar. What was found and is to be hidden becomes a typed token.

pub mod kinds;
pub mod limits;
mod lexicon;
mod pieces;
pub mod asked;
mod validators;
mod numbers;
mod patterns;
mod features;
mod model;
mod hiding;
mod redactor;
pub mod training;

pub use asked::Asked;
pub use hiding::{Found, FoundBy, NotRestored, Redacted, Span, restore};
pub use kinds::{Counts, PersonalKind, Policy};
pub use model::NoWeights;
pub use redactor::{Context, Redactor};
pub use validators::Region;
