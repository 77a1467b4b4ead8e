//! The one thread that writes. While a commit is on its way to the disk, jobs queue up; they then share the next commit.

use std::fs::File;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use rusqlite::Connection;
use signalbox_model::id::Position;
use tokio::sync::{mpsc, watch};

use crate::contract::AppendError;
use crate::job::{Answer, Job, Refusal, Waiting, storage};
use crate::keyring::Keyring;
use crate::ledger::{Effects, End, Ledger};
use crate::vault::Vault;

/// Jobs that wait for the writer; more make their callers wait.
pub const QUEUE_JOBS_MAX: usize = 8_192;
/// Jobs that share a commit.
const GROUP_JOBS_MAX: usize = 1_024;
/// Bytes after which a group takes no more jobs.
const GROUP_BYTES_MAX: u64 = 8 * 1024 * 1024;
/// After an erasure the write-ahead log must be emptied, which readers may delay: so often and with this pause it is tried.
const SCRUB_TRIES_MAX: u32 = 20;
const SCRUB_PAUSE: Duration = Duration::from_millis(5);

/// What everybody may see of the writer.
pub struct Progress {
    /// Rings with each commit; holds the head.
    pub advanced: watch::Sender<Position>,
    /// Events appended since the log was opened.
    pub events: AtomicU64,
    /// Transactions committed.
    pub commits: AtomicU64,
    /// Bytes of events and contents.
    pub bytes: AtomicU64,
}

/// The writer's own.
pub struct Writer {
    conn: Connection,
    vault: Arc<Vault>,
    keyring: Arc<Keyring>,
    progress: Arc<Progress>,
    jobs: mpsc::Receiver<Job>,
    end: End,
    is_scrub_due: bool,
    /// Falls with the thread: nobody else opens the folder before the last commit.
    _lock: File,
}

impl Writer {
    /// Takes over the connection and the folder's lock.
    pub fn new(
        conn: Connection,
        lock: File,
        end: End,
        (vault, keyring, progress): (Arc<Vault>, Arc<Keyring>, Arc<Progress>),
        jobs: mpsc::Receiver<Job>,
    ) -> Writer {
        Writer { conn, vault, keyring, progress, jobs, end, is_scrub_due: false, _lock: lock }
    }

    /// Works until it is told to close or nobody can ask any more.
    pub fn run(mut self) {
        while let Some(job) = self.jobs.blocking_recv() {
            self.group(job);
        }
        self.scrub(SCRUB_TRIES_MAX);
    }

    /// One transaction for the job and for all that have queued up until it is committed.
    fn group(&mut self, first: Job) {
        let mut answers = Vec::new();
        let mut effects = Effects::default();
        let before = self.end.clone();
        let mut outcome = self.begin();
        let mut next = Some(first);
        while let Some(job) = next.take() {
            let answer = self.run_job(job, &mut effects, outcome.as_ref().err());
            if outcome.is_ok() && self.conn.is_autocommit() {
                // The database gave up the whole transaction, and with it the jobs before this one.
                outcome = Err(given_up(&answer));
            }
            answers.push(answer);
            if answers.len() < GROUP_JOBS_MAX && effects.bytes < GROUP_BYTES_MAX {
                next = self.jobs.try_recv().ok();
            }
        }
        let outcome = outcome.and_then(|()| self.commit(&before));
        match &outcome {
            Ok(()) => self.publish(&before, &effects),
            Err(error) => self.take_back(&before, &effects, error),
        }
        if !effects.erased.is_empty() {
            self.scrub(SCRUB_TRIES_MAX);
        } else if self.is_scrub_due {
            self.scrub(1);
        }
        for answer in answers {
            answer.settle(&outcome);
        }
    }

    fn begin(&self) -> Result<(), AppendError> {
        if !self.conn.is_autocommit() {
            self.conn.execute_batch("ROLLBACK").map_err(|error| storage(&error))?;
        }
        let begun = self.conn.prepare_cached("BEGIN IMMEDIATE").and_then(|mut begin| begin.execute([]));
        begun.map(|_| ()).map_err(|error| storage(&error))
    }

    fn commit(&mut self, before: &End) -> Result<(), AppendError> {
        if self.end.position != before.position {
            let mut effects = Effects::default();
            self.ledger(&mut effects).store_anchor().map_err(|error| storage(&error))?;
        }
        let committed = self.conn.prepare_cached("COMMIT").and_then(|mut commit| commit.execute([]));
        committed.map(|_| ()).map_err(|error| storage(&error))
    }

