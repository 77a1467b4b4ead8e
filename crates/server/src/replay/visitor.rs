//! One replayed customer at the chat's public API.

use std::collections::VecDeque;
use std::time::Duration;

use futures_util::StreamExt;
use serde_json::{Value, json};
use tokio::time::{Instant, timeout_at};

use super::script::Script;
use super::{ReplayArgs, ReplayError, pace};

/// Between two turns at least: the chat takes twenty in ten seconds.
const TURN_GAP_MIN: Duration = Duration::from_millis(600);
/// Between two turns at most, whatever the file says.
const TURN_GAP_MAX: Duration = Duration::from_secs(120);
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes of one event of the stream that are waited for.
const EVENT_BYTES_MAX: usize = 256 * 1024;

/// How a chat ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// The customer said everything.
    Finished,
    /// Nobody answered in time.
    Left,
    /// The other side closed it.
    Closed,
    /// Nobody could take it in.
    TurnedAway,
}

/// The floor that is played to.
pub struct Floor {
    client: reqwest::Client,
    url: String,
    token: String,
    queue: Option<String>,
    patience: Duration,
}

impl Floor {
    /// The one that the arguments name.
    pub fn new(args: &ReplayArgs) -> Result<Floor, ReplayError> {
        let client = reqwest::Client::builder().connect_timeout(REQUEST_TIMEOUT).build()?;
        let url = args.url.trim_end_matches('/').to_owned();
        Ok(Floor {
            client,
            url,
            token: args.token.clone(),
            queue: args.queue.clone(),
            patience: Duration::from_secs(args.patience.max(1)),
        })
    }

    async fn open(&self, script: &Script) -> Result<Value, ReplayError> {
        let body = json!({
            "queue": self.queue.as_ref().or(script.queue.as_ref()),
            "origin": "replayed",
            "channel": script.channel,
            "intent": script.intent,
            "language": script.language,
        });
        let request =
            self.client.post(format!("{}/api/chat/sessions", self.url)).header("x-signalbox-token", &self.token);
        answer(request.timeout(REQUEST_TIMEOUT).json(&body).send().await?).await
    }

    async fn post(&self, chat: &str, path: &str, body: Option<Value>) -> Result<Value, ReplayError> {
        let request =
            self.client.post(format!("{}/api/chat/{path}", self.url)).bearer_auth(chat).timeout(REQUEST_TIMEOUT);
        let request = match body {
            Some(body) => request.json(&body),
            None => request,
        };
        answer(request.send().await?).await
    }
}

async fn answer(response: reqwest::Response) -> Result<Value, ReplayError> {
    if response.status().is_success() {
        return Ok(response.json().await.unwrap_or_default());
    }
    Err(refusal(response).await)
}

async fn refusal(response: reqwest::Response) -> ReplayError {
    let status = response.status().as_u16();
    let body: Value = response.json().await.unwrap_or_default();
    ReplayError::Answer { status, detail: body["detail"].as_str().unwrap_or("no reason was given").to_owned() }
}

/// What the stream tells that matters here.
enum Heard {
    Answer,
    Closed,
}

/// The chat's stream.
struct Ear {
    response: futures_util::stream::BoxStream<'static, reqwest::Result<bytes::Bytes>>,
    buffer: Vec<u8>,
    heard: VecDeque<Heard>,
}

impl Ear {
    async fn open(floor: &Floor, chat: &str) -> Result<Ear, ReplayError> {
        let response = floor.client.get(format!("{}/api/chat/stream", floor.url)).bearer_auth(chat).send().await?;
        if !response.status().is_success() {
            return Err(refusal(response).await);
        }
        Ok(Ear { response: response.bytes_stream().boxed(), buffer: Vec::new(), heard: VecDeque::new() })
    }

