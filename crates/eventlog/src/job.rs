//! What the writer is asked to do, and how it answers once that is on disk.

use signalbox_model::id::CustomerId;
use signalbox_model::time::{DurationMs, Timestamp};
use tokio::sync::oneshot;

use crate::contract::{AppendError, Appended, Erased, Guard, Lease};
use crate::encode::Prepared;
use crate::folder::is_full;

/// Why a job was not done.
#[derive(Clone, Debug)]
pub enum Refusal {
    /// The caller is told.
    Error(AppendError),
    /// Another key was stored for this customer first: encrypt again with that one.
    KeyChanged(CustomerId),
}

impl From<rusqlite::Error> for Refusal {
    fn from(error: rusqlite::Error) -> Refusal {
        Refusal::Error(storage(&error))
    }
}

impl From<AppendError> for Refusal {
    fn from(error: AppendError) -> Refusal {
        Refusal::Error(error)
    }
}

/// A database failure in the caller's words.
pub fn storage(error: &rusqlite::Error) -> AppendError {
    if is_full(error) { AppendError::NoSpace } else { AppendError::Storage(error.to_string()) }
}

/// Where the answer goes.
pub type Reply<T> = oneshot::Sender<Result<T, Refusal>>;

/// Something to be written.
pub enum Job {
    /// A batch.
    Append {
        /// What.
        prepared: Prepared,
        /// By what right.
        guard: Guard,
        /// To whom.
        reply: Reply<Appended>,
    },
    /// A customer's words are destroyed.
    Erase {
        /// Whose.
        customer: CustomerId,
        /// When, by the caller's clock.
        at: Timestamp,
        /// By whom, as JSON.
        actor: String,
        /// To whom.
        reply: Reply<Erased>,
    },
    /// Somebody wants to decide.
    Lease {
        /// Who.
        holder: String,
        /// The caller's clock.
        now: Timestamp,
        /// For how long.
        ttl: DurationMs,
        /// To whom.
        reply: Reply<Option<Lease>>,
    },
    /// A secret is kept; without bytes it is deleted. The answer says whether there was one.
    Secret {
        /// What kind.
        kind: String,
        /// Which.
        key: String,
        /// Its sealed bytes.
        sealed: Option<Vec<u8>>,
        /// To whom.
        reply: Reply<bool>,
    },
    /// The file may not grow beyond so many pages: how tests fill a disk.
    LimitPages {
        /// Pages; 0 sets the limit to what there is.
        pages: u32,
        /// To whom.
        reply: Reply<()>,
    },
    /// Finish what is queued, then end.
    Close {
        /// To whom.
        reply: Reply<()>,
    },
}

/// A job that was done or refused, and who waits for it.
pub struct Waiting<T> {
    /// Who waits.
    pub reply: Reply<T>,
    /// What they are told if the group is committed.
    pub result: Result<T, Refusal>,
}

impl<T> Waiting<T> {
    fn settle(self, commit: &Result<(), AppendError>) {
        let result = match (self.result, commit) {
            (Ok(_), Err(error)) => Err(Refusal::Error(error.clone())),
            (result, _) => result,
        };
        // Nobody may be waiting any more; what was done stays done.
        let _ = self.reply.send(result);
    }
}

/// An answer that waits for the commit.
pub enum Answer {
    /// To an append.
    Append(Waiting<Appended>),
    /// To an erasure.
    Erase(Waiting<Erased>),
    /// To a lease.
    Lease(Waiting<Option<Lease>>),
    /// To a secret.
    Secret(Waiting<bool>),
    /// To the rest.
    Done(Waiting<()>),
}

impl Answer {
    /// Tells whoever waits what became of it.
    pub fn settle(self, commit: &Result<(), AppendError>) {
        match self {
            Answer::Append(waiting) => waiting.settle(commit),
            Answer::Erase(waiting) => waiting.settle(commit),
            Answer::Lease(waiting) => waiting.settle(commit),
            Answer::Secret(waiting) => waiting.settle(commit),
            Answer::Done(waiting) => waiting.settle(commit),
        }
    }
}
