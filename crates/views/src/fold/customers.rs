//! Customers, the ways to know them, and who is the same as whom.

use rusqlite::{Transaction, params};
use signalbox_model::content::Body;
use signalbox_model::event::customer::{CustomerErased, IdentityAdded, IdentityKind};
use signalbox_model::event::{Event, Recorded};

use super::exists;
use crate::column::Key;
use crate::error::ViewsError;
use crate::rows::Applied;

/// Folds a fact about a customer.
pub fn fold(tx: &Transaction, applied: &Applied) -> Result<(), ViewsError> {
    let recorded = &applied.recorded;
    match &recorded.event {
        Event::CustomerSeen(seen) => {
            tx.prepare_cached("INSERT OR IGNORE INTO customer (id, first_seen_at) VALUES (?1, ?2)")?
                .execute(params![seen.customer.blob(), recorded.when().0])?;
        }
        Event::IdentityAdded(added) => identity(tx, recorded, added, applied.body.as_ref())?,
        Event::CustomerMerged(merged) => {
            tx.prepare_cached("INSERT OR REPLACE INTO customer_link (one, other, since) VALUES (?1, ?2, ?3)")?
                .execute(params![merged.customer.blob(), merged.merged.blob(), recorded.at.0])?;
        }
        Event::CustomerSplit(split) => {
            tx.prepare_cached(
                "DELETE FROM customer_link WHERE (one = ?1 AND other = ?2) OR (one = ?2 AND other = ?1)",
            )?
            .execute(params![split.customer.blob(), split.split.blob()])?;
        }
        Event::CustomerKeptApart(apart) => {
            let mut put = tx.prepare_cached("INSERT OR IGNORE INTO customer_apart (one, other) VALUES (?1, ?2)")?;
            put.execute(params![apart.customer.blob(), apart.other.blob()])?;
            put.execute(params![apart.other.blob(), apart.customer.blob()])?;
        }
        _ => {}
    }
    Ok(())
}

fn identity(
    tx: &Transaction,
    recorded: &Recorded,
    added: &IdentityAdded,
    body: Option<&Body>,
) -> Result<(), ViewsError> {
    let is_erased =
        exists(tx, "SELECT 1 FROM customer WHERE id = ?1 AND erased_at IS NOT NULL", added.customer.blob())?;
    let value = match body {
        Some(Body::Identity { value }) if !is_erased => Some(value.as_str()),
        _ => None,
    };
    tx.prepare_cached("INSERT OR IGNORE INTO customer (id, first_seen_at) VALUES (?1, ?2)")?
        .execute(params![added.customer.blob(), recorded.when().0])?;
    tx.prepare_cached(
        "INSERT INTO identity (position, content, customer, kind, value, verified, form) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        recorded.position.0 as i64,
        added.content.blob(),
        added.customer.blob(),
        added.identity.as_str(),
        value,
        added.verified,
        value.and_then(|value| added.identity.form(value))
    ])?;
    let Some(value) = value else { return Ok(()) };
    tx.prepare_cached("INSERT INTO known_as (rowid, value) VALUES (?1, ?2)")?
        .execute(params![recorded.position.0 as i64, value])?;
    if added.identity == IdentityKind::Name {
        tx.prepare_cached("UPDATE customer SET name = ?2 WHERE id = ?1")?
            .execute(params![added.customer.blob(), value])?;
    }
    Ok(())
}

/// Destroys what the views know of a customer's identities.
pub fn erase(tx: &Transaction, erased: &CustomerErased, recorded: &Recorded) -> Result<(), ViewsError> {
    let customer = erased.customer.blob();
    tx.prepare_cached("DELETE FROM known_as WHERE rowid IN (SELECT position FROM identity WHERE customer = ?1)")?
        .execute([customer])?;
    tx.prepare_cached("UPDATE identity SET value = NULL, form = NULL WHERE customer = ?1")?.execute([customer])?;
    tx.prepare_cached("INSERT OR IGNORE INTO customer (id, first_seen_at) VALUES (?1, ?2)")?
        .execute(params![customer, recorded.at.0])?;
    tx.prepare_cached("UPDATE customer SET name = NULL, erased_at = ?2 WHERE id = ?1")?
        .execute(params![customer, recorded.at.0])?;
    Ok(())
}
