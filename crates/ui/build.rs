//! Builds the web interface into `OUT_DIR/dist`, from where `src/lib.rs` embeds it.
//!
//! - `UI_SKIP=1` embeds a placeholder page: for Rust-only work.
//! - `UI_DIST=folder` embeds a folder that was built before.
//! - Otherwise npm installs what `web/package-lock.json` names (only when that file changed) and Vite builds.
//!
//! Nothing in the source tree is written but `web/node_modules`.

use flate2::{Compression, write::GzEncoder};
use std::{
    env, fs,
    io::{self, Write},
    path::{Path, PathBuf},
    process::{Command, ExitCode},
};

/// What a change of rebuilds the interface. Entries that do not exist are not watched.
const WATCHED: &[&str] = &[
    "src",
    "public",
    "widget",
    "index.html",
    "package.json",
    "package-lock.json",
    "vite.config.ts",
    "svelte.config.js",
    "tsconfig.json",
];

/// Inside `node_modules`: the lock file that was installed last. `xtask` keeps to the same stamp.
const STAMP: &str = ".signalbox-lock.json";

const COMPRESSED: &[&str] = &["html", "js", "mjs", "css", "svg", "json", "webmanifest", "txt", "wasm", "ico"];
const COMPRESSED_FROM_BYTES: usize = 1024;

fn main() -> ExitCode {
    match build() {
        Ok(kind) => {
            println!("cargo:rustc-env=SIGNALBOX_UI_KIND={kind}");
            ExitCode::SUCCESS
        }
        Err(sentence) => {
            eprintln!("{sentence}");
            ExitCode::FAILURE
        }
    }
}

fn build() -> Result<&'static str, String> {
    for name in ["UI_SKIP", "UI_DIST"] {
        println!("cargo:rerun-if-env-changed={name}");
    }
    println!("cargo:rerun-if-changed=build.rs");
    let dist = PathBuf::from(variable("OUT_DIR").ok_or("OUT_DIR is not set; run this through cargo")?).join("dist");
    let ours = variable("CARGO_MANIFEST_DIR").ok_or("CARGO_MANIFEST_DIR is not set; run this through cargo")?;
    let web = Path::new(&ours).join("../../web");
    let has_web = web.join("package.json").is_file();

    let kind = if variable("UI_SKIP").is_some_and(|value| value != "0") {
        placeholder(&dist)?;
        "placeholder"
    } else if let Some(folder) = variable("UI_DIST") {
        take_prebuilt(Path::new(&folder), &dist)?;
        "prebuilt"
    } else if has_web {
        build_web(&web, &dist)?;
        "built"
    } else {
        println!("cargo:rerun-if-changed={}", web.join("package.json").display());
        placeholder(&dist)?;
        "placeholder"
    };
    compress(&dist).map_err(|error| format!("cannot compress {}: {error}", dist.display()))?;
    Ok(kind)
}

fn build_web(web: &Path, dist: &Path) -> Result<(), String> {
    for name in WATCHED {
        let path = web.join(name);
        if path.exists() {
            println!("cargo:rerun-if-changed={}", path.display());
        }
    }
    if !npm().arg("--version").output().is_ok_and(|output| output.status.success()) {
        return Err("The web interface is built with npm, which is not here: install Node.js 20 or newer, or set \
                    UI_SKIP=1 to build without the interface, or UI_DIST=folder to embed one that is built."
            .into());
    }
    install(web)?;
    let out = dist.display().to_string();
    vite(web, &["build", "--outDir", &out, "--emptyOutDir", "--logLevel", "warn"])?;
    if web.join("widget/vite.config.ts").is_file() {
        build_widget(web, dist)?;
    }
    Ok(())
}

/// The chat widget is one file that other people's pages load, `/widget.js`, and a page of our own that shows it, `/chat`.
fn build_widget(web: &Path, dist: &Path) -> Result<(), String> {
    let apart = dist.with_file_name("widget");
    let out = apart.display().to_string();
    let config = ["--config", "widget/vite.config.ts", "--logLevel", "warn"];
    vite(web, &[&["build", "--outDir", &out, "--emptyOutDir"], &config[..]].concat())?;
    for name in ["widget.js", "chat.html"] {
        fs::copy(apart.join(name), dist.join(name))
            .map_err(|error| format!("The widget's build left no {name} ({error}); see web/widget/vite.config.ts."))?;
    }
    Ok(())
}

