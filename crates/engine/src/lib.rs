//! What the product thinks: fold the log, decide what follows. No IO, no clock, no chance, no async.
//!
//! Modules are declared in reading order and use only modules above them. Engines (`handling`, `routing`, `supervision`,
//! `alerts`, `ai`) are peers: they never import one another, they exchange facts.

pub mod lookup;
pub mod registry;
pub mod directory;
pub mod hours;
pub mod conversation;
pub mod floor;
pub mod measures;
pub mod need;
pub mod round;
pub mod handling;
pub mod routing;
pub mod supervision;
pub mod alerts;
pub mod ai;
mod engines;

pub use engines::{Engines, Round};
pub use floor::Floor;
