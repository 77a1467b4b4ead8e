//! Writes once per batch what the facts of the batch changed in memory.

mod conversation;
mod sums;
mod people;

use std::collections::HashSet;

use rusqlite::{Transaction, params};
use signalbox_model::id::ConversationId;

use crate::error::ViewsError;
use crate::fold;
use crate::working::Working;

/// Writes everything that is pending, and the position that it reaches.
pub fn pending(tx: &Transaction, working: &mut Working) -> Result<(), ViewsError> {
    let pending = std::mem::take(&mut working.pending);
    let mut sums = sums::Sums::default();
    // In the order of their ids, so that two runs over the same facts write the same file.
    let mut ids: Vec<ConversationId> = pending.conversations.iter().copied().collect();
    ids.sort_unstable();
    for id in ids {
        if working.conversations.get(&id).is_some_and(|live| live.is_stale) {
            fold::refold(tx, working, id)?;
        }
        let Some(mut live) = working.conversations.remove(&id) else { continue };
        sums::contacts(tx, working, &mut live, &mut sums)?;
        conversation::store(tx, &mut live)?;
        working.conversations.insert(id, live);
    }
    sums::store(tx, sums)?;
    people::store(tx, working, &pending)?;
    tx.prepare_cached("INSERT OR REPLACE INTO meta (key, value) VALUES ('position', ?1)")?
        .execute(params![working.position.0 as i64])?;
    let written: HashSet<ConversationId> = pending.conversations;
    working.let_go(&written);
    Ok(())
}
