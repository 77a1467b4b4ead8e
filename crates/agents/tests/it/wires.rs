//! Both wire formats: what a model says and does arrives the same, and every failure has its name.

use std::time::Duration;

use serde_json::json;
use signalbox_agents::double::{Act, Double};
use signalbox_agents::http::Stage;
use signalbox_agents::provider::{
    Budget, BudgetLimits, Completion, Cost, Message, NoCost, Prompt, ProviderError, Stop, ToolSpec, Usage, Watch,
};
use tokio::time::Instant;

use crate::fixture::{PATIENCE, wires};

fn prompt() -> Prompt {
    let tool = ToolSpec { name: "t".into(), description: "d".into(), schema: json!({ "type": "object" }) };
    Prompt { system: "Be brief.".into(), messages: vec![Message::User("Hello".into())], tools: vec![tool] }
}

async fn ask(double: &Double, wire: usize, watch: &mut Watch) -> Result<Completion, ProviderError> {
    let mut budget = Budget::new(&BudgetLimits::default(), Instant::now());
    // A client for each question: circuits of one test must not reach into the next.
    wires(double, "m")[wire].complete(&double.http(), &prompt(), &mut budget, watch).await
}

/// The same acts on both wires give the same result.
async fn both(acts: Vec<Act>) -> (Result<Completion, ProviderError>, usize) {
    let mut results = Vec::new();
    for wire in [0, 1] {
        let double = Double::start().await;
        double.model("m", acts.clone());
        let mut watch = Watch::default();
        let result = ask(&double, wire, &mut watch).await;
        let result = result.map(|completion| Completion { first_token_ms: None, total_ms: 0, ..completion });
        results.push((result, watch.attempts.len()));
    }
    assert_eq!(results[0], results[1], "both wires");
    results.remove(0)
}

async fn error(acts: Vec<Act>) -> (ProviderError, usize) {
    let (result, attempts) = both(acts).await;
    (result.unwrap_err(), attempts)
}

#[tokio::test]
async fn words_tokens_and_model_arrive() {
    let (completion, attempts) = both(vec![Act::say("Good day to you.")]).await;
    let completion = completion.unwrap();
    assert_eq!(completion.text, "Good day to you.");
    assert_eq!(completion.stop, Stop::Finished);
    assert_eq!(completion.usage, Usage { input: Some(100), output: Some(20) });
    assert_eq!(completion.model, "double-1");
    assert_eq!(attempts, 0);
}

#[tokio::test]
async fn several_tool_calls_arrive_whole_whatever_their_numbers() {
    let calls = vec![("find".to_owned(), "{\"a\":\"ä\"}".to_owned()), ("pay".to_owned(), "{".to_owned())];
    let (completion, _) = both(vec![Act::Call(calls.clone())]).await;
    let completion = completion.unwrap();
    let found: Vec<_> = completion.calls.iter().map(|call| (call.name.clone(), call.arguments.clone())).collect();
    assert_eq!(found, calls);
    assert_eq!(completion.stop, Stop::Tools);
    let (completion, _) = both(vec![Act::CallNumberedHigh("find".into(), "{}".into())]).await;
    assert_eq!(completion.unwrap().calls.len(), 1, "a number is compared, never used as a size");
}

