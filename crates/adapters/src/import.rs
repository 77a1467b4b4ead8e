//! Conversations from files: one JSON object a line, in our schema or brought into it by a mapping.

pub mod lines;
pub mod record;
pub mod mapping;
pub mod plan;
