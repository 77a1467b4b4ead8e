//! Following the chain from the first fact to the last: what is not as it was written, and where.

use std::collections::{BTreeMap, HashSet};
use std::fmt;

use rusqlite::{Connection, Row, params};
use signalbox_model::event::Event;
use signalbox_model::id::{CustomerId, Position};

use crate::chain::{GENESIS, Hash, Link, content_digest, hash};
use crate::contract::{ReadError, Stored};
use crate::row::{CONTENT_COLUMNS, Decoder, RawContent, RawEvent};
use crate::vault::Vault;

/// Problems that are listed; the others are counted.
const PROBLEMS_MAX: usize = 100;
/// Facts read at once, so that no read holds up the emptying of the write-ahead log.
const CHUNK_EVENTS: i64 = 2_000;

/// What a verification saw.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Events looked at.
    pub events: u64,
    /// Contents that can be read.
    pub contents: u64,
    /// Contents that were erased.
    pub erased: u64,
    /// The last fact.
    pub head: Position,
    /// The hash of the last fact, in hexadecimal: written down elsewhere, it proves later that nothing before was changed.
    pub hash: String,
    /// The first problems, in the order in which they were found; empty when all is well.
    pub problems: Vec<Problem>,
    /// How many problems there are.
    pub problem_count: u64,
}

impl Verified {
    /// Everything is as it was written.
    pub fn is_sound(&self) -> bool {
        self.problem_count == 0
    }

    /// The first fact that is not as it was written.
    pub fn first_bad(&self) -> Option<Position> {
        self.problems.iter().map(|problem| problem.position).filter(|position| *position != Position::START).min()
    }

    fn add(&mut self, position: u64, fault: Fault) {
        self.problem_count += 1;
        if self.problems.len() < PROBLEMS_MAX {
            self.problems.push(Problem { position: Position(position), fault });
        }
    }
}

/// Something that is not as it was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// At which fact; 0 for the file as a whole.
    pub position: Position,
    /// What.
    pub fault: Fault,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.position {
            Position::START => write!(f, "the file: {}", self.fault),
            position => write!(f, "event {position}: {}", self.fault),
        }
    }
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The database file itself is damaged.
    #[error("damaged: {0}")]
    File(String),
    /// Facts are missing before this one.
    #[error("facts are missing before it, from {0} on")]
    Gap(Position),
    /// The fact is not what was hashed.
    #[error("changed after it was written: its hash does not fit")]
    Hash,
    /// No version wrote this.
    #[error("unreadable: no version wrote this")]
    Unreadable,
    /// A newer version wrote this.
    #[error("of a kind that this version does not know: a newer version wrote it")]
    Newer,
    /// What it is looked up by is not what it says.
    #[error("its {0} is filed under something else than it says")]
    Filed(&'static str),
    /// It is earlier than the fact before it.
    #[error("recorded before the fact before it")]
    TimeRunsBack,
    /// Its content is gone and nobody erased it.
    #[error("its content is gone, and the customer was not erased")]
    ContentMissing,
    /// Its content is not what was hashed.
    #[error("its content was changed after it was written")]
    ContentChanged,
    /// Its content cannot be decrypted.
    #[error("its content cannot be decrypted: the customer's key or the content's place was changed")]
    ContentUndecryptable,
    /// There is content where none was written.
    #[error("it has content that it was not written with")]
    ContentUnexpected,
    /// Content is still there after the customer was erased.
    #[error("its content is still there although the customer was erased")]
    NotErased,
    /// The last facts were cut off, or others put behind them.
    #[error("the log ends at {found} and was written up to {written}")]
    End {
        /// The last fact that is there.
        found: Position,
        /// The last fact that was written.
        written: Position,
    },
    /// The end of the chain was written without the store key.
    #[error("the end of the chain is not sealed with the store key: somebody else wrote it")]
    Anchor,
}

struct Walk<'a> {
    vault: &'a Vault,
    verified: Verified,
    decoder: Decoder,
    position: u64,
    at: i64,
    /// The hash of the fact before, as it is stored and as it should be: the next one may follow either, so that one bad row is found once.
    before: [Hash; 2],
    erased: HashSet<CustomerId>,
    /// The first fact of each customer whose content is gone.
    gone: BTreeMap<CustomerId, u64>,
}

