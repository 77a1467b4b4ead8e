//! What a log promises: its types, its errors and the one trait.

use std::future::Future;

use signalbox_model::contact::Actor;
use signalbox_model::content::Body;
use signalbox_model::event::{NewEvent, Recorded};
use signalbox_model::id::{CommandId, ContentId, ConversationId, CustomerId, Position};
use signalbox_model::time::{DurationMs, Timestamp};
use tokio::sync::watch;

/// Events that one `read` returns at most, whatever it was asked for.
pub const READ_EVENTS_MAX: usize = 50_000;
/// Facts of one conversation that a transcript holds at most.
pub const TRANSCRIPT_EVENTS_MAX: usize = 20_000;
/// Bytes of one event as JSON.
pub const EVENT_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of one batch: events and contents.
pub const BATCH_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Facts that are recorded together or not at all.
#[derive(Clone, Debug)]
pub struct Batch {
    /// When; stored later if the fact before it is later.
    pub at: Timestamp,
    /// Who caused them.
    pub actor: Actor,
    /// Sent again with the same id, nothing is appended.
    pub command: Option<CommandId>,
    /// The facts.
    pub events: Vec<NewEvent>,
}

/// By what right a batch is appended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guard {
    /// Reported facts need none.
    Anyone,
    /// Decisions need the lease. `decided_through` is stored in the same transaction; an empty batch stores just that.
    Decider {
        /// The epoch of the lease.
        epoch: u64,
        /// The last fact that was decided on; it never goes back.
        decided_through: Position,
    },
}

/// Where a batch is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Its first fact. For an empty batch: the head.
    pub first: Position,
    /// Its last fact. For an empty batch: the head.
    pub last: Position,
    /// The command was done before: these are the positions of then.
    pub repeated: bool,
}

/// The right to decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lease {
    /// Grows with each new right; an older one is refused.
    pub epoch: u64,
    /// The last fact that was decided on.
    pub decided_through: Position,
    /// Until when nobody else gets it.
    pub expires_at: Timestamp,
}

/// Content as it can be read now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Stored {
    /// It is there.
    Body(Body),
    /// It was destroyed together with the customer's key.
    Erased,
    /// It is there and cannot be decrypted: `check` says more.
    Damaged,
}

/// One conversation as the log holds it.
#[derive(Clone, Debug, PartialEq)]
pub struct Transcript {
    /// Which.
    pub conversation: ConversationId,
    /// Its facts, in order.
    pub entries: Vec<Entry>,
    /// There are more facts than a transcript may hold; the last ones are left out.
    pub truncated: bool,
}

/// One fact of a transcript.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// The fact.
    pub recorded: Recorded,
    /// The words that it names. Files come with name and type but without their bytes: read those with `content`.
    pub content: Option<Stored>,
}

/// What an erasure did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erased {
    /// Where `customer.erased` stands.
    pub position: Position,
    /// Pieces of content that can no longer be read.
    pub contents: u64,
    /// Conversations that lost words.
    pub conversations: Vec<ConversationId>,
    /// The customer had been erased before: this is what was done then.
    pub repeated: bool,
}

/// Why a batch was not appended. Nothing of it is in the log.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AppendError {
    /// No facts, and no decider who stores how far it is.
    #[error("the batch is empty: send at least one event")]
    Empty,
    /// Too many facts.
    #[error("the batch has {have} events and may have {max}: send it in parts")]
    TooManyEvents {
        /// Given.
        have: usize,
        /// Allowed.
        max: usize,
    },
    /// Too many bytes.
    #[error("{what} has {have} bytes and may have {max}: send less at once")]
    TooManyBytes {
        /// Which part.
        what: &'static str,
        /// Given.
        have: usize,
        /// Allowed.
        max: usize,
    },
    /// An event names other content than it brings.
    #[error("event {index} of the batch names content {named:?} and brings {brought:?}: both must be the same")]
    ContentMismatch {
        /// Which event of the batch, from 0.
        index: usize,
        /// By the event.
        named: Option<ContentId>,
        /// With the event.
        brought: Option<ContentId>,
    },
    /// An event that could be written and never read again.
    #[error("a `{0}` holds a value that does not read back from JSON, such as a number that is none: leave it out")]
    DoesNotReadBack(&'static str),
    /// The id of the content was used before.
    #[error("content {0} is in the log already: use a new id for new content")]
    ContentExists(ContentId),
    /// The customer's words were erased; nothing is kept for them again.
    #[error("customer {0} was erased and nothing is kept for them again: use a new customer id")]
    CustomerErased(CustomerId),
    /// Another decider has the lease.
    #[error("the lease of epoch {given} is over, epoch {current} has it: take a new lease and decide again from there")]
    StaleDecider {
        /// Of the guard.
        given: u64,
        /// Of the lease.
        current: u64,
    },
    /// `decided_through` would go back, or beyond the log.
    #[error("decided through {given} is not between {stored} and {last}: read the lease again and decide from there")]
    DecidedThrough {
        /// Of the guard.
        given: Position,
        /// Stored so far.
        stored: Position,
        /// The last fact, this batch included.
        last: Position,
    },
    /// The disk is full.
    #[error(
        "no space left for the log: free disk space and send it again; nothing of it was stored and nothing else was lost"
    )]
    NoSpace,
    /// The log was closed.
    #[error("the log is closed: the program is shutting down, send it again after the restart")]
    Closed,
    /// The file system or the database failed; the batch is not in the log.
    #[error("the log could not be written ({0}): run `signalbox check` on the data folder")]
    Storage(String),
}

