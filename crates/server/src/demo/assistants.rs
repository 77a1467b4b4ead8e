//! The demo's AI agents with all that they work with: the shop as a connector, its tools, knowledge, briefings, and the release.

use std::net::SocketAddr;
use std::sync::Arc;

use signalbox_model::contact::Channel;
use signalbox_model::event::ai_agent::{VersionProposed, VersionReleased};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{AiAgentId, ArticleId, CollectionId, ConnectorId, ToolId};
use signalbox_model::setup::Document;
use signalbox_model::setup::ai_agent::{
    AiAgent, Autonomy, Briefing, Budgets, Draft, EngineChoice, IntentRule, Snapshot,
};
use signalbox_model::setup::connector::{
    Access, AmountCap, ApprovalRule, Argument, ArgumentKind, Call, Connector, DataClass, System, Tool,
};
use signalbox_model::setup::knowledge::{Article, Collection};
use signalbox_model::time::DurationMs;
use signalbox_model::word::{Name, Slug, WordError};

use super::script::Script;
use super::seed::{ADMIN, BASE, BUILDER, queue_id};
use crate::secrets::digest;

/// The shop's connector.
pub const SHOP: ConnectorId = ConnectorId::from_number(BASE + 0x301);
/// The AI agent that talks with customers.
pub const HANNA: AiAgentId = AiAgentId::from_number(BASE + 0x311);
/// The AI agent that writes drafts for people.
pub const PIA: AiAgentId = AiAgentId::from_number(BASE + 0x312);
/// The queues of the first.
pub const SERVED: [&str; 2] = ["orders", "general"];
const COLLECTION: CollectionId = CollectionId::from_number(BASE + 0x321);
const ORDER_STATUS: ToolId = ToolId::from_number(BASE + 0x331);
const CANCEL_ORDER: ToolId = ToolId::from_number(BASE + 0x332);
const CHANGE_ADDRESS: ToolId = ToolId::from_number(BASE + 0x333);
const REFUND: ToolId = ToolId::from_number(BASE + 0x334);

/// Nothing is answered from a passage of less confidence, in thousandths.
const FLOOR_MILLI: u16 = 500;
/// Cents that are paid back without asking anybody, and at most.
const REFUND_ALONE: u64 = 1_000;
const REFUND_MAX: u64 = 5_000;
const TURN_MS: u64 = 15_000;

const ARTICLES: &str = include_str!("shop/articles.txt");
const PROCEDURES: [&str; 4] = [
    include_str!("shop/order_status.txt"),
    include_str!("shop/cancel_order.txt"),
    include_str!("shop/change_address.txt"),
    include_str!("shop/refund.txt"),
];

/// The shop where it listens now.
///
/// # Errors
/// Never with the name above.
pub fn connector(shop: SocketAddr) -> Result<Connector, WordError> {
    Ok(Connector {
        id: SHOP,
        name: Name::parse("Shop")?,
        system: System::Http { base_url: format!("http://{shop}"), probe_path: Some("/health".to_owned()) },
        owner: Some(BUILDER),
        data_classes: vec![DataClass::Internal, DataClass::Personal],
        internal_hosts: vec![shop.to_string()],
        retired: false,
    })
}

/// All documents, each after those that it names.
///
/// # Errors
/// When a name here is not a name; a test publishes them all.
pub fn documents(shop: SocketAddr, scripts: &[Arc<Script>]) -> Result<Vec<Document>, WordError> {
    let mut all = vec![Document::Connector(connector(shop)?)];
    all.extend(tools()?.into_iter().map(Document::Tool));
    all.push(Document::Collection(Collection {
        id: COLLECTION,
        name: Name::parse("Help pages")?,
        owner: Some(BUILDER),
        floor_milli: FLOOR_MILLI,
        retired: false,
    }));
    all.extend(articles()?.into_iter().map(|article| Document::Article(Box::new(article))));
    all.extend(agents(scripts)?.into_iter().map(|agent| Document::AiAgent(Box::new(agent))));
    Ok(all)
}

