//! What a replayed customer says, and where they wait for an answer.

use std::collections::VecDeque;
use std::fs::File;
use std::io::BufReader;
use std::path::Path;

use signalbox_adapters::import::lines::Lines;
use signalbox_adapters::import::mapping::Mapping;
use signalbox_adapters::import::record::{self, Record};
use signalbox_adapters::ingest::Speaker;
use signalbox_eventlog::{EventLog, Log, Options, Stored};
use signalbox_model::contact::{Channel, Origin, Participant};
use signalbox_model::content::Body;
use signalbox_model::event::Event;
use signalbox_model::event::conversation::TurnKind;
use signalbox_model::id::{ConversationId, Position};
use signalbox_model::time::Timestamp;

use super::ReplayError;
use crate::clock::Clock;

const READ_MAX: usize = 20_000;

/// One thing that the customer says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The words.
    pub text: String,
    /// Milliseconds since what was said before, by anybody.
    pub after_ms: u64,
    /// The house answered next: so does the customer wait.
    pub answered: bool,
}

/// One conversation, the customer's side of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Script {
    /// When it began.
    pub opened_at: Timestamp,
    /// How they came.
    pub channel: Channel,
    /// The queue that it names.
    pub queue: Option<String>,
    /// What it is about.
    pub intent: Option<String>,
    /// In which language.
    pub language: Option<String>,
    /// What the customer says.
    pub lines: Vec<Line>,
}

/// Who said something.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Customer,
    House,
}

/// The customer's lines among all turns: actions and system words are left out.
fn lines(turns: impl Iterator<Item = (Side, Timestamp, String)>) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    let mut before: Option<Timestamp> = None;
    for (side, at, text) in turns {
        match side {
            Side::Customer => {
                lines.push(Line { text, after_ms: before.map_or(0, |before| at.since(before).0), answered: false })
            }
            Side::House => {
                if let Some(last) = lines.last_mut() {
                    last.answered = true;
                }
            }
        }
        before = Some(at);
    }
    lines
}

impl Script {
    fn of_record(record: Record) -> Script {
        let turns = record.turns.into_iter().filter(|turn| turn.said.kind == TurnKind::Text).filter_map(|turn| {
            let side = match turn.said.by {
                Speaker::Customer => Side::Customer,
                Speaker::Agent(_) | Speaker::Ai(_) => Side::House,
                Speaker::System => return None,
            };
            Some((side, turn.at, turn.said.text))
        });
        Script {
            opened_at: record.opened_at,
            channel: record.opening.channel,
            queue: record.opening.queue,
            intent: record.opening.intent.map(|intent| intent.to_string()),
            language: record.opening.language.map(|language| language.to_string()),
            lines: lines(turns),
        }
    }
}

/// Conversations, one after the other.
pub struct Scripts {
    source: Source,
    /// Lines of the file that could not be read.
    pub unreadable: u64,
}

enum Source {
    File { lines: Lines<BufReader<File>>, mapping: Option<Box<Mapping>> },
    Store { log: Log, conversations: VecDeque<ConversationId> },
}

impl Scripts {
    /// Those of a file.
    pub fn of_file(path: &Path, mapping: Option<Mapping>) -> Result<Scripts, ReplayError> {
        let file = File::open(path).map_err(|error| ReplayError::File { path: path.display().to_string(), error })?;
        Ok(Scripts {
            source: Source::File { lines: Lines::new(BufReader::new(file)), mapping: mapping.map(Box::new) },
            unreadable: 0,
        })
    }

    /// The imported ones of a store.
    pub async fn of_store(folder: &Path) -> Result<Scripts, ReplayError> {
        let log = Log::open(folder, Options::default())?;
        let mut conversations = VecDeque::new();
        let mut after = Position::START;
        loop {
            let facts = log.read(after, READ_MAX).await?;
            let Some(last) = facts.last() else { break };
            after = last.position;
            conversations.extend(facts.iter().filter_map(|fact| match &fact.event {
                Event::ConversationOpened(opened) if opened.origin == Origin::Imported => Some(opened.conversation),
                _ => None,
            }));
        }
        Ok(Scripts { source: Source::Store { log, conversations }, unreadable: 0 })
    }

    /// The next one in which the customer says something.
    pub async fn next(&mut self) -> Result<Option<Script>, ReplayError> {
        loop {
            let script = match &mut self.source {
                Source::File { lines, mapping } => next_of_file(lines, mapping.as_deref(), &mut self.unreadable)?,
                Source::Store { log, conversations } => match conversations.pop_front() {
                    Some(id) => Some(of_conversation(log, id).await?),
                    None => None,
                },
            };
            match script {
                Some(script) if script.lines.is_empty() => {}
                script => return Ok(script),
            }
        }
    }
}

fn next_of_file(
    lines: &mut Lines<BufReader<File>>,
    mapping: Option<&Mapping>,
    unreadable: &mut u64,
) -> Result<Option<Script>, ReplayError> {
    for line in lines {
        let line = line.map_err(|error| ReplayError::File { path: "the file".to_owned(), error })?;
        let mapped = line.value.and_then(|value| match mapping {
            Some(mapping) => mapping.apply(&value, line.number),
            None => Ok(value),
        });
        match mapped.and_then(|value| record::parse(&value, Clock::wall().now())) {
            Ok(record) => return Ok(Some(Script::of_record(record))),
            Err(_) => *unreadable += 1,
        }
    }
    Ok(None)
}

async fn of_conversation(log: &Log, id: ConversationId) -> Result<Script, ReplayError> {
    let transcript = log.read_conversation(id).await?;
    let mut script = Script {
        opened_at: Timestamp(0),
        channel: Channel::Webchat,
        queue: None,
        intent: None,
        language: None,
        lines: Vec::new(),
    };
    let mut turns = Vec::new();
    for entry in transcript.entries {
        let when = entry.recorded.when();
        match (entry.recorded.event, entry.content) {
            (Event::ConversationOpened(opened), _) => {
                script.opened_at = when;
                script.channel = opened.channel;
                script.queue = opened.queue.map(|queue| queue.to_string());
                script.intent = opened.intent.map(|intent| intent.to_string());
                script.language = opened.language.map(|language| language.to_string());
            }
            (Event::TurnAdded(turn), Some(Stored::Body(Body::Text { text }))) if turn.kind == TurnKind::Text => {
                match turn.by {
                    Participant::Customer => turns.push((Side::Customer, when, text)),
                    Participant::System => {}
                    _ => turns.push((Side::House, when, text)),
                }
            }
            _ => {}
        }
    }
    turns.sort_by_key(|(_, at, _)| *at);
    script.lines = lines(turns.into_iter());
    Ok(script)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_customer_waits_where_the_house_answered() {
        let said = |side, at, text: &str| (side, Timestamp(at), text.to_owned());
        let told = lines(
            [
                said(Side::House, 0, "hello"),
                said(Side::Customer, 5_000, "a"),
                said(Side::Customer, 7_000, "b"),
                said(Side::House, 9_000, "yes"),
                said(Side::Customer, 12_000, "c"),
            ]
            .into_iter(),
        );
        let told: Vec<(&str, u64, bool)> =
            told.iter().map(|line| (line.text.as_str(), line.after_ms, line.answered)).collect();
        assert_eq!(told, [("a", 5_000, false), ("b", 2_000, true), ("c", 3_000, false)]);
    }
}
