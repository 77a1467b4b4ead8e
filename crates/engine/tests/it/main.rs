//! Scenarios as texts, and the invariants of the engine.

mod play;
mod complaints;
mod crowd;
mod lines;
mod supervision;
mod ai;
mod properties;
