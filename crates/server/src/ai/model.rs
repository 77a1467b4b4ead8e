//! The model engine at work: a language model proposes, the network layer judges and does, and what came about is put into our words.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use signalbox_agents::http::Pace;
use signalbox_agents::model_engine::{
    Briefing, DoneCall, Fallback, Grounding, HandOffReason, Hands, ModelEngine, Nonce, Outcome, Passage, Said, Section,
    Trace as Made, TurnRequest, Who as Speaker,
};
use signalbox_agents::provider::{BudgetLimits, Cost, Endpoint, Price, Provider};
use signalbox_agents::reach::Ran;
use signalbox_agents::tools::ToolOutcome;
use signalbox_model::event::action::ApprovalVerdict;
use signalbox_model::event::ai_agent::{AiFigures, AiOutcome, AiTask, HandoffReason, Source, ToolRun};
use signalbox_model::limits::{AI_TURN_SOURCES_MAX, AI_TURN_TOOLS_MAX};
use signalbox_model::setup::ai_agent::{EngineChoice, ModelChoice};
use signalbox_model::setup::connector::{Access, Connector, System, TokenPrice, Tool};
use signalbox_model::time::DurationMs;
use signalbox_model::word::Slug;
use signalbox_reading::redact::{Context, Redactor};
use tokio::time::Instant;

use super::brain::{Brain, failed};
use super::guided;
use super::shelves::article_id;
use super::toolbox::{For, http_of, level};
use super::trace::{HandoffNote, SourceSeen, Step, Trace};
use super::turn::{Answered, EarlierCall, Tools, Turn, WaitingCall, Wanted, Who};
use crate::secrets::{digest, random_token};

/// Passages that are given with the question.
const PASSAGES_MAX: usize = 4;
/// Time kept back for putting the answer together.
const MARGIN: Duration = Duration::from_millis(300);

/// Works a turn out.
pub async fn answer(brain: &Brain, turn: &Turn) -> Answered {
    let EngineChoice::Model { first, second, guided_after, grounded } = &turn.snapshot.draft.engine else {
        return failed(turn, "no_model", "this version has no model");
    };
    if turn.task == AiTask::Open {
        // Who it is is said in the briefing's own words: no model is needed for that.
        return guided::answer(brain, turn, &brain.program(turn)).await;
    }
    let mut steps = Vec::new();
    let mut http = None;
    for choice in [Some(first), second.as_ref()].into_iter().flatten() {
        let Some(connector) = brain.connector(choice.connector) else { continue };
        if let Some(provider) = provider(brain, choice, &connector).await {
            steps.push(Fallback::Model(provider));
            http = http.or_else(|| http_of(&connector).ok());
        }
    }
    steps.push(if *guided_after { Fallback::Guided } else { Fallback::Person });
    let Some(http) = http else {
        let why = "no connector of its models can be used";
        return if *guided_after {
            guided::answer(brain, turn, &brain.program(turn)).await
        } else {
            failed(turn, "no_model", why)
        };
    };
    let query = turn.lines.iter().rev().find(|line| line.who == Who::Customer).map(|line| line.text.clone());
    let collections = turn.snapshot.draft.collections.clone();
    let found = match &query {
        Some(query) => brain.search(query, &collections).await.map(|(found, _)| found.passages).unwrap_or_default(),
        None => Vec::new(),
    };
    let earlier = earlier(brain, turn).await;
    let request = match request(brain, turn, *grounded, &found, earlier) {
        Ok(request) => request,
        Err(why) => return failed(turn, "bad_version", &why),
    };
    let hands = hands(brain, turn);
    let result = ModelEngine::new(http, steps).answer(request, &hands).await;
    if let Outcome::Guided { because } = &result.outcome {
        let mut answered = guided::answer(brain, turn, &brain.program(turn)).await;
        answered.trace.steps.insert(0, Step::Failed { what: "model".to_owned(), why: because.clone() });
        return answered;
    }
    put(brain, turn, &found, result.outcome, &result.trace, result.done)
}

async fn provider(brain: &Brain, choice: &ModelChoice, connector: &Connector) -> Option<Provider> {
    let price = |price: &TokenPrice| Price {
        input_micros_per_million: price.input_micros,
        output_micros_per_million: price.output_micros,
    };
    let (base, known_price) = match &connector.system {
        System::OpenAiCompatible { base_url, price } => (base_url.as_str(), price),
        System::Anthropic { base_url, price } => (base_url.as_deref().unwrap_or("https://api.anthropic.com/"), price),
        _ => return None,
    };
    let endpoint = Endpoint {
        name: connector.name.to_string(),
        base: format!("{}/", base.trim_end_matches('/')).parse().ok()?,
        model: choice.model.clone(),
        key: brain.tools.secret(connector.id).await,
        price: known_price.as_ref().map(price),
        first_byte: Duration::from_secs(10),
        idle: Duration::from_secs(10),
        total: Duration::from_secs(60),
        pace: Pace::default(),
    };
    Some(match connector.system {
        System::Anthropic { .. } => Provider::Anthropic(endpoint),
        _ => Provider::OpenAiCompatible(endpoint),
    })
}

