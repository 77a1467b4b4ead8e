//! What will happen when: a heap in virtual time. Things planned for one instant happen in the order in which they were planned.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use signalbox_model::event::Event;

/// Something outside the engine that is about to happen. Conversations and workers are named by their numbers here.
///
/// `stay` counts the stretches of one conversation: a plan made in an earlier stretch is void.
#[derive(Clone, Debug)]
pub enum Happening {
    /// Somebody comes.
    Arrival { stream: u16 },
    /// A waiting customer has waited enough.
    PatienceOver { conversation: u64, stay: u32 },
    /// A click on "accept".
    Accept { conversation: u64, worker: u32, offer: u32 },
    /// A click on "decline".
    Decline { conversation: u64, worker: u32, offer: u32 },
    /// The matter is dealt with.
    ServiceOver { conversation: u64, stay: u32 },
    /// The work after it is done.
    WrapUpOver { conversation: u64, worker: u32 },
    /// Somebody says something.
    Turn { conversation: u64, stay: u32, by_customer: bool },
    /// The agent puts it on hold, or resumes.
    Hold { conversation: u64, stay: u32, hold: bool },
    /// The agent passes it on.
    Transfer { conversation: u64, stay: u32, is_warm: bool },
    /// The agent finishes a warm transfer.
    TransferEnd { conversation: u64, stay: u32 },
    /// A half hour begins: people come and go.
    Slot,
    /// A worker whose hours are over leaves as soon as nothing is left in their hands.
    GoHome { worker: u32 },
    /// A worker goes for a break, or comes back from one or from not responding.
    BreakBegins { worker: u32 },
    /// Available again.
    Back { worker: u32 },
    /// A browser that was lost is there again.
    DeskBack { worker: u32 },
    /// A customer's browser is there again.
    CustomerBack { conversation: u64, stay: u32 },
    /// A customer writes again after the end.
    Reopen { conversation: u64 },
    /// A supervisor gives back what they took.
    HandBack { conversation: u64, supervisor: u32 },
    /// Something goes wrong.
    Fault { fault: Fault },
    /// A command that was sent before arrives again.
    Again { event: Box<Event> },
}

/// What goes wrong at a random moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A desk's browser is gone.
    DeskLost,
    /// The clock steps back.
    ClockBack,
    /// A supervisor takes something over.
    TakeOver,
    /// A customer's browser is gone.
    CustomerLost,
    /// A command of somebody who may not, or about something that is over.
    WrongCommand,
}

struct Entry {
    at: i64,
    number: u64,
    what: Happening,
}

/// Earliest first; the heap of the standard library gives the greatest first.
impl Ord for Entry {
    fn cmp(&self, other: &Self) -> Ordering {
        (other.at, other.number).cmp(&(self.at, self.number))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Entry {
    fn eq(&self, other: &Self) -> bool {
        (self.at, self.number) == (other.at, other.number)
    }
}

impl Eq for Entry {}

/// Everything that is planned.
#[derive(Default)]
pub struct Agenda {
    heap: BinaryHeap<Entry>,
    planned: u64,
}

impl Agenda {
    /// Plans something for an instant in virtual milliseconds.
    pub fn plan(&mut self, at: i64, what: Happening) {
        self.planned += 1;
        self.heap.push(Entry { at, number: self.planned, what });
    }

    /// When the next thing happens.
    pub fn next_at(&self) -> Option<i64> {
        self.heap.peek().map(|entry| entry.at)
    }

    /// Takes the next thing.
    pub fn take(&mut self) -> Option<(i64, Happening)> {
        self.heap.pop().map(|entry| (entry.at, entry.what))
    }
}
