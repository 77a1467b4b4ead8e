//! Tools of MCP servers, over streamable HTTP or as a process beside us, by the official SDK. What a server says about its tools is a hint:
//! a person looks at the definitions before an agent may use one, and our own limits hold afterwards.

mod wire;
mod process;
mod client;

pub use client::{Listed, McpClient, McpError, McpHttp, McpProcess};
