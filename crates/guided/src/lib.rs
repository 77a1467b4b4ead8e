//! An AI agent without a model: answers from knowledge with their sources, and procedures written as numbered plain sentences.
//!
//! One pure function, [`step`], takes what happened and says what to do; it has no IO, no clock, no chance. Searching, running tools
//! and sending text is the caller's. Modules are declared in reading order and use only modules above them.

pub mod limits;
pub mod day;
pub mod reading;
pub mod value;
pub mod figure;
pub mod date;
pub mod cue;
pub mod extract;
pub mod reason;
pub mod procedure;
pub mod choose;
pub mod program;
pub mod moves;
pub mod dialogue;
mod turn;
mod execute;
mod settle;
mod begin;
mod correct;
mod listen;
mod step;

pub use day::Day;
pub use dialogue::Dialogue;
pub use moves::{Input, Move, SearchOutcome, ToolOutcome};
pub use procedure::{Known, Problem, ProblemKind, Procedure, SlotDefinition, ToolArgument, ToolSignature};
pub use program::{Autonomy, BriefingView, Limits, Program};
pub use reason::Reason;
pub use step::step;
pub use value::{SlotKind, Value};
