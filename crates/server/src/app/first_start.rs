//! The first start: somebody must be able to sign in.

use signalbox_model::contact::Actor;
use signalbox_model::event::{Event, NewEvent, SetupPublished};
use signalbox_model::id::PersonId;
use signalbox_model::setup::Document;
use signalbox_model::setup::people::{Person, Role};
use signalbox_model::word::Name;

use super::StartError;
use crate::clock::fresh;
use crate::secrets::random_password;
use crate::state::AppState;

const EMAIL: &str = "admin@signalbox.local";

/// The first admin.
pub struct FirstAdmin {
    /// With which they sign in.
    pub email: &'static str,
    /// Shown once.
    pub password: String,
}

/// Makes an admin if there is nobody.
pub(super) async fn admin_if_nobody(state: &AppState) -> Result<Option<FirstAdmin>, StartError> {
    if !state.directory().people.is_empty() {
        return Ok(None);
    }
    let person = PersonId::new(fresh());
    let Ok(name) = Name::parse("Admin") else { return Ok(None) };
    let document = Document::Person(Person {
        id: person,
        name,
        email: EMAIL.to_owned(),
        role: Role::Admin,
        skills: Default::default(),
        profile: None,
        team: None,
        retired: false,
    });
    let published = Event::SetupPublished(SetupPublished { document, revision: 1 });
    // The password first: a crash in between leaves nobody here, and the next start tries again.
    let password = random_password();
    state.auth.set_password(person, &password, None).await?;
    state.commands.submit(Actor::System, None, vec![NewEvent::now(published)]).await?;
    Ok(Some(FirstAdmin { email: EMAIL, password }))
}
