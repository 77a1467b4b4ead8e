//! What a version says, put into the form that its engine runs; and what keeps a draft from becoming a candidate.

use std::collections::BTreeMap;

use serde::Serialize;
use signalbox_engine::directory::Directory;
use signalbox_guided::program::{AllowedIntent, Escalation};
use signalbox_guided::{
    Autonomy as Level, BriefingView, Known, Limits, Procedure, Program, Reason, SlotKind, ToolArgument, ToolSignature,
};
use signalbox_model::setup::ai_agent::{Autonomy, Briefing, Draft};
use signalbox_model::setup::connector::{Access, ArgumentKind, Tool};
use utoipa::ToSchema;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Weight {
    /// It cannot become a candidate.
    Blocks,
    /// It can, and somebody should look.
    Warns,
}

/// Something about a draft that somebody should mend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Finding {
    /// Where, as in `procedures[0]`.
    pub field: String,
    /// The line in it, from 1, if it has lines.
    pub line: Option<u32>,
    /// How bad.
    pub weight: Weight,
    /// What is wrong.
    pub problem: String,
    /// What to do.
    pub suggestion: String,
}

fn level(autonomy: Autonomy) -> Level {
    match autonomy {
        Autonomy::Observe => Level::Observe,
        Autonomy::Suggest => Level::Suggest,
        Autonomy::Draft => Level::Draft,
        Autonomy::ActWithApproval => Level::Approval,
        Autonomy::Act => Level::Act,
        Autonomy::Outbound => Level::Outbound,
    }
}

/// A line of the briefing such as `complaint: worst service; disgrace`, or words alone, for which a rule is the reason.
fn escalation(line: &str) -> Vec<Escalation> {
    let (reason, phrases) = match line.split_once(':') {
        Some((name, rest)) => match Reason::named(name.trim()) {
            Some(reason) => (reason, rest),
            None => (Reason::PolicyRestriction, line),
        },
        None => (Reason::PolicyRestriction, line),
    };
    let phrases = phrases.split(';').map(str::trim).filter(|phrase| !phrase.is_empty());
    phrases.map(|phrase| Escalation { phrase: phrase.to_owned(), reason, queue: None }).collect()
}

fn view(briefing: &Briefing, draft: &Draft) -> BriefingView {
    BriefingView {
        disclosure: briefing.disclosure.clone(),
        greeting: String::new(),
        closing: briefing.closing.clone(),
        forbidden: briefing.forbidden.clone(),
        escalate: briefing.escalation.iter().flat_map(|line| escalation(line)).collect(),
        intents: draft
            .intents
            .iter()
            .map(|rule| AllowedIntent { intent: rule.intent.to_string(), level: level(rule.autonomy) })
            .collect(),
        level: level(draft.autonomy),
    }
}

/// What procedures may name.
pub fn known<'a>(tools: impl IntoIterator<Item = &'a Tool>) -> Known {
    let kind = |argument: &ArgumentKind| match argument {
        ArgumentKind::Text | ArgumentKind::Json => SlotKind::Text,
        ArgumentKind::Number => SlotKind::Number { min: None, max: None },
        ArgumentKind::Money => SlotKind::Money,
        ArgumentKind::Date => SlotKind::Date,
        ArgumentKind::YesNo => SlotKind::YesNo,
        ArgumentKind::Choice { of } => SlotKind::Choice { options: of.clone() },
    };
    let tools = tools.into_iter().map(|tool| ToolSignature {
        name: tool.handle.to_string(),
        arguments: tool
            .arguments
            .iter()
            .map(|argument| ToolArgument {
                name: argument.name.to_string(),
                kind: kind(&argument.value),
                required: argument.required,
            })
            .collect(),
        results: tool.results.iter().map(ToString::to_string).collect(),
        writes: tool.access == Access::Write,
    });
    Known { tools: tools.collect(), queues: Vec::new(), slots: Vec::new() }
}

/// The guided program of a draft with its tools. Procedures that do not read are left out: a candidate has none.
pub fn guided(draft: &Draft, tools: &[Tool]) -> Program {
    let known = known(tools);
    let procedures = draft.procedures.iter().filter_map(|text| Procedure::parse(text, &known).ok()).collect();
    let limits = Limits { turns_max: draft.budgets.turns_max, ..Limits::default() };
    Program::new(view(&draft.briefing, draft), procedures, limits)
}

