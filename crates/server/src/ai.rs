//! What AI agents answer, and how it came about.
//!
//! `answer` takes one turn with everything that belongs to it and gives back what is said and what was done; it reads and writes no
//! facts itself, except that what changes something elsewhere is written down before it is done. The executor beside `follower`
//! asks it for live conversations, the interface for trials.

pub mod memory;
pub mod trace;
pub mod turn;
pub mod shelves;
pub mod toolbox;
pub mod program;
pub mod brain;
mod guided;
mod model;
mod answer;

pub use brain::Brain;
