//! The real router, log, engine and views, over loopback. One binary; one module per subject.

mod app;
mod forms;
mod stream;

mod access;
mod ai_agents;
mod bodies;
mod decider;
mod disk;
mod export;
mod hostile;
mod life;
mod killed;
mod live;
mod numbers;
mod permissions;
mod setup;
mod stops;
mod knowledge;
mod connectors;
mod shutdown;
mod store;
mod writing;
mod chat;
mod import;
mod identity;
mod ingest;
mod handoff;
mod replay;
mod ai_floor;
mod redaction;
