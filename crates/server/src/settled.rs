//! What the engine made of wishes: kept for a moment, for those who wait for an answer.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use signalbox_model::event::Recorded;
use signalbox_model::id::Position;
use tokio::sync::watch;

/// Wishes whose answers are kept.
const ANSWERS_MAX: usize = 20_000;

/// How far facts are decided, and which facts followed from which. Clones share one.
#[derive(Clone)]
pub struct Settled {
    through: watch::Sender<Position>,
    answers: Arc<Mutex<Answers>>,
}

#[derive(Default)]
struct Answers {
    by_cause: HashMap<Position, Vec<Recorded>>,
    order: VecDeque<Position>,
}

impl Settled {
    /// Nothing is decided beyond `through`.
    pub fn new(through: Position) -> Settled {
        Settled { through: watch::Sender::new(through), answers: Arc::default() }
    }

    fn answers(&self) -> MutexGuard<'_, Answers> {
        self.answers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes decisions that came back from the log; facts without a cause are passed over.
    pub fn note(&self, facts: &[Recorded]) {
        let mut answers = self.answers();
        for fact in facts {
            let Some(cause) = fact.cause else { continue };
            if !answers.by_cause.contains_key(&cause) {
                answers.order.push_back(cause);
            }
            answers.by_cause.entry(cause).or_default().push(fact.clone());
        }
        while answers.order.len() > ANSWERS_MAX {
            if let Some(oldest) = answers.order.pop_front() {
                answers.by_cause.remove(&oldest);
            }
        }
    }

    /// Everything up to here is decided, and what followed was noted.
    pub fn advance(&self, through: Position) {
        self.through.send_if_modified(|now| {
            let further = through > *now;
            if further {
                *now = through;
            }
            further
        });
    }

    /// How far facts are decided.
    pub fn through(&self) -> Position {
        *self.through.borrow()
    }

    /// Rings when more is decided.
    pub fn advanced(&self) -> watch::Receiver<Position> {
        self.through.subscribe()
    }

    /// What followed from the fact at `cause`, as far as it is still kept.
    pub fn answer(&self, cause: Position) -> Vec<Recorded> {
        self.answers().by_cause.get(&cause).cloned().unwrap_or_default()
    }
}
