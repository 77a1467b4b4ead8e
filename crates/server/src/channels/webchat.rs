//! Web chat: who the visitor is, what they may see, how their browser comes and goes.

pub mod proof;
pub mod session;
pub mod view;
pub mod chats;
