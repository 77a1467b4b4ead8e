//! Where facts are kept: one ordered, hash-chained log per tenant, and words beside it under a key per customer.
//!
//! [`EventLog`] is the promise, [`Embedded`] keeps it in one SQLite file. Modules are declared in reading order.

pub mod contract;
mod vault;
mod chain;
mod folder;
mod keyring;
mod encode;
mod job;
mod ledger;
mod writer;
mod row;
mod reader;
pub mod verify;
pub mod embedded;
pub mod bench;
pub mod conformance;

pub use contract::{
    AppendError, Appended, Batch, Entry, Erased, EventLog, Guard, Lease, LeaseError, ReadError, Stored, Transcript,
};
pub use embedded::{BackupError, Counters, Embedded, Options, SecretError, check, replay, replay_with_content};
pub use folder::OpenError;
pub use vault::{StoreKey, StoreKeyError};
pub use verify::{Fault, Problem, Verified};

/// The log that this build uses.
pub type Log = Embedded;
