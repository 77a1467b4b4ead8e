//! The crates at the bottom ask for nothing: no clock, no IO, no randomness, few dependencies.

use crate::{
    finding::{Finding, Rule},
    text::{line_of, words},
    tree::{File, Language},
};

/// Each pure crate with everything it may depend on outside of tests.
const PURE: &[(&str, &[&str])] = &[
    ("model", &["serde", "thiserror", "uuid", "utoipa"]),
    ("stats", &["rand", "serde", "thiserror"]),
    ("reading", &["signalbox-stats", "serde", "sha2", "thiserror", "whatlang"]),
    ("engine", &["signalbox-model", "signalbox-stats", "jiff", "serde", "thiserror"]),
    ("guided", &["serde", "serde_json", "thiserror"]),
];

/// What pure code may not name, and what to do instead.
const IMPURE: &[(&str, &str)] = &[
    ("std::time", "take a Timestamp or a DurationMs"),
    ("SystemTime", "take a Timestamp"),
    ("Instant::now", "take a Timestamp"),
    ("std::fs", "take the content"),
    ("std::net", "leave the network to the adapters"),
    ("std::process", "leave processes to the server"),
    ("std::env", "take the value"),
    ("std::thread", "leave threads to the server"),
    ("rand::rng", "take a seeded generator"),
    ("rand::random", "take a seeded generator"),
    ("now_v7", "take the id"),
    ("new_v4", "take the id"),
    ("await", "leave waiting to the server"),
];

pub fn check(file: &File) -> Vec<Finding> {
    if let Some(allowed) = file.path.strip_suffix("/Cargo.toml").and_then(allowed_for) {
        return check_manifest(file, allowed);
    }
    let is_pure = file.crate_name().is_some_and(|name| PURE.iter().any(|(pure, _)| *pure == name));
    if !is_pure || file.language != Language::Rust || !file.is_production() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    for (name, instead) in IMPURE {
        for at in words(&file.code, name) {
            let what = format!("`{name}` does not belong here: {instead}");
            findings.push(Finding::new(Rule::CorePurity, &file.path, line_of(&file.code, at), what));
        }
    }
    findings
}

fn allowed_for(folder: &str) -> Option<&'static [&'static str]> {
    let name = folder.strip_prefix("crates/")?;
    PURE.iter().find(|(pure, _)| *pure == name).map(|(_, allowed)| *allowed)
}

fn check_manifest(file: &File, allowed: &[&str]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut is_inside = false;
    for (at, line) in file.raw.lines().enumerate() {
        let line = line.trim();
        if let Some(section) = line.strip_prefix('[') {
            is_inside = section.starts_with("dependencies]") || section.ends_with(".dependencies]");
            if let Some(name) = section.strip_prefix("dependencies.").and_then(|name| name.strip_suffix(']')) {
                findings.extend(check_dependency(file, at + 1, name, allowed));
            }
            continue;
        }
        let name = line.split(['=', '.', ' ']).next().unwrap_or_default();
        if is_inside && !name.is_empty() && !name.starts_with('#') {
            findings.extend(check_dependency(file, at + 1, name, allowed));
        }
    }
    findings
}

fn check_dependency(file: &File, line: usize, name: &str, allowed: &[&str]) -> Option<Finding> {
    let what =
        || format!("`{name}` is not among what this crate may depend on ({}); see xtask/src/tidy", allowed.join(", "));
    (!allowed.contains(&name)).then(|| Finding::new(Rule::CoreDependencies, &file.path, line, what()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(path: &str, text: &str) -> Vec<usize> {
        check(&File::new(path, text)).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn a_clock_is_found_in_code_and_not_in_words_or_tests() {
        let text = "use std::time::SystemTime;\n// Instant::now\nlet a = \"std::fs\"; let x = MyInstant::now;\n\
                    #[cfg(test)]\nmod tests { use std::fs; }\n";
        assert_eq!(lines("crates/engine/src/routing.rs", text), [1, 1]);
        assert!(lines("crates/server/src/clock.rs", text).is_empty());
        assert!(lines("crates/engine/tests/scenarios.rs", text).is_empty());
    }

    #[test]
    fn a_dependency_that_is_not_on_the_list_is_found() {
        let text = "[package]\nname = \"x\"\n[dependencies]\nserde = { workspace = true }\ntokio.workspace = true\n\
                    [dev-dependencies]\ntempfile = \"3\"\n[dependencies.reqwest]\nversion = \"1\"\n";
        assert_eq!(lines("crates/model/Cargo.toml", text), [5, 8]);
        assert!(lines("crates/server/Cargo.toml", text).is_empty());
    }
}
