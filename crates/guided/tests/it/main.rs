//! Conversations, procedures and what must hold for all of them.

mod samples;
mod scenarios;
mod problems;
mod properties;
mod real;
