//! Procedures: what to do, step by step, in English sentences that are checked when they are saved.

mod problem;
mod lex;
mod kind;
mod condition;
mod cursor;
mod sentence;
mod grammar;
mod write;
mod compile;
mod resolve;
mod flow;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    limits::{PROBLEMS_MAX, PROCEDURE_CHARS_MAX},
    reason::Reason,
    value::SlotKind,
};

pub use problem::{Problem, ProblemKind};
pub use sentence::clauses;

/// An argument that a tool takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolArgument {
    /// Its name.
    pub name: String,
    /// What kind of value it takes.
    #[serde(flatten)]
    pub kind: SlotKind,
    /// True if the tool cannot run without it.
    pub required: bool,
}

/// A tool as procedures see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToolSignature {
    /// Its name.
    pub name: String,
    /// What it takes.
    pub arguments: Vec<ToolArgument>,
    /// What it returns, by name.
    pub results: Vec<String>,
    /// True if it changes something.
    pub writes: bool,
}

/// A kind of answer that the centre has defined once for all procedures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlotDefinition {
    /// What procedures call it: `order number`.
    pub label: String,
    /// Its kind, perhaps with a pattern.
    #[serde(flatten)]
    pub kind: SlotKind,
}

/// What exists around a procedure.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Known {
    /// Tools that it may use.
    pub tools: Vec<ToolSignature>,
    /// Queues to which it may hand off; empty if names of queues are not checked.
    pub queues: Vec<String>,
    /// Kinds of answers defined by the centre.
    pub slots: Vec<SlotDefinition>,
}

impl Known {
    fn tool(&self, name: &str) -> Option<&ToolSignature> {
        self.tools.iter().find(|tool| tool.name.eq_ignore_ascii_case(name))
    }
}

/// A question for a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The name under which the answer is kept.
    pub slot: String,
    /// What people call it: `order number`.
    pub label: String,
    /// What kind of answer it wants.
    pub kind: SlotKind,
    /// True if the customer may go without an answer.
    pub is_optional: bool,
    /// The sentence.
    pub text: String,
}

/// Which slot goes where when a tool is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// The tool's name.
    pub tool: String,
    /// Argument and the name of the value for it.
    pub arguments: Vec<(String, String)>,
    /// True if the tool changes something.
    pub writes: bool,
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Ask for a value.
    Ask(Question),
    /// Read something with a tool.
    LookUp(Call),
    /// Change something with a tool.
    Do(Call),
    /// Say a sentence; `{name}` stands for a value.
    Say(String),
    /// Ask a yes or no question before something is changed.
    Confirm(String),
    /// Go on at another step.
    GoTo {
        /// The step's number.
        step: u32,
        /// How often one may go back; `None` for going on further down.
        times: Option<u8>,
        /// What to do when that is used up.
        then: Vec<Placed>,
    },
    /// Give the conversation to a person.
    HandOff {
        /// Where to, if not where the centre says.
        queue: Option<String>,
        /// Why.
        reason: Reason,
    },
    /// Ask whether anything else is needed.
    AnythingElse,
    /// End the conversation.
    End,
}

/// An action and where it is written.
#[derive(Clone, Debug)]
pub struct Placed {
    /// What to do.
    pub action: Action,
    /// The line in the text, from 1.
    pub line: u32,
    /// The column, from 1.
    pub column: u32,
}

impl PartialEq for Placed {
    /// Two procedures that do the same are the same, wherever the words stand.
    fn eq(&self, other: &Placed) -> bool {
        self.action == other.action
    }
}

impl Eq for Placed {}

/// What a value is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Test {
    /// It is one of these.
    Is(Vec<String>),
    /// It is none of these.
    IsNot(Vec<String>),
    /// It is at least this, in hundredths.
    AtLeast(i64),
    /// It is more than this, in hundredths.
    MoreThan(i64),
    /// It is at most this, in hundredths.
    AtMost(i64),
    /// It is less than this, in hundredths.
    LessThan(i64),
    /// There is a value.
    Known,
    /// There is none.
    Missing,
    /// The look-up found something.
    Found,
    /// The look-up found nothing.
    NotFound,
    /// The tool refused.
    Refused,
    /// The customer agreed when last asked to confirm.
    Agreed,
    /// The customer declined when last asked to confirm.
    Declined,
}

/// A comparison.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// The name of a value or a tool; empty where the last one is meant.
    pub subject: String,
    /// What must hold.
    pub test: Test,
}

/// What a step depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guard {
    /// Comparisons.
    pub conditions: Vec<Condition>,
    /// True if all must hold, false if one is enough.
    pub is_all: bool,
}

