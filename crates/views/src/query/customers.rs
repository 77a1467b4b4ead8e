//! Customers and who is the same as whom.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, OptionalExtension, params};
use signalbox_model::id::CustomerId;
use signalbox_model::time::Timestamp;

use super::{Reader, full_text};
use crate::column::{Key, from_word, instant, instant_or_none, key};
use crate::error::ViewsError;
use crate::rows::{CustomerCard, Identity};

/// Customers of one group that are looked at; more merges than this are not followed.
pub const GROUP_MAX: usize = 2_000;

/// Everybody who is the same as this customer, themselves included, and since when that is known.
pub(super) fn group(
    connection: &Connection,
    customer: CustomerId,
) -> Result<BTreeMap<CustomerId, Timestamp>, ViewsError> {
    let mut found = BTreeMap::from([(customer, Timestamp::default())]);
    let mut open = vec![customer];
    let mut links =
        connection.prepare_cached("SELECT other, since FROM customer_link WHERE one = ?1 UNION SELECT one, since FROM customer_link WHERE other = ?1")?;
    while let Some(next) = open.pop() {
        let mut rows = links.query([next.blob()])?;
        while let Some(row) = rows.next()? {
            let other = key(row, 0)?;
            if found.len() < GROUP_MAX && !found.contains_key(&other) {
                found.insert(other, instant(row, 1)?);
                open.push(other);
            }
        }
    }
    Ok(found)
}

fn card(connection: &Connection, id: CustomerId) -> Result<Option<CustomerCard>, ViewsError> {
    let known = connection
        .prepare_cached("SELECT name, erased_at, first_seen_at FROM customer WHERE id = ?1")?
        .query_row([id.blob()], |row| {
            Ok((row.get::<_, Option<String>>(0)?, instant_or_none(row, 1)?, instant(row, 2)?))
        })
        .optional()?;
    let Some((name, erased_at, first_seen_at)) = known else { return Ok(None) };
    let group = group(connection, id)?;
    let mut card = CustomerCard {
        id,
        name,
        identities: Vec::new(),
        merged: Vec::new(),
        erased_at,
        conversations: 0,
        last_seen_at: Some(first_seen_at),
    };
    let mut names = connection.prepare_cached("SELECT name FROM customer WHERE id = ?1")?;
    let mut seen = connection.prepare_cached(
        "SELECT count(*), max(coalesce(last_turn_at, opened_at)) FROM conversation WHERE customer = ?1",
    )?;
    let mut identities = connection
        .prepare_cached("SELECT content, kind, value, verified FROM identity WHERE customer = ?1 ORDER BY position")?;
    for (member, since) in group {
        if member != id {
            card.merged.push((member, since));
            let other: Option<Option<String>> = names.query_row([member.blob()], |row| row.get(0)).optional()?;
            card.name = card.name.or(other.flatten());
        }
        let (conversations, last): (i64, Option<i64>) =
            seen.query_row([member.blob()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        card.conversations += conversations.unsigned_abs();
        card.last_seen_at = card.last_seen_at.max(last.map(Timestamp));
        let mut rows = identities.query([member.blob()])?;
        while let Some(row) = rows.next()? {
            let kind = from_word(&row.get::<_, String>(1)?)?;
            card.identities.push(Identity { content: key(row, 0)?, kind, value: row.get(2)?, verified: row.get(3)? });
        }
    }
    Ok(Some(card))
}

impl Reader {
    /// One customer with all whom they were merged with.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn customer(&self, id: CustomerId) -> Result<Option<CustomerCard>, ViewsError> {
        self.pool.ask(|connection| card(connection, id))
    }

    /// Everybody who is the same as this customer, themselves included.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn customer_group(&self, id: CustomerId) -> Result<Vec<CustomerId>, ViewsError> {
        self.pool.ask(|connection| Ok(group(connection, id)?.into_keys().collect()))
    }

    /// What these customers are called, where that is known; by the name of anybody they were merged with, if they have none.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn customer_names(&self, ids: &[CustomerId]) -> Result<HashMap<CustomerId, String>, ViewsError> {
        self.pool.ask(|connection| {
            let mut own = connection.prepare_cached("SELECT name FROM customer WHERE id = ?1")?;
            let mut found = HashMap::with_capacity(ids.len());
            for id in ids {
                let name: Option<Option<String>> = own.query_row([id.blob()], |row| row.get(0)).optional()?;
                let name = match name {
                    Some(None) => card(connection, *id)?.and_then(|card| card.name),
                    known => known.flatten(),
                };
                found.extend(name.map(|name| (*id, name)));
            }
            Ok(found)
        })
    }

    /// Customers by words of any identity, those seen last first; without words: the newest ones.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn customers(&self, words: &str, limit: usize) -> Result<Vec<CustomerCard>, ViewsError> {
        self.pool.ask(|connection| {
            let ids: Vec<CustomerId> = match full_text(words) {
                Some(question) => {
                    let sql = "SELECT i.customer FROM known_as JOIN identity i ON i.position = known_as.rowid WHERE known_as MATCH ?1 \
                               GROUP BY i.customer ORDER BY max(i.position) DESC LIMIT ?2";
                    let mut found = connection.prepare_cached(sql)?;
                    found.query_map(params![question, limit as i64], |row| key(row, 0))?.collect::<Result<_, _>>()?
                }
                None if words.trim().is_empty() => {
                    let mut found = connection.prepare_cached("SELECT id FROM customer ORDER BY id DESC LIMIT ?1")?;
                    found.query_map([limit as i64], |row| key(row, 0))?.collect::<Result<_, _>>()?
                }
                None => Vec::new(),
            };
            ids.into_iter().filter_map(|id| card(connection, id).transpose()).collect()
        })
    }
}
