//! What a rule found.

use std::fmt;

/// The house rules that are checked on the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    FileLength,
    FunctionLength,
    ModuleOrder,
    EnginesApart,
    CoreDependencies,
    CorePurity,
    ModuleName,
    Leftover,
    Exception,
}

impl Rule {
    fn name(self) -> &'static str {
        match self {
            Rule::FileLength => "file length",
            Rule::FunctionLength => "function length",
            Rule::ModuleOrder => "module order",
            Rule::EnginesApart => "engines apart",
            Rule::CoreDependencies => "core dependencies",
            Rule::CorePurity => "core purity",
            Rule::ModuleName => "module name",
            Rule::Leftover => "leftover",
            Rule::Exception => "exception",
        }
    }
}

/// One place that breaks a rule, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub rule: Rule,
    pub path: String,
    pub line: usize,
    pub what: String,
}

impl Finding {
    pub fn new(rule: Rule, path: &str, line: usize, what: impl Into<String>) -> Self {
        Self { rule, path: path.into(), line, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.path, self.line, self.rule.name(), self.what)
    }
}