/// Why something could not be read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ReadError {
    /// An event that this version does not know.
    #[error(
        "event {position} is a `{kind}`, which this version does not know: it was written by a newer version, use that or a later one"
    )]
    Newer {
        /// Where.
        position: Position,
        /// Its name on the wire.
        kind: String,
    },
    /// A row that no version wrote.
    #[error("event {position} is damaged ({what}): run `signalbox check` and restore a backup")]
    Damaged {
        /// Where.
        position: Position,
        /// What about it.
        what: &'static str,
    },
    /// The log was closed.
    #[error("the log is closed: the program is shutting down")]
    Closed,
    /// The file system or the database failed.
    #[error("the log could not be read ({0}): run `signalbox check` on the data folder")]
    Storage(String),
}

/// Why a lease could not be looked at.
#[derive(Clone, Debug, thiserror::Error)]
pub enum LeaseError {
    /// The disk is full.
    #[error("no space left to store the lease: free disk space")]
    NoSpace,
    /// The log was closed.
    #[error("the log is closed: the program is shutting down")]
    Closed,
    /// The file system or the database failed.
    #[error("the lease could not be stored ({0}): run `signalbox check` on the data folder")]
    Storage(String),
}

/// One tenant's log. All futures are `Send`; an implementation writes them as `async fn`.
pub trait EventLog: Send + Sync + 'static {
    /// Appends all of it or nothing. A repeated command id returns the first append's positions and appends nothing.
    fn append(&self, batch: Batch, guard: Guard) -> impl Future<Output = Result<Appended, AppendError>> + Send;

    /// Facts after `after` in commit order, at most `limit` and at most [`READ_EVENTS_MAX`]. Only an empty answer means that there are no more.
    fn read(&self, after: Position, limit: usize) -> impl Future<Output = Result<Vec<Recorded>, ReadError>> + Send;

    /// One conversation with whatever words have not been erased.
    fn read_conversation(&self, id: ConversationId) -> impl Future<Output = Result<Transcript, ReadError>> + Send;

    /// One piece of content; none if there never was one of this id.
    fn content(&self, id: ContentId) -> impl Future<Output = Result<Option<Stored>, ReadError>> + Send;

    /// Customers with this identity: the text that came as `Content::lookup`.
    fn find_identity(&self, lookup: &str) -> impl Future<Output = Result<Vec<CustomerId>, ReadError>> + Send;

    /// Destroys the customer's key, words and identities and appends `customer.erased`, all at once. The other facts remain.
    fn erase(
        &self,
        customer: CustomerId,
        at: Timestamp,
        actor: Actor,
    ) -> impl Future<Output = Result<Erased, AppendError>> + Send;

    /// The right to decide, new or prolonged; none while another holder has it. The epoch grows with a new holder and after expiry.
    fn lease(
        &self,
        holder: &str,
        now: Timestamp,
        ttl: DurationMs,
    ) -> impl Future<Output = Result<Option<Lease>, LeaseError>> + Send;

    /// Rings when there is more: a hint, readers poll as well.
    fn advanced(&self) -> watch::Receiver<Position>;

    /// The last fact.
    fn head(&self) -> Position;
}
