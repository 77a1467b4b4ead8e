//! Whether this server can do its work, and if not, why.

use std::sync::{Arc, Mutex, PoisonError};

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The disk is full.
    NoSpace,
    /// The log fails in another way.
    Log(String),
}

impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Trouble::NoSpace => f.write_str("the disk is full: free space, it goes on by itself"),
            Trouble::Log(what) => f.write_str(what),
        }
    }
}

/// The newest word about it. Clones share one.
#[derive(Clone, Default)]
pub struct Health(Arc<Mutex<Option<Trouble>>>);

impl Health {
    /// All is well.
    pub fn well(&self) {
        let before = self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
        if before.is_some() {
            tracing::info!("deciding goes on");
        }
    }

    /// Something is wrong; said once in the log, not at every try.
    pub fn trouble(&self, trouble: Trouble) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now.as_ref() != Some(&trouble) {
            tracing::error!(reason = %trouble, "deciding has stopped");
            *now = Some(trouble);
        }
    }

    /// What is wrong now, if anything is.
    pub fn current(&self) -> Option<Trouble> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}
