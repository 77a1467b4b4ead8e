//! Every endpoint against every kind of caller, driven by the OpenAPI document: an endpoint without a row here fails.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use signalbox_model::setup::people::TokenScope;

use crate::app::{ADA, ANA, BEN, QUEUE, SAM, TestApp, answer, assert_problem};
use crate::forms::with_file;

/// Who may call an endpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    /// Everybody, also strangers.
    Anybody,
    /// A customer with the token of their chat.
    Chat,
    /// Another system with a token.
    Token,
    /// Everybody who is signed in.
    SignedIn,
    /// Agents about what is theirs, for which another's does not exist; supervisors about all.
    Theirs,
    Supervisor,
    Admin,
}
use Who::{Admin, Anybody, Chat, SignedIn, Supervisor, Theirs, Token};

/// Operation, who may, and a body that is well-formed.
fn rows() -> Vec<(&'static str, Who, Value)> {
    let text = json!({"text": "words"});
    let none = Value::Null;
    vec![
        ("session", SignedIn, none.clone()),
        ("sign_in", Anybody, json!({"email": "nobody@example.com", "password": "not a password"})),
        ("sign_out", SignedIn, none.clone()),
        ("personas", Anybody, none.clone()),
        ("change_password", SignedIn, json!({"current": "not a password", "new": "another password"})),
        ("live", SignedIn, none.clone()),
        ("read_desk", SignedIn, none.clone()),
        ("set_presence", SignedIn, json!({"presence": "away"})),
        ("accept_offer", Theirs, none.clone()),
        ("decline_offer", Theirs, none.clone()),
        ("list_conversations", SignedIn, none.clone()),
        ("read_conversation", Theirs, none.clone()),
        ("read_transcript", Theirs, none.clone()),
        ("read_timeline", Theirs, none.clone()),
        ("reply", Theirs, text.clone()),
        ("attach", Theirs, none.clone()),
        ("add_note", Theirs, text.clone()),
        ("whisper", Supervisor, text.clone()),
        ("typing", Theirs, none.clone()),
        ("hold", Theirs, json!({"hold": true})),
        ("close", Theirs, json!({})),
        ("finish_wrap_up", Theirs, json!({})),
        ("set_disposition", Theirs, json!({"disposition": "dsp_00000000000000000000000001"})),
        ("change_label", Theirs, json!({"label": "vip", "on": true})),
        ("transfer", Theirs, json!({"to": {"kind": "queue", "queue": QUEUE}, "mode": "cold"})),
        ("end_transfer", Theirs, json!({"complete": true})),
        ("monitor", Supervisor, json!({"on": true})),
        ("barge", Supervisor, none.clone()),
        ("take_over", Supervisor, none.clone()),
        ("hand_back", Supervisor, none.clone()),
        ("assign", Supervisor, json!({"to": BEN})),
        ("change_priority", Supervisor, json!({"priority": 3})),
        ("reopen", Theirs, none.clone()),
        ("review", Supervisor, json!({"origin": "random"})),
        ("list_approvals", SignedIn, none.clone()),
        // An agent decides about the queues that they serve.
        ("decide_approval", SignedIn, json!({"grant": true})),
        ("return_to_ai", Theirs, json!({"customer_agreed": true})),
        ("reveal", Theirs, json!({"reason": "to check"})),
        ("read_handoff", Theirs, none.clone()),
        ("handoff_briefed", Theirs, none.clone()),
        ("read_content", Theirs, none.clone()),
        ("read_floor", Supervisor, none.clone()),
        ("list_alerts", Supervisor, none.clone()),
        ("read_alert", Supervisor, none.clone()),
        ("acknowledge_alert", Supervisor, none.clone()),
        ("snooze_alert", Supervisor, json!({"minutes": 5})),
        ("own_alert", Supervisor, json!({"person": SAM})),
        ("dismiss_alert", Supervisor, none.clone()),
        ("list_customers", Supervisor, none.clone()),
        ("read_customer", Theirs, none.clone()),
        ("add_identity", Supervisor, json!({"kind": "name", "value": "Kim"})),
        ("merge_customers", Supervisor, json!({"other": "cus_00000000000000000000000009"})),
        ("split_customers", Supervisor, json!({"other": "cus_00000000000000000000000009"})),
        ("keep_customers_apart", Supervisor, json!({"other": "cus_00000000000000000000000009"})),
        ("erase_customer", Admin, json!({"confirm": "no"})),
        ("search", SignedIn, none.clone()),
        ("read_definitions", SignedIn, none.clone()),
        ("read_live_measures", Supervisor, none.clone()),
        ("read_measures_history", Supervisor, none.clone()),
        ("read_activity", Theirs, none.clone()),
        ("export_conversations", Supervisor, none.clone()),
        ("export_segments", Supervisor, none.clone()),
        ("read_setup", Supervisor, none.clone()),
        ("create_document", Admin, json!({})),
        ("change_document", Admin, json!({})),
        ("retire_document", Admin, none.clone()),
        ("set_password", Admin, json!({"password": "short"})),
        ("issue_token", Admin, json!({"name": "x", "scopes": []})),
        ("list_ai_agents", Supervisor, none.clone()),
        ("read_ai_agent", Supervisor, none.clone()),
        ("create_ai_agent", Admin, json!({})),
        ("change_ai_agent", Admin, json!({})),
        ("retire_ai_agent", Admin, none.clone()),
        ("lint_draft", Admin, json!({"draft": {}})),
        ("try_ai_agent", Admin, json!({})),
        ("propose_version", Admin, json!({})),
        ("read_version", Supervisor, none.clone()),
        ("diff_versions", Supervisor, none.clone()),
        ("release_version", Admin, json!({"reason": "because"})),
        ("withdraw_version", Admin, json!({"reason": "because"})),
        ("read_ai_turns", Theirs, none.clone()),
        ("read_stops", Supervisor, none.clone()),
        ("stop_ai", Supervisor, json!({"scope": {"kind": "everything"}, "reason": "a test"})),
        ("lift_stop", Supervisor, json!({"scope": {"kind": "everything"}, "reason": "a test"})),
        ("list_incidents", Supervisor, none.clone()),
        ("note_incident", Supervisor, text.clone()),
        ("close_incident", Supervisor, json!({"resolution": "words"})),
        ("list_unregistered_ai", Supervisor, none.clone()),
        ("discover_unregistered_ai", Supervisor, json!({})),
        ("read_knowledge", Supervisor, none.clone()),
        ("create_collection", Admin, json!({"name": "x", "floor_milli": 0})),
        ("change_collection", Admin, json!({"name": "x", "floor_milli": 0})),
        ("list_articles", Supervisor, none.clone()),
        ("read_article", Supervisor, none.clone()),
        ("create_article", Admin, json!({"collection": "col_00000000000000000000000009", "title": "x", "body": "x"})),
        ("change_article", Admin, json!({"collection": "col_00000000000000000000000009", "title": "x", "body": "x"})),
        ("retire_article", Admin, json!({"retired": true})),
        ("import_articles", Admin, none.clone()),
        ("search_knowledge", Supervisor, text.clone()),
        ("knowledge_curve", Supervisor, json!({"questions": []})),
        ("knowledge_gaps", Supervisor, none.clone()),
        ("list_connectors", Supervisor, none.clone()),
        ("set_connector_secret", Admin, json!({"secret": "x"})),
        ("probe_connector", Supervisor, none.clone()),
        ("import_openapi", Admin, json!({})),
        ("list_mcp_tools", Admin, none.clone()),
        ("read_audit", Admin, none.clone()),
        ("system", SignedIn, none.clone()),
        ("ingest_events", Token, json!({"events": []})),
        ("ingest_conversations", Token, json!({})),
        ("chat_config", Anybody, none.clone()),
        ("chat_open", Anybody, json!({})),
        ("chat_state", Chat, none.clone()),
        ("chat_stream", Chat, none.clone()),
        ("chat_say", Chat, json!({"text": "hello", "key": "k"})),
        ("chat_attach", Chat, none.clone()),
        ("chat_content", Chat, none.clone()),
        ("chat_typing", Chat, none.clone()),
        ("chat_person", Chat, none.clone()),
        ("chat_end", Chat, none.clone()),
    ]
}

