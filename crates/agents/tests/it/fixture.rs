//! Agents, tools and requests for tests.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use signalbox_agents::double::Double;
use signalbox_agents::http::Pace;
use signalbox_agents::model_engine::{
    Briefing, Fallback, Grounding, Hands, ModelEngine, Nonce, Outcome, Passage, Said, Section, TurnRequest, TurnResult,
    Who,
};
use signalbox_agents::provider::{BudgetLimits, Endpoint, Price, Provider};
use signalbox_agents::reach::Reach;
use signalbox_agents::secret::{Secret, Secrets};
use signalbox_agents::tools::{
    Access, AmountCap, Approval, Autonomy, BodyTemplate, DailyCap, DryRun, Idempotency, Kept, Kind, Tool,
    ToolDefinition,
};
use url::Url;

pub const NONCE: &str = "q7w8e9r0t1y2u3i4";
/// Patience of the models in tests: long for a machine, short for a person.
pub const PATIENCE: Duration = Duration::from_millis(300);

pub fn pace() -> Pace {
    Pace { attempts_max: 3, base: Duration::from_millis(2), most: Duration::from_millis(5) }
}

pub fn endpoint(double: &Double, lane: &str) -> Endpoint {
    Endpoint {
        name: lane.to_owned(),
        base: Url::parse(&double.url(&format!("models/{lane}"))).unwrap(),
        model: "double-1".to_owned(),
        key: Some(Secret::new("sk-test")),
        price: Some(Price { input_micros_per_million: 1_000_000, output_micros_per_million: 2_000_000 }),
        first_byte: PATIENCE,
        idle: PATIENCE,
        total: 4 * PATIENCE,
        pace: pace(),
    }
}

/// Both wire formats for one lane.
pub fn wires(double: &Double, lane: &str) -> [Provider; 2] {
    [Provider::OpenAiCompatible(endpoint(double, lane)), Provider::Anthropic(endpoint(double, lane))]
}

pub fn open_ai(double: &Double, lane: &str) -> Provider {
    Provider::OpenAiCompatible(endpoint(double, lane))
}

/// The first model, a second one, then a person.
pub fn engine(double: &Double) -> ModelEngine {
    let steps = vec![
        Fallback::Model(open_ai(double, "first")),
        Fallback::Model(Provider::Anthropic(endpoint(double, "second"))),
        Fallback::Person,
    ];
    ModelEngine::new(double.http(), steps)
}

pub fn hands(double: &Double) -> Hands {
    let secrets = Secrets::default().with("shop", Secret::new("s3cret"));
    let reach = Reach::new(double.http(), secrets, Vec::new(), pace());
    Hands::live(reach, None, Box::new(|text| format!("text({})", text.chars().count())))
}

pub fn refund_definition(double: &Double) -> ToolDefinition {
    let properties = json!({ "order": { "type": "string" }, "amount": { "type": "number" } });
    ToolDefinition {
        name: "refund".into(),
        description: "Pays money back for an order.".into(),
        target: Kind::Http {
            method: "POST".into(),
            url: double.url("tools/refund"),
            headers: vec![("authorization".into(), "Bearer {secret:shop}".into())],
            body: BodyTemplate::Arguments,
        },
        access: Access::Write,
        schema: json!({
            "type": "object", "required": ["order", "amount"], "additionalProperties": false, "properties": properties
        }),
        kept: Kept::All,
        amount_cap: Some(AmountCap { argument: "amount".into(), max: 100.0 }),
        daily_cap_per_customer: Some(DailyCap::Sum { argument: "amount".into(), max: 150.0 }),
        approval: Approval::AboveAmount { argument: "amount".into(), amount: 50.0 },
        idempotency: Idempotency::Header("Idempotency-Key".into()),
        dry_run: DryRun::Unsupported,
        timeout_ms: 200,
    }
}

pub fn order_definition(double: &Double) -> ToolDefinition {
    ToolDefinition {
        name: "find_order".into(),
        description: "Looks an order up.".into(),
        target: Kind::Http {
            method: "GET".into(),
            url: format!("{}?id={{order}}", double.url("tools/order")),
            headers: Vec::new(),
            body: BodyTemplate::None,
        },
        access: Access::Read,
        schema: json!({ "type": "object", "required": ["order"], "properties": { "order": { "type": "string" } } }),
        kept: Kept::Fields(vec!["status".into(), "note".into()]),
        amount_cap: None,
        daily_cap_per_customer: None,
        approval: Approval::Never,
        idempotency: Idempotency::None,
        dry_run: DryRun::Unsupported,
        timeout_ms: 200,
    }
}

pub fn parsed(definition: ToolDefinition) -> Arc<Tool> {
    Arc::new(Tool::parse(definition).unwrap())
}

pub fn passage(id: &str, text: &str) -> Passage {
    Passage { id: id.into(), title: format!("Title of {id}"), text: text.into() }
}

pub fn request(double: &Double) -> TurnRequest {
    let section = Section { title: "Who you are".into(), text: "You answer for a shop.".into() };
    TurnRequest {
        key: "turn-1".into(),
        nonce: Nonce::parse(NONCE).unwrap(),
        version: "v1".into(),
        briefing: Briefing { sections: vec![section], grounding: Grounding::Free },
        history: vec![Said { who: Who::Customer, text: "Where is my order AB12?".into() }],
        passages: Vec::new(),
        tools: vec![parsed(refund_definition(double)), parsed(order_definition(double))],
        used: BTreeMap::new(),
        earlier: Vec::new(),
        autonomy: Autonomy::ActAlone,
        limits: BudgetLimits { total_ms: 4_000, ..BudgetLimits::default() },
        dry_run: false,
        deltas: None,
    }
}

pub fn refund(amount: f64) -> Value {
    json!({ "order": "AB12", "amount": amount })
}

/// The outcome as a line.
pub fn line(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Reply { text, citations } if citations.is_empty() => format!("reply: {text}"),
        Outcome::Reply { text, citations } => format!("reply: {text} {citations:?}"),
        Outcome::HandOff { reason, note } => format!("hand off, {reason:?}: {note}"),
        Outcome::AwaitsApproval { call } => {
            format!("awaits approval, {:?}: {} {}", call.why, call.tool, call.arguments)
        }
        Outcome::Guided { because } => format!("guided: {because}"),
        Outcome::Failed { error } => format!("failed: {error}"),
    }
}

/// The result as a text: outcome, path, attempts, tools.
pub fn story(result: &TurnResult) -> String {
    let mut story = line(&result.outcome);
    for attempt in &result.trace.attempts {
        story.push_str(&format!("\n  {}: {}", attempt.whom, attempt.why));
    }
    for tool in &result.trace.tools {
        let name = tool.tool.as_deref().unwrap_or("unknown tool");
        let doubt = if tool.may_have_happened { ", may have happened" } else { "" };
        // Sorted here, whether or not another crate asks for maps in the order of arrival.
        let arguments: BTreeMap<String, Value> = serde_json::from_value(tool.arguments.clone()).unwrap_or_default();
        let arguments = if tool.arguments.is_null() { Value::Null } else { json!(arguments) };
        story.push_str(&format!("\n  {name} {arguments}: {}{doubt}", tool.status));
    }
    let path: Vec<&str> = result.trace.path.iter().map(|path| path.step.as_str()).collect();
    story.push_str(&format!("\n  path: {}", path.join(" > ")));
    story
}
