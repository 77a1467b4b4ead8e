//! `signalbox import`: conversations from a file into a stopped store or a running server. Safe to run again.

mod reading;
mod report;
mod sink;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Args;
use indicatif::{HumanDuration, ProgressBar, ProgressStyle};
use signalbox_adapters::import::mapping::{Mapping, MappingError};
use signalbox_adapters::words;
use signalbox_eventlog::{OpenError, ReadError};

use crate::channels::reports::ReportError;
use crate::clock::Clock;
use reading::{Piece, Reading};
use report::Report;
use sink::Sink;

/// Some lines were rejected and the rest went in.
const SOME_REJECTED: u8 = 3;
/// Lines that are worked on together.
const CHUNK_LINES: usize = 200;
/// Bytes of lines that are worked on together.
const CHUNK_BYTES: usize = 1024 * 1024;

/// Take conversations from a JSONL file: one conversation a line, see docs/import.md.
///
/// Lines that cannot be read are reported with their number and reason; all others go in. The same file again adds
/// nothing. Exit code 0: every line went in; 3: some lines were rejected; 1: it could not be done.
#[derive(Args, Clone, Debug)]
pub struct ImportArgs {
    /// The file; `-` reads standard input.
    pub file: PathBuf,
    /// A JSON file that says how another shape becomes ours; see docs/mappings for examples.
    #[arg(long, value_name = "FILE")]
    pub mapping: Option<PathBuf>,
    /// The data folder of a server that is stopped.
    #[arg(long, value_name = "DIR", conflicts_with = "url")]
    pub data: Option<PathBuf>,
    /// The address of a running server, as in http://127.0.0.1:8080.
    #[arg(long)]
    pub url: Option<String>,
    /// A token of scope `ingest`, made in setup.
    #[arg(long, env = "SIGNALBOX_TOKEN", hide_env_values = true, requires = "url")]
    pub token: Option<String>,
    /// The source's name, one word: ids of two sources never meet. A mapping names its own.
    #[arg(long)]
    pub source: Option<String>,
    /// Read and check everything, store nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Write every rejected line and every note to this CSV file.
    #[arg(long, value_name = "FILE")]
    pub report: Option<PathBuf>,
}

