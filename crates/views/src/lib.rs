//! What people look at: read models folded from the log into one local SQLite file.
//!
//! The file is disposable: it is dropped and made anew from the log when its form is another one, or when it knows more
//! than the log. [`Views`] writes, alone, one transaction for a batch of facts with the position they reach in it;
//! [`Reader`]s answer questions from a small pool of connections that cannot write. Answers hold ids: names come from
//! the engine's directory. Modules are declared in reading order and use only modules above them.

pub mod error;
mod column;
mod schema;
pub mod rows;
mod working;
mod fold;
mod write;
mod pool;
pub mod query;
pub mod views;
pub mod compare;

pub use error::ViewsError;
pub use query::Reader;
pub use query::audit::AuditFilter;
pub use query::conversations::{ConversationFilter, ConversationPage, Sort};
pub use query::measures::{MeasureBy, MeasureFilter, MeasureKey, MeasureRow};
pub use rows::{
    AlertRow, AlertState, AlertStep, Applied, ConversationRow, CustomerCard, Identity, PossibleMatch, Resolution,
    ReviewRow, SNIPPET_END, SNIPPET_START, SegmentRow,
};
pub use views::Views;
