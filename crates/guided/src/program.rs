//! What a guided agent goes by: its briefing, its procedures, its limits.

use serde::{Deserialize, Serialize};

use crate::{choose::Index, procedure::Procedure, reason::Reason};

/// How much the agent may do for an intent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum Autonomy {
    /// Watches; nobody sees what it would say.
    Observe,
    /// Suggests to a person.
    Suggest,
    /// Drafts what a person sends.
    Draft,
    /// Talks to the customer; a person approves what changes something.
    Approval,
    /// Acts alone within the limits of its tools.
    Act,
    /// May also begin conversations.
    Outbound,
}

impl TryFrom<u8> for Autonomy {
    type Error = String;

    fn try_from(level: u8) -> Result<Autonomy, String> {
        use Autonomy::{Act, Approval, Draft, Observe, Outbound, Suggest};
        let levels = [Observe, Suggest, Draft, Approval, Act, Outbound];
        levels.get(usize::from(level)).copied().ok_or_else(|| format!("{level} is no level of autonomy; use 0 to 5"))
    }
}

impl From<Autonomy> for u8 {
    fn from(level: Autonomy) -> u8 {
        level as u8
    }
}

/// Words that send a conversation to a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Escalation {
    /// What the customer says, or the name of an intent.
    pub phrase: String,
    /// Why a person takes over.
    pub reason: Reason,
    /// Which queue, if not where the centre says.
    #[serde(default)]
    pub queue: Option<String>,
}

/// An intent that the agent may handle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AllowedIntent {
    /// Its name.
    pub intent: String,
    /// How much the agent may do.
    pub level: Autonomy,
}

/// What the agent's briefing says, as far as it matters here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BriefingView {
    /// The sentence that says that this is an AI.
    pub disclosure: String,
    /// What follows it in the first turn.
    pub greeting: String,
    /// The last sentence.
    pub closing: String,
    /// Topics that the agent may not talk about: phrases or intents.
    #[serde(default)]
    pub forbidden: Vec<String>,
    /// What sends a conversation to a person.
    #[serde(default)]
    pub escalate: Vec<Escalation>,
    /// Intents that the agent may handle; empty for all.
    #[serde(default)]
    pub intents: Vec<AllowedIntent>,
    /// How much it may do where no intent says otherwise.
    pub level: Autonomy,
}

/// A line of a briefing that is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct BriefingError {
    /// The line, from 1.
    pub line: u32,
    /// What is wrong and what to do.
    pub what: String,
}

impl BriefingView {
    /// Reads a briefing of lines such as `Disclosure: …`; several lines of one name add up.
    ///
    /// # Errors
    /// The first line that is not understood, or what is missing.
    pub fn parse(text: &str) -> Result<BriefingView, BriefingError> {
        let mut briefing = BriefingView {
            disclosure: String::new(),
            greeting: String::new(),
            closing: String::new(),
            forbidden: Vec::new(),
            escalate: Vec::new(),
            intents: Vec::new(),
            level: Autonomy::Approval,
        };
        let lines = text.lines().enumerate().map(|(at, line)| (at as u32 + 1, line.trim()));
        for (line, content) in lines.filter(|(_, content)| !content.is_empty() && !content.starts_with("//")) {
            briefing.take(content).map_err(|what| BriefingError { line, what })?;
        }
        let lacks = [(&briefing.disclosure, "Disclosure"), (&briefing.closing, "Closing")];
        let lacking = lacks.into_iter().find(|(text, _)| text.is_empty()).map(|(_, name)| name);
        match lacking {
            Some(name) => Err(BriefingError { line: 1, what: format!("there is no line \"{name}: …\"; add it") }),
            None => Ok(briefing),
        }
    }

    fn take(&mut self, line: &str) -> Result<(), String> {
        let (name, rest) = line.split_once(':').ok_or("expected a name, a colon and a text")?;
        let (written, rest) = (name.trim(), rest.trim());
        let name = written.to_lowercase();
        let list = || rest.split(';').map(str::trim).filter(|part| !part.is_empty()).map(String::from);
        match name.as_str() {
            "disclosure" => self.disclosure = rest.into(),
            "greeting" => self.greeting = rest.into(),
            "closing" => self.closing = rest.into(),
            "forbidden" => self.forbidden.extend(list()),
            "autonomy" => self.level = level(rest)?,
            "intents" => {
                for part in list() {
                    let (intent, number) =
                        part.rsplit_once(' ').ok_or_else(|| format!("{part:?} has no level; write \"intent 3\""))?;
                    self.intents.push(AllowedIntent { intent: intent.trim().into(), level: level(number)? });
                }
            }
            other => {
                let rest_of_name = other.strip_prefix("escalate because ").ok_or_else(|| {
                    format!("{name:?} is not known; use Disclosure, Greeting, Closing, Forbidden, Autonomy, Intents or \"Escalate because reason to queue\"")
                })?;
                let (reason, _) = rest_of_name.split_once(" to ").unwrap_or((rest_of_name, ""));
                // Names of queues keep their capitals.
                let queue = written.split_once(" to ").map(|(_, queue)| queue.trim().to_string());
                let reason = Reason::named(reason).ok_or_else(|| format!("{reason:?} is no reason for a hand-off"))?;
                self.escalate.extend(list().map(|phrase| Escalation { phrase, reason, queue: queue.clone() }));
            }
        }
        Ok(())
    }

    /// How much the agent may do for these intents: the least that is said of any, or what is said for all.
    pub fn level_for<'a>(&self, intents: impl IntoIterator<Item = &'a str>) -> Autonomy {
        let said =
            intents.into_iter().filter_map(|intent| self.intents.iter().find(|allowed| allowed.intent == intent));
        said.map(|allowed| allowed.level).min().unwrap_or(self.level)
    }
}

fn level(text: &str) -> Result<Autonomy, String> {
    text.trim()
        .parse::<u8>()
        .map_err(|_| format!("{text:?} is no level of autonomy; use 0 to 5"))
        .and_then(Autonomy::try_from)
}

/// Floors of confidence and bounds of patience; the values are the centre's.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Limits {
    /// A procedure begins from this confidence.
    pub start: f32,
    /// From this confidence a procedure is a candidate about which the customer is asked.
    pub clarify: f32,
    /// Two candidates nearer than this are close.
    pub margin: f32,
    /// Knowledge is said from this confidence.
    pub answer: f32,
    /// How often one question is asked; then a person takes over.
    pub questions_max: u8,
    /// Turns of the customer; then a person takes over.
    pub turns_max: u32,
    /// How often the customer may stay silent; then the conversation ends.
    pub silences_max: u8,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            start: 0.62,
            clarify: 0.45,
            margin: 0.12,
            answer: 0.5,
            questions_max: 2,
            turns_max: 40,
            silences_max: 2,
        }
    }
}

/// Everything that a guided agent goes by. Immutable: another version is another program.
#[derive(Clone, Debug)]
pub struct Program {
    /// What it may do and how it speaks.
    pub briefing: BriefingView,
    /// What it knows how to do.
    pub procedures: Vec<Procedure>,
    /// When it gives up.
    pub limits: Limits,
    pub(crate) index: Index,
}

impl Program {
    /// Puts a program together.
    pub fn new(briefing: BriefingView, procedures: Vec<Procedure>, limits: Limits) -> Program {
        let index = Index::new(&procedures);
        Program { briefing, procedures, limits, index }
    }
}
