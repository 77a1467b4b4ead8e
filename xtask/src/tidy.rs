//! The house rules that a machine can check on the text.

mod size;
mod paths;
mod order;
mod purity;
mod names;
mod leftovers;

use crate::{exceptions, finding::Finding, tree};
use anyhow::Result;

/// Prints what breaks a rule; true if nothing does.
pub fn run() -> Result<bool> {
    let files = tree::files()?;
    let findings = exceptions::apply_ours(check(&files));
    for finding in &findings {
        println!("{finding}");
    }
    let verdict = match findings.len() {
        0 => format!("tidy: {} files, nothing to do", files.len()),
        count => format!("tidy: {} files, {count} to put right", files.len()),
    };
    println!("{verdict}");
    Ok(findings.is_empty())
}

fn check(files: &[tree::File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in files {
        findings.extend(size::check(file));
        findings.extend(names::check(file));
        findings.extend(leftovers::check(file));
        findings.extend(purity::check(file));
    }
    findings.extend(order::check(files));
    findings
}