fn section(title: &str, text: String) -> Option<Section> {
    (!text.trim().is_empty()).then(|| Section { title: title.to_owned(), text })
}

fn request(
    brain: &Brain,
    turn: &Turn,
    grounded: bool,
    found: &[SourceSeen],
    earlier: Vec<DoneCall>,
) -> Result<TurnRequest, String> {
    let draft = &turn.snapshot.draft;
    let briefing = &draft.briefing;
    let intents: Vec<String> = draft.intents.iter().map(|rule| format!("{}: {}", rule.intent, rule.boundary)).collect();
    let sections = [
        section("Who you are", format!("{}. {}", turn.name, briefing.disclosure)),
        section("Purpose", briefing.purpose.clone()),
        section("Tone", briefing.tone.clone()),
        section("Never talk about", briefing.forbidden.join("\n")),
        section("Find out", briefing.facts.join("\n")),
        section("Hand over to a person when", briefing.escalation.join("\n")),
        section("Intents and boundaries", intents.join("\n")),
        section("Procedures", draft.procedures.join("\n\n")),
        section("Supervisor’s instructions for this conversation", turn.whispers.join("\n")),
        section("Last sentence", briefing.closing.clone()),
    ];
    let mut known = Vec::new();
    for tool in &turn.snapshot.tools {
        known.push(Arc::new(brain.checked(tool).map_err(|why| format!("the tool {}: {why}", tool.handle))?));
    }
    let left = turn.until.saturating_duration_since(Instant::now()).saturating_sub(MARGIN);
    let tokens_left = draft.budgets.tokens_max.map(|max| max.saturating_sub(turn.memory.tokens));
    let money_left = draft.budgets.cost_micros_max.map(|max| max.saturating_sub(turn.memory.cost_micros));
    let answer_tokens = match &draft.engine {
        EngineChoice::Model { first, .. } => u64::from(first.answer_tokens_max),
        EngineChoice::Guided => 0,
    };
    let standard = BudgetLimits::default();
    Ok(TurnRequest {
        key: format!("{}/{}", turn.conversation, turn.number),
        nonce: Nonce::parse(&digest(&random_token())[..32]).map_err(|error| error.to_string())?,
        version: turn.hash.clone(),
        briefing: Briefing {
            sections: sections.into_iter().flatten().collect(),
            grounding: if grounded { Grounding::Required } else { Grounding::Free },
        },
        history: turn
            .lines
            .iter()
            .map(|line| Said {
                who: if line.who == Who::Customer { Speaker::Customer } else { Speaker::Agent },
                text: line.text.clone(),
            })
            .collect(),
        passages: found.iter().take(PASSAGES_MAX).map(passage).collect(),
        tools: known,
        used: brain.tools.used(&turn.customer.to_string(), &turn.today.to_string()),
        earlier,
        autonomy: level(turn.autonomy),
        limits: BudgetLimits {
            tokens: tokens_left.map_or(standard.tokens, |left| left.min(standard.tokens)),
            output_tokens: answer_tokens.max(1),
            money_micros: money_left,
            total_ms: u64::try_from(left.as_millis()).unwrap_or(u64::MAX),
            ..standard
        },
        dry_run: !matches!(turn.tools, Tools::Live),
        deltas: None,
    })
}

/// Calls that were made before a person was asked, and the one that they decided about: made now, if they agreed.
async fn earlier(brain: &Brain, turn: &Turn) -> Vec<DoneCall> {
    let call = |earlier: &EarlierCall| DoneCall {
        tool: earlier.tool.clone(),
        arguments: earlier.arguments.clone(),
        result: earlier.result.clone(),
        approved_by: None,
    };
    let mut calls: Vec<DoneCall> = turn.memory.earlier.iter().map(call).collect();
    let Some(waiting) = &turn.memory.waiting else { return calls };
    let (tool, arguments) = (waiting.tool.clone(), waiting.arguments.clone());
    let Some(ApprovalVerdict::Granted { person }) = turn.verdict else {
        let result = json!({ "status": "denied", "why": "a person did not agree" });
        calls.push(DoneCall { tool, arguments, result, approved_by: None });
        return calls;
    };
    let outcome = run(brain, turn, &waiting.tool, arguments.clone(), &waiting.key, turn.until).await;
    let result = match &outcome {
        ToolOutcome::Ok(result) => result.clone(),
        other => json!({ "status": other.word() }),
    };
    calls.push(DoneCall { tool, arguments, result, approved_by: Some(person.to_string()) });
    calls
}

