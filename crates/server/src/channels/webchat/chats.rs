//! How visitors' browsers come and go, and how often one of them may ask for something.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use signalbox_model::contact::{Actor, Control, Origin};
use signalbox_model::event::conversation::{CustomerLeft, CustomerReturned, LeftHow};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::ConversationId;
use signalbox_model::limits::{
    CHATS_PER_ADDRESS_PER_MINUTE, CUSTOMER_GRACE_MS, LIVE_SUBSCRIBERS_MAX, TURNS_PER_CHAT_PER_TEN_SECONDS,
};

use super::session::{Visit, Visitor};
use crate::rate::{Rate, TooOften};
use crate::state::AppState;

/// A stream that is gone for less than this was a page load or a change of network, not a visitor leaving.
const LEFT_AFTER: Duration = Duration::from_secs(5);
/// Attachments of one chat in a minute.
const FILES_PER_CHAT_PER_MINUTE: u32 = 20;
/// Other calls of one chat in ten seconds: typing, state, a person, the end.
const CALLS_PER_CHAT_PER_TEN_SECONDS: u32 = 60;

/// All chats of this server. Clones share one.
#[derive(Clone)]
pub struct Chats(Arc<Inner>);

struct Inner {
    openings: Rate<IpAddr>,
    turns: Rate<String>,
    files: Rate<String>,
    calls: Rate<String>,
    streams: Mutex<HashMap<ConversationId, usize>>,
    /// Visitors of before this start who did not come back were looked for.
    swept: AtomicBool,
}

/// A live stream of a chat; dropping it may mean that the visitor has left.
pub struct Watching {
    state: AppState,
    chats: Chats,
    visitor: Visitor,
}

impl Default for Chats {
    fn default() -> Chats {
        let minute = Duration::from_secs(60);
        let ten_seconds = Duration::from_secs(10);
        Chats(Arc::new(Inner {
            openings: Rate::new(CHATS_PER_ADDRESS_PER_MINUTE, minute),
            turns: Rate::new(TURNS_PER_CHAT_PER_TEN_SECONDS, ten_seconds),
            files: Rate::new(FILES_PER_CHAT_PER_MINUTE, minute),
            calls: Rate::new(CALLS_PER_CHAT_PER_TEN_SECONDS, ten_seconds),
            streams: Mutex::default(),
            swept: AtomicBool::new(false),
        }))
    }
}

impl Chats {
    fn streams(&self) -> MutexGuard<'_, HashMap<ConversationId, usize>> {
        self.0.streams.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts a chat that an address opens.
    ///
    /// # Errors
    /// When it opened too many.
    pub fn may_open(&self, address: IpAddr) -> Result<(), TooOften> {
        self.0.openings.take(&address)
    }

    /// Counts a turn of a chat.
    ///
    /// # Errors
    /// When it sent too many.
    pub fn may_speak(&self, visitor: &Visitor) -> Result<(), TooOften> {
        self.0.turns.take(&visitor.key)
    }

    /// Counts a file of a chat.
    ///
    /// # Errors
    /// When it sent too many.
    pub fn may_attach(&self, visitor: &Visitor) -> Result<(), TooOften> {
        self.0.files.take(&visitor.key)
    }

    /// Counts any other call of a chat.
    ///
    /// # Errors
    /// When it made too many.
    pub fn may_call(&self, visitor: &Visitor) -> Result<(), TooOften> {
        self.0.calls.take(&visitor.key)
    }

    /// A stream begins; none if there are too many already. Says that a visitor who had left is back.
    pub async fn watch(&self, state: &AppState, visitor: &Visitor) -> Option<Watching> {
        {
            let mut streams = self.streams();
            if streams.len() >= LIVE_SUBSCRIBERS_MAX {
                return None;
            }
            *streams.entry(visitor.visit.conversation).or_default() += 1;
        }
        let watching = Watching { state: state.clone(), chats: self.clone(), visitor: visitor.clone() };
        watching.returned().await;
        if !self.0.swept.swap(true, Ordering::SeqCst) {
            tokio::spawn(sweep(state.clone(), self.clone()));
        }
        Some(watching)
    }
}

impl Watching {
    async fn returned(&self) {
        let conversation = self.visitor.visit.conversation;
        let had_left = {
            let floor = self.state.floor();
            floor.conversation(conversation).is_some_and(|there| there.customer_left_at.is_some() && !there.is_closed())
        };
        if had_left {
            tell(&self.state, self.visitor.visit, Event::CustomerReturned(CustomerReturned { conversation })).await;
        }
    }
}

async fn left(state: &AppState, chats: &Chats, visitor: &Visitor) {
    let conversation = visitor.visit.conversation;
    let is_there = {
        let floor = state.floor();
        floor.conversation(conversation).is_some_and(|there| there.customer_left_at.is_none() && !there.is_closed())
    };
    if is_there && !chats.streams().contains_key(&conversation) {
        tell(state, visitor.visit, Event::CustomerLeft(CustomerLeft { conversation, how: LeftHow::Disconnected }))
            .await;
    }
}

/// A stop of the server ends all streams, and nobody is there to note who does not come back after the next start. Who
/// came before it and has no stream a minute after the first visitor is back has left.
async fn sweep(state: AppState, chats: Chats) {
    tokio::select! {
        () = tokio::time::sleep(Duration::from_millis(CUSTOMER_GRACE_MS)) => {}
        () = state.stop.cancelled() => return,
    }
    let gone: Vec<Visit> = {
        let floor = state.floor();
        let streams = chats.streams();
        let conversations = floor.conversations.values().filter(|there| {
            let ours = there.origin == Origin::Native
                && there.control == Control::Routed
                && there.opened_at < state.started_at;
            ours && !there.is_closed() && there.customer_left_at.is_none() && !streams.contains_key(&there.id)
        });
        conversations.map(|there| Visit { customer: there.customer, conversation: there.id, proved: false }).collect()
    };
    for visit in gone {
        tell(
            &state,
            visit,
            Event::CustomerLeft(CustomerLeft { conversation: visit.conversation, how: LeftHow::Disconnected }),
        )
        .await;
    }
}

async fn tell(state: &AppState, visit: Visit, event: Event) {
    let actor = Actor::Customer { customer: visit.customer };
    if let Err(error) = state.commands.submit(actor, None, vec![NewEvent::now(event)]).await {
        tracing::warn!(%error, conversation.id = %visit.conversation, "a visitor's coming or going was not recorded");
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        let conversation = self.visitor.visit.conversation;
        {
            let mut streams = self.chats.streams();
            let count = streams.entry(conversation).or_default();
            *count = count.saturating_sub(1);
            if *count > 0 {
                return;
            }
            streams.remove(&conversation);
        }
        let (state, chats, visitor) = (self.state.clone(), self.chats.clone(), self.visitor.clone());
        // While the server shuts down there is nobody left to tell; the next start finds the visitor through their return.
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                tokio::time::sleep(LEFT_AFTER).await;
                left(&state, &chats, &visitor).await;
            });
        }
    }
}
