//! Tasks of this repository that are more than one cargo or npm command.

mod text;
mod tree;
mod finding;
mod exceptions;
mod tidy;
mod tools;
mod count;
mod step;
mod openapi;
mod test;
mod train;

use anyhow::Result;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Tasks of this repository. Run them as `cargo xtask <task>`.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Run every check and test: Rust, web, browser; ends with a table and the line "N passed, N failed, N skipped"
    Test {
        /// Only these steps, by name; without any, all of them
        #[arg(value_name = "STEP")]
        steps: Vec<test::Step>,
    },
    /// Check the house rules that a machine can check
    Tidy,
    /// Write docs/openapi.json from the server and the web client's types from that
    Openapi {
        /// Write nothing; fail if either is out of date
        #[arg(long)]
        check: bool,
    },
    /// Train weights that a crate embeds
    Train(train::Training),
}

fn main() -> Result<ExitCode> {
    let is_good = match Arguments::parse().task {
        Task::Test { steps } => test::run(&steps)?,
        Task::Tidy => tidy::run()?,
        Task::Openapi { check: true } => openapi::check()?,
        Task::Openapi { check: false } => openapi::write()?,
        Task::Train(training) => train::run(&training)?,
    };
    Ok(if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
