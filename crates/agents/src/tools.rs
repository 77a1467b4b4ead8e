//! Tools: what an AI agent may look up and do, with the limits that hold whatever a model says.

mod template;
mod definition;
mod check;
mod answer;
mod run;
mod openapi;

pub use answer::{ToolOutcome, trim};
pub(crate) use check::hex;
pub use check::{Autonomy, NeedsApproval, Refusal, Used, Verdict, call_digest, check, idempotency_key};
pub use definition::{
    Access, AmountCap, Approval, DailyCap, DefinitionError, DryRun, Idempotency, Kept, Kind, Tool, ToolDefinition,
};
pub use openapi::{Draft, ImportError, import_openapi};
pub use run::{Order, run_http};
pub use template::BodyTemplate;
