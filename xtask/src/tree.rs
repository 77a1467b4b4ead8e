//! The files of this repository that the rules are about.

use crate::text;
use anyhow::{Context, Result};
use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// Where the repository lies: beside the manifest that cargo runs, also if this program was built elsewhere.
pub fn root() -> PathBuf {
    let manifest = env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let manifest = Path::new(&manifest);
    manifest.parent().unwrap_or(manifest).to_path_buf()
}

/// Folders that hold nothing written here.
const PASSED_OVER: &[&str] = &["target", "node_modules", "dist", "fixtures", "golden"];
/// Written by a program.
const GENERATED: &[&str] = &["web/src/lib/api/schema.ts"];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    Rust,
    Script,
    Svelte,
    /// Read for leftovers only.
    Other,
}

/// One file, with its text as the rules need it.
#[derive(Debug)]
pub struct File {
    /// Relative to the root, with `/`.
    pub path: String,
    pub language: Language,
    pub is_test: bool,
    pub raw: String,
    /// Code only: no comments, no contents of literals; in production files no test modules either.
    pub code: String,
}

impl File {
    pub fn new(path: &str, raw: &str) -> Self {
        let language = language_of(path);
        let is_test = is_test(path);
        let code = match language {
            Language::Rust if is_test => text::blank_rust(raw),
            Language::Rust => text::without_tests(&text::blank_rust(raw)),
            Language::Script => text::blank_script(raw),
            Language::Svelte => text::blank_script(&text::scripts_of(raw)),
            Language::Other => String::new(),
        };
        Self { path: path.into(), language, is_test, raw: raw.into(), code }
    }

    pub fn is_production(&self) -> bool {
        self.language != Language::Other && !self.is_test && !GENERATED.contains(&self.path.as_str())
    }

    /// The name of the crate's folder, for files under `crates/*/src`.
    pub fn crate_name(&self) -> Option<&str> {
        let (name, rest) = self.path.strip_prefix("crates/")?.split_once('/')?;
        rest.starts_with("src/").then_some(name)
    }

    /// The module that this file is, from the crate's root: `routing/offer.rs` is `["routing", "offer"]`.
    /// A crate's root is the empty path.
    pub fn module(&self) -> Option<Vec<String>> {
        let (_, inside) = self.path.split_once("src/")?;
        let mut parts: Vec<String> = inside.strip_suffix(".rs")?.split('/').map(String::from).collect();
        let last = parts.last().map(String::as_str);
        if last == Some("mod") || (parts.len() == 1 && matches!(last, Some("lib" | "main"))) {
            parts.pop();
        }
        Some(parts)
    }
}

/// Every file of the repository that a rule reads.
pub fn files() -> Result<Vec<File>> {
    let root = root();
    let mut found = Vec::new();
    for folder in ["crates", "xtask", "web", "docs", ".ci"] {
        let path = root.join(folder);
        if path.is_dir() {
            walk(&root, &path, &mut found)?;
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}

fn walk(root: &Path, folder: &Path, found: &mut Vec<File>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if entry.file_type()?.is_dir() {
            if !PASSED_OVER.contains(&name.as_str()) && !name.starts_with('.') {
                walk(root, &path, found)?;
            }
            continue;
        }
        let relative = path.strip_prefix(root)?.to_string_lossy().replace('\\', "/");
        if is_read(&relative) {
            let raw = fs::read_to_string(&path).with_context(|| format!("cannot read {relative}"))?;
            found.push(File::new(&relative, &raw));
        }
    }
    Ok(())
}

fn is_read(path: &str) -> bool {
    let is_lock = path.ends_with("package-lock.json");
    let endings = ["rs", "ts", "js", "svelte", "css", "html", "md", "toml", "json", "sql", "run"];
    !is_lock && endings.contains(&path.rsplit(['.', '/']).next().unwrap_or_default())
}

fn language_of(path: &str) -> Language {
    match path.rsplit('.').next() {
        Some("rs") => Language::Rust,
        Some("ts" | "js") => Language::Script,
        Some("svelte") => Language::Svelte,
        _ => Language::Other,
    }
}

/// Test code by its place or name. Modules for tests inside production files are cut out separately.
fn is_test(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let stem = name.split('.').next().unwrap_or(name);
    path.split('/').any(|part| matches!(part, "tests" | "e2e" | "benches"))
        || matches!(stem, "tests" | "golden" | "proptests" | "scenarios")
        || stem.ends_with("_test")
        || stem.ends_with("_tests")
        || name.ends_with(".test.ts")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_knows_its_module_and_its_crate() {
        let file = |path| File::new(path, "");
        assert_eq!(file("crates/engine/src/routing/offer.rs").module().unwrap(), ["routing", "offer"]);
        assert_eq!(file("crates/engine/src/routing/mod.rs").module().unwrap(), ["routing"]);
        assert!(file("crates/engine/src/lib.rs").module().unwrap().is_empty());
        assert_eq!(file("crates/engine/src/lib.rs").crate_name(), Some("engine"));
        assert_eq!(file("crates/ui/build.rs").crate_name(), None);
    }

    #[test]
    fn tests_are_known_by_place_and_name() {
        for path in ["crates/a/tests/b.rs", "crates/a/src/b/tests.rs", "web/e2e/desk.ts", "web/src/lib/a.test.ts"] {
            assert!(File::new(path, "").is_test, "{path}");
        }
        assert!(File::new("crates/a/src/b.rs", "").is_production());
        assert!(!File::new("web/src/lib/api/schema.ts", "").is_production());
    }

    #[test]
    fn this_repository_is_found() {
        let files = files().unwrap();
        assert!(files.iter().any(|file| file.path == "xtask/src/tree.rs"));
        assert!(files.iter().all(|file| !file.path.contains("node_modules")));
    }
}
