//! Our own channels and what other systems report, between the API's JSON and the log's facts.

pub mod known;
pub mod reports;
pub mod webchat;
