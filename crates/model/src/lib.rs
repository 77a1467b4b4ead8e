//! The vocabulary of the product: what happened, to whom, and the documents people publish.
//!
//! Words and their validation only. No IO, no clock, no randomness, no async: ids and times are made at the
//! edge and passed in. Modules are declared in reading order and use only modules above them.

pub mod limits;
pub mod time;
pub mod id;
pub mod word;
pub mod contact;
pub mod content;
pub mod setup;
pub mod event;
