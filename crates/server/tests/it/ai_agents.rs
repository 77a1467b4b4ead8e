//! AI agents from a briefing to a released version that answers customers, through the API alone.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use signalbox_model::id::{ConversationId, PersonId};

use crate::app::{ADA, ANA, QUEUE, SAM, TestApp, Visitor, answer, assert_problem};

const PROCEDURE: &str = r#"Procedure: Order status
About: your order
When the customer asks: where is my order; track my parcel; delivery status
1. Ask for the order number (order number) as order: "What is your order number?"
2. Ask for the trouble (one of "late", "damaged") as trouble: "Is it late or damaged?"
3. If trouble is "damaged", hand off because unsupported_request.
4. Say "Your order {order} is on its way."
5. Ask whether anything else is needed."#;

fn agent() -> Value {
    json!({
        "handle": "bo", "name": "Bo", "queues": [QUEUE], "capacity": 5,
        "draft": {
            "briefing": {
                "purpose": "Answers questions about orders.",
                "escalation": ["complaint: worst service"],
                "disclosure": "I am the AI assistant of the shop.",
                "closing": "Goodbye!"
            },
            "engine": {"kind": "guided"},
            "procedures": [PROCEDURE],
            "autonomy": "act",
            "budgets": {"turns_max": 20, "turn_ms": 10_000}
        }
    })
}

/// Somebody of the CX team.
async fn builder(app: &TestApp) -> Visitor {
    let ada = app.visitor(ADA).await;
    let person = json!({"name": "Cleo", "email": "cleo@example.com", "role": "ai_builder"});
    let (status, made) = ada.post("/api/setup/people", person).await;
    assert_eq!(status, 200, "{made}");
    app.visitor(made["id"].as_str().unwrap().parse::<PersonId>().unwrap()).await
}

async fn register(cleo: &Visitor, agent: Value) -> String {
    let (status, made) = cleo.post("/api/ai-agents", agent).await;
    assert_eq!(status, 200, "{made}");
    format!("/api/ai-agents/{}", made["id"].as_str().unwrap())
}

async fn candidate(cleo: &Visitor, path: &str) -> Value {
    let (status, made) = cleo.post(&format!("{path}/versions"), json!({"note": "the first"})).await;
    assert_eq!(status, 200, "{made}");
    made
}

async fn save(cleo: &Visitor, path: &str, change: impl FnOnce(&mut Value)) -> (StatusCode, Value) {
    let (_, read) = cleo.get(path).await;
    let mut document = read["document"].clone();
    change(&mut document);
    let request = cleo.ask(Method::PUT, path).header("if-match", read["revision"].to_string());
    answer(request.json(&document)).await
}

async fn chat(app: &TestApp) -> (String, ConversationId) {
    let (status, begun) = answer(app.ask(Method::POST, "/api/chat/sessions").json(&json!({}))).await;
    assert_eq!(status, 200, "{begun}");
    (begun["token"].as_str().unwrap().to_owned(), begun["conversation"].as_str().unwrap().parse().unwrap())
}

#[tokio::test]
async fn what_blocks_is_told_field_by_field_and_no_candidate_is_made() {
    let app = TestApp::start().await;
    let cleo = builder(&app).await;
    let mut unfinished = agent();
    unfinished["draft"]["briefing"] = json!({"purpose": "Answers questions."});
    unfinished["draft"]["procedures"] =
        json!([PROCEDURE.replace("Say \"Your order {order} is on its way.\"", "Frobnicate.")]);
    let path = register(&cleo, unfinished).await;
    let refused = cleo.post(&format!("{path}/versions"), json!({})).await;
    assert_problem(&refused, 422, "invalid");
    let fields: Vec<&str> =
        refused.1["fields"].as_array().unwrap().iter().map(|field| field["field"].as_str().unwrap()).collect();
    for field in
        ["draft.briefing.disclosure", "draft.briefing.escalation", "draft.briefing.closing", "draft.procedures[0]"]
    {
        assert!(fields.contains(&field), "{field} in {fields:?}");
    }
    let (_, read) = cleo.get(&path).await;
    assert_eq!(read["versions"], json!([]));
    let finding =
        read["findings"].as_array().unwrap().iter().find(|finding| finding["field"] == "procedures[0]").unwrap();
    assert_eq!(finding["line"], 7, "{finding}");

    let (status, checked) = cleo.post(&format!("{path}/lint"), json!({"draft": agent()["draft"]})).await;
    assert_eq!((status.as_u16(), &checked["blocks"]), (200, &json!(0)), "{checked}");
    assert_eq!(checked["preview"][0]["lines"], json!(["I am the AI assistant of the shop."]));
}

