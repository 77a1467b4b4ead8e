//! Knowledge by the API: articles with revisions, imports by comparison, and what would be answered.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{ADA, SAM, TestApp, Visitor, answer, assert_problem};

const BOUNDARY: &str = "a-boundary-that-no-file-of-a-test-holds";

async fn collection(ada: &Visitor) -> String {
    let (status, made) = ada.post("/api/knowledge/collections", json!({"name": "Returns", "floor_milli": 300})).await;
    assert_eq!(status, 200, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

fn article(collection: &str) -> Value {
    json!({"collection": collection, "title": "How long returns take",
        "body": "Parcels can be sent back within 30 days of delivery. The refund arrives within five working days after the warehouse has the parcel."})
}

async fn import(ada: &Visitor, fields: &[(&str, &str)], files: &[(&str, &str)]) -> (reqwest::StatusCode, Value) {
    let mut body = String::new();
    for (name, value) in fields {
        body += &format!("--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
    }
    for (name, text) in files {
        body += &format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{text}\r\n"
        );
    }
    body += &format!("--{BOUNDARY}--\r\n");
    let request = ada.ask(Method::POST, "/api/knowledge/import");
    answer(request.header("content-type", format!("multipart/form-data; boundary={BOUNDARY}")).body(body)).await
}

#[tokio::test]
async fn an_article_is_written_read_changed_once_per_revision_and_retired() {
    let app = TestApp::start().await;
    let ada = app.visitor(ADA).await;
    let collection = collection(&ada).await;
    let (status, made) = ada.post("/api/knowledge/articles", article(&collection)).await;
    assert_eq!(status, 200, "{made}");
    let path = format!("/api/knowledge/articles/{}", made["id"].as_str().unwrap());
    let (_, read) = ada.get(&path).await;
    assert!(read["body"].as_str().unwrap().starts_with("Parcels"), "{read}");
    assert_eq!((&read["row"]["revision"], &read["row"]["stale"]["kind"]), (&json!(1), &json!("no_review_day")));
    let mut changed = article(&collection);
    changed["review_by"] = json!("2020-01-31");
    let put = |revision: &'static str| answer(ada.ask(Method::PUT, &path).header("if-match", revision).json(&changed));
    assert_eq!(put("1").await.0, 200);
    assert_problem(&put("1").await, 409, "changed_meanwhile");
    let (_, list) = ada.get("/api/knowledge/articles?stale=true&text=returns").await;
    assert_eq!((&list["total"], &list["rows"][0]["stale"]["kind"]), (&json!(1), &json!("overdue")), "{list}");
    assert_eq!(ada.post(&format!("{path}/retire"), json!({"retired": true})).await.0, 200);
    assert_eq!(ada.get("/api/knowledge/articles").await.1["total"], json!(0));
    assert_eq!(ada.get("/api/knowledge/articles?retired=true").await.1["total"], json!(1));
    assert_eq!(ada.get("/api/knowledge").await.1["collections"][0]["retired"], json!(1));
    let sam = app.visitor(SAM).await;
    assert_problem(&sam.post("/api/knowledge/articles", article(&collection)).await, 403, "forbidden");
}

#[tokio::test]
async fn an_import_says_what_changes_and_then_does_it_and_the_same_again_changes_nothing() {
    let app = TestApp::start().await;
    let ada = app.visitor(ADA).await;
    let collection = collection(&ada).await;
    let files = [
        ("returns.md", "---\nowner: sam@example.com\n---\n# Returns\n\nSend it back within 30 days of delivery."),
        ("delivery.html", "<html><title>Delivery</title><body><p>Parcels take two days.</p></body></html>"),
        (
            "faq.jsonl",
            "{\"id\":\"faq-1\",\"title\":\"Gift cards\",\"body\":\"Gift cards are valid for three years.\"}\nnot json",
        ),
        ("picture.png", "x"),
    ];
    let dry = [("collection", collection.as_str()), ("dry_run", "true")];
    let (status, report) = import(&ada, &dry, &files).await;
    assert_eq!(status, 200, "{report}");
    let counts = |report: &Value| {
        let count = |field: &str| report[field].as_array().unwrap().len();
        (count("added"), count("changed"), report["unchanged"].as_u64().unwrap(), count("gone"), count("rejected"))
    };
    assert_eq!((counts(&report), &report["applied"]), ((3, 0, 0, 0, 2), &json!(false)), "{report}");
    assert_eq!(ada.get("/api/knowledge/articles").await.1["total"], json!(0), "a dry run changes nothing");
    let real = [("collection", collection.as_str())];
    assert_eq!(counts(&import(&ada, &real, &files).await.1), (3, 0, 0, 0, 2));
    assert_eq!(counts(&import(&ada, &real, &files).await.1), (0, 0, 3, 0, 2));
    let (_, list) = ada.get("/api/knowledge/articles?text=returns").await;
    assert_eq!(list["rows"][0]["owner"]["name"], json!("Sam"), "{list}");
    let fewer = [("returns.md", "# Returns\n\nSend it back within 60 days of delivery.")];
    let retire = [("collection", collection.as_str()), ("gone", "retire")];
    assert_eq!(counts(&import(&ada, &retire, &fewer).await.1), (0, 1, 0, 2, 0));
    let (_, list) = ada.get("/api/knowledge/articles").await;
    assert_eq!(
        (&list["total"], &list["rows"][0]["owner"]["name"]),
        (&json!(1), &json!("Sam")),
        "the owner stays: {list}"
    );
    assert_eq!(ada.get("/api/knowledge/articles?retired=true").await.1["total"], json!(2));
    assert_eq!(counts(&import(&ada, &real, &files).await.1), (2, 1, 0, 0, 2), "what was retired comes back");
    assert_eq!(ada.get("/api/knowledge/articles").await.1["total"], json!(3));
    assert_problem(&import(&ada, &[("gone", "eat")], &fewer).await, 422, "invalid");
    assert_problem(&import(&ada, &[], &fewer).await, 422, "invalid");
}

#[tokio::test]
async fn a_search_shows_what_would_be_answered_and_why_not() {
    let app = TestApp::start().await;
    let ada = app.visitor(ADA).await;
    let collection = collection(&ada).await;
    let (_, made) = ada.post("/api/knowledge/articles", article(&collection)).await;
    let before = app.state().brain.shelves.articles();
    // The shelves are filled beside the log: they are asked until they have it, within the test's patience.
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(20);
    while app.state().brain.shelves.articles() == 0 && tokio::time::Instant::now() < deadline {
        tokio::task::yield_now().await;
    }
    assert!(app.state().brain.shelves.articles() >= before.max(1));
    let ask = |text: &str, floor: u16| {
        let body = json!({"text": text, "collections": [collection], "floor_milli": floor});
        let sam = &ada;
        async move { sam.post("/api/knowledge/search", body).await.1 }
    };
    let found = ask("When does the refund arrive?", 1).await;
    assert!(found["answer"]["text"].as_str().is_some_and(|text| text.contains("five working days")), "{found}");
    assert_eq!(found["answer"]["sources"][0]["article"], made["id"]);
    let below = ask("When does the refund arrive?", 1_000).await;
    assert_eq!((&below["answer"], &below["why_not"]["kind"]), (&Value::Null, &json!("below_floor")), "{below}");
    assert_eq!(ask("qwertyuiop", 1).await["why_not"]["kind"], json!("nothing_found"));
    let questions = json!({"questions": [{"question": "When does the refund arrive?", "relevant": [made["id"]]}, {"question": "Do you sell bicycles?", "relevant": []}]});
    let (status, curve) = ada.post("/api/knowledge/curve", questions).await;
    assert_eq!((status.as_u16(), curve["points"].as_array().map(Vec::len)), (200, Some(21)), "{curve}");
    assert_eq!(curve["points"][20]["answered_ratio"], json!(0.0));
    assert_problem(&ada.post("/api/knowledge/curve", json!({"questions": []})).await, 422, "invalid");
    let (status, gaps) = ada.get("/api/knowledge/gaps").await;
    assert_eq!((status.as_u16(), &gaps["questions"]), (200, &json!(0)), "{gaps}");
}
