//! The writer's work inside a transaction: one function per job. It holds the end of the chain in memory, so that an append reads nothing.

use std::sync::Arc;

use rusqlite::{Connection, ErrorCode, OptionalExtension as _, params};
use signalbox_model::event::Event;
use signalbox_model::event::customer::CustomerErased;
use signalbox_model::id::{CommandId, ConversationId, CustomerId, Position};
use signalbox_model::time::{DurationMs, Timestamp};

use crate::chain::{Hash, Link, hash};
use crate::contract::{AppendError, Appended, Erased, Guard, Lease};
use crate::encode::{Prepared, PreparedContent, PreparedEvent};
use crate::job::Refusal;
use crate::keyring::{Keyring, stored_key};
use crate::vault::{SEALED_KEY_BYTES, Vault};

/// The end of the log and who may decide.
#[derive(Clone, Debug)]
pub struct End {
    /// The last fact.
    pub position: u64,
    /// Its hash.
    pub hash: Hash,
    /// When it was recorded.
    pub at: i64,
    /// The epoch of the lease.
    pub epoch: u64,
    /// Who has it; an empty name: nobody yet.
    pub holder: Arc<str>,
    /// Until when.
    pub expires_at: i64,
    /// The last fact that was decided on.
    pub decided_through: u64,
}

impl End {
    /// As the database has it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn load(conn: &Connection) -> rusqlite::Result<End> {
        let (position, hash): (i64, Hash) =
            conn.query_row("SELECT position, hash FROM anchor", [], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let at = conn
            .query_row("SELECT at FROM event WHERE position = ?1", [position], |row| row.get(0))
            .optional()?
            .unwrap_or(i64::MIN);
        conn.query_row("SELECT epoch, holder, expires_at, decided_through FROM lease", [], |row| {
            Ok(End {
                position: position as u64,
                hash,
                at,
                epoch: row.get::<_, i64>(0)? as u64,
                holder: row.get(1)?,
                expires_at: row.get(2)?,
                decided_through: row.get::<_, i64>(3)? as u64,
            })
        })
    }
}

/// What a group has done that others must learn of once it is committed, or never.
#[derive(Default)]
pub struct Effects {
    /// Keys that are on disk then.
    pub keys: Vec<(CustomerId, Arc<[u8]>)>,
    /// Customers who are erased then.
    pub erased: Vec<CustomerId>,
    /// Bytes of events and contents.
    pub bytes: u64,
}

/// What a job needs.
pub struct Ledger<'a> {
    /// Inside a transaction.
    pub conn: &'a Connection,
    /// The keys.
    pub vault: &'a Vault,
    /// Who was erased.
    pub keyring: &'a Keyring,
    /// Moves forward with each fact.
    pub end: &'a mut End,
    /// Grows with each job.
    pub effects: &'a mut Effects,
}

