//! The log in one SQLite file: `log.db`, beside it `store.key` and the lock.

use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use signalbox_model::contact::Actor;
use signalbox_model::event::Recorded;
use signalbox_model::id::{ContentId, ConversationId, CustomerId, Position};
use signalbox_model::time::{DurationMs, Timestamp};
use tokio::sync::{Semaphore, SemaphorePermit, mpsc, oneshot, watch};

use crate::contract::{
    AppendError, Appended, Batch, Entry, Erased, EventLog, Guard, Lease, LeaseError, ReadError, Stored, Transcript,
};
use crate::encode::{self, Prepared};
use crate::folder::{Folder, OpenError};
use crate::job::{Job, Refusal, Reply};
use crate::keyring::{Fetched, HeldKey, Keyring, Known};
use crate::ledger::End;
use crate::reader::{self, Pool};
use crate::vault::{DoesNotOpen, StoreKey, Vault};
use crate::verify::{Verified, verify};
use crate::writer::{Progress, QUEUE_JOBS_MAX, Writer};

/// Secrets that one list returns.
pub const SECRETS_LISTED_MAX: usize = 50_000;
/// Bytes of one secret.
pub const SECRET_BYTES_MAX: usize = 64 * 1024;
/// Bytes of content above which encrypting is taken off the caller's thread.
const ENCRYPT_HERE_BYTES_MAX: u64 = 256 * 1024;
/// Facts read at once by a replay.
const REPLAY_EVENTS: usize = 5_000;
/// Content on its way to the disk, in KiB, with one more for each event: more makes callers wait.
const ROOM_KIB: u32 = 128 * 1024;
/// How often an append is encrypted again because other appends brought a customer's key first.
const KEY_TRIES_MAX: usize = 5;

/// How to open a log.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// The store key; without it the file `store.key` in the folder is used, and made when the log is new.
    pub store_key: Option<StoreKey>,
}

/// Why a secret could not be kept or read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum SecretError {
    /// Too large.
    #[error("a secret has {have} bytes and may have {max}")]
    TooLarge {
        /// Given.
        have: usize,
        /// Allowed.
        max: usize,
    },
    /// Changed on disk.
    #[error("the secret of kind `{0}` does not open: it was changed on disk, set it again")]
    Damaged(String),
    /// It could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// It could not be written.
    #[error(transparent)]
    Write(AppendError),
}

/// Why a backup was not made.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// There is something already.
    #[error("{0} is there already: name a file that is not")]
    Exists(PathBuf),
    /// It cannot be written there.
    #[error("{path} cannot be written ({detail}): check the folder and the space left; what was written was removed")]
    Failed {
        /// Where.
        path: PathBuf,
        /// Why.
        detail: String,
    },
    /// The log could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
}

/// Counts since the log was opened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Events appended.
    pub events: u64,
    /// Transactions committed.
    pub commits: u64,
    /// Bytes of events and contents appended.
    pub bytes: u64,
}

/// The embedded log. Clones share one log; it closes when the last one is dropped, after all that was asked for.
#[derive(Clone)]
pub struct Embedded {
    inner: Arc<Inner>,
}

struct Inner {
    jobs: Mutex<Option<mpsc::Sender<Job>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
    readers: Arc<Pool>,
    vault: Arc<Vault>,
    keyring: Arc<Keyring>,
    progress: Arc<Progress>,
    room: Semaphore,
}

