//! Dialogues: text files of our own, read once at the start.
//!
//! A dialogue is a name, some settings and lines. `C` the customer says, `A` the agent says, `N` a note for colleagues,
//! `H` a hold of so many seconds, `T` a transfer (`cold` or `warm`, and to where), `P` the customer asks for a person, `W` the
//! customer waits until the AI agent says one thing more. In a dialogue with `ai: yes` the AI agent answers by itself what the customer
//! says; `A` is what a person says after it was handed over.

use signalbox_model::contact::Channel;

use super::names::About;

/// The dialogues that come with the program.
const FILES: &[&str] = &[
    include_str!("dialogues/billing.txt"),
    include_str!("dialogues/orders.txt"),
    include_str!("dialogues/technical.txt"),
    include_str!("dialogues/general.txt"),
    include_str!("dialogues/assistant.txt"),
];

/// A dialogue that cannot be read. Tests read all of them, so a release never meets this.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("dialogue `{name}`, line `{line}`: {problem}")]
pub struct ScriptError {
    /// Which dialogue.
    pub name: String,
    /// Which line.
    pub line: String,
    /// What is wrong.
    pub problem: &'static str,
}

/// When the customer goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Leaves {
    /// After the end.
    #[default]
    AtTheEnd,
    /// While waiting.
    Waiting,
    /// Without a word, when the lines are over.
    Middle,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Line {
    /// The customer says.
    Customer(String),
    /// The agent says.
    Agent(String),
    /// The agent writes for colleagues.
    Note(String),
    /// On hold for so many seconds.
    Hold(u64),
    /// Passed on: to which queue, and whether the other is told first.
    Transfer {
        /// Key of the queue.
        to: String,
        /// Told first.
        is_warm: bool,
    },
    /// The customer asks for a person.
    Person,
    /// The customer waits for one more answer of the AI agent.
    Wait,
}

/// One dialogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// Its name; also the intent.
    pub name: String,
    /// Key of the queue.
    pub queue: String,
    /// How they come.
    pub channel: Channel,
    /// A customer of its own.
    pub customer: Option<String>,
    /// What kind of thing it is about.
    pub about: About,
    /// How it is filed.
    pub disposition: String,
    /// Labels that the agent puts on.
    pub labels: Vec<String>,
    /// Impatient.
    pub is_angry: bool,
    /// When the customer goes.
    pub leaves: Leaves,
    /// Whether it is played with an AI agent.
    pub is_ai: bool,
    /// The last digit of the order that it is about.
    pub order_ends: Option<u8>,
    /// What is said.
    pub lines: Vec<Line>,
}

/// All dialogues.
///
/// # Errors
/// When one cannot be read.
pub fn all() -> Result<Vec<Script>, ScriptError> {
    let blocks = FILES.iter().flat_map(|file| file.split("== ").skip(1));
    blocks.map(parse).collect()
}

fn parse(block: &str) -> Result<Script, ScriptError> {
    let mut rows = block.lines();
    let name = rows.next().unwrap_or_default().trim().to_owned();
    let mut script = Script {
        name,
        queue: String::new(),
        channel: Channel::Webchat,
        customer: None,
        about: About::default(),
        disposition: "Answered".to_owned(),
        labels: Vec::new(),
        is_angry: false,
        leaves: Leaves::default(),
        is_ai: false,
        order_ends: None,
        lines: Vec::new(),
    };
    for row in rows.map(str::trim).filter(|row| !row.is_empty()) {
        let wrong = |problem| ScriptError { name: script.name.clone(), line: row.to_owned(), problem };
        let (key, value) = row.split_once(": ").ok_or_else(|| wrong("needs a key, a colon and a blank"))?;
        match key {
            "queue" => script.queue = value.to_owned(),
            "channel" => script.channel = channel(value).ok_or_else(|| wrong("no such channel"))?,
            "customer" => script.customer = Some(value.to_owned()),
            "disposition" => script.disposition = value.to_owned(),
            "labels" => script.labels = value.split(", ").map(str::to_owned).collect(),
            "about" => script.about = about(value).ok_or_else(|| wrong("is about `goods`, a `device` or a `plan`"))?,
            "ai" => script.is_ai = value == "yes",
            "ends" => script.order_ends = Some(value.parse().map_err(|_| wrong("ends with one digit"))?),
            "mood" => script.is_angry = value == "angry",
            "leaves" => {
                script.leaves = leaves(value).ok_or_else(|| wrong("leaves while `waiting` or in the `middle`"))?
            }
            _ => {
                let line = line(key, value).ok_or_else(|| wrong("no such kind of line"))?;
                script.lines.push(line);
            }
        }
    }
    Ok(script)
}

fn line(key: &str, value: &str) -> Option<Line> {
    Some(match key {
        "C" => Line::Customer(value.to_owned()),
        "A" => Line::Agent(value.to_owned()),
        "N" => Line::Note(value.to_owned()),
        "H" => Line::Hold(value.parse().ok()?),
        "P" => Line::Person,
        "W" => Line::Wait,
        "T" => {
            let (mode, to) = value.split_once(' ')?;
            Line::Transfer { to: to.to_owned(), is_warm: mode == "warm" }
        }
        _ => return None,
    })
}

fn channel(word: &str) -> Option<Channel> {
    Channel::ALL.into_iter().find(|channel| channel.as_str() == word)
}

fn about(word: &str) -> Option<About> {
    match word {
        "goods" => Some(About::Goods),
        "device" => Some(About::Device),
        "plan" => Some(About::Plan),
        _ => None,
    }
}

fn leaves(word: &str) -> Option<Leaves> {
    match word {
        "waiting" => Some(Leaves::Waiting),
        "middle" => Some(Leaves::Middle),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialogue_can_be_read_and_begins_with_the_customer() {
        let scripts = all().unwrap();
        assert!(scripts.len() >= 40, "{}", scripts.len());
        for script in &scripts {
            assert!(matches!(script.lines.first(), Some(Line::Customer(_))), "{}", script.name);
            assert!(["billing", "orders", "technical", "general"].contains(&script.queue.as_str()), "{}", script.name);
        }
        let names: std::collections::BTreeSet<_> = scripts.iter().map(|script| &script.name).collect();
        assert_eq!(names.len(), scripts.len(), "names are used as intents and must differ");
    }
}
