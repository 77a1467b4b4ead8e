//! What a person needs who takes a conversation over from an AI agent: three lines first, then all the rest.

use std::collections::HashMap;

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use serde_json::Value;
use signalbox_engine::directory::Directory;
use signalbox_eventlog::{Entry, EventLog as _, Stored};
use signalbox_model::contact::Participant;
use signalbox_model::content::Body as Words;
use signalbox_model::event::Event;
use signalbox_model::event::ai_agent::{HandoffBriefed, HandoffReason, HandoffRequested, ToolRun};
use signalbox_model::event::customer::IdentityKind;
use signalbox_model::id::ContentId;
use signalbox_model::setup::connector::Access;
use signalbox_model::time::Timestamp;
use signalbox_views as views;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ai::trace::{HandoffNote, Learned, SourceSeen, Step, Trace};
use crate::api::access;
use crate::api::answer::{Answer, refusal, tell, wish};
use crate::api::error::{ApiError, Problem};
use crate::api::extract::Signed;
use crate::api::reads::look;
use crate::state::AppState;
use crate::wire::ai::{agent_ref, tool_words};
use crate::wire::{Mood, Ref, mood};
use crate::words;

/// Characters of the customer's words that a line quotes.
const QUOTE_CHARS: usize = 160;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read)).routes(routes!(briefed))
}

/// A way to know the customer.
#[derive(Debug, Serialize, ToSchema)]
pub struct KnownIdentity {
    /// What kind.
    pub kind: IdentityKind,
    /// The value; none when it was erased.
    pub value: Option<String>,
    /// Whether they proved it: do not ask again.
    pub verified: bool,
    /// How it is known, in words.
    pub how: String,
}

/// Something that was tried.
#[derive(Debug, Serialize, ToSchema)]
pub struct Tried {
    /// What.
    pub what: String,
    /// What came of it.
    pub result: String,
}

/// A tool that was run.
#[derive(Debug, Serialize, ToSchema)]
pub struct ToolTried {
    /// Its handle.
    pub tool: String,
    /// What it does.
    pub does: String,
    /// Whether it changes anything.
    pub access: Option<Access>,
    /// How it went.
    pub status: String,
    /// With which arguments; hidden values stay tokens.
    #[schema(value_type = Object)]
    pub arguments: Value,
    /// What was given back; hidden values stay tokens.
    #[schema(value_type = Object)]
    pub result: Value,
    /// Who approved it, if somebody had to.
    pub approved_by: Option<Ref>,
}

/// What to do next, and where that is written.
#[derive(Debug, Serialize, ToSchema)]
pub struct NextStep {
    /// The passage.
    pub text: String,
    /// The article's id.
    pub article: String,
    /// The article's title.
    pub title: String,
    /// Which passage of it, counted from 0.
    pub passage: u32,
    /// How sure the search was, from 0 to 1.
    pub confidence: Option<f64>,
}

/// What a person needs who takes over.
#[derive(Debug, Serialize, ToSchema)]
pub struct HandoffPacket {
    /// Three short lines: what is wanted, what is known, why it stops here.
    pub lines: Vec<String>,
    /// Why a person is needed.
    pub reason: HandoffReason,
    /// The reason in words.
    pub reason_words: String,
    /// Since when a person is needed.
    pub requested_at: Timestamp,
    /// Whether it is over: a person has answered, or it ended otherwise.
    pub is_over: bool,
    /// Whether the person who took it has opened this.
    pub briefed: bool,
    /// Which AI agent had it.
    pub agent: Ref,
    /// Which version of it.
    pub version: u32,
    /// Who the customer is, and how that is known.
    pub identities: Vec<KnownIdentity>,
    /// What was learned, with how each was verified: `stated`, `confirmed`, `matched by …`.
    pub facts: Vec<Learned>,
    /// What it is about, if known.
    pub intent: Option<String>,
    /// In which language, if known.
    pub language: Option<String>,
    /// What was tried and what came of it.
    pub tried: Vec<Tried>,
    /// Tools that were run.
    pub tools: Vec<ToolTried>,
    /// What the customer was promised or waits for.
    pub promises: Vec<String>,
    /// How the customer feels.
    pub mood: Mood,
    /// What to do next; none: knowledge says nothing about it.
    pub next: Option<NextStep>,
}

