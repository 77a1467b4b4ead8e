//! Every check and test of the repository, and what came of them.

use crate::{
    count::{Counts, Runner},
    openapi,
    step::{self, Outcome},
    tidy, tools,
};
use anyhow::Result;
use clap::ValueEnum;
use std::{process::Command, time::Instant};

/// What `cargo xtask test` runs, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Step {
    /// cargo fmt --check
    Format,
    /// The house rules
    Tidy,
    /// cargo clippy, warnings are errors
    Clippy,
    /// cargo test
    Rust,
    /// docs/openapi.json and the web client's types are up to date
    Openapi,
    /// svelte-check
    WebTypes,
    /// The web client's unit tests
    Web,
    /// The real server in a real browser
    Browser,
}

/// Runs the chosen steps, or all; true if nothing failed. A failed step does not stop the others.
pub fn run(chosen: &[Step]) -> Result<bool> {
    let is_chosen = |step: &&Step| chosen.is_empty() || chosen.contains(step);
    let mut outcomes = Vec::new();
    for step in Step::value_variants().iter().filter(is_chosen) {
        println!("\n=== {}", name(*step));
        let started = Instant::now();
        let outcome = run_step(*step).unwrap_or_else(|error| {
            println!("{error:#}");
            Outcome::whole(started, false)
        });
        outcomes.push((name(*step), outcome));
    }
    print!("{}", summary(&outcomes));
    Ok(outcomes.iter().all(|(_, outcome)| outcome.is_success))
}

fn run_step(step: Step) -> Result<Outcome> {
    let started = Instant::now();
    match step {
        Step::Format => step::run(&mut tools::cargo(&["fmt", "--all", "--check"]), Runner::Whole),
        Step::Tidy => Ok(Outcome::whole(started, tidy::run()?)),
        Step::Clippy => {
            let arguments = ["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
            step::run(&mut with_interface(tools::cargo(&arguments)), Runner::Whole)
        }
        Step::Rust => {
            let arguments = ["test", "--workspace", "--no-fail-fast", "--", "--show-output"];
            step::run(&mut with_interface(tools::cargo(&arguments)), Runner::Cargo)
        }
        Step::Openapi => Ok(Outcome::whole(started, openapi::check()?)),
        Step::WebTypes => web(&["run", "check"], Runner::Whole),
        Step::Web => web(&["test"], Runner::Vitest),
        Step::Browser => browser(),
    }
}

/// Without npm the server is built with a placeholder for the interface.
fn with_interface(mut cargo: Command) -> Command {
    if tools::no_web().is_some() {
        cargo.env("UI_SKIP", "1");
    }
    cargo
}

fn web(arguments: &[&str], runner: Runner) -> Result<Outcome> {
    if let Some(reason) = tools::no_web() {
        return Ok(Outcome::skipped(reason));
    }
    tools::install_web()?;
    step::run(&mut tools::npm(arguments), runner)
}

fn browser() -> Result<Outcome> {
    if let Some(reason) = tools::no_web() {
        return Ok(Outcome::skipped(reason));
    }
    if !tools::web().join("e2e").is_dir() {
        return Ok(Outcome::skipped("web/e2e is not here"));
    }
    if tools::is_set("UI_SKIP") {
        return Ok(Outcome::skipped("UI_SKIP is set, so the server has no interface to test"));
    }
    let Some(chromium) = tools::chromium() else {
        return Ok(Outcome::skipped("no chromium, chromium-browser or google-chrome in PATH"));
    };
    tools::install_web()?;
    let build = step::run(&mut tools::cargo(&["build", "--workspace", "--bins"]), Runner::Whole)?;
    if !build.is_success {
        return Ok(build);
    }
    let mut command = tools::npm(&["run", "e2e"]);
    command.env("SIGNALBOX_BIN", tools::server()?).env("CHROMIUM", chromium);
    step::run(&mut command, Runner::Vitest)
}

fn name(step: Step) -> &'static str {
    match step {
        Step::Format => "format",
        Step::Tidy => "tidy",
        Step::Clippy => "clippy",
        Step::Rust => "rust",
        Step::Openapi => "openapi",
        Step::WebTypes => "web-types",
        Step::Web => "web",
        Step::Browser => "browser",
    }
}

/// The table, the reasons, and last the line that machines read.
fn summary(outcomes: &[(&str, Outcome)]) -> String {
    let mut total = Counts::default();
    let mut text =
        format!("\n{:<10} {:<8} {:>7} {:>7} {:>8} {:>8}\n", "step", "result", "passed", "failed", "skipped", "seconds");
    for (name, Outcome { is_success, counts, took }) in outcomes {
        let result = match (is_success, counts.passed + counts.failed) {
            (false, _) => "FAILED",
            (true, 0) => "skipped",
            (true, _) => "ok",
        };
        let (passed, failed, skipped) = (counts.passed, counts.failed, counts.skipped);
        let seconds = took.as_secs_f64();
        text += &format!("{name:<10} {result:<8} {passed:>7} {failed:>7} {skipped:>8} {seconds:>8.1}\n");
        for reason in &counts.reasons {
            text += &format!("{:<10} skipped: {reason}\n", "");
        }
        total.add(counts);
    }
    let Counts { passed, failed, skipped, .. } = total;
    text + &format!("\n{passed} passed, {failed} failed, {skipped} skipped\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn outcome(passed: u32, failed: u32) -> Outcome {
        let counts = Counts { passed, failed, ..Counts::default() };
        Outcome { is_success: failed == 0, counts, took: Duration::from_millis(1_500) }
    }

    #[test]
    fn the_summary_ends_with_the_line_that_machines_read() {
        let text = summary(&[("rust", outcome(12, 0)), ("browser", Outcome::skipped("no chromium"))]);
        assert!(text.ends_with("\n12 passed, 0 failed, 1 skipped\n"), "{text}");
        assert!(text.contains("skipped: no chromium"));
        assert!(text.lines().any(|line| line.starts_with("rust") && line.contains(" ok ")));
        assert!(text.lines().any(|line| line.starts_with("browser") && line.contains(" skipped ")));
    }

    #[test]
    fn a_failed_step_is_shown_as_failed() {
        let text = summary(&[("rust", outcome(3, 2))]);
        assert!(text.contains("FAILED") && text.ends_with("\n3 passed, 2 failed, 0 skipped\n"));
    }

    #[test]
    fn every_step_can_be_named_on_the_command_line() {
        for step in Step::value_variants() {
            assert_eq!(step.to_possible_value().unwrap().get_name(), name(*step));
        }
    }
}