impl Ledger<'_> {
    /// Does a job wholly or not at all.
    ///
    /// # Errors
    /// As the job does; the transaction then is as before, unless the database gave all of it up.
    pub fn atomically<T>(&mut self, job: impl FnOnce(&mut Self) -> Result<T, Refusal>) -> Result<T, Refusal> {
        self.conn.prepare_cached("SAVEPOINT job")?.execute([])?;
        let (end, keys, erased, bytes) =
            (self.end.clone(), self.effects.keys.len(), self.effects.erased.len(), self.effects.bytes);
        let result = job(self).and_then(|done| {
            self.conn.prepare_cached("RELEASE job")?.execute([])?;
            Ok(done)
        });
        if result.is_ok() {
            return result;
        }
        *self.end = end;
        self.effects.keys.truncate(keys);
        self.effects.bytes = bytes;
        for customer in self.effects.erased.drain(erased..) {
            self.keyring.undo_erase(customer);
        }
        if !self.conn.is_autocommit() && self.conn.execute_batch("ROLLBACK TO job; RELEASE job").is_err() {
            // Half a job must not be committed with the others: the writer sees that the transaction is gone.
            self.conn.execute_batch("ROLLBACK")?;
        }
        result
    }

    /// Appends a batch.
    ///
    /// # Errors
    /// When the guard is stale, a customer was erased, content is there already, or the database fails.
    pub fn append(&mut self, prepared: &Prepared, guard: Guard) -> Result<Appended, Refusal> {
        self.check_epoch(guard)?;
        let done = match prepared.command {
            Some(command) if !prepared.events.is_empty() => self.claim(command, prepared.events.len() as u64)?,
            _ => None,
        };
        let appended = match done {
            Some(appended) => appended,
            None => self.append_new(prepared)?,
        };
        self.store_decided(guard)?;
        Ok(appended)
    }

    fn append_new(&mut self, prepared: &Prepared) -> Result<Appended, Refusal> {
        let first = self.end.position + 1;
        let at = prepared.at.max(self.end.at);
        for event in &prepared.events {
            self.insert(event, at, &prepared.actor, prepared.command)?;
        }
        self.effects.bytes += prepared.bytes;
        let last = self.end.position;
        Ok(Appended { first: Position(first.min(last)), last: Position(last), repeated: false })
    }

    fn check_epoch(&self, guard: Guard) -> Result<(), AppendError> {
        match guard {
            Guard::Decider { epoch, .. } if epoch != self.end.epoch => {
                Err(AppendError::StaleDecider { given: epoch, current: self.end.epoch })
            }
            _ => Ok(()),
        }
    }

    fn store_decided(&mut self, guard: Guard) -> Result<(), Refusal> {
        let Guard::Decider { decided_through: Position(given), .. } = guard else { return Ok(()) };
        let (stored, last) = (self.end.decided_through, self.end.position);
        if given < stored || given > last {
            let (given, stored, last) = (Position(given), Position(stored), Position(last));
            return Err(AppendError::DecidedThrough { given, stored, last }.into());
        }
        if given > stored {
            self.conn.prepare_cached("UPDATE lease SET decided_through = ?1")?.execute([given as i64])?;
            self.end.decided_through = given;
        }
        Ok(())
    }

    /// Takes the command's id for the next facts; or says where those of the first time are.
    fn claim(&mut self, command: CommandId, count: u64) -> Result<Option<Appended>, Refusal> {
        let (id, first) = (command.uuid(), self.end.position + 1);
        let mut insert = self.conn.prepare_cached("INSERT OR IGNORE INTO command VALUES (?1, ?2, ?3)")?;
        if insert.execute(params![id.as_bytes(), first as i64, (first + count - 1) as i64])? == 1 {
            return Ok(None);
        }
        let mut select = self.conn.prepare_cached("SELECT first, last FROM command WHERE id = ?1")?;
        let (first, last): (i64, i64) = select.query_row([id.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Some(Appended { first: Position(first as u64), last: Position(last as u64), repeated: true }))
    }

    fn insert(
        &mut self,
        event: &PreparedEvent,
        at: i64,
        actor: &str,
        command: Option<CommandId>,
    ) -> Result<(), Refusal> {
        let position = self.end.position + 1;
        let digest = event.content.as_ref().map(|content| content.digest);
        let command = command.map(CommandId::uuid);
        let link = Link {
            position,
            at,
            occurred_at: event.occurred_at,
            actor: actor.as_bytes(),
            command: command.as_ref().map(|id| &id.as_bytes()[..]),
            cause: event.cause,
            event: event.json.as_bytes(),
            content: digest.as_ref().map(|digest| &digest[..]),
        };
        let hash = hash(&self.end.hash, &link);
        let mut insert =
            self.conn.prepare_cached("INSERT INTO event VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")?;
        insert.execute(params![
            position as i64,
            at,
            link.occurred_at,
            actor,
            link.command,
            link.cause.map(|cause| cause as i64),
            event.kind,
            event.conversation.map(|id| *id.uuid().as_bytes()),
            event.json,
            link.content,
            hash,
        ])?;
        if let Some(content) = &event.content {
            self.insert_content(position, content)?;
        }
        (self.end.position, self.end.hash, self.end.at) = (position, hash, at);
        Ok(())
    }

    fn insert_content(&mut self, position: u64, content: &PreparedContent) -> Result<(), Refusal> {
        let place = content.place;
        if self.keyring.is_erased(place.customer) {
            return Err(AppendError::CustomerErased(place.customer).into());
        }
        if let Some(sealed) = &content.new_key {
            self.insert_key(place.customer, sealed)?;
        }
        let mut insert = self.conn.prepare_cached("INSERT INTO content VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
        let inserted = insert.execute(params![
            position as i64,
            place.content.uuid().as_bytes(),
            place.customer.uuid().as_bytes(),
            place.conversation.map(|id| *id.uuid().as_bytes()),
            content.sealed.nonce,
            content.sealed.ciphertext,
        ]);
        match inserted {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) => {
                return Err(AppendError::ContentExists(place.content).into());
            }
            other => other?,
        };
        if let Some(digest) = content.lookup {
            let mut insert = self.conn.prepare_cached("INSERT OR IGNORE INTO identity VALUES (?1, ?2)")?;
            insert.execute(params![digest, place.customer.uuid().as_bytes()])?;
        }
        Ok(())
    }

    /// Two appends may each have made a key for the same new customer: the first one counts.
    fn insert_key(&mut self, customer: CustomerId, sealed: &Arc<[u8]>) -> Result<(), Refusal> {
        let mut insert =
            self.conn.prepare_cached("INSERT OR IGNORE INTO customer_key (customer, sealed) VALUES (?1, ?2)")?;
        if insert.execute(params![customer.uuid().as_bytes(), &sealed[..]])? == 0
            && stored_key(self.conn, customer)?.as_deref() != Some(&sealed[..])
        {
            return Err(Refusal::KeyChanged(customer));
        }
        self.effects.keys.push((customer, sealed.clone()));
        Ok(())
    }

    /// Destroys a customer's key, words and identities, and records that.
    ///
    /// # Errors
    /// When the database fails.
    pub fn erase(&mut self, customer: CustomerId, at: Timestamp, actor: &str) -> Result<Erased, Refusal> {
        let id = customer.uuid();
        if let Some(erased) = self.erased_before(customer)? {
            return Ok(erased);
        }
        let contents: i64 =
            self.conn
                .query_row("SELECT count(*) FROM content WHERE customer = ?1", [id.as_bytes()], |row| row.get(0))?;
        let conversations = self.conversations_of(customer)?;
        self.conn.execute("UPDATE content SET nonce = NULL, ciphertext = NULL WHERE customer = ?1", [id.as_bytes()])?;
        // The same number of bytes: the row is overwritten where it stands.
        self.conn.execute(
            "UPDATE customer_key SET sealed = zeroblob(?2) WHERE customer = ?1",
            params![id.as_bytes(), SEALED_KEY_BYTES as i64],
        )?;
        self.conn.execute("DELETE FROM identity WHERE customer = ?1", [id.as_bytes()])?;
        let position = self.end.position + 1;
        self.conn.execute("INSERT INTO erased VALUES (?1, ?2)", params![id.as_bytes(), position as i64])?;
        let fact = CustomerErased { customer, contents: contents as u64, conversations };
        let event = Event::CustomerErased(fact.clone());
        let json = serde_json::to_string(&event).map_err(|e| AppendError::Storage(e.to_string()))?;
        let event = PreparedEvent {
            kind: event.name(),
            conversation: None,
            occurred_at: None,
            cause: None,
            json,
            content: None,
        };
        self.insert(&event, at.millis().max(self.end.at), actor, None)?;
        self.keyring.erase(customer);
        self.effects.erased.push(customer);
        Ok(erased(position, fact, false))
    }

    fn erased_before(&self, customer: CustomerId) -> Result<Option<Erased>, Refusal> {
        let sql = "SELECT event.position, event.event FROM erased JOIN event USING (position) WHERE customer = ?1";
        let row: Option<(i64, String)> =
            self.conn.query_row(sql, [customer.uuid().as_bytes()], |row| Ok((row.get(0)?, row.get(1)?))).optional()?;
        let Some((position, json)) = row else { return Ok(None) };
        match serde_json::from_str(&json) {
            Ok(Event::CustomerErased(fact)) => Ok(Some(erased(position as u64, fact, true))),
            _ => Err(AppendError::Storage(format!("event {position} is not the erasure that it should be")).into()),
        }
    }

    fn conversations_of(&self, customer: CustomerId) -> rusqlite::Result<Vec<ConversationId>> {
        let sql =
            "SELECT DISTINCT conversation FROM content WHERE customer = ?1 AND conversation IS NOT NULL ORDER BY 1";
        let mut statement = self.conn.prepare_cached(sql)?;
        let rows = statement.query_map([customer.uuid().as_bytes()], |row| {
            row.get::<_, [u8; 16]>(0).map(|bytes| ConversationId::from_number(u128::from_be_bytes(bytes)))
        })?;
        rows.collect()
    }

    /// Gives or prolongs the right to decide.
    ///
    /// # Errors
    /// When the database fails.
    pub fn lease(&mut self, holder: &str, now: Timestamp, ttl: DurationMs) -> Result<Option<Lease>, Refusal> {
        let is_same = *self.end.holder == *holder;
        let is_over = now.millis() >= self.end.expires_at;
        if !is_same && !is_over {
            return Ok(None);
        }
        let epoch = if is_same && !is_over { self.end.epoch } else { self.end.epoch + 1 };
        let expires_at = now.plus(ttl);
        self.conn.prepare_cached("UPDATE lease SET holder = ?1, epoch = ?2, expires_at = ?3")?.execute(params![
            holder,
            epoch as i64,
            expires_at.millis()
        ])?;
        (self.end.epoch, self.end.holder, self.end.expires_at) = (epoch, holder.into(), expires_at.millis());
        Ok(Some(Lease { epoch, decided_through: Position(self.end.decided_through), expires_at }))
    }

    /// Keeps, replaces or deletes a secret; says whether there was one.
    ///
    /// # Errors
    /// When the database fails.
    pub fn secret(&mut self, kind: &str, key: &str, sealed: Option<&[u8]>) -> Result<bool, Refusal> {
        let deleted =
            self.conn.prepare_cached("DELETE FROM secret WHERE kind = ?1 AND key = ?2")?.execute(params![kind, key])?;
        if let Some(sealed) = sealed {
            self.conn.prepare_cached("INSERT INTO secret VALUES (?1, ?2, ?3)")?.execute(params![kind, key, sealed])?;
        }
        Ok(deleted > 0)
    }

    /// Writes down where the chain ends.
    ///
    /// # Errors
    /// When the database fails.
    pub fn store_anchor(&self) -> rusqlite::Result<()> {
        let seal = self.vault.anchor(self.end.position, &self.end.hash);
        let mut update = self.conn.prepare_cached("UPDATE anchor SET position = ?1, hash = ?2, seal = ?3")?;
        update.execute(params![self.end.position as i64, self.end.hash, seal]).map(|_| ())
    }
}

fn erased(position: u64, fact: CustomerErased, repeated: bool) -> Erased {
    Erased { position: Position(position), contents: fact.contents, conversations: fact.conversations, repeated }
}
