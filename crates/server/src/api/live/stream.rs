//! One subscriber: takes what is newer from the board, at its own pace, and sends it in batches.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::stream::FuturesUnordered;
use futures_util::{FutureExt as _, StreamExt as _};
use signalbox_model::id::Position;
use signalbox_model::time::DurationMs;
use tokio::sync::mpsc::Sender;

use super::topic::Topic;
use super::transcript::{News, Watched};
use crate::api::extract::Signed;
use crate::live::desks::DeskStream;
use crate::live::{Item, Key, Kind, Link, Typist};
use crate::state::AppState;

/// Time between two batches: what changes in between is sent once.
const BATCH_EVERY: Duration = Duration::from_millis(50);
/// Silence after which a comment is sent, so that proxies and browsers know that the stream lives.
const KEEP_ALIVE_EVERY: Duration = Duration::from_secs(15);
/// How long "is typing" is shown unless it is said again.
const TYPING_SHOWN: DurationMs = DurationMs::seconds(5);
/// What a browser waits before it connects again.
const RETRY_MS: u32 = 1_000;

/// One open stream.
pub struct Subscriber {
    state: AppState,
    signed: Signed,
    topics: Vec<Topic>,
    batches: Sender<String>,
    /// The board's version that was sent; none: nothing yet.
    seen: Option<u64>,
    /// What is on the desk as the browser knows it: kind and id.
    mine: HashSet<(Link, Arc<str>)>,
    batch: Batch,
}

/// The client is gone, or the server shuts down.
struct Over;

impl Subscriber {
    /// Ready to run.
    pub fn new(state: AppState, signed: Signed, topics: Vec<Topic>, batches: Sender<String>) -> Subscriber {
        Subscriber { state, signed, topics, batches, seen: None, mine: HashSet::new(), batch: Batch::default() }
    }

    /// Sends until the browser goes away, the session ends or the server shuts down.
    pub async fn run(mut self) {
        let _desk: Option<DeskStream> = match self.topics.contains(&Topic::Desk) {
            true => Some(self.state.desks.open(self.signed.person).await),
            false => None,
        };
        let stop = self.state.stop.clone();
        tokio::select! {
            _over = self.follow() => {}
            () = stop.cancelled() => {
                // The browser connects again by itself, to the server that comes next.
                let _gone = self.batches.try_send(format!("retry: {RETRY_MS}\nevent: bye\ndata: {{\"reason\":\"shutting_down\"}}\n\n"));
            }
        }
    }

    async fn follow(&mut self) -> Result<(), Over> {
        let mut watched: Vec<Watched> = Vec::new();
        for topic in &self.topics {
            if let Topic::Conversation(id) = topic {
                watched.push(Watched::new(&self.state, *id));
            }
        }
        let position = self.state.standing.position();
        let server = self.state.started_at.millis();
        self.send(format!(
            "retry: {RETRY_MS}\nevent: hello\ndata: {{\"position\":{position},\"server\":\"{server}\"}}\n\n"
        ))
        .await?;
        self.state.live.refresh().await;
        let mut board = self.state.live.board.advanced();
        self.take();
        for conversation in &mut watched {
            self.whole(conversation).await?;
        }
        self.flush().await?;
        let mut alive_at = Instant::now();
        loop {
            let silence = KEEP_ALIVE_EVERY.saturating_sub(alive_at.elapsed());
            tokio::select! {
                changed = board.changed() => changed.map_err(|_| Over)?,
                (index, news) = next_of(&mut watched) => self.tell(&mut watched, index, news).await?,
                () = tokio::time::sleep(silence) => {
                    self.check_session().await?;
                    self.drop_what_is_no_longer_theirs(&mut watched).await;
                    self.send("event: ping\ndata: {}\n\n".to_owned()).await?;
                    alive_at = Instant::now();
                    continue;
                }
                () = self.batches.closed() => return Err(Over),
            }
            // Leading edge at once, then at most one batch per interval.
            self.take();
            if !self.batch.is_empty() {
                self.flush().await?;
                alive_at = Instant::now();
                tokio::time::sleep(BATCH_EVERY).await;
            }
        }
    }