#[tokio::test]
async fn every_failure_has_its_name_and_is_tried_again_only_where_that_may_help() {
    let header = |name: &str, value: &str| vec![(name.to_owned(), value.to_owned())];
    let rate_limited = |retry_after| ProviderError::RateLimited { retry_after };
    let timed_out = |stage| ProviderError::TimedOut { stage };
    let malformed = |what| ProviderError::Malformed { what };
    let too_long = json!({ "error": { "code": "context_length_exceeded", "message": "prompt is too long: 9 > 8" } });
    let table: Vec<(Act, ProviderError, usize)> = vec![
        (Act::status(429), rate_limited(None), 3),
        (Act::Status(429, header("retry-after-ms", "3")), rate_limited(Some(Duration::from_millis(3))), 3),
        (Act::Status(429, header("retry-after", "600")), rate_limited(Some(Duration::from_secs(600))), 1),
        (Act::status(500), ProviderError::Server { status: 500 }, 3),
        (Act::status(503), ProviderError::Overloaded, 3),
        (Act::status(529), ProviderError::Overloaded, 3),
        (Act::OverloadedInside, ProviderError::Overloaded, 3),
        (Act::status(401), ProviderError::Unauthorised, 1),
        (Act::Code(400, too_long), ProviderError::ContextTooLong, 1),
        (
            Act::Code(400, json!({ "error": { "code": "bad_tool", "message": "the customer said …" } })),
            ProviderError::Rejected { status: 400, code: "bad_tool".into() },
            1,
        ),
        (
            Act::Status(302, header("location", "http://127.0.0.1:1/")),
            ProviderError::Rejected { status: 302, code: "no code".into() },
            1,
        ),
        (Act::Refuse, ProviderError::Refused, 1),
        (Act::Cut("Good".into()), ProviderError::Cut, 3),
        (Act::EndEarly("Good".into()), ProviderError::Cut, 3),
        (Act::Garbage, malformed("an event is not a chunk of a chat completion"), 1),
        (Act::Page, malformed("the answer is not a stream of events"), 1),
        (Act::Flood(60_000), ProviderError::TooLarge { limit: 32_000 }, 1),
        (Act::Hang, timed_out(Stage::FirstByte), 3),
        (Act::Drip("a".repeat(1_000), PATIENCE / 5), timed_out(Stage::Total), 1),
        (Act::Drip("a".into(), 2 * PATIENCE), timed_out(Stage::Idle), 3),
    ];
    for (act, expected, attempts) in table {
        let said = format!("{act:?}");
        if let Act::Garbage = act {
            // The two formats word this one differently.
            let double = Double::start().await;
            double.model("m", vec![act]);
            assert_eq!(ask(&double, 0, &mut Watch::default()).await.unwrap_err(), expected);
            assert!(matches!(ask(&double, 1, &mut Watch::default()).await, Err(ProviderError::Malformed { .. })));
            continue;
        }
        assert_eq!(error(vec![act]).await, (expected, attempts), "{said}");
    }
}

#[tokio::test]
async fn an_error_never_repeats_what_the_vendor_said() {
    let said = json!({ "error": { "code": "bad request<b>", "message": "Anna Muster, 4711" } });
    let (error, _) = error(vec![Act::Code(422, said)]).await;
    assert!(!format!("{error} {error:?}").contains("Muster"));
    assert_eq!(error, ProviderError::Rejected { status: 422, code: "bad requestb".into() });
}

#[tokio::test]
async fn what_fails_once_is_tried_again_and_the_watch_says_why() {
    let double = Double::start().await;
    double.model("m", vec![Act::status(500), Act::Cut("Half".into()), Act::say("Whole.")]);
    let mut watch = Watch::default();
    let completion = ask(&double, 0, &mut watch).await.unwrap();
    assert_eq!(completion.text, "Whole.");
    let whys: Vec<_> = watch.attempts.iter().map(|attempt| (attempt.why.as_str(), attempt.had_begun)).collect();
    assert_eq!(whys, [("the model's vendor answered with status 500", false), ("the model's answer broke off", true)]);
    assert!(watch.attempts.iter().all(|attempt| attempt.pause_ms.is_some()));
}

#[tokio::test]
async fn a_listener_hears_words_as_they_come_and_never_two_beginnings() {
    let double = Double::start().await;
    double.model("m", vec![Act::Cut("Half ".into()), Act::say("Whole answer.")]);
    let (sender, mut receiver) = tokio::sync::mpsc::channel(64);
    let mut watch = Watch { deltas: Some(sender), attempts: Vec::new() };
    assert_eq!(ask(&double, 0, &mut watch).await.unwrap_err(), ProviderError::Cut);
    assert_eq!(ask(&double, 0, &mut watch).await.unwrap().text, "Whole answer.");
    drop(watch);
    let mut heard = Vec::new();
    while let Some(words) = receiver.recv().await {
        heard.push(words);
    }
    assert_eq!(heard, ["Half ", "Whole ", "answer."]);
}

#[tokio::test]
async fn an_uncounted_answer_has_no_tokens_and_no_cost_and_is_charged_all_the_same() {
    let double = Double::start().await;
    double.model("m", vec![Act::SayUncounted("Good day.".into())]);
    let provider = &wires(&double, "m")[0];
    let limits = BudgetLimits { tokens: 200, output_tokens: 50, ..BudgetLimits::default() };
    let mut budget = Budget::new(&limits, Instant::now());
    let before = budget.clone();
    let completion = provider.complete(&double.http(), &prompt(), &mut budget, &mut Watch::default()).await.unwrap();
    assert_eq!(completion.usage, Usage::default());
    assert_eq!(Cost::of(completion.usage, provider.endpoint().price), Cost::CannotSay(NoCost::NoCount));
    assert_ne!(before, budget);
}

#[tokio::test]
async fn the_key_is_sent_and_shown_nowhere() {
    let double = Double::start().await;
    for provider in wires(&double, "m") {
        assert!(!format!("{provider:?}").contains("sk-test"));
    }
}