    /// The next thing that matters; none when the stream ended.
    async fn next(&mut self) -> Result<Option<Heard>, ReplayError> {
        loop {
            if let Some(heard) = self.heard.pop_front() {
                return Ok(Some(heard));
            }
            let Some(chunk) = self.response.next().await else { return Ok(None) };
            self.buffer.extend_from_slice(&chunk?);
            while let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\n\n") {
                let event: Vec<u8> = self.buffer.drain(..end + 2).collect();
                self.heard.extend(heard(&event));
            }
            if self.buffer.len() > EVENT_BYTES_MAX {
                self.buffer.clear();
            }
        }
    }

    /// What was told so far, without waiting.
    fn forget(&mut self) {
        self.heard.clear();
    }
}

fn heard(event: &[u8]) -> Option<Heard> {
    let text = std::str::from_utf8(event).ok()?;
    let field = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
    let data: Value = serde_json::from_str(field("data:")?).ok()?;
    match field("event:")? {
        "item" if data["by"] == "agent" => Some(Heard::Answer),
        "state" if data["status"] == "closed" || data["status"] == "turned_away" => Some(Heard::Closed),
        _ => None,
    }
}

/// Plays one conversation to its end.
///
/// # Errors
/// When the server cannot be reached or says no.
pub async fn play(floor: &Floor, script: &Script, speed: f64) -> Result<Ended, ReplayError> {
    let begun = floor.open(script).await?;
    if begun["state"]["status"] == "turned_away" {
        return Ok(Ended::TurnedAway);
    }
    let chat = begun["token"].as_str().unwrap_or_default().to_owned();
    let mut ear = Ear::open(floor, &chat).await?;
    for (index, line) in script.lines.iter().enumerate() {
        let gap = pace(line.after_ms, speed).clamp(TURN_GAP_MIN, TURN_GAP_MAX);
        if is_closed_within(&mut ear, gap).await? {
            return Ok(Ended::Closed);
        }
        ear.forget();
        match floor.post(&chat, "turns", Some(json!({ "text": line.text, "key": format!("replay-{index}") }))).await {
            Ok(_) => {}
            Err(ReplayError::Answer { status: 409, .. }) => return Ok(Ended::Closed),
            Err(error) => return Err(error),
        }
        if line.answered {
            match answered_within(&mut ear, floor.patience).await? {
                None => {}
                Some(ended) => {
                    if ended == Ended::Left {
                        floor.post(&chat, "end", None).await?;
                    }
                    return Ok(ended);
                }
            }
        }
    }
    floor.post(&chat, "end", None).await?;
    Ok(Ended::Finished)
}

async fn is_closed_within(ear: &mut Ear, gap: Duration) -> Result<bool, ReplayError> {
    let end = Instant::now() + gap;
    loop {
        match timeout_at(end, ear.next()).await {
            Err(_) => return Ok(false),
            Ok(heard) => match heard? {
                Some(Heard::Answer) => {}
                Some(Heard::Closed) | None => return Ok(true),
            },
        }
    }
}

async fn answered_within(ear: &mut Ear, patience: Duration) -> Result<Option<Ended>, ReplayError> {
    match timeout_at(Instant::now() + patience, ear.next()).await {
        Err(_) => Ok(Some(Ended::Left)),
        Ok(heard) => match heard? {
            Some(Heard::Answer) => Ok(None),
            Some(Heard::Closed) | None => Ok(Some(Ended::Closed)),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_answers_and_the_end_are_heard() {
        let told = |text: &str| heard(text.as_bytes()).map(|heard| matches!(heard, Heard::Answer));
        assert_eq!(told("event: item\nid: 7\ndata: {\"by\":\"agent\",\"text\":\"hi\"}\n\n"), Some(true));
        assert_eq!(told("event: item\ndata: {\"by\":\"me\"}\n\n"), None);
        assert_eq!(told("event: state\ndata: {\"status\":\"closed\"}\n\n"), Some(false));
        assert_eq!(told(": keep-alive\n\n"), None);
    }
}
