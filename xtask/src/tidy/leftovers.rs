//! Work that was put off, and tests that were switched off.

use crate::{
    finding::{Finding, Rule},
    text::line_of,
    tree::File,
};

/// Written in two halves so that this list does not find itself.
const LEFTOVERS: &[(&str, &str)] = &[
    (concat!("to", "do!"), "write it"),
    (concat!("unimple", "mented!"), "write it"),
    (concat!("TO", "DO"), "do it, or open an issue and leave the code whole"),
    (concat!("FIX", "ME"), "fix it, or open an issue"),
    (concat!("X", "XX"), "say what it is"),
    (concat!("lor", "em"), "write the real text"),
    (concat!("#[ig", "nore"), "make the test run, or delete it"),
    (concat!(".on", "ly("), "run all tests"),
];

pub fn check(file: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (leftover, instead) in LEFTOVERS {
        for (at, _) in file.raw.match_indices(leftover) {
            if stands_alone(&file.raw, at, leftover) {
                let what = format!("`{leftover}` is left over: {instead}");
                findings.push(Finding::new(Rule::Leftover, &file.path, line_of(&file.raw, at), what));
            }
        }
    }
    findings
}

fn stands_alone(text: &str, at: usize, word: &str) -> bool {
    let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
    let bytes = text.as_bytes();
    let last = at + word.len() - 1;
    let runs_on_before = is_word(bytes.get(at)) && at > 0 && is_word(bytes.get(at - 1));
    let runs_on_after = is_word(bytes.get(last)) && is_word(bytes.get(last + 1));
    !runs_on_before && !runs_on_after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        check(&File::new("crates/a/src/b.rs", text)).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn leftovers_are_found_in_code_comments_and_tests() {
        let word = concat!("TO", "DO");
        assert_eq!(lines(&format!("fn a() {{}}\n// {word}: later\n")), [2]);
        assert_eq!(lines(concat!("fn a() { to", "do!() }")), [1]);
        assert_eq!(lines(concat!("#[cfg(test)]\nmod tests {\n#[ig", "nore]\nfn a() {}\n}")), [3]);
        assert_eq!(lines(concat!("it.on", "ly('a')")), [1]);
    }

    #[test]
    fn longer_words_are_not_leftovers() {
        assert!(lines("let expl = TODOS_MAX; // mastodon, explorement").is_empty());
    }
}
