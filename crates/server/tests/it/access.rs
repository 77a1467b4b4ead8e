//! Who gets in, and who does not.

use reqwest::Method;
use serde_json::json;
use signalbox_model::setup::people::TokenScope;

use crate::app::{ADA, ANA, BEN, SAM, TestApp, answer, assert_problem};

const PASSWORD: &str = "a long enough password";

#[tokio::test]
async fn signing_in_gives_a_session_that_ends_with_signing_out() {
    let app = TestApp::start().await;
    app.state().auth.set_password(ANA, PASSWORD, None).await.unwrap();
    let sign_in = json!({"email": "Ana@Example.com", "password": PASSWORD});
    let response =
        app.ask(Method::POST, "/api/session").header("x-signalbox-csrf", "1").json(&sign_in).send().await.unwrap();
    assert_eq!(response.status(), 200);
    let cookie = response.headers()["set-cookie"].to_str().unwrap().to_owned();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let as_ana = |method, path: &str| app.ask(method, path).header("cookie", &cookie).header("x-signalbox-csrf", "1");
    let (status, body) = answer(as_ana(Method::GET, "/api/session")).await;
    assert_eq!(status, 200);
    assert_eq!(
        (body["person"]["name"].as_str(), body["permissions"].clone()),
        (Some("Ana"), json!(["desk", "approve", "reveal"]))
    );
    assert_eq!(answer(as_ana(Method::DELETE, "/api/session")).await.0, 204);
    assert_problem(&answer(as_ana(Method::GET, "/api/session")).await, 401, "not_signed_in");
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_mail_address_are_told_alike_and_slowed_down() {
    let app = TestApp::start().await;
    app.state().auth.set_password(ANA, PASSWORD, None).await.unwrap();
    let try_it = |email: &str| {
        let body = json!({"email": email, "password": "something else"});
        answer(app.ask(Method::POST, "/api/session").header("x-signalbox-csrf", "1").json(&body))
    };
    let (wrong, unknown) = (try_it("ana@example.com").await, try_it("nobody@example.com").await);
    assert_problem(&wrong, 401, "wrong_password");
    assert_eq!(wrong, unknown);
    for _ in 0..9 {
        try_it("ana@example.com").await;
    }
    assert_problem(&try_it("ana@example.com").await, 429, "too_often");
    assert_problem(&try_it("ben@example.com").await, 401, "wrong_password");
}

#[tokio::test]
async fn a_change_without_the_mark_or_from_another_site_is_refused() {
    let app = TestApp::start().await;
    let ana = app.visitor(ANA).await;
    let away = json!({"presence": "away"});
    assert_problem(&answer(ana.ask_unmarked(Method::PUT, "/api/desk/presence").json(&away)).await, 403, "cross_site");
    let foreign = ana.ask(Method::PUT, "/api/desk/presence").header("origin", "https://evil.example").json(&away);
    assert_problem(&answer(foreign).await, 403, "cross_site");
    let sign_in = app.ask(Method::POST, "/api/session").json(&json!({"email": "a@b.c", "password": "x"}));
    assert_problem(&answer(sign_in).await, 403, "cross_site");
}

#[tokio::test]
async fn roles_keep_agents_from_the_floor_and_supervisors_from_the_audit_log() {
    let app = TestApp::start().await;
    let (ana, sam, ada) = (app.visitor(ANA).await, app.visitor(SAM).await, app.visitor(ADA).await);
    assert_problem(&ana.get("/api/floor").await, 403, "forbidden");
    assert_eq!(sam.get("/api/floor").await.0, 200);
    assert_problem(&sam.get("/api/audit").await, 403, "forbidden");
    assert_eq!(ada.get("/api/audit").await.0, 200);
    assert_problem(&answer(app.ask(Method::GET, "/api/floor")).await, 401, "not_signed_in");
}

#[tokio::test]
async fn tokens_that_are_missing_foreign_revoked_or_without_scope_are_refused() {
    let app = TestApp::start().await;
    let body = json!({"events": []});
    let with = |secret: Option<&str>| {
        let request = app.ask(Method::POST, "/api/ingest/events").json(&body);
        answer(match secret {
            Some(secret) => request.bearer_auth(secret),
            None => request,
        })
    };
    assert_problem(&with(None).await, 401, "unknown_token");
    assert_problem(&with(Some("sbx_of-another-server")).await, 401, "unknown_token");
    let revoked = app.token(1, vec![TokenScope::Ingest], true).await;
    assert_problem(&with(Some(&revoked)).await, 401, "token_over");
    let reader = app.token(2, vec![TokenScope::Read], false).await;
    assert_problem(&with(Some(&reader)).await, 403, "forbidden");
}

#[tokio::test]
async fn another_agents_conversation_does_not_exist() {
    let app = TestApp::start().await;
    app.make_available(ANA).await;
    let conversation = app.open_conversation(10).await;
    assert_eq!(app.until_offered(conversation).await.0, ANA);
    let (ana, ben, sam) = (app.visitor(ANA).await, app.visitor(BEN).await, app.visitor(SAM).await);
    let path = format!("/api/conversations/{conversation}");
    assert_eq!(ana.get(&path).await.0, 200);
    assert_eq!(sam.get(&path).await.0, 200);
    let hidden = ben.get(&path).await;
    assert_problem(&hidden, 404, "not_found");
    let missing = ben.get("/api/conversations/conv_00000000000000000000009999").await;
    assert_eq!(hidden, missing, "hidden and missing are told alike");
    assert_problem(&ben.get(&format!("/api/live?topics=conversation:{conversation}")).await, 404, "not_found");
    assert_problem(&ben.post(&format!("{path}/turns"), json!({"text": "hello"})).await, 404, "not_found");
}

#[tokio::test]
async fn personas_are_there_in_a_demo_only() {
    let demo = TestApp::start_demo().await;
    let (_, body) = answer(demo.ask(Method::GET, "/api/session/personas")).await;
    assert_eq!(body["personas"].as_array().unwrap().len(), 5);
    let persona = json!({"persona": SAM});
    let enter =
        |app: &TestApp| answer(app.ask(Method::POST, "/api/session").header("x-signalbox-csrf", "1").json(&persona));
    assert_eq!(enter(&demo).await.0, 200);
    let serious = TestApp::start().await;
    assert_problem(&enter(&serious).await, 403, "forbidden");
    let (_, body) = answer(serious.ask(Method::GET, "/api/session/personas")).await;
    assert!(body["personas"].as_array().unwrap().is_empty());
}

#[tokio::test]
async fn pages_carry_headers_that_protect_those_in_front_of_them() {
    let app = TestApp::start().await;
    let page = app.ask(Method::GET, "/floor").send().await.unwrap();
    assert_eq!(page.status(), 200);
    let policy = page.headers()["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("script-src 'self'") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(page.headers()["x-content-type-options"], "nosniff");
    assert_problem(&answer(app.ask(Method::GET, "/api/no-such-thing")).await, 404, "not_found");
    assert_problem(&answer(app.ask(Method::PATCH, "/api/session")).await, 405, "method_not_allowed");
    assert_eq!(app.ask(Method::GET, "/healthz").send().await.unwrap().status(), 200);
    assert_eq!(app.ask(Method::GET, "/readyz").send().await.unwrap().status(), 200);
    let metrics = app.ask(Method::GET, "/metrics").send().await.unwrap().text().await.unwrap();
    assert!(
        metrics.contains("signalbox_events_appended_total") && metrics.contains("signalbox_conversations_open"),
        "{metrics}"
    );
}