/// A numbered sentence.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its number.
    pub number: u32,
    /// Its line.
    pub line: u32,
    /// What it depends on.
    pub guard: Option<Guard>,
    /// What to do.
    pub actions: Vec<Placed>,
    /// What to do if the guard does not hold, or the customer declines.
    pub otherwise: Vec<Placed>,
}

impl PartialEq for Step {
    fn eq(&self, other: &Step) -> bool {
        (self.number, &self.guard, &self.actions, &self.otherwise)
            == (other.number, &other.guard, &other.actions, &other.otherwise)
    }
}

impl Eq for Step {}

/// An action for the machine: conditions have become jumps.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Instruction {
    /// Ask unless the answer is known.
    Ask(Question),
    /// Call a tool.
    Call {
        /// What to call.
        call: Call,
        /// True if a later condition looks at what was not found.
        expects_nothing: bool,
        /// True if a later condition looks at a refusal.
        expects_refusal: bool,
    },
    /// Say a sentence.
    Say(String),
    /// Ask for consent.
    Confirm {
        /// The question.
        text: String,
        /// True if the procedure says what follows a no.
        expects_no: bool,
    },
    /// Go on at `if_false` unless the guard holds.
    Branch {
        /// Comparisons; subjects are resolved.
        guard: Guard,
        /// Where to go on.
        if_false: usize,
    },
    /// Go on at another instruction.
    Jump(usize),
    /// Go back, at most some times; then fall through.
    Back {
        /// Where to.
        target: usize,
        /// How often.
        times: u8,
    },
    /// Give the conversation to a person.
    HandOff {
        /// Where to.
        queue: Option<String>,
        /// Why.
        reason: Reason,
    },
    /// Ask whether anything else is needed.
    AnythingElse,
    /// End the conversation.
    End,
}

/// A checked procedure.
#[derive(Clone, Debug)]
pub struct Procedure {
    /// What it is called.
    pub title: String,
    /// What it is about, to the customer: `your order`.
    pub about: String,
    /// What customers say when they want it.
    pub triggers: Vec<String>,
    /// Intents that mean it.
    pub intents: Vec<String>,
    /// The sentences.
    pub steps: Vec<Step>,
    /// The same for the machine.
    pub code: Vec<Instruction>,
}

impl PartialEq for Procedure {
    fn eq(&self, other: &Procedure) -> bool {
        (&self.title, &self.about, &self.triggers, &self.intents, &self.steps)
            == (&other.title, &other.about, &other.triggers, &other.intents, &other.steps)
    }
}

impl Eq for Procedure {}

impl Procedure {
    /// Reads and checks a procedure.
    ///
    /// # Errors
    /// Everything that is wrong with it, in the order of the text, each with what to do.
    pub fn parse(text: &str, known: &Known) -> Result<Procedure, Vec<Problem>> {
        if text.chars().count() > PROCEDURE_CHARS_MAX {
            return Err(vec![Problem::new(
                ProblemKind::TooLong,
                1,
                1,
                "a procedure",
                &PROCEDURE_CHARS_MAX.to_string(),
            )]);
        }
        let mut problems = Vec::new();
        let mut procedure = grammar::read(text, known, &mut problems);
        resolve::resolve(&mut procedure, known, &mut problems);
        let places = compile::compile(&mut procedure, &mut problems);
        // What does not stand for itself would only be reported once more by what depends on it.
        if problems.is_empty() {
            flow::check(&procedure, &places, known, &mut problems);
        }
        problems.sort_by_key(|problem| (problem.line, problem.column));
        problems.dedup();
        problems.truncate(PROBLEMS_MAX);
        if problems.is_empty() { Ok(procedure) } else { Err(problems) }
    }

    /// The procedure in its plain form; `parse` reads it to the same procedure.
    pub fn to_text(&self) -> String {
        write::procedure(self)
    }

    /// The questions of the procedure by their slots.
    pub fn questions(&self) -> BTreeMap<&str, &Question> {
        let ask = |instruction: &'_ Instruction| matches!(instruction, Instruction::Ask(_));
        let asks = self.code.iter().filter(|instruction| ask(instruction));
        asks.filter_map(|instruction| {
            if let Instruction::Ask(question) = instruction { Some((question.slot.as_str(), question)) } else { None }
        })
        .collect()
    }
}

/// The names in braces in a sentence; `None` if a brace is not closed.
pub fn names_in(sentence: &str) -> Option<Vec<&str>> {
    let mut names = Vec::new();
    let mut rest = sentence;
    while let Some(open) = rest.find('{') {
        let close = rest[open..].find('}')? + open;
        names.push(rest[open + 1..close].trim());
        rest = &rest[close + 1..];
    }
    (!rest.contains('}')).then_some(names)
}
