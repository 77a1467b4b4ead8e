//! Modules only look up: a module names only modules that its parent declares above it. And engines, which
//! are peers, never name one another at all.

use super::paths::{declared, named};
use crate::{
    finding::{Finding, Rule},
    tree::{File, Language},
};
use std::collections::BTreeMap;

/// Peers in `crates/engine`, there or still to come. What stands below them all (`conversation`, `measures`, `floor` and
/// the like) is not listed.
const ENGINES: &[&str] =
    &["handling", "routing", "supervision", "alerts", "assist", "qa", "validation", "governance", "gates", "outcomes"];

type Module = Vec<String>;

pub fn check(files: &[File]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (root, members) in crates(files) {
        let children = children_of(&members);
        for (module, file) in &members {
            findings.extend(check_file(file, module, &children));
            if root == "crates/engine/" {
                findings.extend(check_engine(file, module));
            }
        }
    }
    findings
}

/// Production files by crate, each with the module that it is.
fn crates(files: &[File]) -> BTreeMap<&str, Vec<(Module, &File)>> {
    let mut crates = BTreeMap::<&str, Vec<(Module, &File)>>::new();
    for file in files.iter().filter(|file| file.language == Language::Rust && file.is_production()) {
        if let (Some((root, _)), Some(module)) = (file.path.split_once("src/"), file.module()) {
            crates.entry(root).or_default().push((module, file));
        }
    }
    crates
}

/// The declared children of every module, in order. A crate with both `lib.rs` and `main.rs` has two roots
/// of which each file belongs to one; their declarations are taken together.
fn children_of(members: &[(Module, &File)]) -> BTreeMap<Module, Vec<String>> {
    let mut children = BTreeMap::<Module, Vec<String>>::new();
    for (module, file) in members {
        children.entry(module.clone()).or_default().extend(declared(&file.code));
    }
    children
}

fn check_file(file: &File, module: &Module, children: &BTreeMap<Module, Vec<String>>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for named in named(&file.code, module) {
        let shared = module.iter().zip(&named.path).take_while(|(ours, theirs)| ours == theirs).count();
        let (Some(ours), Some(theirs)) = (module.get(shared), named.path.get(shared)) else {
            continue;
        };
        let Some(order) = children.get(&module[..shared]) else {
            continue;
        };
        let place = |name: &String| order.iter().position(|declared| declared == name);
        if let (Some(our_place), Some(their_place)) = (place(ours), place(theirs))
            && their_place > our_place
        {
            let what = format!("`{ours}` names `{theirs}`, which is declared below it; move one of them");
            findings.push(Finding::new(Rule::ModuleOrder, &file.path, named.line, what));
        }
    }
    findings.dedup();
    findings
}

fn check_engine(file: &File, module: &Module) -> Vec<Finding> {
    let Some(ours) = module.first().filter(|name| ENGINES.contains(&name.as_str())) else {
        return Vec::new();
    };
    let mut findings = Vec::new();
    for named in named(&file.code, module) {
        let Some(theirs) = named.path.first() else {
            continue;
        };
        if theirs != ours && ENGINES.contains(&theirs.as_str()) {
            let what = format!("engine `{ours}` names engine `{theirs}`; let them exchange facts instead");
            findings.push(Finding::new(Rule::EnginesApart, &file.path, named.line, what));
        }
    }
    findings.dedup();
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<(Rule, String)> {
        let files: Vec<File> = files.iter().map(|(path, text)| File::new(path, text)).collect();
        check(&files).into_iter().map(|finding| (finding.rule, finding.what)).collect()
    }

    #[test]
    fn looking_down_is_found_and_looking_up_is_not() {
        let files = [
            ("crates/a/src/lib.rs", "pub mod low;\npub mod high;\n"),
            ("crates/a/src/low.rs", "use crate::high::X;\n#[cfg(test)]\nmod tests { use crate::high::Y; }\n"),
            ("crates/a/src/high.rs", "use crate::low::Z;\n"),
        ];
        let found = found(&files);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, Rule::ModuleOrder);
        assert!(found[0].1.starts_with("`low` names `high`"));
    }

    #[test]
    fn the_same_holds_inside_a_folder() {
        let files = [
            ("crates/a/src/lib.rs", "pub mod api;\n"),
            ("crates/a/src/api.rs", "mod page;\nmod queues;\nuse page::P; fn f() { queues::g() }\n"),
            ("crates/a/src/api/page.rs", "fn a() { super::queues::b(); crate::api::queues::c(); }\n"),
            ("crates/a/src/api/queues.rs", "use super::page::P; use super::Shared;\n"),
        ];
        let found = found(&files);
        assert_eq!(found.len(), 1, "one line, said once: {found:?}");
        assert!(found[0].1.starts_with("`page` names `queues`"));
    }

    #[test]
    fn a_grandchild_answers_for_its_parent() {
        let files = [
            ("crates/a/src/lib.rs", "mod low;\nmod high;\n"),
            ("crates/a/src/low.rs", "mod inner;\n"),
            ("crates/a/src/low/inner.rs", "use super::super::high;\n"),
            ("crates/a/src/high.rs", ""),
        ];
        assert_eq!(found(&files).len(), 1);
    }

    #[test]
    fn engines_never_name_each_other_in_any_direction() {
        let files = [
            ("crates/engine/src/lib.rs", "pub mod conversation;\npub mod routing;\npub mod alerts;\n"),
            ("crates/engine/src/conversation.rs", ""),
            ("crates/engine/src/routing.rs", "use crate::conversation::C;\n"),
            ("crates/engine/src/alerts.rs", "use crate::routing::R; use crate::conversation::C;\n"),
        ];
        let found = found(&files);
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].0, Rule::EnginesApart);
    }
}
