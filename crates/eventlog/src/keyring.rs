//! Customers' keys that are in use, so that encryption needs no look into the database.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::{Connection, OptionalExtension as _};
use signalbox_model::id::CustomerId;

use crate::vault::{CustomerKey, Vault};

/// Keys held in memory; beyond this those that are on disk are forgotten and read again when needed.
const KEYS_MAX: usize = 50_000;

/// A key in use.
#[derive(Clone)]
pub struct HeldKey {
    /// The key.
    pub key: CustomerKey,
    /// As it goes to disk.
    pub sealed: Arc<[u8]>,
    /// It is on disk: appends need not bring it.
    pub is_durable: bool,
}

/// What is known about a customer without looking into the database.
pub enum Known {
    /// The key.
    Key(HeldKey),
    /// There is none and never will be.
    Erased,
    /// Look into the database.
    Nothing,
}

/// What the database knows about a customer.
pub enum Fetched {
    /// The key, old or new.
    Key(HeldKey),
    /// There is none and never will be.
    Erased,
    /// It is there and the store key does not open it.
    Unreadable,
}

#[derive(Default)]
struct Inner {
    keys: HashMap<CustomerId, HeldKey>,
    erased: HashSet<CustomerId>,
}

/// Keys in use, and who was erased.
pub struct Keyring {
    inner: Mutex<Inner>,
}

impl Keyring {
    /// Knows who was erased, and no keys.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn load(conn: &Connection) -> rusqlite::Result<Keyring> {
        let mut statement = conn.prepare("SELECT customer FROM erased")?;
        let erased = statement.query_map([], |row| row.get(0).map(customer))?.collect::<Result<_, _>>()?;
        Ok(Keyring { inner: Mutex::new(Inner { keys: HashMap::new(), erased }) })
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        // Nothing in here can panic half-way through a change.
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is known about a customer.
    pub fn get(&self, customer: CustomerId) -> Known {
        let inner = self.inner();
        match inner.keys.get(&customer) {
            _ if inner.erased.contains(&customer) => Known::Erased,
            Some(held) => Known::Key(held.clone()),
            None => Known::Nothing,
        }
    }

    /// Reads the key from the database, or makes one. A key that somebody else brought meanwhile is kept.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn fetch(&self, conn: &Connection, vault: &Vault, customer: CustomerId) -> rusqlite::Result<Fetched> {
        let held = match stored_key(conn, customer)? {
            Some(sealed) => match vault.open_key(customer, &sealed) {
                Ok(key) => HeldKey { key, sealed: sealed.into(), is_durable: true },
                // It may have been erased since the row was read.
                Err(_) if self.is_erased(customer) => return Ok(Fetched::Erased),
                Err(_) => return Ok(Fetched::Unreadable),
            },
            None => {
                let key = CustomerKey::random();
                let sealed = vault.seal_key(customer, &key).into();
                HeldKey { key, sealed, is_durable: false }
            }
        };
        let mut inner = self.inner();
        if inner.erased.contains(&customer) {
            return Ok(Fetched::Erased);
        }
        if inner.keys.len() >= KEYS_MAX {
            inner.keys.retain(|_, held| !held.is_durable);
        }
        Ok(Fetched::Key(inner.keys.entry(customer).or_insert(held).clone()))
    }

    /// The key has reached the disk.
    pub fn mark_durable(&self, customer: CustomerId, sealed: &[u8]) {
        if let Some(held) = self.inner().keys.get_mut(&customer)
            && *held.sealed == *sealed
        {
            held.is_durable = true;
        }
    }

    /// Forgets a key that another one was stored before.
    pub fn forget(&self, customer: CustomerId) {
        self.inner().keys.remove(&customer);
    }

    /// Forgets the key for good.
    pub fn erase(&self, customer: CustomerId) {
        let mut inner = self.inner();
        inner.keys.remove(&customer);
        inner.erased.insert(customer);
    }

    /// The erasure did not reach the disk.
    pub fn undo_erase(&self, customer: CustomerId) {
        self.inner().erased.remove(&customer);
    }

    /// Whether nothing is kept for this customer any more.
    pub fn is_erased(&self, customer: CustomerId) -> bool {
        self.inner().erased.contains(&customer)
    }
}

/// From the bytes in the database.
pub fn customer(bytes: [u8; 16]) -> CustomerId {
    CustomerId::from_number(u128::from_be_bytes(bytes))
}

/// The sealed key of a customer.
///
/// # Errors
/// When the database cannot be read.
pub fn stored_key(conn: &Connection, customer: CustomerId) -> rusqlite::Result<Option<Vec<u8>>> {
    let mut statement = conn.prepare_cached("SELECT sealed FROM customer_key WHERE customer = ?1")?;
    statement.query_row([customer.uuid().as_bytes()], |row| row.get(0)).optional()
}
