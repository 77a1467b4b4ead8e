//! The engine that lets a language model answer a customer's turn. The model proposes; what is done is decided here.

mod fence;
mod trace;
mod turn;
mod hands;
mod briefing;
mod citation;
mod work;
mod converse;
mod answer;

pub use answer::{Fallback, ModelEngine};
pub use fence::{Nonce, NonceError};
pub use hands::{Hands, Searched};
pub use trace::{ModelCall, Path, ToolTrace, Trace};
pub use turn::{
    Briefing, DoneCall, Grounding, HandOffReason, Outcome, Passage, PendingCall, Said, Section, TurnRequest,
    TurnResult, Who,
};
