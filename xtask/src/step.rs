//! Runs one step: its output streams by while its tests are counted.

use crate::count::{Counts, Reader, Runner};
use anyhow::{Context, Result};
use std::{
    io::{BufRead, BufReader, Read},
    process::{Command, Stdio},
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

/// How a step ended.
#[derive(Debug)]
pub struct Outcome {
    pub is_success: bool,
    pub counts: Counts,
    pub took: Duration,
}

impl Outcome {
    /// A step that was not run counts as one skipped test.
    pub fn skipped(reason: &str) -> Self {
        let counts = Counts { skipped: 1, reasons: vec![reason.to_string()], ..Counts::default() };
        Self { is_success: true, counts, took: Duration::ZERO }
    }

    /// A check that ran inside this program.
    pub fn whole(started: Instant, is_success: bool) -> Self {
        let counts = Reader::new(Runner::Whole).finish(is_success);
        Self { is_success, counts, took: started.elapsed() }
    }
}

/// Runs a command to its end.
pub fn run(command: &mut Command, runner: Runner) -> Result<Outcome> {
    let started = Instant::now();
    println!("\n$ {}", shown(command));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", shown(command)))?;
    let (sender, lines) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        forward(stdout, sender.clone());
    }
    if let Some(stderr) = child.stderr.take() {
        forward(stderr, sender.clone());
    }
    drop(sender);
    let mut reader = Reader::new(runner);
    for line in lines {
        if reader.read(&line) {
            println!("{line}");
        }
    }
    let is_success = child.wait()?.success();
    Ok(Outcome { is_success, counts: reader.finish(is_success), took: started.elapsed() })
}

/// Sends each line on; bytes that are not UTF-8 are replaced.
fn forward(stream: impl Read + Send + 'static, lines: mpsc::Sender<String>) {
    thread::spawn(move || {
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        while stream.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
            let text = String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']).to_string();
            line.clear();
            if lines.send(text).is_err() {
                return;
            }
        }
    });
}

fn shown(command: &Command) -> String {
    let program = std::path::Path::new(command.get_program());
    let name = program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned();
    let arguments = command.get_args().map(|argument| argument.to_string_lossy().into_owned());
    std::iter::once(name).chain(arguments).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_that_fails_is_a_failed_test() {
        let outcome = run(crate::tools::cargo(&["no-such-command"]).env("CARGO_NET_OFFLINE", "true"), Runner::Whole);
        let outcome = outcome.unwrap();
        assert!(!outcome.is_success);
        assert_eq!(outcome.counts.failed, 1);
    }

    #[test]
    fn a_step_that_is_not_run_says_why() {
        let outcome = Outcome::skipped("no browser");
        assert_eq!((outcome.counts.skipped, outcome.counts.reasons), (1, vec!["no browser".to_string()]));
        assert!(outcome.is_success);
    }
}