fn passage(seen: &SourceSeen) -> Passage {
    Passage { id: format!("{}#{}", seen.article, seen.passage), title: seen.title.clone(), text: seen.text.clone() }
}

fn hands(brain: &Brain, turn: &Turn) -> Hands {
    let (searcher, collections) = (brain.clone(), turn.snapshot.draft.collections.clone());
    let search = Box::new(move |query: String| {
        let (brain, collections) = (searcher.clone(), collections.clone());
        let searched: futures_util::future::BoxFuture<'static, _> = Box::pin(async move {
            brain.search(&query, &collections).await.map(|(found, _)| found.passages.iter().map(passage).collect())
        });
        searched
    });
    let (runner, turn) = (brain.clone(), turn.clone());
    let run_tool = Box::new(move |run: signalbox_agents::reach::Run| {
        let (brain, turn) = (runner.clone(), turn.clone());
        let ran: futures_util::future::BoxFuture<'static, Ran> =
            Box::pin(async move { run_tool(&brain, &turn, run).await });
        ran
    });
    let redact = Box::new(|text: &str| Redactor::builtin().redact(text, &Context::default()).text);
    Hands { search: Some(search), run_tool, redact }
}

async fn run_tool(brain: &Brain, turn: &Turn, wanted: signalbox_agents::reach::Run) -> Ran {
    let handle = wanted.tool.definition().name.clone();
    let arguments = Value::Object(wanted.arguments);
    let outcome = run(brain, turn, &handle, arguments, &wanted.key, wanted.until).await;
    Ran { outcome, attempts: Vec::new() }
}

/// Makes a call that was allowed, in the way that this turn runs tools.
async fn run(brain: &Brain, turn: &Turn, handle: &str, arguments: Value, key: &str, until: Instant) -> ToolOutcome {
    let not_sent = |why: String| ToolOutcome::NotSent { why };
    let Some(tool) = turn.snapshot.tools.iter().find(|tool| tool.handle.as_str() == handle) else {
        return not_sent("no such tool".to_owned());
    };
    match &turn.tools {
        Tools::Doubles(doubles) => guided::doubled(doubles, handle, &arguments),
        Tools::Rehearsal if tool.access == Access::Write => not_sent("a trial: nothing is changed".to_owned()),
        Tools::Rehearsal | Tools::Live => match brain.checked(tool) {
            Err(why) => not_sent(why.to_string()),
            Ok(checked) => {
                let (customer, day) = (turn.customer.to_string(), turn.today.to_string());
                let wanted =
                    For { conversation: turn.conversation, customer: &customer, number: turn.number, day: &day };
                brain.tools.run(tool, checked, guided::opened(turn, &arguments), key, wanted, until).await.0
            }
        },
    }
}

fn reason(reason: HandOffReason) -> HandoffReason {
    match reason {
        HandOffReason::CustomerRequest => HandoffReason::CustomerRequest,
        HandOffReason::MissingKnowledge => HandoffReason::MissingKnowledge,
        HandOffReason::UnsupportedRequest => HandoffReason::UnsupportedRequest,
        HandOffReason::PolicyRestriction => HandoffReason::PolicyRestriction,
        HandOffReason::ToolFailure => HandoffReason::ToolFailure,
        HandOffReason::NoProgress | HandOffReason::Unclear => HandoffReason::LowConfidence,
        HandOffReason::UsageLimit => HandoffReason::UsageLimit,
        HandOffReason::ModelUnavailable => HandoffReason::NoAnswer,
    }
}

/// What came of it, in our words.
fn put(
    brain: &Brain,
    turn: &Turn,
    found: &[SourceSeen],
    outcome: Outcome,
    made: &Made,
    done: Vec<DoneCall>,
) -> Answered {
    let mut trace = Trace { version: turn.hash.clone(), memory: turn.memory.clone(), ..Trace::default() };
    trace.prompt_hash = Some(made.prompt_hash.clone());
    trace.memory.waiting = None;
    trace.memory.earlier.clear();
    steps(&mut trace, made);
    let mut figures = figures(turn, made);
    let (usage, cost) = (made.usage(), made.cost());
    trace.memory.tokens += usage.input.unwrap_or(0) + usage.output.unwrap_or(0);
    if let Cost::Micros(micros) = cost {
        trace.memory.cost_micros += micros;
    }
    let mut wanted = None;
    let (outcome, says) = match outcome {
        Outcome::Reply { text, citations } => {
            let sources = cite(brain, &citations, found, &mut figures);
            trace.steps.push(Step::Said { text: text.clone(), purpose: "answer".to_owned(), sources });
            (AiOutcome::Reply, Some(text))
        }
        Outcome::HandOff { reason: why, note } => {
            trace.note = Some(HandoffNote { lines: vec![note], ..HandoffNote::default() });
            (AiOutcome::HandOff { reason: reason(why) }, None)
        }
        Outcome::AwaitsApproval { call } => {
            trace.steps.push(Step::Approval { tool: call.tool.clone(), why: format!("{:?}", call.why).to_lowercase() });
            wanted = turn.snapshot.tools.iter().find(|tool| tool.handle.as_str() == call.tool).map(|tool| Wanted {
                tool: tool.id,
                arguments: call.arguments.clone(),
                amount: amount(tool, &call.arguments),
            });
            let keep = |done: DoneCall| EarlierCall { tool: done.tool, arguments: done.arguments, result: done.result };
            trace.memory.earlier = done.into_iter().map(keep).collect();
            trace.memory.waiting = Some(WaitingCall { tool: call.tool, arguments: call.arguments, key: call.key });
            (AiOutcome::AwaitApproval, Some("I am checking this with a colleague. One moment, please.".to_owned()))
        }
        Outcome::Guided { .. } => unreachable!("answered by the guided engine before"),
        Outcome::Failed { error } => {
            trace.steps.push(Step::Failed { what: "model".to_owned(), why: error.to_string() });
            (AiOutcome::Failed { why: Slug::parse("model_failed").expect("a word") }, None)
        }
    };
    Answered { outcome, says, figures, trace, wanted }
}

