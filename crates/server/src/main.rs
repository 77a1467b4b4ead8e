//! `signalbox`: see `signalbox --help`.

use std::process::ExitCode;

#[tokio::main]
async fn main() -> ExitCode {
    signalbox_server::cli::run().await
}
