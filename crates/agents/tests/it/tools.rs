//! HTTP tools against a server that misbehaves.

use std::time::Duration;

use serde_json::{Value, json};
use signalbox_agents::double::{Double, ToolAct};
use signalbox_agents::secret::{Secret, Secrets};
use signalbox_agents::tools::{DryRun, Idempotency, Order, ToolDefinition, ToolOutcome, run_http};
use tokio::time::Instant;

use crate::fixture::{order_definition, pace, parsed, refund, refund_definition};

async fn run(double: &Double, definition: ToolDefinition, arguments: &Value, dry_run: bool) -> (ToolOutcome, usize) {
    let tool = parsed(definition);
    let secrets = Secrets::default().with("shop", Secret::new("s3cret"));
    let until = Instant::now() + Duration::from_secs(5);
    let arguments = arguments.as_object().unwrap();
    let order = Order { tool: &tool, arguments, key: Some("key-1"), dry_run, until, pace: pace() };
    let mut attempts = Vec::new();
    let outcome = run_http(&double.http(), &secrets, order, &mut attempts).await;
    (outcome, attempts.len())
}

async fn looked_up(acts: Vec<ToolAct>) -> (ToolOutcome, usize) {
    let double = Double::start().await;
    double.tool("order", acts);
    run(&double, order_definition(&double), &json!({ "order": "AB12" }), false).await
}

#[tokio::test]
async fn every_answer_has_its_outcome_and_its_number_of_attempts() {
    let failed = |may_have_happened| ToolOutcome::Failed { is_retryable: true, may_have_happened };
    let found = || ToolOutcome::Ok(json!({ "status": "sent" }));
    let json = |value| ToolAct::Json(value);
    let whole = json!({ "status": "sent", "customer": { "name": "N" } });
    let status = |status| ToolAct::Status(status, Vec::new());
    let table: Vec<(Vec<ToolAct>, ToolOutcome, usize)> = vec![
        (vec![json(whole.clone())], found(), 0),
        (vec![status(500), json(whole.clone())], found(), 1),
        (vec![ToolAct::Status(429, vec![("retry-after-ms".into(), "5".into())]), json(whole.clone())], found(), 1),
        (vec![ToolAct::Status(429, vec![("retry-after".into(), "900".into())])], failed(false), 1),
        (vec![status(500)], failed(false), 3),
        (vec![status(404)], ToolOutcome::NotFound, 0),
        (vec![status(403)], ToolOutcome::Refused { status: Some(403) }, 1),
        (vec![ToolAct::Redirect("http://127.0.0.1:1/".into())], ToolOutcome::Refused { status: Some(302) }, 1),
        (vec![ToolAct::Flood(2_000_000)], ToolOutcome::TooLarge, 1),
        (vec![ToolAct::Latin], ToolOutcome::BadAnswer { what: "the answer says that it is not UTF-8" }, 1),
        (vec![ToolAct::Page], ToolOutcome::BadAnswer { what: "the answer is not JSON" }, 1),
        (vec![ToolAct::Hang], ToolOutcome::TimedOut { may_have_happened: false }, 1),
        (vec![ToolAct::DoAndCut], failed(false), 3),
    ];
    for (acts, outcome, attempts) in table {
        let said = format!("{acts:?}");
        assert_eq!(looked_up(acts).await, (outcome, attempts), "{said}");
    }
}

#[tokio::test]
async fn a_write_without_a_key_is_sent_once_unless_it_surely_did_nothing() {
    let table = [
        (vec![ToolAct::DoAndFail(500)], 1),
        (vec![ToolAct::DoAndHang], 1),
        (vec![ToolAct::DoAndCut], 1),
        (vec![ToolAct::Status(429, Vec::new()), ToolAct::Json(json!({}))], 1),
        (vec![ToolAct::Json(json!({}))], 1),
    ];
    for (acts, writes) in table {
        let said = format!("{acts:?}");
        let double = Double::start().await;
        double.tool("refund", acts);
        let definition = ToolDefinition { idempotency: Idempotency::None, ..refund_definition(&double) };
        run(&double, definition, &refund(20.0), false).await;
        assert_eq!(double.writes(), writes, "{said}");
    }
}

#[tokio::test]
async fn a_key_and_a_rehearsal_reach_the_other_side_as_the_definition_says() {
    let double = Double::start().await;
    double.tool("refund", vec![ToolAct::Json(json!({}))]);
    let definition = ToolDefinition {
        idempotency: Idempotency::Argument("request_id".into()),
        dry_run: DryRun::Argument("test".into()),
        ..refund_definition(&double)
    };
    run(&double, definition.clone(), &refund(20.0), true).await;
    assert_eq!(double.calls(), [json!({ "order": "AB12", "amount": 20.0, "request_id": "key-1", "test": true })]);
    let unsupported = ToolDefinition { dry_run: DryRun::Unsupported, ..definition };
    let (outcome, _) = run(&double, unsupported, &refund(20.0), true).await;
    assert!(matches!(outcome, ToolOutcome::NotSent { .. }));
    assert_eq!(double.calls().len(), 1);
}

#[tokio::test]
async fn a_tool_that_leads_inside_or_lacks_its_secret_is_not_sent() {
    let double = Double::start().await;
    let elsewhere = |url: &str| {
        let mut definition = order_definition(&double);
        if let signalbox_agents::tools::Kind::Http { url: place, .. } = &mut definition.target {
            *place = url.to_owned();
        }
        definition
    };
    for url in [
        "https://169.254.169.254/latest/meta-data",
        "https://[::1]/",
        "https://10.0.0.1/",
        "http://127.0.0.1:1/",
        "https://localhost/",
    ] {
        let (outcome, _) = run(&double, elsewhere(url), &json!({ "order": "AB12" }), false).await;
        assert!(matches!(outcome, ToolOutcome::NotSent { .. }), "{url}: {outcome:?}");
    }
    let mut definition = refund_definition(&double);
    if let signalbox_agents::tools::Kind::Http { headers, .. } = &mut definition.target {
        headers[0].1 = "Bearer {secret:other}".into();
    }
    let (outcome, _) = run(&double, definition, &refund(1.0), false).await;
    assert_eq!(outcome, ToolOutcome::NotSent { why: "the secret `other` is not set; set it in the connector".into() });
}