    /// A session that ended, or a person who left, gets nothing more.
    async fn check_session(&self) -> Result<(), Over> {
        match self.state.auth.session(&self.signed.session).await {
            Ok(Some(_)) => Ok(()),
            _ => Err(Over),
        }
    }

    /// Whoever no longer talks to the customer does not go on reading what the customer says to others.
    async fn drop_what_is_no_longer_theirs(&mut self, watched: &mut Vec<Watched>) {
        for id in watched.iter().map(|one| one.conversation).collect::<Vec<_>>() {
            let topic = Topic::Conversation(id);
            if topic.check(&self.state, &self.signed).await.is_err() {
                watched.retain(|one| one.conversation != id);
                self.topics.retain(|one| *one != topic);
                self.batch.reset(&topic.name());
            }
        }
    }

    async fn send(&self, text: String) -> Result<(), Over> {
        self.batches.send(text).await.map_err(|_| Over)
    }

    async fn flush(&mut self) -> Result<(), Over> {
        let position = self.state.standing.position();
        match self.batch.text(position) {
            Some(text) => self.send(text).await,
            None => Ok(()),
        }
    }

    /// Takes what is newer from the board into the batch.
    fn take(&mut self) {
        let taken = self.state.live.board.take(self.seen);
        self.seen = Some(taken.version);
        if taken.reset {
            self.mine.clear();
            for topic in self.topics.clone() {
                // The words of a conversation do not come from the board: it resets by itself.
                if !matches!(topic, Topic::Conversation(_)) {
                    self.batch.reset(&topic.name());
                }
            }
        }
        for item in &taken.items {
            for topic in self.topics.clone() {
                self.put(topic, item);
            }
        }
    }

    fn put(&mut self, topic: Topic, item: &Item) {
        match topic {
            Topic::Floor => self.batch.item("floor", item.key.kind.as_str(), item),
            Topic::Alerts if item.key.kind == Kind::Alert => self.batch.item("alerts", "alert", item),
            Topic::Desk => self.put_on_desk(item),
            Topic::Conversation(id) if item.key.kind == Kind::Conversation && *item.key.id == id.to_string() => {
                self.batch.item(&topic.name(), "summary", item);
            }
            Topic::Alerts | Topic::Conversation(_) => {}
        }
    }

    /// The desk shows what is linked to it; what no longer is, is gone from it.
    fn put_on_desk(&mut self, item: &Item) {
        let link = item.links.iter().find(|(person, _)| *person == self.signed.person).map(|(_, link)| *link);
        let link = link.filter(|_| item.data.is_some());
        for other in [Link::Offer, Link::Conversation, Link::Approval] {
            if Some(other) != link && self.mine.remove(&(other, Arc::clone(&item.key.id))) {
                self.batch.line("desk", desk_kind(other), &item.key.id, item.position, None);
            }
        }
        let Some(link) = link else { return };
        self.mine.insert((link, Arc::clone(&item.key.id)));
        self.batch.item("desk", desk_kind(link), item);
    }

    /// Sends all of a conversation.
    async fn whole(&mut self, watched: &mut Watched) -> Result<(), Over> {
        let topic = Topic::Conversation(watched.conversation).name();
        self.batch.reset(&topic);
        let key = Key { kind: Kind::Conversation, id: watched.conversation.to_string().into() };
        if let Some(item) = self.state.live.board.get(&key) {
            self.batch.item(&topic, "summary", &item);
        }
        let lines = watched.everything(&self.state).await.map_err(|_| Over)?;
        for (position, data) in lines {
            self.batch.line(&topic, "item", &position.to_string(), position, Some(&data));
        }
        Ok(())
    }

    async fn tell(&mut self, watched: &mut [Watched], index: usize, news: News) -> Result<(), Over> {
        let Some(conversation) = watched.get_mut(index) else { return Ok(()) };
        let topic = Topic::Conversation(conversation.conversation).name();
        match news {
            News::Line(position, data) => self.batch.line(&topic, "item", &position.to_string(), position, Some(&data)),
            News::Typing(by) => {
                if by != Typist::Person(self.signed.person) {
                    let position = self.state.standing.position();
                    self.batch.line(&topic, "typing", typist_id(&by).as_str(), position, Some(&self.typing(&by)));
                }
            }
            News::Again => self.whole(conversation).await?,
            News::Nothing => {}
        }
        Ok(())
    }