impl Drop for Inner {
    fn drop(&mut self) {
        lock(&self.jobs).take();
        if let Some(writer) = lock(&self.writer).take() {
            // What it panicked with was printed when it did.
            let _ = writer.join();
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Verifies the log in a folder, also one that is in use. `on_progress` is told the position reached and the last one.
///
/// # Errors
/// When there is no log, it is not ours or newer, the key is not its own, or the file is damaged beyond reading.
pub fn check(dir: &Path, options: Options, on_progress: impl FnMut(Position, Position)) -> Result<Verified, OpenError> {
    let folder = Folder::at(dir);
    let (conn, vault) = folder.open_to_check(options.store_key)?;
    verify(&conn, &vault, on_progress)
        .map_err(|error| OpenError::Damaged { path: folder.log_path(), detail: error.to_string() })
}

/// Hands every fact of the log in a folder to `look`, in order, with the last position; also of a log that is in use.
///
/// # Errors
/// As for [`check`].
pub fn replay(dir: &Path, options: Options, mut look: impl FnMut(Recorded, Position)) -> Result<(), OpenError> {
    walk(dir, options, |_, _, fact, last| {
        look(fact, last);
        Ok(())
    })
}

/// As [`replay`], each fact with the content that it brought.
///
/// # Errors
/// As for [`check`].
pub fn replay_with_content(
    dir: &Path,
    options: Options,
    mut look: impl FnMut(Entry, Position),
) -> Result<(), OpenError> {
    walk(dir, options, |conn, vault, recorded, last| {
        let content = recorded.event.content().map(|id| reader::content(conn, vault, id)).transpose()?.flatten();
        look(Entry { recorded, content }, last);
        Ok(())
    })
}

fn walk(
    dir: &Path,
    options: Options,
    mut look: impl FnMut(&Connection, &Vault, Recorded, Position) -> Result<(), ReadError>,
) -> Result<(), OpenError> {
    let folder = Folder::at(dir);
    let (conn, vault) = folder.open_to_check(options.store_key)?;
    let damaged = |detail: String| OpenError::Damaged { path: folder.log_path(), detail };
    let end = End::load(&conn).map_err(|error| damaged(error.to_string()))?;
    let mut after = Position::START;
    loop {
        let facts = reader::read(&conn, after, REPLAY_EVENTS).map_err(|error| damaged(error.to_string()))?;
        let Some(last) = facts.last() else { return Ok(()) };
        after = last.position;
        for fact in facts {
            look(&conn, &vault, fact, Position(end.position)).map_err(|error| damaged(error.to_string()))?;
        }
    }
}

impl Embedded {
    /// Opens the log in this folder, or makes it.
    ///
    /// # Errors
    /// When another process has it open, the key is missing or wrong, or the file is damaged, newer or not ours.
    pub fn open(dir: &Path, options: Options) -> Result<Embedded, OpenError> {
        let folder = Folder::at(dir);
        let file = folder.lock()?;
        let (conn, vault) = folder.open(options.store_key)?;
        let damaged =
            |error: rusqlite::Error| OpenError::Damaged { path: folder.log_path(), detail: error.to_string() };
        let end = End::load(&conn).map_err(damaged)?;
        let (vault, keyring) = (Arc::new(vault), Arc::new(Keyring::load(&conn).map_err(damaged)?));
        let progress = Arc::new(Progress {
            advanced: watch::Sender::new(Position(end.position)),
            events: AtomicU64::new(0),
            commits: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
        });
        let (jobs, queue) = mpsc::channel(QUEUE_JOBS_MAX);
        let shared = (vault.clone(), keyring.clone(), progress.clone());
        let writer = Writer::new(conn, file, end, shared, queue);
        let thread = thread::Builder::new().name("log-writer".to_owned()).spawn(move || writer.run());
        let thread = thread.map_err(|source| OpenError::File { path: dir.to_owned(), source })?;
        let inner = Inner {
            jobs: Mutex::new(Some(jobs)),
            writer: Mutex::new(Some(thread)),
            readers: Arc::new(Pool::new(folder)),
            vault,
            keyring,
            progress,
            room: Semaphore::new(ROOM_KIB as usize),
        };
        Ok(Embedded { inner: Arc::new(inner) })
    }

    /// Hands a job to the writer and waits until it is on disk.
    async fn ask<T>(&self, job: impl FnOnce(Reply<T>) -> Job) -> Result<T, Refusal> {
        let closed = || Refusal::Error(AppendError::Closed);
        let jobs = lock(&self.inner.jobs).clone().ok_or_else(closed)?;
        let (reply, answer) = oneshot::channel();
        jobs.send(job(reply)).await.map_err(|_| closed())?;
        drop(jobs);
        answer.await.map_err(|_| closed())?
    }

    async fn read_with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&rusqlite::Connection, &Vault) -> Result<T, ReadError> + Send + 'static,
    ) -> Result<T, ReadError> {
        let vault = self.inner.vault.clone();
        self.inner.readers.run(move |conn| work(conn, &vault)).await
    }

    /// The keys of these customers, new ones for new customers.
    async fn keys(&self, customers: Vec<CustomerId>) -> Result<HashMap<CustomerId, HeldKey>, AppendError> {
        let keyring = self.inner.keyring.clone();
        let (mut keys, mut missing) = (HashMap::new(), Vec::new());
        for customer in customers {
            match keyring.get(customer) {
                Known::Key(held) => drop(keys.insert(customer, held)),
                Known::Erased => return Err(AppendError::CustomerErased(customer)),
                Known::Nothing => missing.push(customer),
            }
        }
        if missing.is_empty() {
            return Ok(keys);
        }
        let fetched = self.read_with(move |conn, vault| {
            for customer in missing {
                match keyring.fetch(conn, vault, customer)? {
                    Fetched::Key(held) => drop(keys.insert(customer, held)),
                    Fetched::Erased => return Ok(Err(AppendError::CustomerErased(customer))),
                    Fetched::Unreadable => return Ok(Err(key_unreadable(customer))),
                }
            }
            Ok(Ok(keys))
        });
        fetched.await.map_err(|error| match error {
            ReadError::Closed => AppendError::Closed,
            other => AppendError::Storage(other.to_string()),
        })?
    }

    async fn prepare(&self, batch: &Arc<Batch>) -> Result<Prepared, AppendError> {
        let keys = self.keys(encode::customers(batch)).await?;
        let (batch, vault) = (batch.clone(), self.inner.vault.clone());
        let is_large = encode::content_bytes(&batch) > ENCRYPT_HERE_BYTES_MAX;
        let work = move || encode::prepare(&batch, &vault, &keys);
        if is_large { tokio::task::spawn_blocking(work).await.unwrap_or(Err(AppendError::Closed)) } else { work() }
    }

    /// Waits until there is room for a batch among those that are on their way to the disk.
    async fn room(&self, batch: &Batch) -> Result<SemaphorePermit<'_>, AppendError> {
        let kib = (encode::content_bytes(batch) / 1024) as u32 + batch.events.len() as u32;
        self.inner.room.acquire_many(kib.clamp(1, ROOM_KIB)).await.map_err(|_| AppendError::Closed)
    }

