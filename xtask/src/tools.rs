//! The programs that tasks start.

use crate::tree;
use anyhow::{Context, Result, ensure};
use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// Cargo, in the root of the repository.
pub fn cargo(arguments: &[&str]) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(tree::root()).args(arguments);
    command
}

/// npm, in `web/`.
pub fn npm(arguments: &[&str]) -> Command {
    let mut command = Command::new("npm");
    // Plain output is what is counted; a browser test that waits for a key would wait for ever.
    command.current_dir(web()).args(arguments).env("NO_COLOR", "1").env("CI", "true");
    command
}

pub fn web() -> PathBuf {
    tree::root().join("web")
}

/// The first of these programs that is in `PATH`.
pub fn find(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names
        .iter()
        .find_map(|name| env::split_paths(&path).map(|folder| folder.join(name)).find(|program| program.is_file()))
}

/// The browser: what `CHROMIUM` names, or what is in `PATH`.
pub fn chromium() -> Option<PathBuf> {
    let named = env::var_os("CHROMIUM").map(PathBuf::from).filter(|program| program.is_file());
    named.or_else(|| find(&["chromium", "chromium-browser", "google-chrome"]))
}

/// The server as `cargo build --workspace` leaves it, beside the running task.
pub fn server() -> Result<PathBuf> {
    let ours = env::current_exe().context("cannot tell where this program lies")?;
    let folder = ours.parent().context("this program lies in no folder")?;
    Ok(folder.join(if cfg!(windows) { "signalbox.exe" } else { "signalbox" }))
}

/// Whether an environment variable is set to something other than nothing or 0.
pub fn is_set(name: &str) -> bool {
    env::var(name).is_ok_and(|value| !value.is_empty() && value != "0")
}

/// Why npm packages cannot be used, if they cannot.
pub fn no_web() -> Option<&'static str> {
    if !web().join("package.json").is_file() {
        Some("web/package.json is not here")
    } else if find(&["npm", "npm.cmd"]).is_none() {
        Some("npm is not in PATH; install Node.js 20 or newer")
    } else {
        None
    }
}

/// Installs the npm packages that the lock file names, unless that was done before. `crates/ui/build.rs`
/// leaves the same stamp.
pub fn install_web() -> Result<()> {
    let lock = fs::read(web().join("package-lock.json")).context("cannot read web/package-lock.json")?;
    let stamp = web().join("node_modules/.signalbox-lock.json");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    if !is_installed_by_hand(&web()) {
        let status = npm(&["ci", "--ignore-scripts", "--no-audit", "--no-fund"]).status()?;
        ensure!(status.success(), "`npm ci` failed in web/");
    }
    fs::write(&stamp, lock).with_context(|| format!("cannot write {}", stamp.display()))
}

/// npm itself notes what it installed, after the lock file was written.
fn is_installed_by_hand(web: &Path) -> bool {
    let changed = |path: &str| fs::metadata(web.join(path)).and_then(|file| file.modified());
    match (changed("node_modules/.package-lock.json"), changed("package-lock.json")) {
        (Ok(installed), Ok(locked)) => installed >= locked,
        _ => false,
    }
}