    fn typing(&self, by: &Typist) -> String {
        let until = self.state.clock.now().plus(TYPING_SHOWN);
        let (by, name) = match by {
            Typist::Customer => ("customer", None),
            Typist::Person(id) => ("agent", Some(self.state.directory().person_name(*id).to_owned())),
        };
        serde_json::json!({"by": by, "name": name, "until": until}).to_string()
    }
}

fn desk_kind(link: Link) -> &'static str {
    match link {
        Link::Offer => "offer",
        Link::Conversation => "conversation",
        Link::Approval => "approval",
        Link::Me => "me",
        Link::Queue => "queue",
    }
}

fn typist_id(by: &Typist) -> String {
    match by {
        Typist::Customer => "customer".to_owned(),
        Typist::Person(id) => id.to_string(),
    }
}

/// The next news of any conversation; waits for ever when there is none.
async fn next_of(watched: &mut [Watched]) -> (usize, News) {
    let mut waiting: FuturesUnordered<_> =
        watched.iter_mut().enumerate().map(|(index, one)| one.next().map(move |news| (index, news)).boxed()).collect();
    match waiting.next().await {
        Some(news) => news,
        None => std::future::pending().await,
    }
}

/// Items on their way into one event of the stream.
#[derive(Default)]
struct Batch {
    items: Vec<(String, String)>,
}

impl Batch {
    fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    fn reset(&mut self, topic: &str) {
        self.forget(topic);
        self.items.push((topic.to_owned(), format!("{{\"topic\":\"{topic}\",\"kind\":\"reset\"}}")));
    }

    fn forget(&mut self, topic: &str) {
        self.items.retain(|(of, _)| of != topic);
    }

    fn item(&mut self, topic: &str, kind: &str, item: &Item) {
        self.line(topic, kind, &item.key.id, item.position, item.data.as_deref());
    }

    /// Topics, kinds and ids are words of our own without anything to escape; `data` is JSON already.
    fn line(&mut self, topic: &str, kind: &str, id: &str, position: Position, data: Option<&str>) {
        let data = data.unwrap_or("null");
        let mut text = String::with_capacity(data.len() + 128);
        let written = write!(
            text,
            "{{\"topic\":\"{topic}\",\"kind\":\"{kind}\",\"id\":\"{id}\",\"position\":{position},\"data\":{data}}}"
        );
        debug_assert!(written.is_ok(), "writing to a string cannot fail");
        self.items.push((topic.to_owned(), text));
    }

    /// The event, and an empty batch again.
    fn text(&mut self, position: Position) -> Option<String> {
        if self.items.is_empty() {
            return None;
        }
        let items = std::mem::take(&mut self.items);
        let bytes: usize = items.iter().map(|(_, text)| text.len() + 1).sum();
        let mut text = String::with_capacity(bytes + 64);
        text.push_str("event: batch\nid: ");
        text.push_str(&position.to_string());
        text.push_str("\ndata: [");
        for (index, (_, item)) in items.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            text.push_str(item);
        }
        text.push_str("]\n\n");
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_one_event_of_valid_json() {
        let mut batch = Batch::default();
        batch.reset("floor");
        batch.line("floor", "conversation", "conv_1", Position(7), Some("{\"a\":1}"));
        batch.line("floor", "conversation", "conv_2", Position(8), None);
        let text = batch.text(Position(9)).unwrap();
        let data = text.strip_prefix("event: batch\nid: 9\ndata: ").unwrap().strip_suffix("\n\n").unwrap();
        let items: serde_json::Value = serde_json::from_str(data).unwrap();
        assert_eq!(items[0]["kind"], "reset");
        assert_eq!(items[1]["data"]["a"], 1);
        assert!(items[2]["data"].is_null());
        assert!(batch.text(Position(9)).is_none());
    }
}
