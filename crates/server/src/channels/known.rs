//! Finding a customer by what was proved, and making one where nobody is found: one at a time for each identity, so that
//! two requests with the same new identity make one customer.

use std::hash::{DefaultHasher, Hash, Hasher};

use signalbox_adapters::identity::Identity;
use signalbox_eventlog::{EventLog, Log, ReadError};
use signalbox_model::id::CustomerId;
use tokio::sync::{Mutex, MutexGuard};

/// Doors through which identities go. Two that share a door wait for one another now and then; that is all.
const DOORS_COUNT: usize = 64;
static DOORS: [Mutex<()>; DOORS_COUNT] = [const { Mutex::const_new(()) }; DOORS_COUNT];

/// While this is kept, nobody else makes a customer with one of the identities.
pub struct Held(#[allow(dead_code, reason = "kept for its end")] Vec<MutexGuard<'static, ()>>);

/// Waits until nobody else looks these identities up.
pub async fn hold(identities: &[Identity], reporter: &str) -> Held {
    let mut doors: Vec<usize> =
        identities.iter().filter_map(|identity| identity.lookup(reporter)).map(|lookup| door(&lookup)).collect();
    // Always in the same order, or two requests would wait for one another for ever.
    doors.sort_unstable();
    doors.dedup();
    let mut held = Vec::with_capacity(doors.len());
    for door in doors {
        held.push(DOORS[door].lock().await);
    }
    Held(held)
}

fn door(lookup: &str) -> usize {
    let mut hasher = DefaultHasher::new();
    lookup.hash(&mut hasher);
    (hasher.finish() % DOORS_COUNT as u64) as usize
}

/// Who has one of these identities. Where something is proved, only what is proved finds: an address that somebody
/// reports must not lead away from a number that stands for one customer.
///
/// # Errors
/// When the log cannot be read.
pub async fn find(log: &Log, identities: &[Identity], reporter: &str) -> Result<Option<CustomerId>, ReadError> {
    let proved = identities.iter().any(Identity::is_verified);
    for identity in identities.iter().filter(|identity| !proved || identity.is_verified()) {
        let Some(lookup) = identity.lookup(reporter) else { continue };
        if let Some(found) = log.find_identity(&lookup).await?.into_iter().next() {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Whether nobody has this identity yet. One that finds nobody is nobody's.
///
/// # Errors
/// When the log cannot be read.
pub async fn is_free(log: &Log, identity: &Identity, reporter: &str) -> Result<bool, ReadError> {
    match identity.lookup(reporter) {
        Some(lookup) => Ok(log.find_identity(&lookup).await?.is_empty()),
        None => Ok(true),
    }
}