/// The callers, in the order of the columns.
const CALLERS: [&str; 6] = ["nobody", "agent", "supervisor", "admin", "token", "reader"];

/// What a token of scope `read` may call besides: named here, so that nothing is opened to other systems by accident.
const READABLE: [&str; 11] = [
    "list_conversations",
    "read_conversation",
    "read_floor",
    "list_alerts",
    "read_alert",
    "read_definitions",
    "read_live_measures",
    "read_measures_history",
    "read_activity",
    "export_conversations",
    "export_segments",
];

/// Whether a caller is let in, as the status tells: not sent away, and not told that another's thing is not there.
fn expected(id: &str, who: Who, caller: &str) -> &'static [u16] {
    const IN: &[u16] = &[];
    match (who, caller) {
        (_, "reader") if READABLE.contains(&id) => IN,
        (_, "token") if READABLE.contains(&id) => &[403],
        (Token, "reader") => &[403],
        (Anybody, _) => IN,
        (Chat, _) => &[401, 404],
        (Token, "token") => IN,
        (Token, _) => &[401],
        (SignedIn, "agent" | "supervisor" | "admin") => IN,
        (Theirs, "agent") => &[404],
        (Theirs, "supervisor" | "admin") => IN,
        (Supervisor, "agent") => &[403],
        (Supervisor, "supervisor" | "admin") => IN,
        (Admin, "agent" | "supervisor") => &[403],
        (Admin, "admin") => IN,
        (_, _) => &[401],
    }
}

