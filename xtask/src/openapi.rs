//! The OpenAPI document is what the server says, and the web client's types are what the document says.

use crate::{tools, tree};
use anyhow::{Context, Result, ensure};
use std::{fs, path::Path, process::Command};

const DOCUMENT: &str = "docs/openapi.json";
const TYPES: &str = "src/lib/api/schema.ts";

/// Writes the document and the types.
pub fn write() -> Result<bool> {
    let path = tree::root().join(DOCUMENT);
    fs::create_dir_all(path.parent().context("the document lies in no folder")?)?;
    fs::write(&path, document()?).with_context(|| format!("cannot write {DOCUMENT}"))?;
    println!("wrote {DOCUMENT}");
    if let Some(reason) = tools::no_web() {
        println!("left web/{TYPES} as it is: {reason}");
        return Ok(true);
    }
    tools::install_web()?;
    Ok(tools::npm(&["run", "api"]).status()?.success())
}

/// True if both are up to date; says what is not.
pub fn check() -> Result<bool> {
    let written = fs::read_to_string(tree::root().join(DOCUMENT)).unwrap_or_default();
    let is_current = written == document()?;
    if !is_current {
        println!("{DOCUMENT} is not what the server says; run `cargo xtask openapi`");
    }
    if let Some(reason) = tools::no_web() {
        println!("web/{TYPES} was not checked: {reason}");
        return Ok(is_current);
    }
    let types = fs::read_to_string(tools::web().join(TYPES)).unwrap_or_default();
    let are_current = types == generated_types()?;
    if !are_current {
        println!("web/{TYPES} is not what {DOCUMENT} says; run `cargo xtask openapi`");
    }
    if is_current && are_current {
        println!("{DOCUMENT} and web/{TYPES} are up to date");
    }
    Ok(is_current && are_current)
}

/// What the server says, ending in a line break.
fn document() -> Result<String> {
    let status = tools::cargo(&["build", "--quiet", "--workspace", "--bins"]).status()?;
    ensure!(status.success(), "the server does not build");
    let output = Command::new(tools::server()?).arg("openapi").output().context("cannot start the server")?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "`signalbox openapi` failed: {said}");
    let document = String::from_utf8(output.stdout).context("the document is not UTF-8")?;
    Ok(format!("{}\n", document.trim_end()))
}

fn generated_types() -> Result<String> {
    tools::install_web()?;
    let apart = tools::server()?.with_file_name("schema.check.ts");
    let out = apart.to_str().context("the target folder's name is not UTF-8")?;
    let document = Path::new("..").join(DOCUMENT);
    let document = document.to_str().context("the document's name is not UTF-8")?;
    let output = Command::new("npx")
        .current_dir(tools::web())
        .args(["--no-install", "openapi-typescript", document, "-o", out])
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "openapi-typescript failed: {said}");
    fs::read_to_string(&apart).context("openapi-typescript wrote nothing")
}