fn amount(tool: &Tool, arguments: &Value) -> Option<u64> {
    tool.amount_cap.as_ref().and_then(|cap| arguments[cap.argument.as_str()].as_u64())
}

fn cite(brain: &Brain, citations: &[String], found: &[SourceSeen], figures: &mut AiFigures) -> Vec<SourceSeen> {
    let mut sources = Vec::new();
    for id in citations.iter().take(AI_TURN_SOURCES_MAX) {
        let Some((article, number)) = id.rsplit_once('#') else { continue };
        let (Some(known), Ok(number)) = (article_id(article), number.parse::<u32>()) else { continue };
        figures.sources.push(Source { article: known, revision: brain.article_revision(known), passage: number });
        sources.extend(found.iter().find(|seen| seen.article == article && seen.passage == number).cloned());
    }
    sources
}

fn steps(trace: &mut Trace, made: &Made) {
    for attempt in &made.attempts {
        trace.steps.push(Step::Failed { what: attempt.whom.clone(), why: attempt.why.clone() });
    }
    for path in &made.path {
        if let Some(why) = &path.left_because {
            trace.steps.push(Step::Failed { what: path.step.clone(), why: why.clone() });
        }
    }
    for call in &made.models {
        trace.steps.push(Step::Model {
            model: call.model.clone(),
            provider: call.name.clone(),
            first_token_ms: call.first_token_ms,
            total_ms: call.total_ms,
            input_tokens: call.usage.input,
            output_tokens: call.usage.output,
            cost_micros: match call.cost {
                Cost::Micros(micros) => Some(micros),
                Cost::CannotSay(_) => None,
            },
        });
    }
    for tool in &made.tools {
        trace.steps.push(Step::Tool {
            tool: tool.tool.clone().unwrap_or_else(|| "a tool that it does not have".to_owned()),
            arguments: tool.arguments.clone(),
            status: tool.status.clone(),
            result: Value::Null,
            took_ms: tool.took_ms.unwrap_or(0),
            key: tool.key.clone(),
        });
    }
    trace.steps.extend(made.corrections.iter().map(|text| Step::Noted { text: text.clone() }));
}

fn figures(turn: &Turn, made: &Made) -> AiFigures {
    let usage = made.usage();
    let run = |seen: &signalbox_agents::model_engine::ToolTrace| {
        let handle = seen.tool.as_deref()?;
        let tool = turn.snapshot.tools.iter().find(|tool| tool.handle.as_str() == handle)?;
        Some(ToolRun {
            tool: tool.id,
            access: tool.access,
            status: Slug::parse(&seen.status.replace(' ', "_"))
                .unwrap_or_else(|_| Slug::parse("other").expect("a word")),
            took_ms: DurationMs(seen.took_ms.unwrap_or(0)),
            approved_by: seen.approved_by.as_deref().and_then(|person| person.parse().ok()),
        })
    };
    AiFigures {
        answered_by: made.models.last().map_or_else(|| "nobody".to_owned(), |call| call.model.clone()),
        prompt_hash: Some(made.prompt_hash.clone()),
        first_token_ms: made.first_token_ms.map(DurationMs),
        total_ms: DurationMs(made.total_ms),
        input_tokens: usage.input,
        output_tokens: usage.output,
        cost_micros: match made.cost() {
            Cost::Micros(micros) => Some(micros),
            Cost::CannotSay(_) => None,
        },
        sources: Vec::new(),
        tools: made.tools.iter().filter_map(run).take(AI_TURN_TOOLS_MAX).collect(),
        confidence_milli: None,
    }
}
