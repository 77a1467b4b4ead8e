//! Where a conversation stands: all of it is written down, so that it can go on anywhere.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    day::Day,
    moves::{Fact, Guess, Tried, Verified},
    value::Value,
};

/// What the agent waits for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(tag = "for", rename_all = "snake_case")]
pub enum Awaiting {
    /// What the customer wants.
    #[default]
    Request,
    /// A value.
    Slot,
    /// Yes or no before something is changed.
    Consent,
    /// Which of these procedures.
    Clarify {
        /// Places in the program.
        candidates: Vec<usize>,
    },
    /// The request in other words.
    Rephrase,
    /// Whether an answer was one.
    AnswerCheck,
    /// Whether anything else is needed.
    AnythingElse,
    /// What a search finds.
    Search {
        /// What was searched for.
        query: String,
        /// A procedure that may be meant if nothing is found.
        perhaps: Option<usize>,
    },
    /// A tool.
    Tool,
    /// A person's approval.
    Approval,
    /// Nothing: the conversation has ended or gone to a person.
    Ended,
}

/// What came of a tool, for conditions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It gave results.
    Found,
    /// It found nothing.
    NotFound,
    /// It refused.
    Refused,
}

/// An answer of the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The value; `None` if the customer went without.
    pub value: Option<Value>,
    /// How it was verified.
    pub verified: Verified,
}

/// A procedure that is being followed.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Run {
    /// Its place in the program.
    pub procedure: usize,
    /// Which run of the conversation this is, from 1.
    pub number: u32,
    /// The next instruction.
    pub at: usize,
    /// Answers by slot.
    pub answers: BTreeMap<String, Answer>,
    /// What tools returned, by name.
    pub results: BTreeMap<String, String>,
    /// What came of tools.
    pub outcomes: BTreeMap<String, Outcome>,
    /// What the customer said when last asked for consent.
    pub consent: Option<bool>,
    /// Instructions that were carried out, in order.
    pub trail: Vec<usize>,
    /// How often each question was asked.
    pub asked: BTreeMap<usize, u8>,
    /// How often each way back was taken.
    pub loops: BTreeMap<usize, u8>,
    /// How often each call was made; trying again is not a new call.
    pub calls: BTreeMap<usize, u32>,
    /// How often the present call was tried again.
    pub retries: u8,
    /// Calls that changed something, in order.
    pub written: Vec<usize>,
}

/// A turn that came while a tool or a search ran.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Held {
    /// The words.
    pub text: String,
    /// What a classifier says.
    pub intent: Option<Guess>,
}

/// The state of one conversation.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Dialogue {
    /// What is waited for.
    pub awaiting: Awaiting,
    /// True once the customer was told that this is an AI.
    pub is_disclosed: bool,
    /// Turns of the customer.
    pub turns: u32,
    /// Silences since the customer last wrote.
    pub silences: u8,
    /// The customer's day, as last told.
    pub today: Option<Day>,
    /// What the customer last asked for, in their words.
    pub request: String,
    /// The intent of that.
    pub intent: Option<String>,
    /// True if the customer was asked to say it in other words.
    pub is_rephrased: bool,
    /// Whether the last request came to its end; `None` if that cannot be said.
    #[serde(default)]
    pub resolved: Option<bool>,
    /// Runs begun so far.
    pub runs: u32,
    /// Procedures being followed, the present one last.
    pub stack: Vec<Run>,
    /// The procedure that was followed last.
    pub last: Option<Run>,
    /// Values that the customer mentioned.
    pub mentioned: Vec<Value>,
    /// Turns to be read when a tool or search has ended.
    pub held: Vec<Held>,
    /// What was tried.
    pub tried: Vec<Tried>,
    /// Facts of procedures that have ended.
    pub facts: Vec<Fact>,
}
