//! Presence, customers and access.

use signalbox_engine::directory::Directory;
use signalbox_model::contact::{Actor, Presence};
use signalbox_model::event::access::{AccessRefused, AccessRefusedBecause, ExportMade};
use signalbox_model::event::customer::{CustomerErased, IdentityAdded, IdentityKind};
use signalbox_model::event::presence::{PresenceAsked, PresenceBecause, PresenceChanged};
use signalbox_model::id::{PersonId, TokenId};
use signalbox_model::word::Slug;

use super::names;

fn presence(presence: Presence, reason: Option<&Slug>) -> String {
    let word = match presence {
        Presence::Available => "available",
        Presence::Away => "away",
        Presence::NotResponding => "not responding",
        Presence::Offline => "offline",
    };
    reason.map_or_else(|| word.to_owned(), |reason| format!("{word} ({reason})"))
}

pub fn presence_asked(e: &PresenceAsked, directory: &Directory) -> String {
    format!("{} wants to be {}.", names::person(directory, e.person), presence(e.presence, e.reason.as_ref()))
}

pub fn presence_changed(e: &PresenceChanged, directory: &Directory) -> String {
    format!(
        "{} is {}: {}.",
        names::person(directory, e.person),
        presence(e.presence, e.reason.as_ref()),
        presence_because(e.because)
    )
}

pub fn presence_because(because: PresenceBecause) -> &'static str {
    match because {
        PresenceBecause::Asked => "they said so",
        PresenceBecause::OfferExpired => "an offer expired unanswered",
        PresenceBecause::DeskLost => "their browser was gone for too long",
        PresenceBecause::Retired => "they have left",
    }
}

pub fn identity_added(e: &IdentityAdded) -> String {
    let kind = match e.identity {
        IdentityKind::Name => "a name",
        IdentityKind::Email => "a mail address",
        IdentityKind::Phone => "a phone number",
        IdentityKind::External => "a number in another system",
    };
    let proof = if e.verified { ", verified" } else { "" };
    format!("The customer is known by {kind}{proof}.")
}

pub fn erased(e: &CustomerErased, actor: &Actor, directory: &Directory) -> String {
    let contents = names::count(e.contents, "piece of content", "pieces of content");
    let conversations = names::count(e.conversations.len() as u64, "conversation", "conversations");
    format!(
        "{} erased the customer: {contents} in {conversations} can no longer be read.",
        names::actor(directory, actor)
    )
}

/// A person or another system, at the head of a sentence.
fn who(person: Option<PersonId>, token: Option<TokenId>, directory: &Directory) -> String {
    match (person, token) {
        (Some(person), _) => names::person(directory, person),
        (None, Some(token)) => names::capital(&names::token(directory, token)),
        (None, None) => "Somebody unknown".to_owned(),
    }
}

pub fn access_refused(e: &AccessRefused, directory: &Directory) -> String {
    let who = who(e.person, e.token, directory);
    let because = match e.because {
        AccessRefusedBecause::WrongPassword => "wrong mail address or password",
        AccessRefusedBecause::TooManyTries => "too many tries",
        AccessRefusedBecause::Retired => "the person has left",
        AccessRefusedBecause::UnknownToken => "the token is unknown",
        AccessRefusedBecause::TokenOver => "the token has expired or was revoked",
        AccessRefusedBecause::NotAllowed => "not allowed to do this",
    };
    format!("{who} was kept out of {}: {because}.", e.route)
}

pub fn exported(e: &ExportMade, directory: &Directory) -> String {
    format!("{} exported {} ({}).", who(e.person, e.token, directory), names::count(e.rows, "row", "rows"), e.what)
}
