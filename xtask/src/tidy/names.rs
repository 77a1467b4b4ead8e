//! Names that say nothing.

use crate::{
    finding::{Finding, Rule},
    tree::{File, Language},
};

const BANNED: &[&str] = &["util", "utils", "common", "helper", "helpers", "manager", "service", "core", "misc"];

pub fn check(file: &File) -> Vec<Finding> {
    if file.language == Language::Other {
        return Vec::new();
    }
    let parts = file.path.split('/').map(|part| part.split('.').next().unwrap_or(part));
    let banned = parts.filter(|part| BANNED.contains(&part.to_ascii_lowercase().as_str()));
    banned
        .map(|part| {
            let what = format!("`{part}` says nothing; name it after what it holds");
            Finding::new(Rule::ModuleName, &file.path, 1, what)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_folders_are_both_named() {
        for path in
            ["crates/a/src/utils.rs", "crates/a/src/common/b.rs", "web/src/lib/helpers.ts", "crates/core/src/lib.rs"]
        {
            assert_eq!(check(&File::new(path, "")).len(), 1, "{path}");
        }
        for path in ["crates/a/src/utility_bill.rs", "docs/common.md"] {
            assert!(check(&File::new(path, "")).is_empty(), "{path}");
        }
    }
}
