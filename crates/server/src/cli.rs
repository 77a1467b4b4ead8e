//! The command line.

mod serve;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Parser, Subcommand};

use crate::telemetry::{self, LogFormat};
use crate::{app, bench, check, demo, import, replay, simulate};

/// One floor for people and AI agents: routing, desk, live supervision and honest numbers, from one program.
#[derive(Debug, Parser)]
#[command(
    name = "signalbox",
    version,
    max_term_width = 100,
    after_help = "Examples:\n  \
        signalbox demo                              a living contact centre on http://127.0.0.1:8080\n  \
        signalbox serve --data /var/lib/signalbox   the real thing; prints the first password once\n  \
        signalbox check --data /var/lib/signalbox   is everything as it was written?\n\n\
        Environment:\n  \
        SIGNALBOX_LOG             what is logged, as in `info,signalbox_server=debug`\n  \
        SIGNALBOX_STORE_KEY       the store key as base64, instead of the file beside the log\n  \
        SIGNALBOX_SECURE_COOKIES  1 behind TLS\n  \
        SIGNALBOX_BEHIND_PROXY    1 if a proxy sets x-forwarded-for"
)]
struct Cli {
    /// How log lines look.
    #[arg(long, value_enum, default_value_t, global = true)]
    log_format: LogFormat,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Shows everything at once: a living contact centre with people, customers and a history.
    #[command(after_help = "Examples:\n  \
        signalbox demo\n  \
        signalbox demo --speed 4 --seed 7\n  \
        signalbox demo --data ./demo --listen 0.0.0.0:8080   keeps what happens for the next time")]
    Demo(demo::DemoArgs),
    /// Serves the contact centre from a data folder.
    #[command(after_help = "Examples:\n  \
        signalbox serve --data ./data\n  \
        signalbox serve --data /var/lib/signalbox --listen 0.0.0.0:8080\n\n\
        The first start makes admin@signalbox.local and prints the password once.\n\
        SIGTERM and Ctrl-C shut down cleanly: requests end, what is pending is decided, nothing is lost.")]
    Serve(ServeArgs),
    /// Takes conversations from a JSONL file into a store.
    #[command(after_help = "Examples:\n  \
        signalbox import chats.jsonl --dry-run\n  \
        signalbox import chats.jsonl --data ./data --report rejected.csv\n  \
        signalbox import export.jsonl --mapping mapping.json --url http://127.0.0.1:8080 --token sbx_…")]
    Import(import::ImportArgs),
    /// Plays conversations of a file onto the floor of a running server.
    #[command(after_help = "Examples:\n  \
        signalbox replay chats.jsonl --token sbx_… --speed 20\n  \
        signalbox replay --from-store ./old --url http://127.0.0.1:8080 --token sbx_…")]
    Replay(replay::ReplayArgs),
    Simulate(simulate::SimulateArgs),
    /// Measures this machine, side by side with PostgreSQL, the bare disk and simpy where they are here.
    #[command(after_help = "Examples:\n  \
        signalbox bench\n  \
        signalbox bench --only append,live --seconds 10 --data /var/lib --json figures.json\n\n\
        Use a release build, and quote ratios: machines differ and are shared.")]
    Bench(bench::BenchArgs),
    /// Verifies a store: hash chain, contents, order, and that every conversation had exactly one owner at any time.
    #[command(after_help = "Examples:\n  \
        signalbox check --data ./data\n  \
        signalbox check --data ./data --quiet      prints problems only\n  \
        signalbox check --data ./data --views      also makes the views anew in a temporary file and compares them\n\n\
        Exit code: 0 all is well, 1 something is not as it was written, 2 the store cannot be opened.\n\
        Works beside a running server. If only the views differ, stop the server and delete views.db: they are made anew.")]
    Check(check::CheckArgs),
    /// Prints the API's document as JSON.
    #[command(hide = true)]
    Openapi,
}

/// Where to serve from.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Address and port to listen on; port 0 picks a free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// Folder of the store; made when it is missing.
    #[arg(long, value_name = "DIR", default_value = "signalbox-data")]
    pub data: PathBuf,
}

/// Runs the program.
pub async fn run() -> ExitCode {
    let cli = Cli::parse();
    telemetry::init(cli.log_format);
    let done = match cli.command {
        Command::Demo(args) => return ended(demo::run(args).await),
        Command::Serve(args) => return ended(serve::run(args).await),
        Command::Import(args) => return ended(import::run(args).await),
        Command::Replay(args) => return ended(replay::run(args).await),
        Command::Simulate(args) => simulate::run(args).await,
        Command::Check(args) => return check::run(args).await,
        Command::Bench(args) => bench::run(args).await,
        Command::Openapi => print_document(),
    };
    ended(done.map(|()| ExitCode::SUCCESS))
}

fn ended(done: anyhow::Result<ExitCode>) -> ExitCode {
    done.unwrap_or_else(|error| {
        eprintln!("signalbox: {error:#}");
        ExitCode::FAILURE
    })
}

fn print_document() -> anyhow::Result<()> {
    println!("{}", app::document()?);
    Ok(())
}
