//! The newest version of everything that is live, each rendered once and shared by all who look.
//!
//! There is no queue per subscriber: a subscriber remembers the version that it has seen and takes what is newer.
//! Changes in between coalesce by themselves, and a slow subscriber costs nothing.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, PoisonError, RwLock};

use signalbox_model::id::{PersonId, Position};
use signalbox_model::limits::LIVE_BACKLOG_ITEMS_MAX;
use tokio::sync::watch;

/// What kind of thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A conversation that is open or in wrap-up.
    Conversation,
    /// A queue.
    Queue,
    /// A person.
    Person,
    /// An alert.
    Alert,
    /// An AI agent.
    AiAgent,
}

impl Kind {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Conversation => "conversation",
            Kind::Queue => "queue",
            Kind::Person => "person",
            Kind::Alert => "alert",
            Kind::AiAgent => "ai_agent",
        }
    }
}

/// Which thing.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// What kind.
    pub kind: Kind,
    /// Its id as text.
    pub id: Arc<str>,
}

/// Why something is on somebody's desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Link {
    /// They are asked to take it.
    Offer,
    /// They have it, or finish it.
    Conversation,
    /// An AI agent waits in it for somebody to agree, and they may.
    Approval,
    /// It is themselves.
    Me,
    /// It is a queue that they serve.
    Queue,
}

/// One thing as it is now.
#[derive(Clone, Debug)]
pub struct Item {
    /// Which.
    pub key: Key,
    /// The last fact in it.
    pub position: Position,
    /// Its JSON; none when it is gone.
    pub data: Option<Arc<str>>,
    /// On whose desks it is.
    pub links: Vec<(PersonId, Link)>,
}

/// What a subscriber takes.
pub struct Taken {
    /// Take what is newer than this next time.
    pub version: u64,
    /// What is held may be out of step: forget it, the items are everything.
    pub reset: bool,
    /// The items, oldest change first.
    pub items: Vec<Item>,
}

/// The board.
pub struct Board {
    state: RwLock<State>,
    version: watch::Sender<u64>,
}

#[derive(Default)]
struct State {
    items: HashMap<Key, (u64, Item)>,
    order: BTreeMap<u64, Key>,
    version: u64,
    /// Things that are gone and still remembered, so that those who saw them hear of it.
    gone: usize,
    /// Whoever has seen less than this has missed that something is gone.
    forgotten: u64,
}

impl State {
    fn put(&mut self, item: Item) {
        if item.data.is_none() && !self.items.contains_key(&item.key) {
            return;
        }
        self.version += 1;
        let version = self.version;
        self.gone += usize::from(item.data.is_none());
        let key = item.key.clone();
        if let Some((old, before)) = self.items.insert(key.clone(), (version, item)) {
            self.order.remove(&old);
            self.gone -= usize::from(before.data.is_none());
        }
        self.order.insert(version, key);
    }

    /// Forgets the oldest things that are gone, once there are many.
    fn forget(&mut self) {
        if self.gone <= LIVE_BACKLOG_ITEMS_MAX {
            return;
        }
        let is_gone = |key: &Key| self.items.get(key).is_some_and(|(_, item)| item.data.is_none());
        let versions: Vec<u64> = self
            .order
            .iter()
            .filter(|(_, key)| is_gone(key))
            .map(|(version, _)| *version)
            .take(self.gone / 2)
            .collect();
        for version in versions {
            if let Some(key) = self.order.remove(&version) {
                self.items.remove(&key);
                self.gone -= 1;
                self.forgotten = version;
            }
        }
    }
}

impl Board {
    /// Nothing on it.
    pub fn new() -> Board {
        Board { state: RwLock::default(), version: watch::Sender::new(0) }
    }

    /// Puts new versions up.
    pub fn put(&self, items: Vec<Item>) {
        if items.is_empty() {
            return;
        }
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        for item in items {
            state.put(item);
        }
        state.forget();
        let version = state.version;
        drop(state);
        self.version.send_replace(version);
    }

    /// What changed after `seen`; everything when `seen` is none or too old.
    pub fn take(&self, seen: Option<u64>) -> Taken {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        let seen = seen.filter(|seen| *seen >= state.forgotten);
        let newer = state.order.range(seen.map_or(0, |seen| seen + 1)..);
        let items = newer.filter_map(|(_, key)| state.items.get(key)).map(|(_, item)| item);
        let items = items.filter(|item| seen.is_some() || item.data.is_some()).cloned().collect();
        Taken { version: state.version, reset: seen.is_none(), items }
    }

    /// One thing as it is now.
    pub fn get(&self, key: &Key) -> Option<Item> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        state.items.get(key).map(|(_, item)| item.clone())
    }

    /// Rings when there is something newer.
    pub fn advanced(&self) -> watch::Receiver<u64> {
        self.version.subscribe()
    }
}

impl Default for Board {
    fn default() -> Board {
        Board::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(id: &str, position: u64, data: Option<&str>) -> Item {
        let key = Key { kind: Kind::Conversation, id: Arc::from(id) };
        Item { key, position: Position(position), data: data.map(Arc::from), links: Vec::new() }
    }

    fn ids(taken: &Taken) -> Vec<String> {
        taken.items.iter().map(|item| format!("{}@{}", item.key.id, item.position)).collect()
    }

    #[test]
    fn changes_between_two_looks_coalesce_to_the_newest() {
        let board = Board::new();
        board.put(vec![item("a", 1, Some("1")), item("b", 2, Some("2"))]);
        let first = board.take(None);
        assert!(first.reset);
        assert_eq!(ids(&first), ["a@1", "b@2"]);
        board.put(vec![item("a", 3, Some("3"))]);
        board.put(vec![item("a", 4, Some("4")), item("b", 5, None)]);
        let second = board.take(Some(first.version));
        assert!(!second.reset);
        assert_eq!(ids(&second), ["a@4", "b@5"]);
        assert!(board.take(Some(second.version)).items.is_empty());
        assert_eq!(ids(&board.take(None)), ["a@4"], "what is gone is not told to newcomers");
    }

    #[test]
    fn whoever_missed_too_many_ends_begins_again() {
        let board = Board::new();
        board.put(vec![item("stays", 1, Some("1"))]);
        let seen = board.take(None).version;
        for number in 0..(LIVE_BACKLOG_ITEMS_MAX as u64 + 10) {
            let id = format!("c{number}");
            board.put(vec![item(&id, number + 2, Some("x"))]);
            board.put(vec![item(&id, number + 3, None)]);
        }
        let taken = board.take(Some(seen));
        assert!(taken.reset);
        assert_eq!(taken.items.len(), 1);
    }
}
