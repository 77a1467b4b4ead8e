//! The only HTTP client: limits, time-outs, address checks, circuits, retries. Everything outbound goes through here.

mod address;
mod breaker;
mod retry;
mod client;

pub use address::{AddressError, AllowList, HostPort, Internal, Names, Table, internal};
pub use breaker::{Breaker, Pass};
pub use client::{Answer, Body, Http, HttpError, Request, Stage, Times, redacted};
pub use retry::{Again, Attempt, Chance, Pace, Retries, retry_after};
