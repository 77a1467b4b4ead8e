//! Replies that must rest on knowledge.

use serde_json::json;
use signalbox_agents::double::{Act, Double};
use signalbox_agents::model_engine::{Grounding, Hands, TurnResult};

use crate::fixture::{engine, hands, passage, request, story};

async fn grounded(acts: Vec<Act>, passages: usize) -> (TurnResult, Double) {
    let double = Double::start().await;
    double.model("first", acts);
    let mut request = request(&double);
    request.briefing.grounding = Grounding::Required;
    request.passages = (1..=passages).map(|n| passage(&format!("kb_{n}@3"), "Within 30 days.")).collect();
    let found = || vec![passage("kb_9@1", "Shipping takes two days.")];
    let search: Box<dyn Fn(String) -> _ + Send + Sync> = Box::new(move |query: String| {
        let found = if query.contains("shipping") { found() } else { Vec::new() };
        Box::pin(async move { Ok(found) }) as futures_util::future::BoxFuture<'static, _>
    });
    let hands = Hands { search: Some(search), ..hands(&double) };
    let result = engine(&double).answer(request, &hands).await;
    (result, double)
}

#[tokio::test]
async fn a_reply_cites_what_it_was_given() {
    let (result, _) = grounded(vec![Act::say("You have 30 days [p2].")], 2).await;
    assert_eq!(story(&result), "reply: You have 30 days. [\"kb_2@3\"]\n  path: first");
    assert_eq!(result.trace.sources, ["kb_1@3", "kb_2@3"]);
}

#[tokio::test]
async fn a_reply_without_a_source_is_corrected_once_and_then_handed_off() {
    let (result, double) = grounded(vec![Act::say("Sure."), Act::say("You have 30 days [p1].")], 1).await;
    assert_eq!(story(&result), "reply: You have 30 days. [\"kb_1@3\"]\n  path: first");
    assert_eq!(result.trace.corrections, ["no_source"]);
    assert!(double.prompts("first")[1].to_string().contains("named no passage"));
    let (result, double) = grounded(vec![Act::say("Sure.")], 1).await;
    let expected = "hand off, MissingKnowledge: The agent could not rest its answer on a passage.\n  path: first";
    assert_eq!(story(&result), expected);
    assert_eq!(double.prompts("first").len(), 2, "one correction");
}

#[tokio::test]
async fn an_invented_source_is_no_source() {
    let (result, _) = grounded(vec![Act::say("You have 90 days [p7] [p1].")], 1).await;
    assert!(story(&result).starts_with("hand off, MissingKnowledge"), "{}", story(&result));
    assert_eq!(result.trace.corrections, ["invented_source", "invented_source"]);
}

#[tokio::test]
async fn what_a_search_finds_can_be_cited() {
    let search = |query: &str| Act::call("search_knowledge", &json!({ "query": query }));
    let (result, _) = grounded(vec![search("shipping time"), Act::say("Two days [p2].")], 1).await;
    let expected = "reply: Two days. [\"kb_9@1\"]\n  search_knowledge {\"query\":\"text(13)\"}: ok\n  path: first";
    assert_eq!(story(&result), expected);
    let (result, _) = grounded(vec![search("opening hours"), Act::say("Nine to five [p1].")], 0).await;
    assert!(story(&result).starts_with("hand off, MissingKnowledge"), "{}", story(&result));
}

#[tokio::test]
async fn a_reply_that_must_cite_is_heard_by_nobody_before_it_is_checked() {
    let double = Double::start().await;
    double.model("first", vec![Act::say("Sure."), Act::say("You have 30 days [p1].")]);
    let (sender, mut receiver) = tokio::sync::mpsc::channel(64);
    let mut request = request(&double);
    request.briefing.grounding = Grounding::Required;
    request.passages = vec![passage("kb_1@3", "Within 30 days.")];
    request.deltas = Some(sender);
    engine(&double).answer(request, &hands(&double)).await;
    assert_eq!(receiver.recv().await, None);
}
