//! Shutting down loses nothing and tells those who look.

use reqwest::Method;

use crate::app::{ANA, SAM, TestApp};
use crate::stream::Stream;

#[tokio::test]
async fn streams_are_told_and_everything_is_there_after_the_restart() {
    let app = TestApp::start().await;
    let sam = app.visitor(SAM).await;
    let mut stream = Stream::open(&sam, "floor").await;
    stream.items().await;
    app.make_available(ANA).await;
    let conversation = app.open_conversation(10).await;
    app.until_offered(conversation).await;
    let stopping = tokio::spawn(app.restart());
    let mut last = String::new();
    while let Some(event) = stream.next().await {
        last = event.name;
    }
    assert_eq!(last, "bye");
    let app = stopping.await.unwrap();
    assert!(app.state().floor().conversation(conversation).is_some());
    assert_eq!(app.ask(Method::GET, "/readyz").send().await.unwrap().status(), 200);
    assert!(app.folder.path().join("engine.snapshot").exists());
    // The session outlives the restart too.
    let request = app.ask(Method::GET, "/api/session").header("cookie", format!("signalbox_session={}", sam.session));
    assert_eq!(request.send().await.unwrap().status(), 200);
}
