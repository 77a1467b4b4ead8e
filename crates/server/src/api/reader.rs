//! Who reads: somebody who is signed in, or another system with a token of scope `read`. A token looks and counts; it never acts.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use signalbox_model::contact::Actor;
use signalbox_model::event::access::AccessRefusedBecause;
use signalbox_model::id::{PersonId, TokenId};
use signalbox_model::setup::people::TokenScope;

use super::error::{ApiError, Code};
use super::extract::{Signed, TokenAuth, bearer, route_of};
use super::filter::Filter;
use crate::auth::{Permission, may_read};
use crate::state::AppState;

/// Somebody who reads.
#[derive(Clone, Debug)]
pub enum Reader {
    /// A person, by their session.
    Person(Signed),
    /// Another system, by a token of scope `read`.
    Token(TokenAuth),
}

impl Reader {
    /// As the one who causes facts.
    pub fn actor(&self) -> Actor {
        match self {
            Reader::Person(signed) => signed.actor(),
            Reader::Token(token) => token.actor(),
        }
    }

    /// The person, if it is one.
    pub fn person(&self) -> Option<PersonId> {
        match self {
            Reader::Person(signed) => Some(signed.person),
            Reader::Token(_) => None,
        }
    }

    /// The token, if it is one.
    pub fn token(&self) -> Option<TokenId> {
        match self {
            Reader::Person(_) => None,
            Reader::Token(token) => Some(token.token),
        }
    }

    /// Whether they may do it.
    pub fn may(&self, permission: Permission) -> bool {
        match self {
            Reader::Person(signed) => signed.may(permission),
            Reader::Token(_) => may_read(permission),
        }
    }

    /// Refuses what they may not do, and records it.
    ///
    /// # Errors
    /// When it is not allowed.
    pub async fn require(&self, state: &AppState, permission: Permission, route: &str) -> Result<(), ApiError> {
        match self {
            Reader::Person(signed) => signed.require(state, permission, route).await,
            Reader::Token(_) if may_read(permission) => Ok(()),
            Reader::Token(token) => {
                state.auth.refused(None, Some(token.token), AccessRefusedBecause::NotAllowed, route).await;
                Err(ApiError::new(Code::Forbidden, "No token may read this: a person must sign in."))
            }
        }
    }

    /// Leaves in the filter only what they may see and may look for.
    ///
    /// # Errors
    /// When a token searches what customers said: whether a word was said is a customer's word too.
    pub fn narrow(&self, filter: &mut Filter) -> Result<(), ApiError> {
        match self {
            Reader::Person(signed) if !signed.may(Permission::Floor) => filter.had_by(signed.person),
            Reader::Token(_) if filter.views.text.is_some() => {
                let refused = "A token cannot search what was said: leave `q` out, or sign in as a person.";
                return Err(ApiError::new(Code::Forbidden, refused));
            }
            Reader::Person(_) | Reader::Token(_) => {}
        }
        Ok(())
    }
}

impl FromRequestParts<AppState> for Reader {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Reader, ApiError> {
        if bearer(&parts.headers).is_none() {
            return Signed::from_request_parts(parts, state).await.map(Reader::Person);
        }
        let token = TokenAuth::from_request_parts(parts, state).await?;
        token.require(state, TokenScope::Read, &route_of(parts)).await?;
        Ok(Reader::Token(token))
    }
}
