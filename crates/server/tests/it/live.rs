//! Live streams.

use serde_json::{Value, json};

use crate::app::{ANA, BEN, SAM, TestApp};
use crate::stream::Stream;

fn is(topic: &str, kind: &str) -> impl Fn(&Value) -> bool {
    let (topic, kind) = (topic.to_owned(), kind.to_owned());
    move |item| item["topic"] == topic.as_str() && item["kind"] == kind.as_str()
}

#[tokio::test]
async fn a_stream_begins_with_everything_and_goes_on_with_what_changes() {
    let app = TestApp::start().await;
    let sam = app.visitor(SAM).await;
    let mut stream = Stream::open(&sam, "floor").await;
    let hello = stream.next().await.unwrap();
    assert_eq!(hello.name, "hello");
    let first = stream.items().await;
    assert_eq!((first[0]["topic"].as_str(), first[0]["kind"].as_str()), (Some("floor"), Some("reset")));
    assert_eq!(first.iter().filter(|item| item["kind"] == "person").count(), 5);
    assert_eq!(first.iter().filter(|item| item["kind"] == "queue").count(), 1);
    let conversation = app.open_conversation(10).await;
    let item = stream.until("the conversation", is("floor", "conversation")).await;
    assert_eq!(item["id"], json!(conversation));
    assert_eq!(item["data"]["state"], "waiting");
}

#[tokio::test]
async fn a_stream_that_was_lost_catches_up_and_shows_nothing_twice() {
    let app = TestApp::start().await;
    let sam = app.visitor(SAM).await;
    let mut first = Stream::open(&sam, "floor").await;
    first.until("the people", is("floor", "person")).await;
    drop(first);
    let conversations = [app.open_conversation(10).await, app.open_conversation(11).await];
    let mut second = Stream::open(&sam, "floor&last_event_id=3").await;
    let items = second.items().await;
    assert_eq!(items[0]["kind"], "reset");
    let mut ids: Vec<String> = items
        .iter()
        .filter(|item| item["kind"] == "conversation")
        .map(|item| item["id"].as_str().unwrap().to_owned())
        .collect();
    ids.sort();
    assert_eq!(ids, conversations.map(|id| id.to_string()));
}

#[tokio::test]
async fn an_offer_appears_on_the_desk_and_becomes_a_conversation_when_it_is_taken() {
    let app = TestApp::start().await;
    let ana = app.visitor(ANA).await;
    let mut desk = Stream::open(&ana, "desk").await;
    desk.until("me", is("desk", "me")).await;
    app.make_available(ANA).await;
    let conversation = app.open_conversation(10).await;
    let offered = desk.until("the offer", is("desk", "offer")).await;
    assert_eq!(offered["id"], json!(conversation));
    let number = offered["data"]["offer"]["number"].as_u64().unwrap();
    let (status, body) =
        ana.post(&format!("/api/conversations/{conversation}/offers/{number}/accept"), json!({})).await;
    assert_eq!(status, 200, "{body}");
    let taken = desk.until("the conversation", |item| item["kind"] == "conversation" && item["topic"] == "desk").await;
    assert_eq!(taken["data"]["owner"]["person"]["name"], "Ana");
}

#[tokio::test]
async fn a_desk_that_opens_and_closes_is_recorded_and_a_reload_is_not() {
    let app = TestApp::start().await;
    let ana = app.visitor(ANA).await;
    let first = Stream::open(&ana, "desk").await;
    app.until("an open desk", |floor| floor.desk(ANA)?.connected.then_some(())).await;
    let connected_at = app.state().standing.position();
    drop(first);
    let second = Stream::open(&ana, "desk").await;
    drop(second);
    app.until("a closed desk", |floor| (!floor.desk(ANA)?.connected).then_some(())).await;
    let closed_at = app.state().standing.position();
    assert_eq!(closed_at.0, connected_at.0 + 1, "the reload in between is no fact");
}

#[tokio::test]
async fn words_reach_those_who_look_at_the_conversation_once_each() {
    let app = TestApp::start().await;
    app.make_available(ANA).await;
    let conversation = app.open_conversation(10).await;
    let (_, offer) = app.until_offered(conversation).await;
    let (ana, sam, ben) = (app.visitor(ANA).await, app.visitor(SAM).await, app.visitor(BEN).await);
    let (status, body) = ana.post(&format!("/api/conversations/{conversation}/offers/{offer}/accept"), json!({})).await;
    assert_eq!(status, 200, "{body}");
    let topic = format!("conversation:{conversation}");
    let mut stream = Stream::open(&sam, &topic).await;
    let first = stream.items().await;
    assert!(first.iter().any(|item| item["kind"] == "summary"), "{first:?}");
    let (status, body) =
        ana.post(&format!("/api/conversations/{conversation}/turns"), json!({"text": "hello there"})).await;
    assert_eq!(status, 200, "{body}");
    let said = stream.until("the words", |item| item["data"]["text"] == "hello there").await;
    assert_eq!((said["kind"].as_str(), said["topic"].as_str()), (Some("item"), Some(topic.as_str())));
    assert_eq!(said["id"].as_str().unwrap(), said["data"]["position"].to_string());
    let mut again = Stream::open(&sam, &topic).await;
    let lines = again.items().await;
    assert_eq!(lines.iter().filter(|item| item["data"]["text"] == "hello there").count(), 1);
    assert_eq!(ben.get(&format!("/api/live?topics={topic}")).await.0, 404);
}

#[tokio::test]
async fn a_customers_name_reaches_the_floor_although_it_is_known_a_moment_later() {
    let app = TestApp::start().await;
    let sam = app.visitor(SAM).await;
    let mut stream = Stream::open(&sam, "floor").await;
    stream.items().await;
    let opened = app.ask(reqwest::Method::POST, "/api/chat/sessions").json(&json!({"name": "Kim Lee"}));
    assert_eq!(opened.send().await.unwrap().status(), 200);
    let named = |item: &Value| item["kind"] == "conversation" && item["data"]["customer"]["name"] == "Kim Lee";
    stream.until("the name", named).await;
}