/// Verifies all of it. `on_progress` is told the position reached and the last one.
///
/// # Errors
/// When the database cannot even be asked; damage that can be described is reported, not returned.
pub fn verify(
    conn: &Connection,
    vault: &Vault,
    mut on_progress: impl FnMut(Position, Position),
) -> Result<Verified, ReadError> {
    let mut walk = Walk {
        vault,
        verified: Verified::default(),
        decoder: Decoder::default(),
        position: 0,
        at: i64::MIN,
        before: [GENESIS; 2],
        erased: HashSet::new(),
        gone: BTreeMap::new(),
    };
    for fault in check_file(conn) {
        walk.verified.add(0, fault);
    }
    let end = Anchor::load(conn)?;
    let last = end.position.max(end.found);
    loop {
        match walk.chunk(conn, last) {
            Ok(0) => break,
            Ok(_) => on_progress(Position(walk.position), Position(last)),
            Err(error) => {
                walk.verified.add(walk.position + 1, Fault::File(error.to_string()));
                break;
            }
        }
    }
    walk.check_end(&end);
    for rest in [walk.check_erasures(conn), walk.check_strays(conn)] {
        if let Err(error) = rest {
            walk.verified.add(0, Fault::File(error.to_string()));
        }
    }
    walk.verified.head = Position(walk.position);
    walk.verified.hash = walk.before[0].iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(walk.verified)
}

fn check_file(conn: &Connection) -> Vec<Fault> {
    let found = conn.prepare("PRAGMA integrity_check(20)").and_then(|mut statement| {
        let rows = statement.query_map([], |row| row.get::<_, String>(0))?;
        rows.collect::<Result<Vec<_>, _>>()
    });
    match found {
        Ok(lines) => lines.into_iter().filter(|line| line != "ok").map(Fault::File).collect(),
        Err(error) => vec![Fault::File(error.to_string())],
    }
}

struct Anchor {
    position: u64,
    hash: Vec<u8>,
    seal: Vec<u8>,
    found: u64,
}

impl Anchor {
    /// All of one instant, while the log goes on.
    fn load(conn: &Connection) -> Result<Anchor, ReadError> {
        let sql = "SELECT position, hash, seal, (SELECT coalesce(max(position), 0) FROM event) FROM anchor";
        Ok(conn.query_row(sql, [], |row| {
            Ok(Anchor {
                position: row.get::<_, i64>(0)? as u64,
                hash: row.get(1)?,
                seal: row.get(2)?,
                found: row.get::<_, i64>(3)? as u64,
            })
        })?)
    }
}

/// The columns of `event` come first, then those of `content`, then those of `command`.
const CONTENT_FROM: usize = 11;
const COMMAND_FROM: usize = CONTENT_FROM + 6;

