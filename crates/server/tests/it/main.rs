//! The real router, log, engine and views, over loopback. One binary; one module per subject.

mod app;
mod stream;

mod access;
mod bodies;
mod decider;
mod live;
mod permissions;
mod shutdown;
mod chat;
mod import;
mod ingest;
mod replay;
