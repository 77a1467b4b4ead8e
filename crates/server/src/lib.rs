//! The server: wiring of log, engine, views and the outside world, and everything that speaks HTTP.
//!
//! Modules are declared in reading order; a module names only modules declared above it.

pub mod clock;
pub mod config;
pub mod telemetry;
pub mod secrets;
pub mod rate;
pub mod standing;
pub mod settled;
pub mod health;
pub mod attachment;
pub mod words;
pub mod wire;
pub mod figures;
pub mod readers;
pub mod ingest;
pub mod auth;
pub mod ai;
pub mod live;
pub mod runtime;
pub mod probes;
pub mod state;
pub mod executor;
pub mod channels;
pub mod follower;
pub mod api;
pub mod ui;
pub mod app;
pub mod check;
pub mod import;
pub mod replay;
pub mod demo;
pub mod simulate;
pub mod bench;
pub mod cli;
