//! Whatever a model or tool does, a turn ends in an answer, a fallback or a person, within its seconds, and the trace says why.

use std::time::{Duration, Instant};

use serde_json::json;
use signalbox_agents::double::{Act, Double, ToolAct};
use signalbox_agents::model_engine::{Fallback, ModelEngine, Outcome};
use signalbox_agents::provider::{BudgetLimits, Cost, NoCost};

use crate::fixture::{engine, hands, open_ai, refund, request, story};

/// Runs a turn with these acts of the first model; the second one says that it stepped in.
async fn turn(first: Vec<Act>) -> String {
    let double = Double::start().await;
    double.model("first", first);
    double.model("second", vec![Act::say("The second model answers.")]);
    double.tool("refund", vec![ToolAct::Json(json!({ "paid": true }))]);
    double.tool("order", vec![ToolAct::Json(json!({ "status": "sent" }))]);
    let begun = Instant::now();
    let result = engine(&double).answer(request(&double), &hands(&double)).await;
    assert!(begun.elapsed() < Duration::from_millis(request(&double).limits.total_ms + 500), "within the budget");
    assert!(double.writes() <= 1, "nothing is done twice");
    story(&result)
}

#[tokio::test]
async fn a_model_that_fails_is_replaced_and_the_trace_says_why() {
    let again = "reply: The second model answers.";
    let path = "  path: first > second";
    let three = |why: &str| format!("{again}\n  first: {why}\n  first: {why}\n  first: {why}\n{path}");
    let once = |why: &str| format!("{again}\n  first: {why}\n{path}");
    let limited = "the model's vendor limits our rate; wait, or ask for a higher limit";
    let wait = |seconds: &str| vec![Act::Status(429, vec![("retry-after".into(), seconds.into())])];
    assert_eq!(turn(vec![Act::status(429)]).await, three(limited));
    assert_eq!(turn(wait("3600")).await, once(limited), "an hour is not waited for");
    assert_eq!(turn(vec![Act::status(500)]).await, three("the model's vendor answered with status 500"));
    assert_eq!(turn(vec![Act::Cut("Your".into())]).await, three("the model's answer broke off"));
    assert_eq!(
        turn(vec![Act::Page]).await,
        once("the model's answer is not in the expected format: the answer is not a stream of events")
    );
    assert_eq!(turn(vec![Act::Flood(2_000_000)]).await, once("the model's answer is longer than 32000 bytes"));
    assert_eq!(turn(vec![Act::Hang]).await, three("the model was too slow (FirstByte)"));
    assert_eq!(turn(vec![Act::Refuse]).await, once("the model refused to answer"));
    let slow = Act::Drip("a".repeat(500), Duration::from_millis(50));
    assert_eq!(turn(vec![slow]).await, once("the model was too slow (Total)"));
}

#[tokio::test]
async fn a_model_that_recovers_is_kept() {
    let waits = Act::Status(429, vec![("retry-after-ms".into(), "20".into())]);
    let expected =
        "reply: Here.\n  first: the model's vendor limits our rate; wait, or ask for a higher limit\n  path: first";
    assert_eq!(turn(vec![waits, Act::say("Here.")]).await, expected);
}

#[tokio::test]
async fn arguments_that_are_not_json_are_told_to_the_model_and_carried_out_by_nobody() {
    let broken = Act::Call(vec![("refund".into(), "{\"order\": \"AB12\", \"amount\":".into())]);
    let expected = "reply: Sorry.\n  refund null: refused: the arguments are not a JSON object\n  path: first";
    assert_eq!(turn(vec![broken.clone(), Act::say("Sorry.")]).await, expected);
    // One that never learns goes to a person.
    let story = turn(vec![broken]).await;
    assert!(story.starts_with("hand off, PolicyRestriction"), "{story}");
}

