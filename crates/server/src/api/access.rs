//! Who may see which conversation, customer and content. What somebody may not see does not exist for them.
//!
//! A supervisor sees all. An agent sees what takes their slots (owned, offered, being briefed, in wrap-up), what they had
//! before, and the history of customers whom they are talking to.

use signalbox_engine::conversation::Conversation;
use signalbox_model::event::supervision::RefusedBecause;
use signalbox_model::id::{ConversationId, CustomerId, PersonId};
use signalbox_views as views;

use super::answer::{parse_id, refusal};
use super::error::{ApiError, Code};
use super::extract::Signed;
use super::reader::Reader;
use super::reads::look;
use crate::auth::Permission;
use crate::state::AppState;
use crate::wire::{CustomerCard, match_row};

/// A conversation that the caller may see.
pub struct Known {
    /// Its id.
    pub id: ConversationId,
    /// With whom.
    pub customer: CustomerId,
    /// The fold, while it is open or in wrap-up.
    pub live: Option<Conversation>,
    /// What the views know, where they were asked.
    pub row: Option<views::ConversationRow>,
    /// Whether it is theirs to work on, rather than history that they may read.
    own: bool,
}

impl Known {
    /// Refuses writing into what may only be read.
    ///
    /// # Errors
    /// When it is history of the customer, not the caller's own.
    pub fn require_own(&self, signed: &Signed) -> Result<(), ApiError> {
        match self.is_own(signed) {
            true => Ok(()),
            false => Err(ApiError::new(
                Code::Forbidden,
                "You may read this conversation because you talk to its customer, but not change it.",
            )),
        }
    }

    /// Whether it is theirs to work on; everything is a supervisor's.
    pub fn is_own(&self, signed: &Signed) -> bool {
        self.own || signed.may(Permission::Floor)
    }
}

/// The conversation with this id, if the caller may see it.
///
/// # Errors
/// When there is none, or it is not theirs to see: nobody learns which.
pub async fn find(state: &AppState, signed: &Signed, id: &str) -> Result<Known, ApiError> {
    let id: ConversationId = parse_id(id, "conversation")?;
    let live = state.floor().conversation(id).cloned();
    if let Some(live) = live {
        let own = live.holders().any(|person| person == signed.person);
        if own || signed.may(Permission::Floor) {
            return Ok(Known { id, customer: live.customer, live: Some(live), row: None, own });
        }
        let row = look(state, move |views| views.conversation(id)).await?;
        return visible(state, signed, Known { id, customer: live.customer, live: Some(live), row, own: false }).await;
    }
    let row =
        look(state, move |views| views.conversation(id)).await?.ok_or_else(|| ApiError::not_found("conversation"))?;
    visible(state, signed, Known { id, customer: row.customer, live: None, row: Some(row), own: false }).await
}

/// The same for somebody who only reads: another system sees all, and owns nothing.
///
/// # Errors
/// As [`find`].
pub async fn find_for(state: &AppState, reader: &Reader, id: &str) -> Result<Known, ApiError> {
    if let Reader::Person(signed) = reader {
        return find(state, signed, id).await;
    }
    let id: ConversationId = parse_id(id, "conversation")?;
    let live = state.floor().conversation(id).cloned();
    if let Some(live) = live {
        return Ok(Known { id, customer: live.customer, live: Some(live), row: None, own: false });
    }
    let row = look(state, move |views| views.conversation(id)).await?;
    let row = row.ok_or_else(|| ApiError::not_found("conversation"))?;
    Ok(Known { id, customer: row.customer, live: None, row: Some(row), own: false })
}

async fn visible(state: &AppState, signed: &Signed, known: Known) -> Result<Known, ApiError> {
    let had = known.row.as_ref().is_some_and(|row| row.agents.contains(&signed.person));
    // Somebody who passed it on may read what they did, but it is another's now.
    let own = had && known.live.is_none();
    let seen = had || signed.may(Permission::Floor) || talks_to(state, signed.person, known.customer).await?;
    if seen { Ok(Known { own, ..known }) } else { Err(ApiError::not_found("conversation")) }
}

/// Whether this person talks to this customer now, by any of the ids that they are known under.
pub async fn talks_to(state: &AppState, person: PersonId, customer: CustomerId) -> Result<bool, ApiError> {
    let talking: Vec<CustomerId> = {
        let floor = state.floor();
        let held = floor.desk(person).map(|desk| desk.held.clone()).unwrap_or_default();
        held.iter()
            .filter_map(|held| floor.conversation(held.conversation))
            .map(|conversation| conversation.customer)
            .collect()
    };
    if talking.is_empty() {
        return Ok(false);
    }
    if talking.contains(&customer) {
        return Ok(true);
    }
    let same = look(state, move |views| views.customer_group(customer)).await?;
    Ok(talking.iter().any(|customer| same.contains(customer)))
}

/// The card with those who may be the same. Who may not merge learns that there is somebody, and not who.
///
/// # Errors
/// When the views cannot be read.
pub async fn with_matches(
    state: &AppState,
    signed: &Signed,
    card: views::CustomerCard,
    matches: Vec<views::PossibleMatch>,
) -> Result<CustomerCard, ApiError> {
    let ids: Vec<CustomerId> = matches.iter().map(|found| found.customer).collect();
    let names = match signed.may(Permission::Customers) && !ids.is_empty() {
        true => Some(look(state, move |views| views.customer_names(&ids)).await?),
        false => None,
    };
    let mut card = CustomerCard::from(card);
    card.possible_matches = matches.into_iter().map(|found| match_row(found, names.as_ref())).collect();
    Ok(card)
}

/// Refuses what only an open conversation can take.
///
/// # Errors
/// When it is over.
pub fn require_live(state: &AppState, known: &Known) -> Result<(), ApiError> {
    match &known.live {
        Some(_) => Ok(()),
        None => Err(refusal(state, &RefusedBecause::NotOpen)),
    }
}
