//! Who is there and what they may do: passwords, sessions, tokens and the one function that allows things.

mod permission;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use signalbox_eventlog::{AppendError, Log, SecretError};
use signalbox_model::contact::Actor;
use signalbox_model::event::access::{AccessRefused, AccessRefusedBecause, SignedIn, SignedOut};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{PersonId, TokenId};
use signalbox_model::setup::people::Token;
use signalbox_model::time::{DurationMs, Timestamp};
use tokio::sync::Semaphore;

use crate::clock::Clock;
use crate::ingest::{CommandError, Commands};
use crate::rate::{Rate, TooOften};
use crate::secrets::{
    HashError, PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN, digest, hash_password, password_fits, random_token,
};
use crate::standing::Standing;

pub use permission::{Permission, may, may_read};

/// A session that nobody uses for this long is over.
const SESSION_IDLE: DurationMs = DurationMs::seconds(12 * 3_600);
/// A session is over after this in any case.
pub const SESSION_MAX: DurationMs = DurationMs::seconds(7 * 24 * 3_600);
/// How stale the stored time of last use may be.
const SEEN_EVERY: DurationMs = DurationMs::seconds(300);
/// Sessions kept in memory; more are read from the store again.
const SESSIONS_CACHED_MAX: usize = 50_000;
/// Tries to sign in per address and mail address, in [`TRIES_PERIOD`].
const TRIES_MAX: u32 = 10;
const TRIES_PERIOD: Duration = Duration::from_secs(300);
/// Tries to sign in per address, whatever the mail address, in [`TRIES_PERIOD`].
const TRIES_PER_ADDRESS_MAX: u32 = 100;
/// Password hashes computed at once: each takes 19 MiB and most of a core.
const HASHES_AT_ONCE: usize = 2;
/// Refusals recorded per minute; beyond it they are only counted, or a stranger could fill the log.
const REFUSALS_RECORDED_PER_MINUTE: u32 = 60;

const PASSWORDS: &str = "password";
const SESSIONS: &str = "session";
const TOKENS: &str = "token";

