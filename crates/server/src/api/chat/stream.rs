//! The visitor's live stream: every line once, then what changes. A browser that lost it goes on after the last line it has.

use std::convert::Infallible;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use axum::response::sse::{Event, KeepAlive, Sse};
use serde::{Deserialize, Serialize};
use signalbox_adapters::words::first_name;
use signalbox_eventlog::EventLog;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use utoipa::{IntoParams, ToSchema};

use super::{chat_state, visitor};
use crate::api::error::{ApiError, Code, Problem};
use crate::api::extract::Params;
use crate::channels::webchat::chats::{Chats, Watching};
use crate::channels::webchat::session::Visitor;
use crate::channels::webchat::view::{self, ChatState, ChatStatus};
use crate::live::{Bell, BellReceiver, Typist};
use crate::state::AppState;

/// A place in line changes by what happens to others; nobody rings for that.
const LOOK_EVERY: Duration = Duration::from_secs(3);
/// Lines that wait for a slow browser; it then makes the sender wait, which costs nobody else anything.
const LINES_WAITING: usize = 64;
const KEEP_ALIVE: Duration = Duration::from_secs(15);
const LAST_EVENT_ID: &str = "last-event-id";

/// How to get in where no header can be sent.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct StreamQuery {
    /// The chat token; better send it as `authorization: Bearer …`.
    token: Option<String>,
    /// The last line that is there already; better send it as `last-event-id`.
    after: Option<u64>,
}

/// Somebody types.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChatTyping {
    /// Their first name.
    name: String,
}

/// Lines (`event: item`, a `ChatItem`, its `id` is the position), the state (`event: state`, a `ChatState`) and typing
/// (`event: typing`, a `ChatTyping`). Begins with all lines after `last-event-id`, each once.
#[utoipa::path(get, path = "/api/chat/stream", tag = "chat", operation_id = "chat_stream", params(StreamQuery),
    responses((status = 200, content_type = "text/event-stream", body = String), (status = 401, body = Problem), (status = 503, body = Problem)))]
pub async fn stream(
    State(state): State<AppState>,
    Extension(chats): Extension<Chats>,
    Params(query): Params<StreamQuery>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let visitor = visitor(&state, &headers, query.token.as_deref()).await?;
    chats.may_call(&visitor)?;
    let last = headers.get(LAST_EVENT_ID).and_then(|value| value.to_str().ok()).and_then(|text| text.parse().ok());
    let after = last.or(query.after).unwrap_or(0);
    let watching = chats.watch(&state, &visitor).await;
    let watching =
        watching.ok_or_else(|| ApiError::new(Code::Unavailable, "Too many chats are open: try again in a minute."))?;
    let (sender, receiver) = mpsc::channel(LINES_WAITING);
    let feed = Feed {
        bell: state.live.bells.listen(visitor.visit.conversation),
        state,
        visitor,
        after,
        told: None,
        sender,
        _watching: watching,
    };
    tokio::spawn(feed.run());
    Ok(Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)))
}

struct Feed {
    state: AppState,
    visitor: Visitor,
    bell: BellReceiver,
    after: u64,
    told: Option<ChatState>,
    sender: mpsc::Sender<Result<Event, Infallible>>,
    _watching: Watching,
}

/// The browser is gone, or the server stops.
struct Gone;

impl Feed {
    async fn run(mut self) {
        let _ended = self.follow().await;
    }

    async fn follow(&mut self) -> Result<(), Gone> {
        self.catch_up().await?;
        let mut look = tokio::time::interval(LOOK_EVERY);
        look.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let stop = self.state.stop.clone();
        loop {
            tokio::select! {
                bell = self.bell.next() => match bell {
                    Some(Bell::Typing(Typist::Customer)) => {}
                    Some(Bell::Typing(Typist::Person(person))) => {
                        let name = first_name(self.state.directory().person_name(person)).to_owned();
                        self.send("typing", None, &ChatTyping { name }).await?;
                    }
                    // So many were missed that everything after the last line is read again.
                    Some(Bell::Changed(_)) | None => self.catch_up().await?,
                },
                _ = look.tick(), if self.is_moving() => self.tell_state().await?,
                () = self.sender.closed() => return Err(Gone),
                () = stop.cancelled() => return Err(Gone),
            }
        }
    }

    /// What is over changes by facts alone.
    fn is_moving(&self) -> bool {
        self.told.as_ref().is_none_or(|told| matches!(told.status, ChatStatus::Waiting | ChatStatus::Active))
    }

    async fn catch_up(&mut self) -> Result<(), Gone> {
        let Ok(transcript) = self.state.log.read_conversation(self.visitor.visit.conversation).await else {
            return Err(Gone);
        };
        let items = view::items(&transcript.entries, &self.state.directory(), self.after);
        for item in items {
            self.send("item", Some(item.position), &item).await?;
            self.after = item.position;
        }
        self.tell_state().await
    }

    async fn tell_state(&mut self) -> Result<(), Gone> {
        let Ok(now) = chat_state(&self.state, &self.visitor).await else { return Err(Gone) };
        if self.told.as_ref() != Some(&now) {
            self.send("state", None, &now).await?;
            self.told = Some(now);
        }
        Ok(())
    }

    async fn send<T: Serialize>(&self, kind: &str, id: Option<u64>, data: &T) -> Result<(), Gone> {
        let event = Event::default().event(kind).json_data(data).map_err(|_| Gone)?;
        let event = match id {
            Some(id) => event.id(id.to_string()),
            None => event,
        };
        self.sender.send(Ok(event)).await.map_err(|_| Gone)
    }
}
