//! What the simulated people share: the API, the pace, and how far each dialogue has got.

use std::collections::{HashMap, HashSet};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use signalbox_model::id::PersonId;
use signalbox_stats::Rng;
use tokio::sync::{Notify, watch};

use super::client::{Api, As};
use super::names::Fill;
use super::script::{Line, Script};

/// Where one dialogue is: lines before `next` were said.
#[derive(Debug, Default)]
struct Progress {
    next: usize,
    /// Replies that simulated agents sent or are about to send; all others are a visitor's.
    simulated_replies: u64,
}

/// One dialogue being played.
#[derive(Debug)]
pub struct Scene {
    /// What is said.
    pub script: Arc<Script>,
    /// What it is filled with.
    pub fill: Fill,
    progress: Mutex<Progress>,
    /// Rings when it goes on.
    pub moved: Notify,
}

impl Scene {
    /// From the first line.
    pub fn new(script: Arc<Script>, fill: Fill) -> Scene {
        Scene { script, fill, progress: Mutex::default(), moved: Notify::new() }
    }

    fn progress(&self) -> MutexGuard<'_, Progress> {
        self.progress.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The line that is next, with its number; none: it is over.
    pub fn line(&self) -> Option<(usize, Line)> {
        let next = self.progress().next;
        self.script.lines.get(next).map(|line| (next, line.clone()))
    }

    /// Whether all is said.
    pub fn is_over(&self) -> bool {
        self.progress().next >= self.script.lines.len()
    }

    /// Goes on from a line, if it is still the next one.
    pub fn advance(&self, from: usize) {
        let mut progress = self.progress();
        if progress.next == from {
            progress.next += 1;
        }
        drop(progress);
        self.moved.notify_waiters();
    }

    /// Nothing more is said.
    pub fn finish(&self) {
        self.progress().next = self.script.lines.len();
        self.moved.notify_waiters();
    }

    /// A simulated agent is about to say something.
    pub fn count_reply(&self) {
        self.progress().simulated_replies += 1;
    }

    /// Replies of simulated agents so far.
    pub fn simulated_replies(&self) -> u64 {
        self.progress().simulated_replies
    }

    /// Somebody who is not simulated answered: what the script's agent would have said is passed over.
    pub fn answered_by_visitor(&self) {
        let mut progress = self.progress();
        while !matches!(
            self.script.lines.get(progress.next),
            None | Some(Line::Customer(_) | Line::Person | Line::Wait)
        ) {
            progress.next += 1;
        }
        drop(progress);
        self.moved.notify_waiters();
    }
}

/// What all simulated people share.
pub struct Stage {
    /// The server.
    pub api: Api,
    /// As whom chats are opened.
    pub program: As,
    /// How much faster than the clock on the wall.
    pub speed: f64,
    /// The seed's generator; everybody forks their own.
    pub rng: Rng,
    /// All dialogues.
    pub scripts: Vec<Arc<Script>>,
    scenes: Mutex<HashMap<String, Arc<Scene>>>,
    /// People whose desks visitors have.
    pub visited: watch::Sender<HashSet<PersonId>>,
    open: AtomicUsize,
}

/// A customer who is here; gone when dropped.
pub struct Here {
    stage: Arc<Stage>,
    conversation: Option<String>,
}

impl Stage {
    /// An empty one.
    pub fn new(api: Api, program: As, speed: f64, rng: Rng, scripts: Vec<Arc<Script>>) -> Stage {
        Stage {
            api,
            program,
            speed,
            rng,
            scripts,
            scenes: Mutex::default(),
            visited: watch::Sender::new(HashSet::new()),
            open: AtomicUsize::new(0),
        }
    }

    fn scenes(&self) -> MutexGuard<'_, HashMap<String, Arc<Scene>>> {
        self.scenes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The dialogue of a conversation, if it is a simulated one.
    pub fn scene(&self, conversation: &str) -> Option<Arc<Scene>> {
        self.scenes().get(conversation).cloned()
    }

    /// Customers who are here.
    pub fn open(&self) -> usize {
        self.open.load(Ordering::Relaxed)
    }

    /// So many seconds of the demo's time.
    pub fn seconds(&self, seconds: f64) -> Duration {
        Duration::from_secs_f64((seconds / self.speed).clamp(0.0, 86_400.0))
    }

    /// Whether a visitor has this desk.
    pub fn is_visited(&self, person: PersonId) -> bool {
        self.visited.borrow().contains(&person)
    }
}

impl Here {
    /// Somebody comes.
    pub fn come(stage: &Arc<Stage>) -> Here {
        stage.open.fetch_add(1, Ordering::Relaxed);
        Here { stage: stage.clone(), conversation: None }
    }

    /// Their conversation has begun.
    pub fn begin(&mut self, conversation: &str, scene: &Arc<Scene>) {
        self.stage.scenes().insert(conversation.to_owned(), scene.clone());
        self.conversation = Some(conversation.to_owned());
    }
}

impl Drop for Here {
    fn drop(&mut self) {
        self.stage.open.fetch_sub(1, Ordering::Relaxed);
        if let Some(conversation) = &self.conversation {
            self.stage.scenes().remove(conversation);
        }
    }
}
