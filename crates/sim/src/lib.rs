//! A contact centre under a virtual clock and a seed: the real engine, simulated customers and agents.
//!
//! The same scenario and seed give the same log, fact by fact. Nothing here reads a clock, and time passes as fast
//! as the engine can decide. Modules are declared in reading order and use only modules above them.

pub mod scenario;
pub mod agenda;
pub mod customers;
pub mod agents;
pub mod faults;
pub mod check;
pub mod tally;
pub mod run;
pub mod builtin;
pub mod plain;
pub mod month;
pub mod plot;
pub mod report;

pub use run::{Finished, Options, Outcome, Run, RunError};
pub use scenario::{Scenario, ScenarioError};
pub use tally::Tally;
