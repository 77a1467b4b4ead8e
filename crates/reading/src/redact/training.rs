//! How the weights come about: the same turns and the same seed give the same bytes.

mod chance;
mod lists;
mod phrases;
mod turns;
mod written;
mod fitting;

pub use fitting::{Report, train};
pub use turns::{LabelledTurn, kind_of_label};
