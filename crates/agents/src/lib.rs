//! Everything that an AI agent reaches over a network: language models, tools, MCP servers.
//!
//! What comes from outside is data, never an instruction to us: what an agent may do is decided here, by pure functions, whatever a
//! model says. Modules are declared in reading order and use only modules above them.

pub mod limits;
pub mod secret;
pub mod http;
pub mod provider;
pub mod schema;
pub mod tools;
pub mod mcp;
pub mod reach;
pub mod model_engine;
#[cfg(feature = "double")]
pub mod double;
