//! `signalbox check`: is the store as it was written, did every conversation have exactly one owner at any time, and are
//! the views what the log makes of them?

mod ownership;
mod views;

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use signalbox_eventlog::{OpenError, Options, StoreKey};
use signalbox_model::id::Position;

pub use ownership::Ownership;
pub use views::{CompareError, Compared, compared};

/// Everything is as it was written.
const SOUND: u8 = 0;
/// Something is not.
const UNSOUND: u8 = 1;
/// It could not be looked at.
const CANNOT_OPEN: u8 = 2;
/// Facts between two words about progress.
const PROGRESS_EVERY: u64 = 10_000;

/// What to check.
#[derive(Debug, Args)]
pub struct CheckArgs {
    /// Folder of the store.
    #[arg(long, value_name = "DIR", default_value = "signalbox-data")]
    pub data: PathBuf,
    /// Print nothing but problems.
    #[arg(long)]
    pub quiet: bool,
    /// Also make the views anew from the log, in a temporary file in the same folder, and compare them with views.db.
    #[arg(long)]
    pub views: bool,
}

/// Checks and says what is wrong and where.
pub async fn run(args: CheckArgs) -> ExitCode {
    let checked = tokio::task::spawn_blocking(move || check(&args)).await;
    ExitCode::from(checked.unwrap_or(CANNOT_OPEN))
}

fn check(args: &CheckArgs) -> u8 {
    let say = |line: &str| {
        if !args.quiet {
            println!("{line}");
        }
    };
    let options = match options() {
        Ok(options) => options,
        Err(problem) => {
            eprintln!("cannot check: {problem}");
            return CANNOT_OPEN;
        }
    };
    let show = !args.quiet && std::io::stderr().is_terminal();
    let verified =
        match signalbox_eventlog::check(&args.data, options.clone(), |at, head| progress(show, "chain", at, head)) {
            Ok(verified) => verified,
            Err(error) => {
                eprintln!("cannot check: {error}");
                return if matches!(error, OpenError::Damaged { .. }) { UNSOUND } else { CANNOT_OPEN };
            }
        };
    say(&format!(
        "log: {} facts, {} contents, {} contents erased, last hash {}",
        verified.events, verified.contents, verified.erased, verified.hash
    ));
    for problem in &verified.problems {
        println!("problem: {problem}");
    }
    let hidden = verified.problem_count - verified.problems.len() as u64;
    if hidden > 0 {
        println!("problem: {hidden} more of these");
    }
    if !verified.is_sound() {
        println!(
            "{} problems: restore a backup from before the first one and keep this folder for the inquiry",
            verified.problem_count
        );
        return UNSOUND;
    }
    say("chain: every fact and every content is as it was written; no position is missing");
    let owners = Ownership::replayed(&args.data, options.clone(), |at, head| progress(show, "owners", at, head));
    let owned = match owners {
        Ok(ownership) => said_of(&ownership, say),
        Err(error) => {
            eprintln!("cannot replay: {error}");
            return CANNOT_OPEN;
        }
    };
    if !args.views {
        return owned;
    }
    let compared = compared(&args.data, options, |at, head| progress(show, "views", at, head));
    owned.max(said_of_views(compared, say))
}

fn said_of_views(compared: Result<Compared, CompareError>, say: impl Fn(&str)) -> u8 {
    match compared {
        Ok(Compared::Through(position, differences)) if differences.is_empty() => {
            say(&format!("views: views.db is what the log makes of it, through event {position}"));
            SOUND
        }
        Ok(Compared::Through(_, differences)) => {
            for difference in &differences {
                println!("problem: {difference}");
            }
            println!(
                "the views differ and the log is sound: stop the server and delete views.db; the next start makes it anew"
            );
            UNSOUND
        }
        Ok(Compared::NoneToCompare(why)) => {
            say(&format!("views: nothing to compare: {why}; the next start makes it anew"));
            SOUND
        }
        Ok(Compared::ErasedMeanwhile) => {
            println!("views: cannot say: a customer was erased while this ran; run it again");
            CANNOT_OPEN
        }
        Err(error) => {
            eprintln!("cannot compare the views: {error}");
            CANNOT_OPEN
        }
    }
}

fn said_of(ownership: &Ownership, say: impl Fn(&str)) -> u8 {
    for problem in &ownership.problems {
        println!("problem: {problem}");
    }
    if ownership.problem_count > 0 {
        println!("{} problems of ownership", ownership.problem_count);
        return UNSOUND;
    }
    say(&format!(
        "owners: {} conversations, each with exactly one owner at any time; {} open now",
        ownership.conversations, ownership.open
    ));
    SOUND
}

fn options() -> Result<Options, String> {
    let key = std::env::var("SIGNALBOX_STORE_KEY").ok().filter(|key| !key.is_empty());
    let store_key = key
        .as_deref()
        .map(StoreKey::from_base64)
        .transpose()
        .map_err(|error| format!("SIGNALBOX_STORE_KEY: {error}"))?;
    Ok(Options { store_key })
}

fn progress(show: bool, what: &str, at: Position, head: Position) {
    if show && (at.0.is_multiple_of(PROGRESS_EVERY) || at == head) {
        let end = if at == head { "\n" } else { "" };
        eprint!("\r{what}: {at} of {head}{end}");
        // A terminal that is gone cannot be told.
        let _gone = std::io::stderr().flush();
    }
}