/// What somebody should mend before a draft becomes a candidate, the worst first.
pub fn lint(draft: &Draft, directory: &Directory) -> Vec<Finding> {
    let mut findings = lint_briefing(&draft.briefing);
    let tools: Vec<&Tool> = draft.tools.iter().filter_map(|id| directory.tools.get(id)).map(|tool| &**tool).collect();
    findings.extend(lint_tools(&tools));
    let known = known(tools.iter().copied());
    for (index, text) in draft.procedures.iter().enumerate() {
        let Err(problems) = Procedure::parse(text, &known) else { continue };
        findings.extend(problems.into_iter().map(|problem| Finding {
            field: format!("procedures[{index}]"),
            line: Some(problem.line),
            weight: Weight::Blocks,
            problem: problem.problem.clone(),
            suggestion: problem.suggestion.clone(),
        }));
    }
    findings.extend(contradictions(draft));
    if draft.procedures.is_empty() && draft.collections.is_empty() {
        let problem = "It has neither procedures nor knowledge: it can only hand over.";
        findings.push(finding("collections", Weight::Warns, problem, "Choose a collection, or write a procedure."));
    }
    findings.sort_by_key(|finding| finding.weight == Weight::Warns);
    findings
}

fn finding(field: &str, weight: Weight, problem: &str, suggestion: &str) -> Finding {
    let (problem, suggestion) = (problem.to_owned(), suggestion.to_owned());
    Finding { field: field.to_owned(), line: None, weight, problem, suggestion }
}

fn lint_briefing(briefing: &Briefing) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut must = |missing: bool, field: &str, problem: &str, suggestion: &str| {
        if missing {
            findings.push(finding(field, Weight::Blocks, problem, suggestion));
        }
    };
    must(
        briefing.disclosure.trim().is_empty(),
        "briefing.disclosure",
        "It does not say that it is an AI.",
        "Write the sentence with which it introduces itself, as in “I am the AI assistant of …”.",
    );
    must(
        briefing.escalation.iter().all(|line| line.trim().is_empty()),
        "briefing.escalation",
        "It does not say when a person must have the conversation.",
        "Write at least one line, as in “complaint: I am very unhappy; worst service”.",
    );
    must(
        briefing.purpose.trim().is_empty(),
        "briefing.purpose",
        "It does not say what it is for.",
        "Write one sentence.",
    );
    must(
        briefing.closing.trim().is_empty(),
        "briefing.closing",
        "It has no last sentence.",
        "Write how it says goodbye.",
    );
    findings
}

fn lint_tools(tools: &[&Tool]) -> Vec<Finding> {
    let unlimited = tools.iter().filter(|tool| {
        let moves_money = tool.arguments.iter().any(|argument| argument.value == ArgumentKind::Money);
        tool.access == Access::Write
            && tool.daily_per_customer_max.is_none()
            && !(moves_money && tool.amount_cap.is_some())
    });
    let no_limit = unlimited.map(|tool| {
        let problem = format!("The tool {} changes things and has no limit.", tool.handle);
        finding("tools", Weight::Blocks, &problem, "Give it a cap for a customer and day, or for the amount.")
    });
    no_limit.collect()
}

/// Two rules about one thing.
fn contradictions(draft: &Draft) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen: BTreeMap<&str, Autonomy> = BTreeMap::new();
    for rule in &draft.intents {
        if seen.insert(rule.intent.as_str(), rule.autonomy).is_some_and(|before| before != rule.autonomy) {
            let problem = format!("The intent “{}” has two levels.", rule.intent);
            findings.push(finding("intents", Weight::Blocks, &problem, "Keep one of them."));
        }
        let forbidden =
            draft.briefing.forbidden.iter().any(|topic| topic.trim().eq_ignore_ascii_case(rule.intent.as_str()));
        if forbidden && rule.autonomy.owns() {
            let problem = format!("The intent “{}” is allowed and its topic is forbidden.", rule.intent);
            findings.push(finding("intents", Weight::Blocks, &problem, "Take it out of one of the lists."));
        }
    }
    findings
}
