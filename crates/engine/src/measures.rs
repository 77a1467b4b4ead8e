//! The one definition of every number that is shown anywhere.
//!
//! Conversations become [`contact::Contact`]s, people's time becomes [`people::ActivitySpan`]s, both are summed in a
//! [`tally::Tally`], and a tally answers every [`definition::Measure`] with a value or with the reason why there is none.
//! Tallies of parts merge into the tally of the whole, so live screens, history and the simulator share one formula.

pub mod definition;
pub mod value;
pub mod contact;
pub mod people;
pub mod tally;

pub use contact::{Contact, ContactKind, Handled, QueueStay, StayEnd, contacts};
pub use definition::{DEFINITIONS, Definition, Measure, Unit};
pub use people::{Activity, ActivitySpan, PersonClock};
pub use tally::Tally;
pub use value::{CannotSay, Measured};

#[cfg(test)]
mod tests;
