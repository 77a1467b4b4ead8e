//! Everything that an AI agent may know for one turn, out of the conversation's facts.

use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

use signalbox_eventlog::{Entry, EventLog, ReadError, Stored};
use signalbox_guided::Day;
use signalbox_model::contact::Participant;
use signalbox_model::event::Event;
use signalbox_model::event::action::ApprovalVerdict;
use signalbox_model::event::ai_agent::AiTurnRequested;
use signalbox_model::id::{AiAgentId, ContentId, CustomerId};
use signalbox_model::time::Timestamp;
use signalbox_model::word::Slug;
use tokio::time::Instant;

use super::text_of;
use crate::ai::trace::Trace;
use crate::ai::turn::{Line, Memory, Tools, Turn, Who};
use crate::state::AppState;

/// Lines that an AI agent is given, newest last.
const LINES_MAX: usize = 200;
/// Time kept back from the engine's deadline for writing the result down.
const MARGIN: Duration = Duration::from_millis(500);

/// The turn that is asked for; none: its version or conversation is not known.
///
/// # Errors
/// When the conversation cannot be read.
pub async fn turn(state: &AppState, request: &AiTurnRequested) -> Result<Option<Turn>, ReadError> {
    let entries = state.log.read_conversation(request.conversation).await?.entries;
    let (name, hash, snapshot) = {
        let directory = state.directory();
        let registry = &directory.registry;
        let Some(version) = registry.version(request.agent, request.version) else { return Ok(None) };
        let name = registry.agents.get(&request.agent).map_or_else(String::new, |agent| agent.name.to_string());
        (name, version.hash.clone(), version.snapshot.clone())
    };
    let Some(customer) = customer(&entries) else { return Ok(None) };
    let told = Told::read(&entries, request.agent, request.task.speaks(), request.number);
    let now = state.clock.now();
    let left = Duration::from_millis(request.deadline.since(now).0).saturating_sub(MARGIN);
    Ok(Some(Turn {
        conversation: request.conversation,
        customer,
        name,
        hash,
        snapshot,
        number: request.number,
        task: request.task,
        autonomy: request.autonomy,
        fresh: told.fresh,
        lines: told.lines,
        memory: told.memory,
        whispers: told.whispers,
        verdict: told.verdict,
        sealed: told.sealed,
        today: today(now),
        until: Instant::now() + left,
        tools: Tools::Live,
    }))
}

/// The day of an instant, in UTC.
pub fn today(now: Timestamp) -> Day {
    let date = jiff::Timestamp::from_millisecond(now.millis())
        .map(|instant| instant.to_zoned(jiff::tz::TimeZone::UTC).date())
        .unwrap_or(jiff::civil::Date::constant(2000, 1, 1));
    let day = |date: jiff::civil::Date| {
        Day::new(i32::from(date.year()), u8::try_from(date.month()).ok()?, u8::try_from(date.day()).ok()?)
    };
    day(date).expect("a calendar's day is a day")
}

fn customer(entries: &[Entry]) -> Option<CustomerId> {
    entries.iter().find_map(|entry| match &entry.recorded.event {
        Event::ConversationOpened(opened) => Some(opened.customer),
        _ => None,
    })
}

/// What the facts tell an AI agent.
#[derive(Default)]
pub struct Told {
    /// What was said.
    pub lines: Vec<Line>,
    /// Where the lines begin that are not answered yet.
    pub fresh: usize,
    /// What it remembers.
    pub memory: Memory,
    /// What supervisors told it since.
    pub whispers: Vec<String>,
    /// What was decided about the call that waits.
    pub verdict: Option<ApprovalVerdict>,
    /// Hidden values by their token.
    pub sealed: BTreeMap<String, String>,
}

impl Told {
    /// Reads the facts before turn `number` of `agent`.
    pub fn read(entries: &[Entry], agent: AiAgentId, speaks: bool, number: u32) -> Told {
        let words: HashMap<ContentId, &Stored> = entries
            .iter()
            .filter_map(|entry| Some((entry.recorded.event.content()?, entry.content.as_ref()?)))
            .collect();
        let say = |content: &ContentId| text_of(words.get(content).copied()).map(str::to_owned);
        let intents = intents(entries);
        let mut told = Told::default();
        let mut ours: Vec<u32> = Vec::new();
        for entry in entries {
            match &entry.recorded.event {
                Event::TurnAdded(turn) => {
                    let Some(text) = say(&turn.content) else { continue };
                    let who = if turn.by == Participant::Customer { Who::Customer } else { Who::Person };
                    told.lines.push(Line { who, text, intent: intents.get(&turn.content).cloned() });
                }
                Event::ReplySent(reply) => {
                    let Some(text) = say(&reply.content) else { continue };
                    let who = if matches!(reply.by, Participant::AiAgent { .. }) { Who::Ai } else { Who::Person };
                    told.lines.push(Line { who, text, intent: None });
                }
                // What is asked for from here on is about what comes from here on.
                Event::AiTurnRequested(asked) if asked.agent == agent && asked.task.speaks() == speaks => {
                    ours.push(asked.number);
                    if asked.number == number {
                        break;
                    }
                    told.fresh = told.lines.len();
                }
                Event::AiAssigned(assigned) if assigned.from.is_some() => told.fresh = told.lines.len(),
                Event::AiTurnTraced(traced) if ours.contains(&traced.number) => {
                    let trace = say(&traced.content).and_then(|text| Trace::from_json(&text));
                    told.memory = trace.map(|trace| trace.memory).unwrap_or_default();
                    told.whispers.clear();
                    told.verdict = None;
                }
                Event::AiWhispered(whisper) if whisper.agent == agent => told.whispers.extend(say(&whisper.content)),
                Event::ApprovalDecided(decided) => told.verdict = Some(decided.verdict),
                Event::PersonalDataHidden(hidden) => {
                    let values =
                        hidden.original.as_ref().and_then(say).and_then(|text| serde_json::from_str(&text).ok());
                    let values: BTreeMap<String, String> = values.unwrap_or_default();
                    told.sealed.extend(values);
                }
                _ => {}
            }
        }
        told.shorten();
        told
    }

    fn shorten(&mut self) {
        let over = self.lines.len().saturating_sub(LINES_MAX);
        self.lines.drain(..over);
        self.fresh = self.fresh.saturating_sub(over);
    }
}

/// What each turn was found to be about.
fn intents(entries: &[Entry]) -> HashMap<ContentId, (Slug, f32)> {
    let read = |entry: &Entry| match &entry.recorded.event {
        Event::TurnRead(read) => Some((read.turn, (read.intent.clone()?, f32::from(read.intent_milli?) / 1_000.0))),
        _ => None,
    };
    entries.iter().filter_map(read).collect()
}
