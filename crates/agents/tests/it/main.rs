//! The crate against a local server that misbehaves as it is told.

mod fixture;
mod wires;
mod misbehaving;
mod injection;
mod grounding;
mod acting;
mod tools;
mod mcp;