    /// Follows the chain from the first fact to the last, while the log goes on.
    ///
    /// # Errors
    /// When the log is closed or cannot even be asked.
    pub async fn verify(&self) -> Result<Verified, ReadError> {
        self.verify_with(|_, _| ()).await
    }

    /// As `verify`; `on_progress` is told the position reached and the last one.
    ///
    /// # Errors
    /// When the log is closed or cannot even be asked.
    pub async fn verify_with(
        &self,
        on_progress: impl FnMut(Position, Position) + Send + 'static,
    ) -> Result<Verified, ReadError> {
        self.read_with(move |conn, vault| verify(conn, vault, on_progress)).await
    }

    /// Keeps a secret; one with the same kind and key is replaced.
    ///
    /// # Errors
    /// When it is too large or cannot be written.
    pub async fn secret_put(&self, kind: &str, key: &str, value: &[u8]) -> Result<(), SecretError> {
        if value.len() > SECRET_BYTES_MAX {
            return Err(SecretError::TooLarge { have: value.len(), max: SECRET_BYTES_MAX });
        }
        let sealed = Some(self.inner.vault.seal_secret(kind, key, value));
        let (kind, key) = (kind.to_owned(), key.to_owned());
        let put = self.ask(|reply| Job::Secret { kind, key, sealed, reply }).await;
        put.map(|_| ()).map_err(|refusal| SecretError::Write(append_error(refusal)))
    }