impl Walk<'_> {
    fn chunk(&mut self, conn: &Connection, last: u64) -> rusqlite::Result<u64> {
        let sql = format!(
            "SELECT event.position, at, occurred_at, actor, event.command, cause, kind, event.conversation, event, content_digest, hash,
                    {CONTENT_COLUMNS}, command.first, command.last
             FROM event LEFT JOIN content ON content.position = event.position
             LEFT JOIN customer_key ON customer_key.customer = content.customer
             LEFT JOIN command ON command.id = event.command
             WHERE event.position > ?1 AND event.position <= ?2 ORDER BY event.position LIMIT ?3"
        );
        let mut statement = conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params![self.position as i64, last as i64, CHUNK_EVENTS])?;
        let mut count = 0;
        while let Some(row) = rows.next()? {
            count += 1;
            self.row(row)?;
        }
        Ok(count)
    }

    fn row(&mut self, row: &Row<'_>) -> rusqlite::Result<()> {
        let position = row.get::<_, i64>(0)? as u64;
        if position != self.position + 1 {
            self.verified.add(position, Fault::Gap(Position(self.position + 1)));
        }
        self.position = position;
        self.verified.events += 1;
        let Ok(raw) = RawEvent::of(row) else {
            self.verified.add(position, Fault::Unreadable);
            return Ok(());
        };
        self.check_hash(&raw);
        if raw.at < self.at {
            self.verified.add(position, Fault::TimeRunsBack);
        }
        self.at = raw.at;
        if let Some(event) = self.check_event(&raw) {
            self.check_filing(&raw, &event, row)?;
            self.check_content(&raw, &event, row)?;
            if let Event::CustomerErased(fact) = event {
                self.erased.insert(fact.customer);
            }
        }
        Ok(())
    }

    fn check_hash(&mut self, raw: &RawEvent<'_>) {
        let link = Link {
            position: raw.position,
            at: raw.at,
            occurred_at: raw.occurred_at,
            actor: raw.actor,
            command: raw.command,
            cause: raw.cause,
            event: raw.event,
            content: raw.content_digest,
        };
        let computed = hash(&self.before[0], &link);
        let is_sound = computed == raw.hash || hash(&self.before[1], &link) == raw.hash;
        if !is_sound {
            self.verified.add(raw.position, Fault::Hash);
        }
        let stored = raw.hash.try_into().unwrap_or(computed);
        self.before = [stored, computed];
    }

    fn check_event(&mut self, raw: &RawEvent<'_>) -> Option<Event> {
        match self.decoder.recorded(raw) {
            Ok(recorded) => Some(recorded.event),
            Err(error) => {
                let is_newer = matches!(error, ReadError::Newer { .. });
                self.verified.add(raw.position, if is_newer { Fault::Newer } else { Fault::Unreadable });
                None
            }
        }
    }

    fn check_filing(&mut self, raw: &RawEvent<'_>, event: &Event, row: &Row<'_>) -> rusqlite::Result<()> {
        let conversation = event.conversation().map(|id| *id.uuid().as_bytes());
        if raw.kind != event.name().as_bytes() {
            self.verified.add(raw.position, Fault::Filed("kind"));
        }
        if raw.conversation != conversation.as_ref().map(|id| &id[..]) {
            self.verified.add(raw.position, Fault::Filed("conversation"));
        }
        let (first, last): (Option<i64>, Option<i64>) = (row.get(COMMAND_FROM)?, row.get(COMMAND_FROM + 1)?);
        let place = raw.position as i64;
        if raw.command.is_some() && !first.zip(last).is_some_and(|(first, last)| (first..=last).contains(&place)) {
            self.verified.add(raw.position, Fault::Filed("command"));
        }
        Ok(())
    }

    fn check_content(&mut self, raw: &RawEvent<'_>, event: &Event, row: &Row<'_>) -> rusqlite::Result<()> {
        let has_row = row.get_ref(CONTENT_FROM)? != rusqlite::types::ValueRef::Null;
        let fault = match (raw.content_digest, has_row) {
            (None, false) if event.content().is_none() => None,
            (None, true) => Some(Fault::ContentUnexpected),
            (_, false) => Some(Fault::ContentMissing),
            (Some(digest), true) => match RawContent::of(row, CONTENT_FROM) {
                Ok(content) if Some(content.place.content) == event.content() => {
                    self.check_stored(raw.position, digest, &content)
                }
                _ => Some(Fault::ContentChanged),
            },
        };
        if let Some(fault) = fault {
            self.verified.add(raw.position, fault);
        }
        Ok(())
    }

    fn check_stored(&mut self, position: u64, digest: &[u8], content: &RawContent<'_>) -> Option<Fault> {
        let (nonce, ciphertext) = match (content.nonce, content.ciphertext) {
            (Some(nonce), Some(ciphertext)) => (nonce, ciphertext),
            (None, None) => {
                self.verified.erased += 1;
                self.gone.entry(content.place.customer).or_insert(position);
                return None;
            }
            _ => return Some(Fault::ContentChanged),
        };
        if content_digest(content.place.content, nonce, ciphertext) != digest {
            return Some(Fault::ContentChanged);
        }
        if content.stored(self.vault) == Stored::Damaged {
            return Some(Fault::ContentUndecryptable);
        }
        self.verified.contents += 1;
        None
    }

    fn check_end(&mut self, end: &Anchor) {
        if self.position != end.position {
            let (found, written) = (Position(self.position), Position(end.position));
            self.verified.add(found.min(written).0 + 1, Fault::End { found, written });
        }
        let hash: Option<&Hash> = end.hash.as_slice().try_into().ok();
        if hash.is_none_or(|hash| self.vault.anchor(end.position, hash)[..] != end.seal[..]) {
            self.verified.add(0, Fault::Anchor);
        } else if self.position == end.position && !self.before.iter().any(|before| before[..] == end.hash[..]) {
            self.verified.add(end.position, Fault::Hash);
        }
    }

    fn check_erasures(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        // A customer may have been erased after the walk began.
        let mut statement = conn.prepare("SELECT event FROM event WHERE position > ?1 AND kind = 'customer.erased'")?;
        let mut rows = statement.query([self.position as i64])?;
        while let Some(row) = rows.next()? {
            if let Ok(Event::CustomerErased(fact)) = serde_json::from_str(&row.get::<_, String>(0)?) {
                self.erased.insert(fact.customer);
            }
        }
        for (customer, position) in std::mem::take(&mut self.gone) {
            if !self.erased.contains(&customer) {
                self.verified.add(position, Fault::ContentMissing);
            }
        }
        Ok(())
    }

    /// What no fact leads to.
    fn check_strays(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        let unowned = "SELECT position FROM content WHERE NOT EXISTS (SELECT 1 FROM event WHERE event.position = content.position)";
        let unerased = "SELECT content.position FROM erased JOIN content USING (customer) WHERE ciphertext IS NOT NULL";
        for (sql, fault) in [(unowned, Fault::ContentUnexpected), (unerased, Fault::NotErased)] {
            let mut statement = conn.prepare(sql)?;
            let mut rows = statement.query([])?;
            while let Some(row) = rows.next()? {
                self.verified.add(row.get::<_, i64>(0)? as u64, fault.clone());
            }
        }
        Ok(())
    }
}
