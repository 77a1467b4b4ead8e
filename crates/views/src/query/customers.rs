//! Customers and who is the same as whom.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rusqlite::{Connection, OptionalExtension, params};
use signalbox_model::event::customer::IdentityKind;
use signalbox_model::id::CustomerId;
use signalbox_model::time::Timestamp;

use super::{Reader, full_text};
use crate::column::{Key, from_word, instant, instant_or_none, key};
use crate::error::ViewsError;
use crate::rows::{CustomerCard, Identity, PossibleMatch};

/// Customers of one group that are looked at; more merges than this are not followed.
pub const GROUP_MAX: usize = 2_000;
/// Different identities of one group that are shown.
const IDENTITIES_MAX: usize = 200;
/// Possible matches that are shown.
const MATCHES_MAX: usize = 10;
/// Rows that a list looks at for each that it shows: the others belong to customers whom it shows already.
const ROWS_PER_CARD_MAX: usize = 50;

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

/// What the group is called: by the name that its first member has, then by anybody's.
fn group_name(connection: &Connection, group: &BTreeMap<CustomerId, Timestamp>) -> Result<Option<String>, ViewsError> {
    let mut names = connection.prepare_cached("SELECT name FROM customer WHERE id = ?1 AND name IS NOT NULL")?;
    for member in group.keys() {
        if let Some(name) = names.query_row([member.blob()], |row| row.get(0)).optional()? {
            return Ok(Some(name));
        }
    }
    Ok(None)
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
        name: name.map_or_else(|| group_name(connection, &group), |name| Ok(Some(name)))?,
        identities: identities(connection, &group)?.into_iter().map(|(identity, _)| identity).collect(),
        merged: Vec::new(),
        erased_at,
        conversations: 0,
        last_seen_at: Some(first_seen_at),
    };
    let mut seen = connection.prepare_cached(
        "SELECT count(*), max(coalesce(last_turn_at, opened_at)) FROM conversation WHERE customer = ?1",
    )?;
    for (member, since) in group {
        if member != id {
            card.merged.push((member, since));
        }
        let (conversations, last): (i64, Option<i64>) =
            seen.query_row([member.blob()], |row| Ok((row.get(0)?, row.get(1)?)))?;
        card.conversations += conversations.unsigned_abs();
        card.last_seen_at = card.last_seen_at.max(last.map(Timestamp));
    }
    Ok(Some(card))
}

/// Ways to know the group, each once and with the form in which it is found, in the order in which they came.
fn identities(
    connection: &Connection,
    group: &BTreeMap<CustomerId, Timestamp>,
) -> Result<Vec<(Identity, Option<String>)>, ViewsError> {
    let mut found: Vec<(Identity, Option<String>)> = Vec::new();
    let mut places: HashMap<(IdentityKind, Option<String>), usize> = HashMap::new();
    let mut of = connection.prepare_cached(
        "SELECT content, kind, value, verified, form FROM identity WHERE customer = ?1 ORDER BY position",
    )?;
    for member in group.keys() {
        let mut rows = of.query([member.blob()])?;
        while let Some(row) = rows.next()? {
            let (kind, value) = (from_word(&row.get::<_, String>(1)?)?, row.get::<_, Option<String>>(2)?);
            let form: Option<String> = row.get(4)?;
            let verified = row.get(3)?;
            let same = (kind, form.clone().or_else(|| value.clone()));
            match places.get(&same) {
                Some(&place) => found[place].0.verified |= verified,
                None if found.len() >= IDENTITIES_MAX => return Ok(found),
                None => {
                    places.insert(same, found.len());
                    found.push((Identity { content: key(row, 0)?, kind, value, verified }, form));
                }
            }
        }
    }
    Ok(found)
}

/// Other customers with an identity that this one has, too, and of whom nobody said that they are somebody else.
fn possible_matches(connection: &Connection, id: CustomerId) -> Result<Vec<PossibleMatch>, ViewsError> {
    let own = group(connection, id)?;
    let mut others =
        connection.prepare_cached("SELECT customer, max(verified) FROM identity WHERE form = ?1 AND kind = ?2 GROUP BY customer ORDER BY customer LIMIT ?3")?;
    let mut told_apart = connection.prepare_cached("SELECT other FROM customer_apart WHERE one = ?1")?;
    let mut apart: BTreeSet<CustomerId> = BTreeSet::new();
    for member in own.keys() {
        let mut rows = told_apart.query([member.blob()])?;
        while let Some(row) = rows.next()? {
            apart.insert(key(row, 0)?);
        }
    }
    let (mut found, mut looked_at) = (Vec::new(), BTreeSet::new());
    for (identity, form) in identities(connection, &own)? {
        let Some(form) = form else { continue };
        let mut rows = others.query(params![form, identity.kind.as_str(), GROUP_MAX as i64])?;
        while let Some(row) = rows.next()? {
            let other: CustomerId = key(row, 0)?;
            if own.contains_key(&other) || looked_at.contains(&other) {
                continue;
            }
            let theirs = group(connection, other)?;
            looked_at.extend(theirs.keys().copied());
            if theirs.keys().any(|other| apart.contains(other)) {
                continue;
            }
            found.push(PossibleMatch {
                customer: other,
                kind: identity.kind,
                value: identity.value.clone(),
                verified: identity.verified,
                other_verified: row.get(1)?,
            });
            if found.len() >= MATCHES_MAX {
                return Ok(found);
            }
        }
    }
    Ok(found)
}

impl Reader {
    /// One customer with all whom they were merged with.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn customer(&self, id: CustomerId) -> Result<Option<CustomerCard>, ViewsError> {
        self.pool.ask(|connection| card(connection, id))
    }

    /// Other customers who may be this one: they have an identity in common, and nobody said yet that they are two.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn possible_matches(&self, id: CustomerId) -> Result<Vec<PossibleMatch>, ViewsError> {
        self.pool.ask(|connection| possible_matches(connection, id))
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
                    Some(None) => group_name(connection, &group(connection, *id)?)?,
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
            let rows = limit.saturating_mul(ROWS_PER_CARD_MAX) as i64;
            let ids: Vec<CustomerId> = match full_text(words) {
                Some(question) => {
                    let sql = "SELECT i.customer FROM known_as JOIN identity i ON i.position = known_as.rowid WHERE known_as MATCH ?1 \
                               GROUP BY i.customer ORDER BY max(i.position) DESC LIMIT ?2";
                    let mut found = connection.prepare_cached(sql)?;
                    found.query_map(params![question, rows], |row| key(row, 0))?.collect::<Result<_, _>>()?
                }
                None if words.trim().is_empty() => {
                    let mut found = connection.prepare_cached("SELECT id FROM customer ORDER BY id DESC LIMIT ?1")?;
                    found.query_map([rows], |row| key(row, 0))?.collect::<Result<_, _>>()?
                }
                None => Vec::new(),
            };
            let (mut cards, mut shown) = (Vec::new(), BTreeSet::new());
            for id in ids {
                if cards.len() >= limit {
                    break;
                }
                if !shown.contains(&id) {
                    shown.extend(group(connection, id)?.into_keys());
                    cards.extend(card(connection, id)?);
                }
            }
            Ok(cards)
        })
    }
}