    /// Reads a secret.
    ///
    /// # Errors
    /// When it cannot be read or was changed on disk.
    pub async fn secret_get(&self, kind: &str, key: &str) -> Result<Option<Vec<u8>>, SecretError> {
        let (kind, key) = (kind.to_owned(), key.to_owned());
        let opened = self.read_with(move |conn, vault| {
            let sealed = reader::secret(conn, &kind, &key)?;
            Ok(sealed.map(|sealed| vault.open_secret(&kind, &key, &sealed)).transpose().map_err(|DoesNotOpen| kind))
        });
        opened.await?.map_err(SecretError::Damaged)
    }

    /// Deletes a secret; says whether there was one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn secret_delete(&self, kind: &str, key: &str) -> Result<bool, SecretError> {
        let (kind, key) = (kind.to_owned(), key.to_owned());
        let deleted = self.ask(|reply| Job::Secret { kind, key, sealed: None, reply }).await;
        deleted.map_err(|refusal| SecretError::Write(append_error(refusal)))
    }

    /// Secrets of a kind whose keys start so, in order of their keys; at most [`SECRETS_LISTED_MAX`].
    ///
    /// # Errors
    /// When they cannot be read or one was changed on disk.
    pub async fn secret_list_prefix(&self, kind: &str, prefix: &str) -> Result<Vec<(String, Vec<u8>)>, SecretError> {
        let (kind, prefix) = (kind.to_owned(), prefix.to_owned());
        let opened = self.read_with(move |conn, vault| {
            let rows = reader::secrets(conn, &kind, &prefix, SECRETS_LISTED_MAX)?;
            let open =
                |(key, sealed): (String, Vec<u8>)| vault.open_secret(&kind, &key, &sealed).map(|value| (key, value));
            Ok(rows.into_iter().map(open).collect::<Result<Vec<_>, _>>().map_err(|DoesNotOpen| kind.clone()))
        });
        opened.await?.map_err(SecretError::Damaged)
    }

    /// Counts since the log was opened.
    pub fn counters(&self) -> Counters {
        let progress = &self.inner.progress;
        Counters {
            events: progress.events.load(Ordering::Relaxed),
            commits: progress.commits.load(Ordering::Relaxed),
            bytes: progress.bytes.load(Ordering::Relaxed),
        }
    }

    /// The conversation in which a piece of content was said; none for an identity, or if there never was one of this id.
    ///
    /// # Errors
    /// When the log cannot be read.
    pub async fn conversation_of(&self, content: ContentId) -> Result<Option<ConversationId>, ReadError> {
        self.read_with(move |conn, _| reader::conversation_of(conn, content)).await
    }

    /// Copies the log into a new file while it goes on. The store key is not in it: keep that apart.
    ///
    /// # Errors
    /// When the file is there already or cannot be written.
    pub async fn backup(&self, path: &Path) -> Result<(), BackupError> {
        let path = path.to_owned();
        self.inner.readers.run(move |conn| back_up(conn, path)).await
    }

    /// Finishes what was asked for, then closes. Later calls are refused.
    pub async fn close(&self) {
        let _ = self.ask(|reply| Job::Close { reply }).await;
        lock(&self.inner.jobs).take();
        self.inner.readers.close();
        let writer = lock(&self.inner.writer).take();
        if let Some(writer) = writer {
            let _ = tokio::task::spawn_blocking(move || writer.join()).await;
        }
    }

    /// Lets the file grow to so many pages and no further: a full disk, for tests.
    ///
    /// # Errors
    /// When the log is closed.
    pub async fn limit_pages(&self, pages: u32) -> Result<(), AppendError> {
        self.ask(|reply| Job::LimitPages { pages, reply }).await.map_err(append_error)
    }
}

