//! Approvals, caps and rehearsals through a whole turn.

use serde_json::json;
use signalbox_agents::double::{Act, Double, ToolAct};
use signalbox_agents::model_engine::{DoneCall, Outcome};
use signalbox_agents::tools::{Autonomy, Used};

use crate::fixture::{engine, hands, line, refund, request, story};

async fn double(acts: Vec<Act>) -> Double {
    let double = Double::start().await;
    double.model("first", acts);
    double.tool("refund", vec![ToolAct::Json(json!({ "paid": true }))]);
    double
}

#[tokio::test]
async fn a_call_that_needs_a_person_waits_and_goes_on_with_what_was_done() {
    let double = double(vec![Act::call("refund", &refund(80.0)), Act::say("Paid back.")]).await;
    let first = engine(&double).answer(request(&double), &hands(&double)).await;
    let Outcome::AwaitsApproval { call } = &first.outcome else { panic!("{first:?}") };
    assert_eq!(call.arguments, refund(80.0));
    assert_eq!(double.writes(), 0);
    // A person agrees, the caller makes the call and asks again.
    let mut second = request(&double);
    second.earlier = first.done.clone();
    second.earlier.push(DoneCall {
        tool: call.tool.clone(),
        arguments: call.arguments.clone(),
        result: json!({ "status": "ok", "result": { "paid": true } }),
        approved_by: Some("agt_1".into()),
    });
    let second = engine(&double).answer(second, &hands(&double)).await;
    assert!(story(&second).starts_with("reply: Paid back."), "{}", story(&second));
    assert_eq!(second.trace.approvals(), [("refund", "agt_1")]);
    assert_eq!(double.writes(), 0, "the engine does not do again what a person did");
}

#[tokio::test]
async fn an_approved_call_is_not_made_a_second_time() {
    let double = double(vec![Act::call("refund", &refund(80.0))]).await;
    let mut request = request(&double);
    let result = json!({ "status": "ok" });
    request.earlier =
        vec![DoneCall { tool: "refund".into(), arguments: refund(80.0), result, approved_by: Some("agt_1".into()) }];
    let result = engine(&double).answer(request, &hands(&double)).await;
    assert!(story(&result).starts_with("hand off, NoProgress"), "{}", story(&result));
    assert_eq!(double.writes(), 0);
}

#[tokio::test]
async fn an_agent_that_acts_with_approval_asks_for_every_write() {
    let double = double(vec![Act::call("refund", &refund(1.0))]).await;
    let mut request = request(&double);
    request.autonomy = Autonomy::ActWithApproval;
    let result = engine(&double).answer(request, &hands(&double)).await;
    assert!(line(&result.outcome).starts_with("awaits approval, Autonomy"), "{result:?}");
    assert_eq!(double.writes(), 0);
}

#[tokio::test]
async fn a_customers_cap_of_the_day_counts_what_this_turn_does() {
    let acts = vec![
        Act::call("refund", &refund(40.0)),
        Act::call("refund", &json!({ "order": "CD34", "amount": 40 })),
        Act::say("One of two."),
    ];
    let double = double(acts).await;
    let mut request = request(&double);
    request.used.insert("refund".into(), Used { count: 1, sum: 80.0 });
    let result = engine(&double).answer(request, &hands(&double)).await;
    assert_eq!(double.effects(), 1);
    assert!(story(&result).contains("cap for one customer and day"), "{}", story(&result));
}

#[tokio::test]
async fn a_rehearsal_changes_nothing() {
    let double = double(vec![Act::call("refund", &refund(20.0)), Act::say("Rehearsed.")]).await;
    let mut request = request(&double);
    request.dry_run = true;
    let result = engine(&double).answer(request, &hands(&double)).await;
    assert_eq!(double.writes(), 0);
    assert!(story(&result).contains("not_sent"), "{}", story(&result));
}

#[tokio::test]
async fn the_same_turn_tried_twice_pays_once() {
    let double = double(vec![
        Act::call("refund", &refund(20.0)),
        Act::say("Paid."),
        Act::call("refund", &refund(20.0)),
        Act::say("Paid."),
    ])
    .await;
    for _ in 0..2 {
        engine(&double).answer(request(&double), &hands(&double)).await;
    }
    assert_eq!((double.writes(), double.effects()), (2, 1));
}