    fn ledger<'a>(&'a mut self, effects: &'a mut Effects) -> Ledger<'a> {
        Ledger { conn: &self.conn, vault: &self.vault, keyring: &self.keyring, end: &mut self.end, effects }
    }

    fn run_job(&mut self, job: Job, effects: &mut Effects, lost: Option<&AppendError>) -> Answer {
        if matches!(job, Job::Close { .. }) {
            self.jobs.close();
        }
        let lost = lost.map(|error| Refusal::Error(error.clone()));
        let mut ledger = self.ledger(effects);
        match job {
            Job::Append { prepared, guard, reply } => {
                let result = refuse_if(lost).and_then(|()| ledger.atomically(|l| l.append(&prepared, guard)));
                Answer::Append(Waiting { reply, result })
            }
            Job::Erase { customer, at, actor, reply } => {
                let result = refuse_if(lost).and_then(|()| ledger.atomically(|l| l.erase(customer, at, &actor)));
                Answer::Erase(Waiting { reply, result })
            }
            Job::Lease { holder, now, ttl, reply } => {
                let result = refuse_if(lost).and_then(|()| ledger.atomically(|l| l.lease(&holder, now, ttl)));
                Answer::Lease(Waiting { reply, result })
            }
            Job::Secret { kind, key, sealed, reply } => {
                let result =
                    refuse_if(lost).and_then(|()| ledger.atomically(|l| l.secret(&kind, &key, sealed.as_deref())));
                Answer::Secret(Waiting { reply, result })
            }
            Job::LimitPages { pages, reply } => {
                let limited = self.conn.pragma_update_and_check(None, "max_page_count", pages.max(1), |_| Ok(()));
                Answer::Done(Waiting { reply, result: limited.map_err(Refusal::from) })
            }
            Job::Close { reply } => Answer::Done(Waiting { reply, result: Ok(()) }),
        }
    }

    fn publish(&self, before: &End, effects: &Effects) {
        for (customer, sealed) in &effects.keys {
            self.keyring.mark_durable(*customer, sealed);
        }
        self.progress.commits.fetch_add(1, Ordering::Relaxed);
        self.progress.bytes.fetch_add(effects.bytes, Ordering::Relaxed);
        let appended = self.end.position - before.position;
        if appended > 0 {
            self.progress.events.fetch_add(appended, Ordering::Relaxed);
            self.progress.advanced.send_replace(Position(self.end.position));
        }
    }

    /// Nothing of the group is on disk: so it never was.
    fn take_back(&mut self, before: &End, effects: &Effects, error: &AppendError) {
        tracing::warn!(%error, position = before.position, "a group of appends was not committed");
        if !self.conn.is_autocommit()
            && let Err(error) = self.conn.execute_batch("ROLLBACK")
        {
            tracing::error!(%error, "the transaction could not be rolled back");
        }
        for customer in &effects.erased {
            self.keyring.undo_erase(*customer);
        }
        self.end = before.clone();
    }

    /// Empties the write-ahead log, which may hold keys that were destroyed in the main file. Tried again with the next group if readers are in the way.
    fn scrub(&mut self, tries: u32) {
        // Waiting inside the database would hold up appends for seconds.
        let _ = self.conn.busy_timeout(Duration::ZERO);
        for turn in 0..tries {
            if turn > 0 {
                thread::sleep(SCRUB_PAUSE);
            }
            let emptied = self.conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
            self.is_scrub_due = !matches!(emptied, Ok(0));
            if !self.is_scrub_due {
                break;
            }
        }
        let _ = self.conn.busy_timeout(crate::folder::BUSY);
    }
}

fn refuse_if(lost: Option<Refusal>) -> Result<(), Refusal> {
    lost.map_or(Ok(()), Err)
}

/// The error of the job at which the database gave up.
fn given_up(answer: &Answer) -> AppendError {
    let refusal = match answer {
        Answer::Append(waiting) => waiting.result.as_ref().err(),
        Answer::Erase(waiting) => waiting.result.as_ref().err(),
        Answer::Lease(waiting) => waiting.result.as_ref().err(),
        Answer::Secret(waiting) => waiting.result.as_ref().err(),
        Answer::Done(waiting) => waiting.result.as_ref().err(),
    };
    match refusal {
        Some(Refusal::Error(error)) => error.clone(),
        _ => AppendError::Storage("the transaction was given up".to_owned()),
    }
}
