//! One bell per conversation that somebody looks at. A bell is a hint: who hears it reads what changed.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use signalbox_model::id::{ConversationId, PersonId, Position};
use tokio::sync::broadcast;

/// Rings that a slow listener may be behind before it is told to read everything again.
const RINGS_KEPT: usize = 64;

/// Who types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Typist {
    /// The customer.
    Customer,
    /// Somebody of this floor.
    Person(PersonId),
}

/// What is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Bell {
    /// Facts up to here are about this conversation.
    Changed(Position),
    /// Somebody types. Lossy: nothing may depend on it.
    Typing(Typist),
}

/// One line of a transcript, rendered once for all colleagues who look at the conversation.
#[derive(Clone, Debug)]
pub struct Line {
    /// Where its fact stands.
    pub position: Position,
    /// Its JSON.
    pub data: Arc<str>,
}

/// Who listens to which conversation. Clones share one set.
pub struct Party<T>(Arc<Mutex<HashMap<ConversationId, broadcast::Sender<T>>>>);

/// All bells.
pub type Bells = Party<Bell>;
/// A bell that somebody listens to.
pub type BellReceiver = Listener<Bell>;

/// Somebody who listens.
pub struct Listener<T: Clone> {
    conversation: ConversationId,
    party: Party<T>,
    heard: broadcast::Receiver<T>,
}

impl<T> Clone for Party<T> {
    fn clone(&self) -> Party<T> {
        Party(Arc::clone(&self.0))
    }
}

impl<T> Default for Party<T> {
    fn default() -> Party<T> {
        Party(Arc::default())
    }
}

impl<T: Clone> Party<T> {
    fn map(&self) -> MutexGuard<'_, HashMap<ConversationId, broadcast::Sender<T>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Listens to one conversation. Listen first, then read what is there: so nothing is missed.
    pub fn listen(&self, conversation: ConversationId) -> Listener<T> {
        let heard = self.map().entry(conversation).or_insert_with(|| broadcast::channel(RINGS_KEPT).0).subscribe();
        Listener { conversation, party: self.clone(), heard }
    }

    /// Rings; nobody needs to listen.
    pub fn ring(&self, conversation: ConversationId, what: T) {
        if let Some(sender) = self.map().get(&conversation) {
            // Nobody listens any more: the last one is just leaving.
            let _ = sender.send(what);
        }
    }

    /// Whether anybody listens.
    pub fn is_heard(&self, conversation: ConversationId) -> bool {
        self.map().contains_key(&conversation)
    }
}

impl<T: Clone> Listener<T> {
    /// The next ring; none when so many were missed that everything must be read again.
    pub async fn next(&mut self) -> Option<T> {
        self.heard.recv().await.ok()
    }

    /// Which conversation it is.
    pub fn conversation(&self) -> ConversationId {
        self.conversation
    }
}

impl<T: Clone> Drop for Listener<T> {
    fn drop(&mut self) {
        let mut map = self.party.map();
        // This receiver still counts until it is dropped after this.
        if map.get(&self.conversation).is_some_and(|sender| sender.receiver_count() <= 1) {
            map.remove(&self.conversation);
        }
    }
}

/// Things that matter only now. Nothing may depend on them.
#[derive(Clone)]
pub struct Signals {
    bells: Bells,
}

impl Signals {
    /// Sent over these bells.
    pub fn new(bells: Bells) -> Signals {
        Signals { bells }
    }

    /// Somebody types.
    pub fn typing(&self, conversation: ConversationId, by: Typist) {
        self.bells.ring(conversation, Bell::Typing(by));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_bell_is_heard_by_those_who_listen_and_forgotten_with_them() {
        let bells = Bells::default();
        let one = ConversationId::from_number(1);
        bells.ring(one, Bell::Changed(Position(1)));
        assert!(!bells.is_heard(one));
        let mut first = bells.listen(one);
        let second = bells.listen(one);
        drop(second);
        bells.ring(one, Bell::Changed(Position(2)));
        assert_eq!(first.next().await, Some(Bell::Changed(Position(2))));
        drop(first);
        assert!(!bells.is_heard(one));
    }
}