#[tokio::test]
async fn a_model_that_goes_round_in_circles_is_stopped() {
    let story = turn(vec![Act::call("find_order", &json!({ "order": "AB12" }))]).await;
    let expected = "hand off, NoProgress: The agent asked for the same call twice.\n  \
                    find_order {\"order\":\"text(4)\"}: ok\n  \
                    find_order {\"order\":\"text(4)\"}: the same call was made before\n  path: first";
    assert_eq!(story, expected);
    let acts = (0..20).map(|number| Act::call("find_order", &json!({ "order": format!("AB{number}") }))).collect();
    let story = turn(acts).await;
    assert!(story.starts_with("hand off, UsageLimit: The turn's bound is reached"), "{story}");
}

#[tokio::test]
async fn a_model_with_nothing_or_too_much_to_say_is_corrected_once() {
    assert_eq!(turn(vec![Act::say(""), Act::say("Here.")]).await, "reply: Here.\n  path: first");
    assert_eq!(
        turn(vec![Act::SayUnfinished("On and on".into()), Act::say("Here.")]).await,
        "reply: Here.\n  path: first"
    );
    assert_eq!(turn(vec![Act::say("")]).await, "reply: The second model answers.\n  path: first > second");
}

#[tokio::test]
async fn when_no_model_answers_a_person_does() {
    let double = Double::start().await;
    double.model("first", vec![Act::status(500)]);
    double.model("second", vec![Act::status(401)]);
    let result = engine(&double).answer(request(&double), &hands(&double)).await;
    assert!(story(&result).starts_with("hand off, ModelUnavailable: the model's vendor does not accept the key"));
    let left: Vec<_> = result.trace.path.iter().map(|path| path.left_because.is_some()).collect();
    assert_eq!(left, [true, true, false]);
    let guided = ModelEngine::new(double.http(), vec![Fallback::Model(open_ai(&double, "first")), Fallback::Guided]);
    let result = guided.answer(request(&double), &hands(&double)).await;
    assert!(matches!(result.outcome, Outcome::Guided { .. }), "{result:?}");
    let alone = ModelEngine::new(double.http(), vec![Fallback::Model(open_ai(&double, "first"))]);
    let result = alone.answer(request(&double), &hands(&double)).await;
    assert!(matches!(result.outcome, Outcome::Failed { .. }), "{result:?}");
}

#[tokio::test]
async fn the_seconds_of_a_turn_hold_however_many_models_hang() {
    let double = Double::start().await;
    double.model("first", vec![Act::Hang]);
    double.model("second", vec![Act::Hang]);
    let limits = BudgetLimits { total_ms: 350, ..BudgetLimits::default() };
    let mut request = request(&double);
    request.limits = limits;
    let (engine, hands) = (engine(&double), hands(&double));
    let begun = Instant::now();
    let result = engine.answer(request, &hands).await;
    assert!(begun.elapsed() < Duration::from_millis(800), "{:?}", begun.elapsed());
    assert!(matches!(result.outcome, Outcome::HandOff { .. }), "{result:?}");
}

#[tokio::test]
async fn a_destination_that_fails_is_left_alone_and_the_next_turn_learns_at_once() {
    let double = Double::start().await;
    double.model("first", vec![Act::status(500)]);
    let engine = ModelEngine::new(double.http(), vec![Fallback::Model(open_ai(&double, "first")), Fallback::Person]);
    for _ in 0..2 {
        engine.answer(request(&double), &hands(&double)).await;
    }
    let asked = double.prompts("first").len();
    let result = engine.answer(request(&double), &hands(&double)).await;
    assert_eq!(double.prompts("first").len(), asked, "nobody was asked");
    assert!(story(&result).contains("left alone"), "{}", story(&result));
}

