//! Files and functions that fit into a head.

use crate::{
    finding::{Finding, Rule},
    text::{Function, functions_of_rust, functions_of_script},
    tree::{File, Language},
};

const FILE_LINES_MAX: usize = 500;
const FUNCTION_LINES_MAX: usize = 70;

pub fn check(file: &File) -> Vec<Finding> {
    if !file.is_production() {
        return Vec::new();
    }
    let mut findings = Vec::new();
    let lines = production_lines(file);
    if lines > FILE_LINES_MAX {
        let what = format!("{lines} lines, {FILE_LINES_MAX} are allowed; split it by subject");
        findings.push(Finding::new(Rule::FileLength, &file.path, 1, what));
    }
    for Function { name, line, lines } in functions(file) {
        if lines > FUNCTION_LINES_MAX {
            let what = format!("`{name}` has {lines} lines, {FUNCTION_LINES_MAX} are allowed");
            findings.push(Finding::new(Rule::FunctionLength, &file.path, line, what));
        }
    }
    findings
}

fn functions(file: &File) -> Vec<Function> {
    match file.language {
        Language::Rust => functions_of_rust(&file.code),
        Language::Script | Language::Svelte => functions_of_script(&file.code),
        Language::Other => Vec::new(),
    }
}

/// In Rust a module for tests does not count; it stands at the end.
fn production_lines(file: &File) -> usize {
    match file.language {
        Language::Rust => file.raw.find("#[cfg(test)]\nmod tests {").map_or(file.raw.as_str(), |at| &file.raw[..at]),
        _ => &file.raw,
    }
    .lines()
    .count()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str, text: &str) -> Vec<Rule> {
        check(&File::new(path, text)).into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn a_long_file_is_found_and_its_tests_do_not_count() {
        let tests = format!("#[cfg(test)]\nmod tests {{\n{}}}\n", "// a\n".repeat(100));
        assert!(rules("crates/a/src/b.rs", &("\n".repeat(499) + &tests)).is_empty());
        assert_eq!(rules("crates/a/src/b.rs", &("\n".repeat(501) + &tests)), [Rule::FileLength]);
        assert!(rules("crates/a/tests/b.rs", &"\n".repeat(900)).is_empty());
    }

    #[test]
    fn a_long_function_is_found_in_every_language() {
        let body = "\n".repeat(70);
        assert_eq!(rules("crates/a/src/b.rs", &format!("fn a() {{{body}}}")), [Rule::FunctionLength]);
        assert_eq!(rules("web/src/a.ts", &format!("function a() {{{body}}}")), [Rule::FunctionLength]);
        let component = format!("<p>it's</p>\n<script>\nconst a = () => {{{body}}};\n</script>");
        assert_eq!(rules("web/src/a.svelte", &component), [Rule::FunctionLength]);
        assert!(rules("crates/a/src/b.rs", &format!("fn a() {{{}}}", "\n".repeat(69))).is_empty());
    }
}