/// What the person needs who takes over from an AI agent
#[utoipa::path(get, path = "/api/conversations/{id}/handoff", tag = "conversations", operation_id = "read_handoff", security(("session" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = HandoffPacket), (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn read(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Json<HandoffPacket>, ApiError> {
    let known = access::find(&state, &signed, &id).await?;
    let entries = state.log.read_conversation(known.id).await?.entries;
    let customer = known.customer;
    let card = look(&state, move |views| views.customer(customer)).await?;
    let identities = card.map(|card| card.identities).unwrap_or_default();
    let live = known.live.as_ref().map(|live| live.ai.sentiments.as_slice());
    let directory = state.directory();
    packet(&entries, identities, live, &directory).map(Json).ok_or_else(|| ApiError::not_found("handoff"))
}

/// Say that you have read what went before
#[utoipa::path(post, path = "/api/conversations/{id}/handoff/briefed", tag = "conversations", operation_id = "handoff_briefed", security(("session" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`: you do not have it")))]
async fn briefed(State(state): State<AppState>, signed: Signed, Path(id): Path<String>) -> Result<Answer, ApiError> {
    use signalbox_model::event::supervision::RefusedBecause;
    let known = access::find(&state, &signed, &id).await?;
    access::require_live(&state, &known)?;
    let (owner, open) = match &known.live {
        Some(live) => (live.owner.person(), live.ai.handoff.is_some_and(|handoff| !handoff.briefed)),
        None => (None, false),
    };
    if owner != Some(signed.person) {
        return Err(refusal(&state, &RefusedBecause::NotOwner { owner }));
    }
    if !open {
        return Ok(Answer::done(state.standing.position()));
    }
    let event = Event::HandoffBriefed(HandoffBriefed { conversation: known.id, person: signed.person });
    let new = wish(event).into_iter().next().expect("one fact");
    tell(&state, signed.actor(), signed.command, new).await
}

/// What the facts up to the last handoff say.
struct Gathered<'a> {
    words: HashMap<ContentId, &'a Stored>,
    traces: Vec<Trace>,
    runs: Vec<ToolRun>,
    sentiments: Vec<i8>,
    intent: Option<String>,
    language: Option<String>,
    last_words: Option<String>,
    waiting: Option<String>,
}

/// The packet of the last handoff; none: it was never handed over.
fn packet(
    entries: &[Entry],
    identities: Vec<views::Identity>,
    live: Option<&[i8]>,
    directory: &Directory,
) -> Option<HandoffPacket> {
    let (place, requested) =
        entries.iter().enumerate().rev().find_map(|(place, entry)| match &entry.recorded.event {
            Event::HandoffRequested(requested) => Some((place, requested)),
            _ => None,
        })?;
    let after = entries.get(place..).unwrap_or_default();
    let has = |of: fn(&Event) -> bool| after.iter().any(|entry| of(&entry.recorded.event));
    let gathered = Gathered::read(entries.get(..place).unwrap_or_default(), requested, directory);
    let note = gathered.traces.last().and_then(|trace| trace.note.clone()).unwrap_or_default();
    let tools = tools(&gathered, directory);
    let mut promises = promises(&tools);
    promises.extend(gathered.waiting.clone());
    let identities: Vec<KnownIdentity> = identities.into_iter().map(identity).collect();
    let facts = facts(&note, &gathered.traces);
    let reason_words = words::ai::handoff_reason(requested.reason).to_owned();
    let lines = match note.lines.len() {
        3 => note.lines.clone(),
        _ => lines(&gathered, &identities, &facts, &reason_words),
    };
    Some(HandoffPacket {
        lines,
        reason: requested.reason,
        reason_words,
        requested_at: entries.get(place)?.recorded.at,
        is_over: has(|event| matches!(event, Event::HandoffEnded(_))),
        briefed: has(|event| matches!(event, Event::HandoffBriefed(_))),
        agent: agent_ref(directory, requested.agent),
        version: requested.version,
        identities,
        facts,
        intent: gathered.intent.clone(),
        language: gathered.language.clone(),
        tried: note.tried.iter().map(|(what, result)| Tried { what: what.clone(), result: result.clone() }).collect(),
        tools,
        promises,
        mood: mood(live.unwrap_or(&gathered.sentiments)),
        next: next(&gathered.traces),
    })
}