fn address(path: &str, ids: &BTreeMap<&str, String>) -> String {
    let customer = path.contains("/customers/");
    let id = match path {
        path if path.starts_with("/api/setup/people") || path.starts_with("/api/people") => BEN.to_string(),
        path if path.starts_with("/api/contents") => ids["content"].clone(),
        _ if customer => ids["customer"].clone(),
        path if path.starts_with("/api/chat") => ids["content"].clone(),
        _ => ids["conversation"].clone(),
    };
    let filled = path
        .replace("{id}", &id)
        .replace("{number}", "1")
        .replace("{kind}", "queues")
        .replace("{approval}", "apv_00000000000000000000000001")
        .replace("{content}", &ids["content"]);
    match path {
        "/api/live" => filled + "?topics=desk",
        "/api/unregistered-ai/discover" => filled + "?log=proxy",
        "/api/search" => filled + "?q=words",
        "/api/chat/config" => format!("{filled}?queue={QUEUE}"),
        _ => filled,
    }
}

#[tokio::test]
async fn every_endpoint_lets_in_whom_it_should_and_nobody_else() {
    let app = TestApp::start().await;
    app.make_available(BEN).await;
    let conversation = app.open_conversation(1).await;
    let (owner, offer) = app.until_offered(conversation).await;
    let ben = app.visitor(owner).await;
    let accepted = ben.post(&format!("/api/conversations/{conversation}/offers/{offer}/accept"), Value::Null).await;
    assert_eq!(accepted.0, 200, "{}", accepted.1);
    let sent =
        with_file(ben.ask(Method::POST, &format!("/api/conversations/{conversation}/attachments")), "a.txt", b"notes")
            .send()
            .await
            .unwrap();
    assert_eq!(sent.status(), 200);
    let (_, transcript) = ben.get(&format!("/api/conversations/{conversation}/transcript")).await;
    let content = transcript["items"]
        .as_array()
        .unwrap()
        .iter()
        .find_map(|item| item["file"]["content"].as_str())
        .unwrap()
        .to_owned();
    let customer = app.state().floor().conversation(conversation).unwrap().customer.to_string();
    let ids =
        BTreeMap::from([("conversation", conversation.to_string()), ("customer", customer), ("content", content)]);
    let secret = app.token(1, vec![TokenScope::Ingest], false).await;
    let reading = app.token(2, vec![TokenScope::Read], false).await;

    let rows: BTreeMap<&str, (Who, Value)> = rows().into_iter().map(|(id, who, body)| (id, (who, body))).collect();
    let document = serde_json::to_value(signalbox_server::api::split().1).unwrap();
    let mut wrong = Vec::new();
    let mut seen = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            let Some((who, body)) = rows.get(id.as_str()) else {
                wrong.push(format!("{id} ({method} {path}) has no row in this test: say who may call it"));
                continue;
            };
            seen.push(id.clone());
            let says_token = operation["security"].to_string().contains("token") && *who != Token;
            if says_token != READABLE.contains(&id.as_str()) {
                wrong.push(format!("{id}: the document and this test disagree on whether a token may read it"));
            }
            for caller in CALLERS {
                let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
                let mut request = app
                    .ask(method, &address(path, &ids))
                    .header("x-signalbox-csrf", "1")
                    .timeout(Duration::from_secs(10));
                request = match caller {
                    "nobody" => request,
                    "token" => request.bearer_auth(&secret),
                    "reader" => request.bearer_auth(&reading),
                    // A session of its own each time: signing out must not end the others.
                    "agent" => {
                        request.header("cookie", format!("signalbox_session={}", app.visitor(ANA).await.session))
                    }
                    "supervisor" => {
                        request.header("cookie", format!("signalbox_session={}", app.visitor(SAM).await.session))
                    }
                    _ => request.header("cookie", format!("signalbox_session={}", app.visitor(ADA).await.session)),
                };
                request = match id.as_str() {
                    "attach" | "chat_attach" | "import_articles" => with_file(request, "a.txt", b"x"),
                    _ if body.is_null() => request,
                    _ => request.json(body),
                };
                let response = request.send().await.unwrap();
                let status = response.status().as_u16();
                let allowed = expected(&id, *who, caller);
                let fits = if allowed.is_empty() {
                    // Wrong passwords and unknown documents are answers to somebody who was let in.
                    !matches!(status, 401 | 403 | 500)
                        || matches!(id.as_str(), "sign_in" | "change_password") && status == 401
                } else {
                    allowed.contains(&status)
                };
                if !fits {
                    wrong.push(format!("{id} as {caller}: {status}, expected {allowed:?} for {who:?}"));
                }
            }
        }
    }
    for id in rows.keys().filter(|id| !seen.iter().any(|seen| seen == *id)) {
        wrong.push(format!("{id} has a row in this test and is not in the document"));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[tokio::test]
async fn a_token_that_reads_gets_all_conversations_and_neither_identities_nor_words_of_customers() {
    let app = TestApp::start().await;
    app.make_available(BEN).await;
    let conversation = app.open_conversation(1).await;
    let (owner, offer) = app.until_offered(conversation).await;
    let ben = app.visitor(owner).await;
    ben.post(&format!("/api/conversations/{conversation}/offers/{offer}/accept"), Value::Null).await;
    let customer = app.state().floor().conversation(conversation).unwrap().customer;
    let address = json!({"kind": "email", "value": "kim@example.com"});
    let sam = app.visitor(SAM).await;
    assert_eq!(sam.post(&format!("/api/customers/{customer}/identities"), address).await.0, 200);
    let secret = app.token(2, vec![TokenScope::Read], false).await;
    let get = |path: String| answer(app.ask(Method::GET, &path).bearer_auth(&secret));

    let (status, list) = get("/api/conversations".to_owned()).await;
    assert_eq!((status.as_u16(), &list["rows"][0]["id"]), (200, &json!(conversation.to_string())), "{list}");
    let (status, detail) = get(format!("/api/conversations/{conversation}")).await;
    assert_eq!((status.as_u16(), &detail["customer"]["identities"]), (200, &json!([])), "{detail}");
    assert!(!detail.to_string().contains("kim@example.com"), "{detail}");
    assert_eq!(detail["may"]["reply"], json!(false));
    assert_problem(&get("/api/conversations?q=kim".to_owned()).await, 403, "forbidden");
    assert_problem(&get("/api/export/conversations?q=kim".to_owned()).await, 403, "forbidden");
    let (status, file) = get("/api/export/conversations?format=csv".to_owned()).await;
    assert!(status == 200 && file.to_string().contains(&conversation.to_string()), "{file}");
    let (_, audit) = app.visitor(ADA).await.get("/api/audit").await;
    assert!(audit.to_string().contains("The token “Test” exported 1 row"), "{audit}");
}