/// Installs the packages that the lock file names, unless that was done before.
fn install(web: &Path) -> Result<(), String> {
    let lock = fs::read(web.join("package-lock.json"))
        .map_err(|error| format!("web/package-lock.json cannot be read ({error}); run `npm install` in web."))?;
    let stamp = web.join("node_modules").join(STAMP);
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    if !is_installed_by_hand(web) {
        run(npm().current_dir(web).args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]), "npm ci")?;
    }
    fs::write(&stamp, lock).map_err(|error| format!("cannot write {}: {error}", stamp.display()))
}

/// npm itself notes what it installed, after the lock file was written.
fn is_installed_by_hand(web: &Path) -> bool {
    let changed = |path: &str| fs::metadata(web.join(path)).and_then(|file| file.modified());
    match (changed("node_modules/.package-lock.json"), changed("package-lock.json")) {
        (Ok(installed), Ok(locked)) => installed >= locked,
        _ => false,
    }
}

fn vite(web: &Path, arguments: &[&str]) -> Result<(), String> {
    let program = if cfg!(windows) { "npx.cmd" } else { "npx" };
    run(Command::new(program).current_dir(web).args(["--no-install", "vite"]).args(arguments), "vite build")
}

fn npm() -> Command {
    Command::new(if cfg!(windows) { "npm.cmd" } else { "npm" })
}

fn run(command: &mut Command, what: &str) -> Result<(), String> {
    let output = command.output().map_err(|error| format!("`{what}` cannot be started: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    // What a build script prints to standard output is hidden from whoever has to read this.
    let said = [output.stdout, output.stderr].concat();
    Err(format!("{}\n`{what}` failed in web/; see above.", String::from_utf8_lossy(&said)))
}

fn placeholder(dist: &Path) -> Result<(), String> {
    let write = || {
        start_empty(dist)?;
        fs::write(dist.join("index.html"), PLACEHOLDER)
    };
    write().map_err(|error| format!("cannot write {}: {error}", dist.display()))
}

fn take_prebuilt(folder: &Path, dist: &Path) -> Result<(), String> {
    if !folder.join("index.html").is_file() {
        return Err(format!(
            "UI_DIST={} holds no index.html: give the absolute path of a folder that `vite build` wrote.",
            folder.display()
        ));
    }
    println!("cargo:rerun-if-changed={}", folder.display());
    start_empty(dist)
        .and_then(|()| copy_folder(folder, dist))
        .map_err(|error| format!("cannot copy {}: {error}", folder.display()))
}

fn start_empty(dist: &Path) -> io::Result<()> {
    if dist.exists() {
        fs::remove_dir_all(dist)?;
    }
    fs::create_dir_all(dist)
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Writes `file.gz` beside each file that gets smaller by it.
fn compress(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            compress(&path)?;
            continue;
        }
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        let bytes = fs::read(&path)?;
        if !COMPRESSED.contains(&extension) || bytes.len() < COMPRESSED_FROM_BYTES {
            continue;
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(&bytes)?;
        let packed = encoder.finish()?;
        if packed.len() < bytes.len() {
            let mut name = path.into_os_string();
            name.push(".gz");
            fs::write(name, packed)?;
        }
    }
    Ok(())
}

/// An environment variable that is set and not empty.
fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}

const PLACEHOLDER: &str = r#"<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Signalbox: built without its web interface</title>
<style>
  :root { color-scheme: light dark }
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 40rem; margin: 15vh auto; padding: 0 1rem }
</style>
</head>
<body>
<h1>Built without the web interface</h1>
<p>The server runs and its API answers under <a href="/api/openapi.json">/api/openapi.json</a>. This binary was
built with <code>UI_SKIP=1</code>, or without the <code>web/</code> folder.</p>
<p>To see the screens, install Node.js 20 or newer, unset <code>UI_SKIP</code> and build again:
<code>cargo run --release -- demo</code>.</p>
</body>
</html>
"#;