impl<'a> Gathered<'a> {
    fn read(entries: &'a [Entry], requested: &HandoffRequested, directory: &Directory) -> Gathered<'a> {
        let words = entries
            .iter()
            .filter_map(|entry| Some((entry.recorded.event.content()?, entry.content.as_ref()?)))
            .collect();
        let mut gathered = Gathered {
            words,
            traces: Vec::new(),
            runs: Vec::new(),
            sentiments: Vec::new(),
            intent: None,
            language: None,
            last_words: None,
            waiting: None,
        };
        let mut ours: Vec<u32> = Vec::new();
        for entry in entries {
            match &entry.recorded.event {
                Event::ConversationOpened(opened) => {
                    gathered.intent = opened.intent.as_ref().map(ToString::to_string);
                    gathered.language = opened.language.as_ref().map(ToString::to_string);
                }
                Event::AiTurnRequested(asked) if asked.agent == requested.agent && asked.task.speaks() => {
                    ours.push(asked.number);
                }
                Event::AiTurnTraced(traced) if ours.contains(&traced.number) => {
                    let trace = gathered.text(traced.content).and_then(Trace::from_json);
                    gathered.traces.extend(trace);
                }
                Event::AiTurnCompleted(completed) if ours.contains(&completed.number) => {
                    gathered.runs.extend(completed.figures.tools.iter().cloned());
                }
                Event::TurnAdded(turn) if turn.by == Participant::Customer => {
                    gathered.last_words = gathered.text(turn.content).map(str::to_owned).or(gathered.last_words);
                }
                Event::TurnRead(read) => gathered.labelled(read),
                Event::ApprovalAsked(asked) => {
                    let (tool, _) = tool_words(directory, asked.tool);
                    gathered.waiting = Some(format!("{tool} was asked for and waits for an approval"));
                }
                // Void is what the handoff itself makes of an approval: what was asked for was not done.
                Event::ApprovalDecided(decided) => gathered.waiting = undone(decided.verdict, gathered.waiting.take()),
                _ => {}
            }
        }
        gathered
    }

    fn labelled(&mut self, read: &signalbox_model::event::reading::TurnRead) {
        self.intent = read.intent.as_ref().map(ToString::to_string).or(self.intent.take());
        self.language = read.language.as_ref().map(ToString::to_string).or(self.language.take());
        self.sentiments.extend(read.sentiment);
    }

    fn text(&self, content: ContentId) -> Option<&'a str> {
        match self.words.get(&content) {
            Some(Stored::Body(Words::Text { text })) => Some(text),
            _ => None,
        }
    }
}

fn undone(verdict: signalbox_model::event::action::ApprovalVerdict, waiting: Option<String>) -> Option<String> {
    use signalbox_model::event::action::ApprovalVerdict;
    match verdict {
        ApprovalVerdict::Void => waiting.map(|text| text.replace("and waits for an approval", "and was not done")),
        ApprovalVerdict::Granted { .. } | ApprovalVerdict::Denied { .. } | ApprovalVerdict::Expired => None,
    }
}