/// Why somebody was not let in.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    /// Wrong mail address or password, or the person has left: nobody learns which.
    #[error("the mail address or the password is wrong")]
    WrongPassword,
    /// Too many tries.
    #[error("too many tries")]
    TooOften(TooOften),
    /// A password that is too easy.
    #[error("must have {min} to {max} characters")]
    WeakPassword {
        /// At least.
        min: usize,
        /// At most.
        max: usize,
    },
    /// No token, or an unknown one.
    #[error("the token is not known")]
    UnknownToken,
    /// Expired or revoked.
    #[error("the token is over")]
    TokenOver,
    /// The fact about it could not be recorded.
    #[error(transparent)]
    Append(#[from] AppendError),
    /// The store of secrets failed.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// The hash could not be computed.
    #[error(transparent)]
    Hash(#[from] HashError),
    /// The task that computed a hash is gone.
    #[error("{0}")]
    Gone(&'static str),
}

impl From<CommandError> for AuthError {
    fn from(error: CommandError) -> AuthError {
        match error {
            CommandError::Append(error) => AuthError::Append(error),
            CommandError::Read(_) => AuthError::Gone("the log could not be read"),
        }
    }
}

/// Somebody who is signed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Session {
    person: PersonId,
    began: Timestamp,
    seen: Timestamp,
}

impl Session {
    fn is_over(&self, now: Timestamp) -> bool {
        now.since(self.began) >= SESSION_MAX || now.since(self.seen) >= SESSION_IDLE
    }
}

/// Sessions, passwords and tokens. Clones share one.
#[derive(Clone)]
pub struct Auth(Arc<Inner>);

struct Inner {
    log: Log,
    clock: Clock,
    commands: Commands,
    standing: Standing,
    hashing: Semaphore,
    tries: Rate<(IpAddr, String)>,
    tries_per_address: Rate<IpAddr>,
    refusals: Rate<()>,
    writers: Rate<()>,
    sessions: Mutex<HashMap<String, Session>>,
    /// Verified for mail addresses that nobody has, so that the answer takes as long as for one that somebody has.
    decoy: tokio::sync::OnceCell<String>,
}

impl Auth {
    /// Keeps its secrets in `log` and records who came in through `commands`.
    pub fn new(log: Log, clock: Clock, commands: Commands, standing: Standing) -> Auth {
        Auth(Arc::new(Inner {
            log,
            clock,
            commands,
            standing,
            hashing: Semaphore::new(HASHES_AT_ONCE),
            tries: Rate::new(TRIES_MAX, TRIES_PERIOD),
            tries_per_address: Rate::new(TRIES_PER_ADDRESS_MAX, TRIES_PERIOD),
            refusals: Rate::new(REFUSALS_RECORDED_PER_MINUTE, Duration::from_secs(60)),
            writers: Rate::new(REFUSALS_RECORDED_PER_MINUTE, Duration::from_secs(60)),
            sessions: Mutex::default(),
            decoy: tokio::sync::OnceCell::new(),
        }))
    }

    fn cached(&self) -> MutexGuard<'_, HashMap<String, Session>> {
        self.0.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Signs in by mail address and password; gives the session token.
    ///
    /// # Errors
    /// When they do not fit, or were tried too often.
    pub async fn sign_in(&self, address: IpAddr, email: &str, password: &str) -> Result<(String, PersonId), AuthError> {
        let email = email.trim().to_lowercase();
        let tried = self.0.tries_per_address.take(&address).and_then(|()| self.0.tries.take(&(address, email.clone())));
        if let Err(too_often) = tried {
            self.refused(None, None, AccessRefusedBecause::TooManyTries, "POST /api/session").await;
            return Err(AuthError::TooOften(too_often));
        }
        let person = self.person_by_email(&email);
        let stored = match person {
            Some(person) => self.0.log.secret_get(PASSWORDS, &person.to_string()).await?,
            None => None,
        };
        let known = stored.is_some();
        let hash = match stored {
            Some(hash) => String::from_utf8(hash).unwrap_or_default(),
            None => self.decoy().await?,
        };
        let fits = self.verify(password.to_owned(), hash).await?;
        match person {
            Some(person) if known && fits => Ok((self.begin_recorded(person).await?, person)),
            person => {
                self.refused(person, None, AccessRefusedBecause::WrongPassword, "POST /api/session").await;
                Err(AuthError::WrongPassword)
            }
        }
    }

    fn person_by_email(&self, email: &str) -> Option<PersonId> {
        let directory = self.0.standing.directory();
        directory
            .people
            .values()
            .find(|person| !person.retired && person.email.eq_ignore_ascii_case(email))
            .map(|person| person.id)
    }

    async fn decoy(&self) -> Result<String, AuthError> {
        let made = self.0.decoy.get_or_try_init(|| self.hash(random_token())).await?;
        Ok(made.clone())
    }

    async fn hash(&self, password: String) -> Result<String, AuthError> {
        let _turn = self.0.hashing.acquire().await.map_err(|_| AuthError::Gone("hashing has ended"))?;
        let hashed = tokio::task::spawn_blocking(move || hash_password(&password)).await;
        Ok(hashed.map_err(|_| AuthError::Gone("the hash was not finished"))??)
    }

    async fn verify(&self, password: String, hash: String) -> Result<bool, AuthError> {
        if password.len() > PASSWORD_BYTES_MAX {
            return Ok(false);
        }
        let _turn = self.0.hashing.acquire().await.map_err(|_| AuthError::Gone("hashing has ended"))?;
        let fits = tokio::task::spawn_blocking(move || password_fits(&password, &hash)).await;
        fits.map_err(|_| AuthError::Gone("the hash was not finished"))
    }

    /// Begins a session without asking for anything and records that the person signed in: after a password, or as a persona of the demo.
    ///
    /// # Errors
    /// When it cannot be stored or recorded.
    pub async fn begin_recorded(&self, person: PersonId) -> Result<String, AuthError> {
        let token = self.begin(person).await?;
        self.record(person, Event::SignedIn(SignedIn { person })).await?;
        Ok(token)
    }

    /// Begins a session without asking and without a fact about it: for people whom this program itself plays.
    ///
    /// # Errors
    /// When it cannot be stored.
    pub async fn begin(&self, person: PersonId) -> Result<String, AuthError> {
        let now = self.0.clock.now();
        let token = random_token();
        self.store(digest(&token), Session { person, began: now, seen: now }).await?;
        Ok(token)
    }

    async fn store(&self, key: String, session: Session) -> Result<(), AuthError> {
        let value = serde_json::to_vec(&session).map_err(|_| AuthError::Gone("the session could not be written"))?;
        self.0.log.secret_put(SESSIONS, &key, &value).await?;
        let mut cached = self.cached();
        if cached.len() >= SESSIONS_CACHED_MAX {
            cached.clear();
        }
        cached.insert(key, session);
        Ok(())
    }

    async fn record(&self, person: PersonId, event: Event) -> Result<(), AuthError> {
        self.0.commands.submit(Actor::Person { person }, None, vec![NewEvent::now(event)]).await?;
        Ok(())
    }

    /// Who this session token belongs to, if the session is not over and the person has not left.
    ///
    /// # Errors
    /// When the store of secrets cannot be read.
    pub async fn session(&self, token: &str) -> Result<Option<PersonId>, AuthError> {
        let (key, now) = (digest(token), self.0.clock.now());
        let cached = self.cached().get(&key).copied();
        let found = match cached {
            Some(session) => Some(session),
            None => self.0.log.secret_get(SESSIONS, &key).await?.and_then(|value| serde_json::from_slice(&value).ok()),
        };
        let Some(mut session) = found else { return Ok(None) };
        let here = self.0.standing.directory().person(session.person).is_some_and(|person| !person.retired);
        if session.is_over(now) || !here {
            self.forget(&key).await?;
            return Ok(None);
        }
        if cached.is_none() || now.since(session.seen) >= SEEN_EVERY {
            session.seen = now;
            // A full disk must not sign people out.
            if let Err(error) = self.store(key, session).await {
                tracing::warn!(%error, "the time of last use was not stored");
            }
        }
        Ok(Some(session.person))
    }

    async fn forget(&self, key: &str) -> Result<(), AuthError> {
        self.cached().remove(key);
        self.0.log.secret_delete(SESSIONS, key).await?;
        Ok(())
    }

    /// Deletes sessions that are over and that nobody came back to.
    pub async fn forget_old_sessions(&self) {
        let now = self.0.clock.now();
        let is_over = |value: &[u8]| serde_json::from_slice::<Session>(value).is_ok_and(|session| session.is_over(now));
        match self.0.log.secret_list_prefix(SESSIONS, "").await {
            Ok(sessions) => {
                for (key, _) in sessions.iter().filter(|(_, value)| is_over(value)) {
                    if let Err(error) = self.forget(key).await {
                        tracing::warn!(%error, "an old session was not deleted");
                    }
                }
            }
            Err(error) => tracing::warn!(%error, "old sessions were not looked for"),
        }
    }

    /// Ends a session.
    ///
    /// # Errors
    /// When it cannot be deleted or recorded.
    pub async fn sign_out(&self, token: &str, person: PersonId) -> Result<(), AuthError> {
        self.forget(&digest(token)).await?;
        self.record(person, Event::SignedOut(SignedOut { person })).await
    }

    /// Ends all sessions of a person but the one with this token.
    ///
    /// # Errors
    /// When the store of secrets fails.
    pub async fn end_sessions(&self, person: PersonId, except: Option<&str>) -> Result<(), AuthError> {
        let except = except.map(digest);
        for (key, value) in self.0.log.secret_list_prefix(SESSIONS, "").await? {
            let theirs = serde_json::from_slice::<Session>(&value).is_ok_and(|session| session.person == person);
            if theirs && except.as_deref() != Some(key.as_str()) {
                self.forget(&key).await?;
            }
        }
        Ok(())
    }

    /// Sets a password and ends all other sessions of the person.
    ///
    /// # Errors
    /// When it is too short or too long, or cannot be stored.
    pub async fn set_password(
        &self,
        person: PersonId,
        password: &str,
        keep_session: Option<&str>,
    ) -> Result<(), AuthError> {
        if password.chars().count() < PASSWORD_CHARS_MIN || password.len() > PASSWORD_BYTES_MAX {
            return Err(AuthError::WeakPassword { min: PASSWORD_CHARS_MIN, max: PASSWORD_BYTES_MAX });
        }
        let hash = self.hash(password.to_owned()).await?;
        self.0.log.secret_put(PASSWORDS, &person.to_string(), hash.as_bytes()).await?;
        self.end_sessions(person, keep_session).await
    }

    /// Changes one's own password.
    ///
    /// # Errors
    /// When the current one does not fit, was tried too often, or the new one is too easy.
    pub async fn change_password(
        &self,
        address: IpAddr,
        person: PersonId,
        current: &str,
        new: &str,
        session: &str,
    ) -> Result<(), AuthError> {
        self.0.tries.take(&(address, person.to_string())).map_err(AuthError::TooOften)?;
        let stored = self.0.log.secret_get(PASSWORDS, &person.to_string()).await?;
        let hash = stored.and_then(|hash| String::from_utf8(hash).ok()).ok_or(AuthError::WrongPassword)?;
        if !self.verify(current.to_owned(), hash).await? {
            self.refused(Some(person), None, AccessRefusedBecause::WrongPassword, "PUT /api/session/password").await;
            return Err(AuthError::WrongPassword);
        }
        self.set_password(person, new, Some(session)).await
    }

    /// Makes the secret of a token. It is shown once and kept nowhere.
    ///
    /// # Errors
    /// When its digest cannot be stored.
    pub async fn issue_token(&self, token: TokenId) -> Result<String, AuthError> {
        let secret = format!("sbx_{}", random_token());
        self.0.log.secret_put(TOKENS, &digest(&secret), token.to_string().as_bytes()).await?;
        Ok(secret)
    }

    /// The token with this secret, if it is still good.
    ///
    /// # Errors
    /// When it is unknown, expired or revoked.
    pub async fn token(&self, secret: &str, route: &str) -> Result<Token, AuthError> {
        let stored = self.0.log.secret_get(TOKENS, &digest(secret)).await?;
        let id = stored.and_then(|id| String::from_utf8(id).ok()).and_then(|id| id.parse::<TokenId>().ok());
        let document = id.and_then(|id| self.0.standing.directory().tokens.get(&id).map(|token| Token::clone(token)));
        let Some(document) = document else {
            self.refused(None, id, AccessRefusedBecause::UnknownToken, route).await;
            return Err(AuthError::UnknownToken);
        };
        if document.revoked || document.expires_at.is_some_and(|end| end <= self.0.clock.now()) {
            self.refused(None, Some(document.id), AccessRefusedBecause::TokenOver, route).await;
            return Err(AuthError::TokenOver);
        }
        Ok(document)
    }

    /// Whether one more refused writer may stand in the log this minute.
    pub fn may_record_writer(&self) -> bool {
        self.0.writers.take(&()).is_ok()
    }

    /// Records that somebody was kept out. Never fails the request: it is refused already.
    pub async fn refused(
        &self,
        person: Option<PersonId>,
        token: Option<TokenId>,
        because: AccessRefusedBecause,
        route: &str,
    ) {
        metrics::counter!("signalbox_access_refused_total").increment(1);
        if self.0.refusals.take(&()).is_err() {
            return;
        }
        let event = Event::AccessRefused(AccessRefused { person, token, because, route: route.to_owned() });
        if let Err(error) = self.0.commands.submit(Actor::System, None, vec![NewEvent::now(event)]).await {
            tracing::warn!(%error, "a refusal was not recorded");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_ends_when_idle_and_ends_anyway() {
        let began = Timestamp(1_000_000);
        let session = |seen| Session { person: PersonId::from_number(1), began, seen };
        assert!(!session(began).is_over(began.plus(DurationMs::seconds(60))));
        assert!(session(began).is_over(began.plus(SESSION_IDLE)));
        let late = began.plus(SESSION_MAX);
        assert!(session(late).is_over(late));
    }
}
