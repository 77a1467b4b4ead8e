//! A reader of server-sent events.

use futures_util::StreamExt as _;
use serde_json::Value;

use crate::app::{SOON, Visitor};

/// An open stream.
pub struct Stream {
    bytes: std::pin::Pin<Box<dyn futures_util::Stream<Item = reqwest::Result<bytes::Bytes>> + Send>>,
    text: String,
}

/// One event.
#[derive(Debug)]
pub struct SseEvent {
    pub name: String,
    pub id: Option<u64>,
    pub data: Value,
}

impl Stream {
    pub async fn open(visitor: &Visitor, topics: &str) -> Stream {
        // No time-out for the whole of it: a stream has no end.
        let request = visitor.ask(reqwest::Method::GET, &format!("/api/live?topics={topics}")).timeout(SOON * 60);
        let response = request.send().await.unwrap();
        assert_eq!(response.status().as_u16(), 200, "{topics}");
        Stream { bytes: Box::pin(response.bytes_stream()), text: String::new() }
    }

    /// Reads the events of any answer.
    pub fn read(response: reqwest::Response) -> Stream {
        Stream { bytes: Box::pin(response.bytes_stream()), text: String::new() }
    }

    /// The next event; none when the stream has ended.
    pub async fn next(&mut self) -> Option<SseEvent> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                if let Some(event) = parse(&block) {
                    return Some(event);
                }
                continue;
            }
            let bytes = tokio::time::timeout(SOON, self.bytes.next()).await.expect("the stream is silent")?;
            self.text.push_str(std::str::from_utf8(&bytes.ok()?).unwrap());
        }
    }

    /// The next items of any batch.
    pub async fn items(&mut self) -> Vec<Value> {
        loop {
            let event = self.next().await.expect("the stream has ended");
            if event.name == "batch" {
                return event.data.as_array().unwrap().clone();
            }
        }
    }

    /// Reads on until an item fits.
    pub async fn until(&mut self, what: &str, fits: impl Fn(&Value) -> bool) -> Value {
        for _ in 0..200 {
            if let Some(item) = self.items().await.into_iter().find(|item| fits(item)) {
                return item;
            }
        }
        panic!("{what} did not come");
    }
}

fn parse(block: &str) -> Option<SseEvent> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let name = field("event")?.to_owned();
    let data = field("data").and_then(|data| serde_json::from_str(data).ok()).unwrap_or(Value::Null);
    Some(SseEvent { name, id: field("id").and_then(|id| id.parse().ok()), data })
}