fn identity(known: views::Identity) -> KnownIdentity {
    let how = match known.verified {
        true => "verified: proved by the customer or by the page they came from",
        false => "stated, not verified",
    };
    KnownIdentity { kind: known.kind, value: known.value, verified: known.verified, how: how.to_owned() }
}

/// What the note says was learned, else what the last trace that has a note says.
fn facts(note: &HandoffNote, traces: &[Trace]) -> Vec<Learned> {
    if !note.facts.is_empty() {
        return note.facts.clone();
    }
    let earlier = traces.iter().rev().find_map(|trace| trace.note.as_ref().filter(|note| !note.facts.is_empty()));
    earlier.map(|note| note.facts.clone()).unwrap_or_default()
}

fn tools(gathered: &Gathered<'_>, directory: &Directory) -> Vec<ToolTried> {
    // The figures and the steps are of the same calls in the same order; the figures know who approved.
    let mut runs = gathered.runs.iter();
    let steps = gathered.traces.iter().flat_map(|trace| &trace.steps);
    let tried = steps.filter_map(|step| match step {
        Step::Tool { tool, arguments, status, result, .. } => {
            let known = directory.tools.values().find(|known| known.handle.as_str() == tool);
            let run = runs.next();
            Some(ToolTried {
                tool: tool.clone(),
                does: known.map_or_else(String::new, |known| known.description.clone()),
                access: known.map(|known| known.access),
                status: status.clone(),
                arguments: arguments.clone(),
                result: result.clone(),
                approved_by: run.and_then(|run| run.approved_by).map(|person| Ref::person(directory, person)),
            })
        }
        _ => None,
    });
    tried.collect()
}

/// What was changed for the customer, and what may have been.
fn promises(tools: &[ToolTried]) -> Vec<String> {
    let writes = tools.iter().filter(|tool| tool.access == Some(Access::Write));
    let said = writes.filter_map(|tool| match tool.status.as_str() {
        "ok" => Some(format!("{} was done", tool.tool)),
        "timed_out" | "failed" => Some(format!("{} did not answer: check whether it was done", tool.tool)),
        _ => None,
    });
    said.collect()
}

fn next(traces: &[Trace]) -> Option<NextStep> {
    let (best, sure): (&SourceSeen, Option<f64>) =
        traces.iter().rev().flat_map(|trace| trace.steps.iter().rev()).find_map(|step| match step {
            Step::Searched { found, confidence, .. } => Some((found.first()?, *confidence)),
            _ => None,
        })?;
    Some(NextStep {
        text: best.text.clone(),
        article: best.article.clone(),
        title: best.title.clone(),
        passage: best.passage,
        confidence: best.confidence.or(sure),
    })
}

/// Where the agent left no note: it failed, was stopped, or the customer asked for a person.
fn lines(gathered: &Gathered<'_>, identities: &[KnownIdentity], facts: &[Learned], reason: &str) -> Vec<String> {
    let wanted = match (&gathered.last_words, &gathered.intent) {
        (Some(text), _) if text.chars().count() > QUOTE_CHARS => {
            format!("Wants: “{}…”", text.chars().take(QUOTE_CHARS).collect::<String>())
        }
        (Some(text), _) => format!("Wants: “{text}”"),
        (None, Some(intent)) => format!("Wants: {}", intent.replace(['_', '-'], " ")),
        (None, None) => "Wants: the customer has not said it yet.".to_owned(),
    };
    let mut known: Vec<String> = facts.iter().map(|fact| format!("{} {}", fact.label, fact.value)).collect();
    let verified = identities.iter().filter(|identity| identity.verified).count();
    if verified > 0 {
        known.push(words::names::count(verified as u64, "verified identity", "verified identities"));
    }
    let known = match known.is_empty() {
        true => "Known: nothing was learned.".to_owned(),
        false => format!("Known: {}.", words::names::list(&known)),
    };
    vec![wanted, known, format!("Stops here: {reason}.")]
}