/// What makes the first versions: proposed by who builds them, released by the admin.
///
/// # Errors
/// When a name here is not a name.
pub fn releases(scripts: &[Arc<Script>]) -> Result<Vec<NewEvent>, WordError> {
    let mut events = Vec::new();
    let known: Vec<String> = articles()?.iter().map(|article| format!("{}/1", article.id)).collect();
    for agent in agents(scripts)? {
        let tools = tools()?.into_iter().filter(|tool| agent.draft.tools.contains(&tool.id)).collect();
        let snapshot = Snapshot { draft: agent.draft, tools, knowledge: digest(&known.join("\n")) };
        let hash = digest(&serde_json::to_string(&snapshot).expect("a snapshot is plain data"));
        events.push(NewEvent::now(Event::VersionProposed(VersionProposed {
            agent: agent.id,
            version: 1,
            hash,
            snapshot: Box::new(snapshot),
            revision: 1,
            person: BUILDER,
            note: "The first one.".to_owned(),
        })));
        events.push(NewEvent::now(Event::VersionReleased(VersionReleased {
            agent: agent.id,
            version: 1,
            person: ADMIN,
            reason: "Tried by hand for two weeks; small limits, and people approve what matters.".to_owned(),
        })));
    }
    Ok(events)
}

fn argument(name: &str, value: ArgumentKind, description: &str) -> Result<Argument, WordError> {
    Ok(Argument { name: Slug::parse(name)?, value, required: true, description: description.to_owned() })
}

fn tool(id: ToolId, handle: &str, description: &str, method: &str, path: &str) -> Result<Tool, WordError> {
    Ok(Tool {
        id,
        handle: Slug::parse(handle)?,
        description: description.to_owned(),
        connector: SHOP,
        call: Call::Http { method: method.to_owned(), path: path.to_owned() },
        access: if method == "GET" { Access::Read } else { Access::Write },
        arguments: vec![argument("order", ArgumentKind::Text, "The order's number, as in SB-48211.")?],
        results: Vec::new(),
        amount_cap: None,
        daily_per_customer_max: None,
        approval: ApprovalRule::Never,
        timeout_ms: DurationMs::seconds(4),
        retired: false,
    })
}

fn tools() -> Result<Vec<Tool>, WordError> {
    let mut status = tool(ORDER_STATUS, "order_status", "Looks up how far an order is.", "GET", "/orders/{order}")?;
    status.results = ["status", "expected_on", "total"].into_iter().map(Slug::parse).collect::<Result<_, _>>()?;
    let mut cancel = tool(
        CANCEL_ORDER,
        "cancel_order",
        "Cancels an order that has not left yet; the money goes back.",
        "POST",
        "/orders/{order}/cancel",
    )?;
    cancel.arguments.push(argument("reason", ArgumentKind::Text, "Why, in a few words.")?);
    cancel.daily_per_customer_max = Some(2);
    let mut address = tool(
        CHANGE_ADDRESS,
        "change_address",
        "Sends an order that has not left yet to another address.",
        "PUT",
        "/orders/{order}/address",
    )?;
    address.arguments.push(argument("address", ArgumentKind::Text, "Where it shall go.")?);
    address.arguments.push(argument("email", ArgumentKind::Text, "Where the confirmation goes.")?);
    address.approval = ApprovalRule::Always;
    address.daily_per_customer_max = Some(3);
    let mut refund =
        tool(REFUND, "refund", "Pays a part of the price of an order back.", "POST", "/orders/{order}/refund")?;
    refund.arguments.push(argument("amount", ArgumentKind::Money, "How much.")?);
    refund.amount_cap = Some(AmountCap { argument: Slug::parse("amount")?, max: REFUND_MAX });
    refund.approval = ApprovalRule::AboveAmount { amount: REFUND_ALONE };
    refund.daily_per_customer_max = Some(1);
    Ok(vec![status, cancel, address, refund])
}

fn articles() -> Result<Vec<Article>, WordError> {
    let blocks = ARTICLES.split("== ").skip(1).enumerate();
    let article = |(number, block): (usize, &str)| {
        let (title, body) = block.split_once('\n').unwrap_or((block, ""));
        Ok(Article {
            id: ArticleId::from_number(BASE + 0x400 + number as u128),
            collection: COLLECTION,
            title: title.trim().to_owned(),
            body: body.trim().to_owned(),
            language: Some(Slug::parse("en")?),
            source: None,
            owner: Some(BUILDER),
            review_by: Some("2027-06-30".to_owned()),
            retired: false,
        })
    };
    blocks.map(article).collect()
}