#[tokio::test]
async fn a_candidate_never_changes_and_one_snapshot_has_one_hash() {
    let app = TestApp::start().await;
    let cleo = builder(&app).await;
    let path = register(&cleo, agent()).await;
    let made = candidate(&cleo, &path).await;
    assert_problem(&cleo.post(&format!("{path}/versions"), json!({})).await, 409, "conflict");
    let (_, first) = cleo.get(&format!("{path}/versions/1")).await;
    assert_eq!((&first["version"]["hash"], &first["version"]["note"]), (&made["hash"], &json!("the first")));

    // What is not in the snapshot makes no new version; what is does.
    assert_eq!(save(&cleo, &path, |document| document["capacity"] = json!(7)).await.0, 200);
    assert_problem(&cleo.post(&format!("{path}/versions"), json!({})).await, 409, "conflict");
    let changed = |document: &mut Value| document["draft"]["briefing"]["closing"] = json!("Bye!");
    assert_eq!(save(&cleo, &path, changed).await.0, 200);
    let (_, diff) = cleo.get(&format!("{path}/versions/1/diff?with=draft")).await;
    assert_eq!(diff["changed"], 1, "{diff}");
    let section = diff["sections"].as_array().unwrap().iter().find(|section| section["changed"] == true).unwrap();
    assert_eq!(section["lines"], json!([{"fate": "removed", "text": "Goodbye!"}, {"fate": "added", "text": "Bye!"}]));
    let second = candidate(&cleo, &path).await;
    assert_eq!(second["number"], 2);
    assert_ne!(second["hash"], made["hash"]);
    let (_, again) = cleo.get(&format!("{path}/versions/1")).await;
    assert_eq!(again, first);
    // Back to what it was: the same snapshot has the same hash.
    assert_eq!(save(&cleo, &path, |d| d["draft"]["briefing"]["closing"] = json!("Goodbye!")).await.0, 200);
    assert_eq!(candidate(&cleo, &path).await["hash"], made["hash"]);
}

#[tokio::test]
async fn who_builds_makes_a_candidate_without_an_engineer_and_cannot_release_it() {
    let app = TestApp::start().await;
    let cleo = builder(&app).await;
    let path = register(&cleo, agent()).await;
    candidate(&cleo, &path).await;
    let reason = json!({"reason": "it is good"});
    for deed in ["release", "withdraw"] {
        assert_problem(&cleo.post(&format!("{path}/versions/1/{deed}"), reason.clone()).await, 403, "forbidden");
    }
    assert_problem(&answer(cleo.ask(Method::DELETE, &path)).await, 403, "forbidden");
    let retired = save(&cleo, &path, |document| document["retired"] = json!(true)).await;
    assert_problem(&retired, 422, "invalid");
    let sam = app.visitor(SAM).await;
    assert_problem(&sam.post(&format!("{path}/versions/1/release"), reason.clone()).await, 403, "forbidden");
    assert_problem(&sam.post(&format!("{path}/versions"), json!({})).await, 403, "forbidden");
    let ada = app.visitor(ADA).await;
    assert_problem(&ada.post(&format!("{path}/versions/1/release"), json!({"reason": " "})).await, 422, "invalid");
    assert_problem(&ada.post(&format!("{path}/versions/9/release"), reason.clone()).await, 404, "not_found");
    assert_eq!(ada.post(&format!("{path}/versions/1/release"), reason.clone()).await.0, 200);
    assert_problem(&ada.post(&format!("{path}/versions/1/release"), reason).await, 409, "conflict");
    let (_, list) = cleo.get("/api/ai-agents").await;
    assert_eq!(
        (&list["agents"][0]["released"]["number"], &list["agents"][0]["queues"][0]["name"]),
        (&json!(1), &json!("Help"))
    );
}

