//! Procedures that are refused: the text, and below it what is said about it.

use std::{collections::BTreeSet, fs, path::Path};

use signalbox_guided::{ProblemKind, Procedure};

use crate::samples;

/// Before the `!` lines stands a procedure; they are written anew.
fn checked(text: &str, seen: &mut BTreeSet<String>) -> String {
    let mut out = String::new();
    for block in text.split_inclusive("\n\n") {
        let lines: Vec<&str> = block.trim_end().lines().filter(|line| !line.starts_with("! ")).collect();
        let procedure: Vec<&str> = lines.iter().copied().filter(|line| !line.starts_with("## ")).collect();
        out.push_str(&lines.join("\n"));
        let problems = match Procedure::parse(&procedure.join("\n"), &samples::known()) {
            Ok(_) => vec!["! accepted".to_string()],
            Err(problems) => problems
                .iter()
                .map(|problem| {
                    seen.insert(problem.kind.name());
                    format!("! {}: {problem}", problem.kind.name())
                })
                .collect(),
        };
        out.push('\n');
        out.push_str(&problems.join("\n"));
        out.push_str("\n\n");
    }
    out.trim_end().to_string() + "\n"
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the procedures are a file")]
fn every_problem_is_found_where_it_is_and_says_what_to_do() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/problems.txt");
    let text = fs::read_to_string(&path).expect("the file");
    let mut seen = BTreeSet::new();
    expect_test::expect_file![&path].assert_eq(&checked(&text, &mut seen));
    let missing: Vec<String> =
        ProblemKind::ALL.iter().map(|kind| kind.name()).filter(|name| !seen.contains(name)).collect();
    assert!(missing.is_empty(), "no example of {missing:?}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the manual is a file")]
fn the_manual_explains_every_problem() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/procedures.md");
    let text = fs::read_to_string(path).expect("the manual");
    let missing: Vec<String> =
        ProblemKind::ALL.iter().map(|kind| kind.name()).filter(|name| !text.contains(&format!("`{name}`"))).collect();
    assert!(missing.is_empty(), "docs/procedures.md does not explain {missing:?}");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the manual is a file")]
fn the_examples_of_the_manual_are_accepted() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/procedures.md");
    let text = fs::read_to_string(path).expect("the manual");
    let blocks: Vec<&str> =
        text.split("```procedure\n").skip(1).filter_map(|block| block.split("```").next()).collect();
    assert!(!blocks.is_empty(), "the manual has no examples");
    for block in blocks {
        samples::procedure(block);
    }
}
