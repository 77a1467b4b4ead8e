//! What happens to a conversation, and what the agent does about it.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use crate::{day::Day, reason::Reason, value::Value};

/// Where a passage comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Citation {
    /// The document.
    pub document: String,
    /// Its title.
    pub title: String,
    /// The passage in it, if passages have names.
    #[serde(default)]
    pub passage: Option<String>,
}

/// A piece of knowledge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// The words that answer.
    pub text: String,
    /// Where they stand.
    pub citation: Citation,
}

/// What a search came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SearchOutcome {
    /// Passages, best first.
    pub passages: Vec<Passage>,
    /// How sure the search is, from 0 to 1.
    pub confidence: f32,
    /// False if the search itself says that it found no answer.
    pub answerable: bool,
}

/// What came of running a tool.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum ToolOutcome {
    /// It ran; an object with the results by name.
    Ok {
        /// The object.
        result: Json,
    },
    /// There is no such thing.
    NotFound,
    /// A rule of the other system forbids it.
    Refused {
        /// The rule, for the person who takes over.
        reason: String,
    },
    /// It waits for a person's approval; `Approved` or `Denied` follows.
    NeedsApproval,
    /// A person approved; the tool runs now, and its own outcome follows.
    Approved,
    /// A person said no.
    Denied,
    /// It failed.
    Failed {
        /// True if it may be tried again.
        retryable: bool,
    },
    /// It did not answer in time: whether it ran is not known.
    TimedOut,
}

/// What a classifier says about a turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Guess {
    /// The intent.
    pub intent: String,
    /// How sure it is, from 0 to 1.
    pub confidence: f32,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "input", rename_all = "snake_case")]
pub enum Input {
    /// The conversation came to the agent.
    Opened,
    /// The customer wrote.
    Customer {
        /// The words, personal data perhaps replaced by tokens.
        text: String,
        /// What a classifier says.
        #[serde(default)]
        intent: Option<Guess>,
        /// The language, if it is known.
        #[serde(default)]
        language: Option<String>,
        /// The customer's day: "tomorrow" is the day after.
        today: Day,
    },
    /// A search ended.
    Found(SearchOutcome),
    /// A tool ended, or waits.
    Ran(ToolOutcome),
    /// A supervisor told the agent something that the customer does not see.
    Whispered {
        /// A clause as in a procedure: `Say "…"`, `Hand off`, `End`.
        text: String,
    },
    /// The customer has written nothing for long.
    Silence,
}

/// What a sentence is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SayKind {
    /// It tells something.
    Answer,
    /// It asks something.
    Question,
    /// It asks for consent.
    Confirm,
    /// It says that this is an AI.
    Disclosure,
    /// It ends the conversation.
    Closing,
}

/// What becomes of a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// It goes to nobody; it is kept to be compared.
    Observe,
    /// A person sees it as a suggestion.
    Suggest,
    /// A person sends it or not.
    Draft,
    /// The customer gets it.
    Send,
}

/// A value for a tool's argument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Argument {
    /// The argument's name.
    pub name: String,
    /// The value; a sealed one is resolved by the tool layer.
    pub value: Value,
}

/// How a fact was verified.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "how", rename_all = "snake_case")]
pub enum Verified {
    /// The customer said it.
    Stated,
    /// The customer confirmed it when asked.
    Confirmed,
    /// A tool found something under it.
    Matched {
        /// The tool.
        tool: String,
    },
}

/// Something that was learned.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fact {
    /// The slot.
    pub name: String,
    /// What people call it.
    pub label: String,
    /// The value.
    pub value: Value,
    /// How it was verified.
    pub verified: Verified,
}

/// Something that was tried.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tried {
    /// A tool's name, or `knowledge`.
    pub what: String,
    /// What came of it, in a few words.
    pub result: String,
}

/// A conversation on its way to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOff {
    /// Why.
    pub reason: Reason,
    /// Where to, if not where the centre says.
    pub queue: Option<String>,
    /// Three short lines: what is wanted, what is known, why it stops here.
    pub note_lines: [String; 3],
    /// What was tried, oldest first.
    pub tried: Vec<Tried>,
    /// What was learned.
    pub facts: Vec<Fact>,
}

/// What the agent does.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "move", rename_all = "snake_case")]
pub enum Move {
    /// Say something.
    Say {
        /// The words.
        text: String,
        /// Where they come from.
        citations: Vec<Citation>,
        /// What they are for.
        kind: SayKind,
        /// What becomes of them.
        delivery: Delivery,
    },
    /// Search the knowledge; `Input::Found` follows.
    Search {
        /// What for.
        query: String,
    },
    /// Run a tool; `Input::Ran` follows.
    Run {
        /// The tool.
        tool: String,
        /// What it is given.
        arguments: Vec<Argument>,
        /// True if it changes something.
        writes: bool,
        /// True if a person must approve it first.
        needs_approval: bool,
        /// The same for the same wish: a tool that sees it twice does it once. Unique within the conversation.
        idempotency: String,
    },
    /// Give the conversation to a person.
    HandOff(HandOff),
    /// Tell the supervisors something; the customer does not see it.
    Note {
        /// The words.
        text: String,
    },
    /// End the conversation.
    End {
        /// Whether the customer got what they wanted; `None` if that cannot be said.
        resolved: Option<bool>,
    },
}