/// Why an import could not be done.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Nothing says where to.
    #[error(
        "say where to: --data DIR for a stopped store, --url URL --token T for a running server, or --dry-run to only check"
    )]
    NoTarget,
    /// A server wants a token.
    #[error("give --token (or SIGNALBOX_TOKEN) with the scope `ingest`: an admin makes one in setup")]
    NoToken,
    /// The source's name.
    #[error("--source must be one word of letters, digits, `-`, `_` or `.`")]
    Source,
    /// A file.
    #[error("{path}: {error}")]
    File {
        /// Which.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The report.
    #[error("the report cannot be written: {0}")]
    Report(#[from] csv::Error),
    /// The mapping.
    #[error(transparent)]
    Mapping(#[from] MappingError),
    /// The store.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The store cannot be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The store cannot be written.
    #[error(transparent)]
    Append(#[from] ReportError),
    /// The server cannot be reached.
    #[error("{url} cannot be reached ({error}); what went in stays, run it again to go on")]
    Unreachable {
        /// Which.
        url: String,
        /// What the client says.
        error: reqwest::Error,
    },
    /// The server says no.
    #[error("the server answered {status}: {detail}")]
    Answer {
        /// The status line.
        status: u16,
        /// Its sentence.
        detail: String,
    },
}

/// What became of the lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Lines that are not blank.
    pub lines: u64,
    /// Conversations that are new.
    pub added: u64,
    /// Conversations that were there.
    pub repeated: u64,
    /// Lines that were not taken.
    pub rejected: u64,
    /// Notes about lines that were taken.
    pub notes: u64,
    /// Turns in the conversations that were read.
    pub turns: u64,
}

/// Takes a file in, with a progress bar and a summary.
///
/// # Errors
/// When it could not be done to the end; what went in stays.
pub async fn run(args: ImportArgs) -> anyhow::Result<ExitCode> {
    let began = Instant::now();
    let tally = take_in(&args, Clock::wall()).await?;
    println!("{}", summary(&args, &tally, began.elapsed()));
    Ok(if tally.rejected == 0 { ExitCode::SUCCESS } else { ExitCode::from(SOME_REJECTED) })
}

/// Takes a file in.
///
/// # Errors
/// When it could not be done to the end; what went in stays.
pub async fn take_in(args: &ImportArgs, clock: Clock) -> Result<Tally, ImportError> {
    let mapping = read_mapping(args)?;
    let named = args.source.as_deref().or(mapping.as_ref().map(|mapping| mapping.source.as_str())).unwrap_or("import");
    let source = words::slug(named).filter(|slug| slug.as_str() == named).ok_or(ImportError::Source)?;
    let mut report = Report::create(args.report.as_deref())?;
    let mut sink = Sink::open(args, source.as_str(), clock.clone())?;
    let mut reading = Reading::start(&args.file, mapping, clock)?;
    let bar = progress(reading.bytes);
    let mut tally = Tally::default();
    let mut chunk: Vec<Piece> = Vec::new();
    let mut bytes = 0;
    loop {
        let next = reading.next().await?;
        let last = next.is_none();
        if let Some(line) = next {
            tally.lines += 1;
            bar.inc(line.bytes);
            match line.piece {
                Ok(piece) => {
                    tally.turns += piece.record.turns.len() as u64;
                    bytes += line.bytes as usize;
                    chunk.push(piece);
                }
                Err(error) => {
                    tally.rejected += 1;
                    report.rejected(line.number, error.code, &error.detail)?;
                }
            }
        }
        if !chunk.is_empty() && (last || chunk.len() >= CHUNK_LINES || bytes >= CHUNK_BYTES) {
            sink.take(std::mem::take(&mut chunk), &mut tally, &mut report).await?;
            bytes = 0;
            bar.set_message(format!(
                "{} in, {} there before, {} rejected",
                tally.added, tally.repeated, tally.rejected
            ));
        }
        if last {
            break;
        }
    }
    bar.finish_and_clear();
    sink.close().await;
    report.finish()?;
    Ok(tally)
}

fn read_mapping(args: &ImportArgs) -> Result<Option<Mapping>, ImportError> {
    let Some(path) = &args.mapping else { return Ok(None) };
    let text =
        std::fs::read_to_string(path).map_err(|error| ImportError::File { path: path.display().to_string(), error })?;
    Ok(Some(Mapping::parse(&text)?))
}

fn progress(bytes: Option<u64>) -> ProgressBar {
    let (bar, form) = match bytes {
        Some(bytes) => (ProgressBar::new(bytes), "{bar:30} {percent:>3}%  {bytes_per_sec}  {eta} left  {msg}"),
        None => (ProgressBar::new_spinner(), "{spinner} {bytes}  {bytes_per_sec}  {msg}"),
    };
    bar.set_style(ProgressStyle::with_template(form).unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(Duration::from_millis(250));
    bar
}

fn summary(args: &ImportArgs, tally: &Tally, took: Duration) -> String {
    let rate = tally.lines as f64 / took.as_secs_f64().max(0.001);
    let added = if args.dry_run { "would go in" } else { "conversations added" };
    let mut rows = vec![
        ("lines read", tally.lines),
        (added, tally.added),
        ("there before", tally.repeated),
        ("lines rejected", tally.rejected),
        ("notes", tally.notes),
        ("turns read", tally.turns),
    ];
    if args.dry_run {
        rows.retain(|(name, _)| *name != "there before");
    }
    let mut text = String::new();
    for (name, count) in rows {
        text.push_str(&format!("{name:<22}{count:>10}\n"));
    }
    text.push_str(&format!("{:<22}{:>10}   {rate:.0} lines a second", "time", HumanDuration(took).to_string()));
    match &args.report {
        Some(path) if tally.rejected + tally.notes > 0 => {
            text.push_str(&format!("\neach with its reason: {}", path.display()))
        }
        None if tally.rejected > 0 => text.push_str("\nfor every rejected line with its reason: --report FILE.csv"),
        _ => {}
    }
    text
}
