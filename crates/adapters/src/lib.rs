//! The outside world, as texts: what other systems and customers send, checked and turned into facts.
//!
//! Everything here is a function from bytes or JSON to facts or to a reason why not. Reading files and sockets,
//! clocks and the log itself are the server's. Modules are declared in reading order and use only modules above them.

pub mod words;
pub mod moment;
pub mod identity;
pub mod derived;
pub mod fields;
pub mod ingest;
pub mod import;
