//! What is wrong with a procedure, where, and what to do.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What is wrong; each is explained in `docs/procedures.md`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "each is one sentence in `sentence`, and one section of the document")]
pub enum ProblemKind {
    TooLong,
    NoTitle,
    NoTriggers,
    NoSteps,
    StepOrder,
    NotUnderstood,
    QuoteOpen,
    BraceOpen,
    UnknownKind,
    UnknownTool,
    UnknownQueue,
    UnknownReason,
    UnknownStep,
    UnknownName,
    UnknownArgument,
    MissingArgument,
    WrongKind,
    ReadsNotWrites,
    WritesNotReads,
    TwoKinds,
    MixedConditions,
    NoSuchOption,
    UsedTooEarly,
    MaybeNotFound,
    NothingToConfirm,
    WriteWithoutConfirm,
    LoopWithoutBound,
    Unreachable,
    NoWayToPerson,
    PromisesPerson,
}

use ProblemKind as K;

impl ProblemKind {
    /// All kinds, in the order of the document.
    pub const ALL: [ProblemKind; 30] = [
        K::TooLong,
        K::NoTitle,
        K::NoTriggers,
        K::NoSteps,
        K::StepOrder,
        K::NotUnderstood,
        K::QuoteOpen,
        K::BraceOpen,
        K::UnknownKind,
        K::UnknownTool,
        K::UnknownQueue,
        K::UnknownReason,
        K::UnknownStep,
        K::UnknownName,
        K::UnknownArgument,
        K::MissingArgument,
        K::WrongKind,
        K::ReadsNotWrites,
        K::WritesNotReads,
        K::TwoKinds,
        K::MixedConditions,
        K::NoSuchOption,
        K::UsedTooEarly,
        K::MaybeNotFound,
        K::NothingToConfirm,
        K::WriteWithoutConfirm,
        K::LoopWithoutBound,
        K::Unreachable,
        K::NoWayToPerson,
        K::PromisesPerson,
    ];

    /// The sentence, and what to do; `{a}` is what it is about and `{b}` what stands beside it.
    pub fn sentences(self) -> (&'static str, &'static str) {
        match self {
            K::TooLong => ("{a} is longer than {b}", "split it, or say less"),
            K::NoTitle => ("the procedure has no title", "begin with a line such as \"Procedure: Order status\""),
            K::NoTriggers => (
                "nothing says when the procedure is used",
                "add a line such as \"When the customer asks: where is my order; track my parcel\"",
            ),
            K::NoSteps => ("the procedure has no steps", "add numbered sentences: \"1. Say \"…\".\""),
            K::StepOrder => ("step {a} stands after step {b}", "number the steps upwards, each number once"),
            K::NotUnderstood => (
                "\"{a}\" is not understood",
                "begin with ask for, look up, if, say, confirm, do, go to, hand off, ask whether anything else is needed, or end{b}",
            ),
            K::QuoteOpen => ("a quotation mark is not closed", "close it on the same line"),
            K::BraceOpen => ("a brace is not closed in \"{a}\"", "write names as {order}, with both braces"),
            K::UnknownKind => (
                "\"{a}\" is no kind of answer",
                "use text, number, amount, date, email, phone, order number, reference like \"AB-####\", one of \"a\", \"b\", yes or no, or name{b}",
            ),
            K::UnknownTool => ("there is no tool {a}", "use a tool that this agent has{b}"),
            K::UnknownQueue => ("there is no queue {a}", "use a queue of the centre{b}"),
            K::UnknownReason => ("{a} is no reason for a hand-off", "use one of: {b}"),
            K::UnknownStep => ("there is no step {a}", "go to a step that exists{b}"),
            K::UnknownName => ("nothing gives {a}", "ask for it, or look it up, under this name{b}"),
            K::UnknownArgument => {
                ("{b} takes no {a}", "leave it out, or write \"… as name\" with a name that the tool takes")
            }
            K::MissingArgument => {
                ("{b} cannot run without {a}", "ask for it before, and name it after \"with\", or \"… as {a}\"")
            }
            K::WrongKind => {
                ("{a} is not the kind of value that {b} takes", "ask for it with the kind that the tool takes")
            }
            K::ReadsNotWrites => ("{a} changes nothing, so it is not done", "write \"Look up … with {a}\""),
            K::WritesNotReads => {
                ("{a} changes something, so it is no look-up", "write \"Confirm …\" and then \"Do {a} with …\"")
            }
            K::TwoKinds => ("{a} is asked for in two ways", "use one kind for one name, or another name"),
            K::MixedConditions => {
                ("\"and\" and \"or\" stand in one condition", "write two steps, each with one of them")
            }
            K::NoSuchOption => ("{a} can never be \"{b}\"", "compare with one of the options that are asked"),
            K::UsedTooEarly => ("{a} is not always known here", "ask for it or look it up on every way to this step"),
            K::MaybeNotFound => (
                "{a} is missing if the look-up found nothing",
                "before this, add a step \"If {b} is not found, …\" that leads elsewhere",
            ),
            K::NothingToConfirm => ("nothing was confirmed before this", "put a step \"Confirm …\" before it"),
            K::WriteWithoutConfirm => (
                "{a} changes something and the customer has not agreed on every way to here",
                "put \"Confirm …\" directly before it, after everything that is asked",
            ),
            K::LoopWithoutBound => (
                "going back to step {a} could go on for ever",
                "write \"go to {a}, at most 2 times, then hand off because missing_information\" (1 to {b} times)",
            ),
            K::Unreachable => ("step {a} is never reached", "remove it, or lead to it with \"go to {a}\""),
            K::NoWayToPerson => {
                ("no step leads to a person", "add \"hand off because …\" where the procedure cannot help")
            }
            K::PromisesPerson => (
                "the sentence promises a person",
                "leave it out: the customer is told when the hand-off is made; write \"hand off\"",
            ),
        }
    }

    /// The name on the wire and in the document.
    pub fn name(self) -> String {
        let mut name = String::new();
        for letter in format!("{self:?}").chars() {
            if letter.is_uppercase() && !name.is_empty() {
                name.push('_');
            }
            name.extend(letter.to_lowercase());
        }
        name
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The line, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
    /// What kind of problem.
    pub kind: ProblemKind,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub suggestion: String,
}

impl Problem {
    /// A problem about `a`, with `b` beside it.
    pub fn new(kind: ProblemKind, line: u32, column: u32, a: &str, b: &str) -> Problem {
        let (problem, suggestion) = kind.sentences();
        let fill = |text: &str| text.replace("{a}", a).replace("{b}", b);
        Problem { line, column, kind, problem: fill(problem), suggestion: fill(suggestion) }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}: {}", self.line, self.column, self.problem, self.suggestion)
    }
}

/// `; did you mean this?`, if something is near.
pub fn meant<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    crate::reading::nearest(word, names).map_or_else(String::new, |name| format!("; did you mean {name}?"))
}