#[tokio::test]
async fn a_released_version_answers_a_chat_and_a_withdrawn_one_gets_no_more() {
    let app = TestApp::start().await;
    let cleo = builder(&app).await;
    let path = register(&cleo, agent()).await;
    candidate(&cleo, &path).await;
    let (_, waiting) = chat(&app).await;
    assert!(
        app.state().floor().conversation(waiting).unwrap().ai_owner().is_none(),
        "a candidate has no conversations"
    );
    let ada = app.visitor(ADA).await;
    assert_eq!(ada.post(&format!("{path}/versions/1/release"), json!({"reason": "tried"})).await.0, 200);

    let (token, conversation) = chat(&app).await;
    let spoken = |count| {
        move |floor: &signalbox_engine::Floor| (floor.conversation(conversation)?.ai.spoken >= count).then_some(())
    };
    app.until("a greeting", spoken(1)).await;
    let say = json!({"text": "where is my order?", "key": "k1"});
    let said = answer(app.ask(Method::POST, "/api/chat/turns").bearer_auth(&token).json(&say)).await;
    assert_eq!(said.0, 200, "{}", said.1);
    app.until("an answer", spoken(2)).await;
    let ai_turns = format!("/api/conversations/{conversation}/ai-turns");
    let (status, shown) = ada.get(&ai_turns).await;
    assert_eq!(status, 200, "{shown}");
    let told: Vec<(&str, &str)> = shown["turns"]
        .as_array()
        .unwrap()
        .iter()
        .map(|turn| (turn["task"].as_str().unwrap(), turn["said"].as_str().unwrap()))
        .collect();
    assert_eq!(told[0], ("open", "I am the AI assistant of the shop."));
    assert_eq!(told[1], ("answer", "What is your order number?"));
    assert_eq!(shown["turns"][1]["figures"]["answered_by"], "guided");
    assert!(shown["turns"][1]["steps"].as_array().is_some_and(|steps| !steps.is_empty()), "{shown}");
    assert_problem(&app.visitor(ANA).await.get(&ai_turns).await, 404, "not_found");
    let (_, list) = cleo.get("/api/ai-agents").await;
    assert!(list["agents"][0]["live"].as_u64().is_some_and(|live| live >= 1), "{list}");

    assert_eq!(ada.post(&format!("{path}/versions/1/withdraw"), json!({"reason": "not yet"})).await.0, 200);
    let (_, next) = chat(&app).await;
    assert!(
        app.state().floor().conversation(next).unwrap().ai_owner().is_none(),
        "a withdrawn version has no new ones"
    );
}

#[tokio::test]
async fn a_trial_runs_the_real_engine_hides_personal_data_and_leaves_no_trace_in_the_log() {
    let app = TestApp::start().await;
    let cleo = builder(&app).await;
    let path = register(&cleo, agent()).await;
    let before = app.state().standing.position();
    let trying = format!("{path}/try");
    let (status, opened) = cleo.post(&trying, json!({})).await;
    assert_eq!(
        (status.as_u16(), opened["said"].as_str()),
        (200, Some("I am the AI assistant of the shop.")),
        "{opened}"
    );
    let next =
        json!({"lines": opened["lines"], "memory": opened["memory"], "say": "Where is my order? I am kim@example.com"});
    let (_, asked) = cleo.post(&trying, next).await;
    assert_eq!(asked["said"], "What is your order number?", "{asked}");
    assert!(!asked["lines"].to_string().contains("kim@example.com"), "{}", asked["lines"]);
    let next = json!({"lines": asked["lines"], "memory": asked["memory"], "say": "it is 104812"});
    let (_, which) = cleo.post(&trying, next).await;
    assert_eq!(which["said"], "Is it late or damaged?", "{which}");
    let next = json!({"lines": which["lines"], "memory": which["memory"], "say": "it is late"});
    let (_, told) = cleo.post(&trying, next).await;
    assert!(told["said"].as_str().is_some_and(|said| said.contains("is on its way.")), "{told}");
    assert!(!told["steps"].as_array().unwrap().is_empty());

    // A draft that is not saved can be tried, and a version that was made.
    let mut other = agent()["draft"].clone();
    other["briefing"]["disclosure"] = json!("I am a machine.");
    assert_eq!(cleo.post(&trying, json!({"draft": other})).await.1["said"], "I am a machine.");
    assert_problem(&cleo.post(&trying, json!({"version": 1})).await, 404, "not_found");
    assert_problem(&cleo.post(&trying, json!({"memory": {"agent": 3}})).await, 422, "invalid");
    assert_eq!(app.state().standing.position(), before);
    assert_problem(&app.visitor(SAM).await.post(&trying, json!({})).await, 403, "forbidden");
}