fn key_unreadable(customer: CustomerId) -> AppendError {
    AppendError::Storage(format!("the key of customer {customer} does not open"))
}

fn append_error(refusal: Refusal) -> AppendError {
    match refusal {
        Refusal::Error(error) => error,
        Refusal::KeyChanged(customer) => key_unreadable(customer),
    }
}

fn back_up(conn: &rusqlite::Connection, path: PathBuf) -> Result<(), BackupError> {
    if path.exists() {
        return Err(BackupError::Exists(path));
    }
    let text = path.to_string_lossy().into_owned();
    // Copying counts as writing, although nothing of ours is written.
    let read_only = |is_on: bool| conn.pragma_update(None, "query_only", is_on);
    let copied = read_only(false).and_then(|()| conn.execute("VACUUM INTO ?1", [&text]));
    let copied = copied.and_then(|_| read_only(true)).map_err(|error| {
        let _ = read_only(true);
        error.to_string()
    });
    let synced = copied.and_then(|_| {
        std::fs::File::open(&path).and_then(|file| file.sync_all()).map_err(|e: io::Error| e.to_string())
    });
    synced.map_err(|detail| {
        let _ = std::fs::remove_file(&path);
        BackupError::Failed { path, detail }
    })
}

impl EventLog for Embedded {
    async fn append(&self, batch: Batch, guard: Guard) -> Result<Appended, AppendError> {
        encode::check(&batch, &guard)?;
        let _room = self.room(&batch).await?;
        let batch = Arc::new(batch);
        let mut tries = 0;
        loop {
            let prepared = self.prepare(&batch).await?;
            tries += 1;
            match self.ask(|reply| Job::Append { prepared, guard, reply }).await {
                Err(Refusal::KeyChanged(customer)) if tries < KEY_TRIES_MAX => self.inner.keyring.forget(customer),
                other => return other.map_err(append_error),
            }
        }
    }

    async fn read(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, ReadError> {
        if after >= self.head() || limit == 0 {
            return Ok(Vec::new());
        }
        self.read_with(move |conn, _| reader::read(conn, after, limit)).await
    }

    async fn read_conversation(&self, id: ConversationId) -> Result<Transcript, ReadError> {
        self.read_with(move |conn, vault| reader::read_conversation(conn, vault, id)).await
    }

    async fn content(&self, id: ContentId) -> Result<Option<Stored>, ReadError> {
        self.read_with(move |conn, vault| reader::content(conn, vault, id)).await
    }

    async fn find_identity(&self, lookup: &str) -> Result<Vec<CustomerId>, ReadError> {
        let digest = self.inner.vault.lookup(lookup);
        self.read_with(move |conn, _| reader::find_identity(conn, digest)).await
    }

    async fn erase(&self, customer: CustomerId, at: Timestamp, actor: Actor) -> Result<Erased, AppendError> {
        let actor = encode::actor_json(&actor)?;
        self.ask(|reply| Job::Erase { customer, at, actor, reply }).await.map_err(append_error)
    }

    async fn lease(&self, holder: &str, now: Timestamp, ttl: DurationMs) -> Result<Option<Lease>, LeaseError> {
        let holder = holder.to_owned();
        self.ask(|reply| Job::Lease { holder, now, ttl, reply }).await.map_err(|refusal| match append_error(refusal) {
            AppendError::NoSpace => LeaseError::NoSpace,
            AppendError::Closed => LeaseError::Closed,
            other => LeaseError::Storage(other.to_string()),
        })
    }

    fn advanced(&self) -> watch::Receiver<Position> {
        self.inner.progress.advanced.subscribe()
    }

    fn head(&self) -> Position {
        *self.inner.progress.advanced.borrow()
    }
}
