//! `signalbox serve`.

use std::process::ExitCode;

use anyhow::Context as _;

use super::ServeArgs;
use crate::app;
use crate::config::Config;

/// Serves until a signal comes.
pub async fn run(args: ServeArgs) -> anyhow::Result<ExitCode> {
    std::fs::create_dir_all(&args.data)
        .with_context(|| format!("{} cannot be made: choose another folder with --data", args.data.display()))?;
    let opened = app::open(Config::new(args.listen, args.data, false)).await?;
    let first = opened.first_start().await?;
    let mut running = opened.start().await?;
    if let Some(admin) = first {
        println!("first start: sign in as {} with the password {}", admin.email, admin.password);
        println!("             it is shown this once; change it after signing in");
    }
    println!("listening on http://{}", running.address);
    let why = running.wait_for_signal().await;
    running.shutdown().await;
    Ok(why.exit_code())
}