fn agents(scripts: &[Arc<Script>]) -> Result<Vec<AiAgent>, WordError> {
    let queues = |keys: &[&str]| keys.iter().filter_map(|key| queue_id(key)).collect();
    let agent = |id, handle: &str, name: &str, served: &[&str], draft: Draft| -> Result<AiAgent, WordError> {
        Ok(AiAgent {
            id,
            handle: Slug::parse(handle)?,
            name: Name::parse(name)?,
            queues: queues(served),
            channels: vec![Channel::Webchat, Channel::Messaging],
            languages: vec![Slug::parse("en")?],
            capacity: 20,
            outside_hours: true,
            draft,
            shadow_version: None,
            retired: false,
        })
    };
    let hanna = Draft { intents: rules(scripts)?, ..draft(Autonomy::Act) };
    let pia = Draft { tools: vec![ORDER_STATUS], procedures: Vec::new(), ..draft(Autonomy::Draft) };
    Ok(vec![agent(HANNA, "hanna", "Hanna", &SERVED, hanna)?, agent(PIA, "pia", "Pia", &["billing", "technical"], pia)?])
}

fn draft(autonomy: Autonomy) -> Draft {
    let lines = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
    let briefing = Briefing {
        purpose: "Answer questions about orders, delivery and our help pages; look up, cancel and redirect orders."
            .to_owned(),
        tone: "Friendly and short. No exclamation marks.".to_owned(),
        forbidden: lines(&["legal advice", "medical advice", "politics"]),
        facts: lines(&["The order number when it is about an order."]),
        escalation: lines(&[
            "complaint: i am very unhappy; worst service; this is a disgrace; third time",
            "safety: fraud; stolen card; hacked my account; it caught fire; smells burnt",
            "policy_restriction: press enquiry; i am a journalist; my lawyer",
            "unsupported_request: discounts to restaurants; rebate; trade prices",
        ]),
        disclosure:
            "Hello, I am Hanna, the AI assistant of the shop. I answer questions, look up orders, and get you a person \
                     whenever you want one."
                .to_owned(),
        closing: "Thank you for writing to us. Goodbye.".to_owned(),
    };
    let disclosure = match autonomy {
        Autonomy::Act => briefing.disclosure.clone(),
        _ => "I am Pia, an AI assistant that writes drafts for colleagues.".to_owned(),
    };
    Draft {
        briefing: Briefing { disclosure, ..briefing },
        engine: EngineChoice::Guided,
        procedures: PROCEDURES.iter().map(|text| (*text).to_owned()).collect(),
        tools: vec![ORDER_STATUS, CANCEL_ORDER, CHANGE_ADDRESS, REFUND],
        collections: vec![COLLECTION],
        intents: Vec::new(),
        autonomy,
        budgets: Budgets { turns_max: 30, turn_ms: DurationMs(TURN_MS), tokens_max: None, cost_micros_max: None },
        voice: None,
    }
}

/// How far it may go, by intent: all that people do in its queues it only watches, or drafts.
fn rules(scripts: &[Arc<Script>]) -> Result<Vec<IntentRule>, WordError> {
    let mut rules = Vec::new();
    for (intent, autonomy, boundary) in [
        ("order_status", Autonomy::Act, "It only looks things up."),
        ("cancel_an_order", Autonomy::Act, "Two for a customer and day."),
        ("money_back", Autonomy::Act, "Above €10 a supervisor approves, never more than €50."),
        ("new_address", Autonomy::ActWithApproval, "A supervisor looks at every new address."),
    ] {
        rules.push(IntentRule { intent: Slug::parse(intent)?, autonomy, boundary: boundary.to_owned() });
    }
    let for_people = scripts.iter().filter(|script| !script.is_ai && SERVED.contains(&script.queue.as_str()));
    for (number, script) in for_people.enumerate() {
        let autonomy = if number % 2 == 0 { Autonomy::Draft } else { Autonomy::Observe };
        let boundary = "People have these; nobody has measured yet whether it could.".to_owned();
        rules.push(IntentRule { intent: Slug::parse(&script.name)?, autonomy, boundary });
    }
    Ok(rules)
}

#[cfg(test)]
mod tests {
    use signalbox_guided::Procedure;

    use super::*;
    use crate::ai::program;
    use crate::demo::script;

    #[test]
    fn every_document_is_valid_and_every_procedure_reads() {
        let scripts: Vec<_> = script::all().unwrap().into_iter().map(Arc::new).collect();
        for document in documents("127.0.0.1:9".parse().unwrap(), &scripts).unwrap() {
            document.validate().unwrap_or_else(|problem| panic!("{:?}: {problem}", document.id()));
        }
        let tools = tools().unwrap();
        for text in PROCEDURES {
            Procedure::parse(text, &program::known(&tools)).unwrap_or_else(|problems| panic!("{text}\n{problems:#?}"));
        }
        assert!(articles().unwrap().len() >= 25);
    }
}
