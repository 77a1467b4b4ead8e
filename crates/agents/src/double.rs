//! The misbehaving double: a local server that stands for models, tools and an MCP server, does what a script says, and counts what was
//! done. For tests of this crate and of others; not part of a normal build.

mod script;
mod wires;
mod server;

pub use script::{Act, ToolAct};
pub use server::Double;