#[tokio::test]
async fn a_write_of_which_nobody_knows_goes_to_a_person_and_is_done_once() {
    let asks = || vec![Act::call("refund", &refund(20.0)), Act::say("Done.")];
    for act in [
        ToolAct::DoAndHang,
        ToolAct::DoAndFail(502),
        ToolAct::DoAndCut,
        ToolAct::Latin,
        ToolAct::Page,
        ToolAct::Flood(2_000_000),
    ] {
        let said = format!("{act:?}");
        let double = Double::start().await;
        double.model("first", asks());
        double.tool("refund", vec![act]);
        let result = engine(&double).answer(request(&double), &hands(&double)).await;
        assert_eq!(double.effects(), 1, "{said}");
        let Outcome::HandOff { note, .. } = &result.outcome else { panic!("{said}: {result:?}") };
        assert!(note.contains("may have been done or not"), "{said}: {note}");
        assert!(result.trace.tools[0].may_have_happened, "{said}");
    }
}

#[tokio::test]
async fn a_write_that_fails_at_first_is_done_once_under_one_key() {
    let double = Double::start().await;
    double.model("first", vec![Act::call("refund", &refund(20.0)), Act::say("Paid back.")]);
    double.tool("refund", vec![ToolAct::DoAndFail(503), ToolAct::DoAndCut, ToolAct::Json(json!({ "paid": true }))]);
    let result = engine(&double).answer(request(&double), &hands(&double)).await;
    assert_eq!((double.writes(), double.effects()), (3, 1));
    assert_eq!(result.trace.attempts.len(), 2);
    assert!(story(&result).starts_with("reply: Paid back."), "{}", story(&result));
}

#[tokio::test]
async fn a_second_model_knows_what_the_first_has_done() {
    let double = Double::start().await;
    double.model("first", vec![Act::call("refund", &refund(20.0)), Act::status(500)]);
    double.model("second", vec![Act::call("refund", &refund(20.0))]);
    double.tool("refund", vec![ToolAct::Json(json!({ "paid": true }))]);
    let result = engine(&double).answer(request(&double), &hands(&double)).await;
    assert_eq!(double.writes(), 1, "the second one asks for the same refund");
    assert!(story(&result).starts_with("hand off, NoProgress"), "{}", story(&result));
    let told = double.prompts("second")[0].to_string();
    assert!(told.contains("paid"), "{told}");
}

#[tokio::test]
async fn a_trace_counts_tokens_and_money_or_says_that_it_cannot() {
    let double = Double::start().await;
    double.model("first", vec![Act::call("find_order", &json!({ "order": "AB12" })), Act::say("Sent.")]);
    double.tool("order", vec![ToolAct::Json(json!({ "status": "sent" }))]);
    let result = engine(&double).answer(request(&double), &hands(&double)).await;
    assert_eq!(result.trace.usage().total(), Some(240));
    assert_eq!(result.trace.cost(), Cost::Micros(280), "two calls, each 100 × 1.00 + 20 × 2.00");
    assert!(result.trace.first_token_ms.unwrap() <= result.trace.total_ms);
    let again = engine(&double).answer(request(&double), &hands(&double)).await;
    assert_eq!(result.trace.prompt_hash, again.trace.prompt_hash);
    assert_eq!(result.trace.prompt_hash.len(), 64);

    double.model("first", vec![Act::Cut("Half".into()), Act::say("Whole.")]);
    let result = engine(&double).answer(request(&double), &hands(&double)).await;
    assert_eq!(result.trace.cost(), Cost::CannotSay(NoCost::NoCount), "nobody counted the answer that broke off");
}

#[tokio::test]
async fn a_listener_hears_one_beginning_however_many_models_begin() {
    let double = Double::start().await;
    double.model("first", vec![Act::Cut("Half ".into())]);
    double.model("second", vec![Act::say("Whole answer.")]);
    let (sender, mut receiver) = tokio::sync::mpsc::channel(64);
    let mut request = request(&double);
    request.deltas = Some(sender);
    let result = engine(&double).answer(request, &hands(&double)).await;
    assert!(story(&result).starts_with("reply: Whole answer."));
    assert_eq!(receiver.recv().await.as_deref(), Some("Half "));
    assert_eq!(receiver.recv().await, None);
}
