//! The one list of places that may break a house rule, each with its reason. It may shrink, not grow: lower
//! [`EXCEPTIONS_MAX`] with it. An exception that nothing needs any more is itself a finding.

use crate::finding::{Finding, Rule};

pub struct Exception {
    pub rule: Rule,
    pub path: &'static str,
    pub reason: &'static str,
}

const EXCEPTIONS_MAX: usize = 1;

pub const EXCEPTIONS: &[Exception] = &[Exception {
    rule: Rule::FunctionLength,
    path: "crates/server/src/words.rs",
    reason: "one arm per event and no wildcard: a new event must not compile without its sentence",
}];

/// Takes the excepted findings away and adds what is wrong with the list.
pub fn apply(findings: Vec<Finding>, exceptions: &[Exception], most: usize) -> Vec<Finding> {
    let is_for =
        |exception: &Exception, finding: &Finding| exception.rule == finding.rule && exception.path == finding.path;
    let mut wrong = Vec::new();
    let list = "xtask/src/exceptions.rs";
    if exceptions.len() > most {
        let what = format!("{} exceptions, {most} are allowed; follow the rule instead", exceptions.len());
        wrong.push(Finding::new(Rule::Exception, list, 1, what));
    }
    for exception in exceptions {
        if exception.reason.len() < 20 {
            let what = format!("the exception for {} needs a reason", exception.path);
            wrong.push(Finding::new(Rule::Exception, list, 1, what));
        }
        if !findings.iter().any(|finding| is_for(exception, finding)) {
            let what = format!("{} no longer needs its exception; remove it", exception.path);
            wrong.push(Finding::new(Rule::Exception, list, 1, what));
        }
    }
    let left = findings.into_iter().filter(|finding| !exceptions.iter().any(|e| is_for(e, finding)));
    left.chain(wrong).collect()
}

/// [`apply`] with the list of this repository.
pub fn apply_ours(findings: Vec<Finding>) -> Vec<Finding> {
    apply(findings, EXCEPTIONS, EXCEPTIONS_MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(path: &str) -> Finding {
        Finding::new(Rule::FileLength, path, 1, "too long")
    }

    fn exception(path: &'static str, reason: &'static str) -> Exception {
        Exception { rule: Rule::FileLength, path, reason }
    }

    #[test]
    fn an_exception_hides_its_finding_and_nothing_else() {
        let list = [exception("a.rs", "a table that reads best in one piece")];
        let left = apply(vec![finding("a.rs"), finding("b.rs")], &list, 1);
        assert_eq!(left, [finding("b.rs")]);
    }

    #[test]
    fn the_list_may_not_grow_nor_keep_what_is_not_needed_nor_be_silent() {
        let list = [exception("a.rs", "short")];
        let left = apply(vec![], &list, 0);
        let said: Vec<_> = left.iter().map(|finding| finding.what.as_str()).collect();
        assert_eq!(said.len(), 3, "{said:?}");
        assert!(said[0].contains("0 are allowed"));
        assert!(said[1].contains("needs a reason"));
        assert!(said[2].contains("no longer needs"));
    }
}
