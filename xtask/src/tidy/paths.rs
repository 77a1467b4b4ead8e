//! Which modules a file names, and which modules it declares.

use crate::text::{line_of, skip_space, word_at, words};

/// A module path from the crate's root, and the line on which it is named.
#[derive(Debug, PartialEq, Eq)]
pub struct Named {
    pub path: Vec<String>,
    pub line: usize,
}

/// The modules that this code declares as files of their own, in order.
pub fn declared(code: &str) -> Vec<String> {
    let bytes = code.as_bytes();
    let names = words(code, "mod").filter_map(|at| {
        let begins = skip_space(bytes, at + 3);
        let name = word_at(code, begins);
        let ends = skip_space(bytes, begins + name.len());
        (!name.is_empty() && bytes.get(ends) == Some(&b';')).then(|| name.to_string())
    });
    names.collect()
}

/// Every path that begins with `crate::` or `super::`, resolved against the module that this code is.
pub fn named(code: &str, module: &[String]) -> Vec<Named> {
    let mut found = Vec::new();
    for at in words(code, "crate") {
        if let Some(after) = after_colons(code, at + "crate".len()) {
            collect(code, after, Vec::new(), &mut found);
        }
    }
    for at in words(code, "super") {
        if code[..at].trim_end().ends_with("::") {
            continue;
        }
        let mut base = module.to_vec();
        let mut here = at;
        while word_at(code, here) == "super" {
            base.pop();
            match after_colons(code, here + "super".len()) {
                Some(after) => here = after,
                None => break,
            }
        }
        collect(code, here, base, &mut found);
    }
    found
}

/// Reads one path, or a group in braces, and adds what it names below `base`.
fn collect(code: &str, at: usize, base: Vec<String>, found: &mut Vec<Named>) -> usize {
    let bytes = code.as_bytes();
    let begins = skip_space(bytes, at);
    if bytes.get(begins) == Some(&b'{') {
        return collect_group(code, begins + 1, &base, found);
    }
    let name = word_at(code, begins);
    let ends = begins + name.len();
    let mut path = base;
    if !name.is_empty() && name != "self" {
        path.push(name.to_string());
    }
    match after_colons(code, ends) {
        Some(after) if !name.is_empty() => collect(code, after, path, found),
        _ => {
            found.push(Named { path, line: line_of(code, begins) });
            ends.max(begins + usize::from(name.is_empty()))
        }
    }
}

fn collect_group(code: &str, mut at: usize, base: &[String], found: &mut Vec<Named>) -> usize {
    let bytes = code.as_bytes();
    loop {
        at = skip_space(bytes, at);
        match bytes.get(at) {
            None => return at,
            Some(b'}') => return at + 1,
            Some(b',') => at += 1,
            Some(_) => {
                let ends = collect(code, at, base.to_vec(), found).max(at + 1);
                // What follows can only be `as` and another name.
                at = (ends..bytes.len()).find(|&at| b",}".contains(&bytes[at])).unwrap_or(ends);
            }
        }
    }
}

fn after_colons(code: &str, at: usize) -> Option<usize> {
    let begins = skip_space(code.as_bytes(), at);
    code[begins..].starts_with("::").then(|| skip_space(code.as_bytes(), begins + 2))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named_in(code: &str, module: &[&str]) -> Vec<String> {
        let module: Vec<String> = module.iter().map(|part| part.to_string()).collect();
        named(code, &module).into_iter().map(|named| named.path.join("::")).collect()
    }

    #[test]
    fn declared_modules_are_listed_in_order_and_inline_ones_are_not() {
        assert_eq!(declared("pub mod b;\nmod c { }\npub(crate) mod a;\nlet modify = 1;"), ["b", "a"]);
    }

    #[test]
    fn groups_are_taken_apart() {
        let code = "use crate::{a::{self, B, c::D}, e, f as g};\nfn h() { crate::i::j() }";
        assert_eq!(named_in(code, &[]), ["a", "a::B", "a::c::D", "e", "f", "i::j"]);
    }

    #[test]
    fn super_is_resolved_against_the_module() {
        let code = "use super::b::C; use super::super::d; fn e() { super::f() }";
        assert_eq!(named_in(code, &["x", "y", "z"]), ["x::y::b::C", "x::d", "x::y::f"]);
    }

    #[test]
    fn visibility_is_not_a_path() {
        assert!(named_in("pub(crate) fn a() {}  pub(super) fn b() {}", &["c"]).len() <= 1);
    }
}
