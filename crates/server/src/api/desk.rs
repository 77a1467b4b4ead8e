//! The desk of whoever is signed in.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use signalbox_model::contact::Presence;
use signalbox_model::event::Event;
use signalbox_model::event::presence::PresenceAsked;
use signalbox_model::id::ConversationId;
use signalbox_model::setup::people::{Disposition, SavedReply};
use signalbox_model::word::Slug;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::answer::{Answer, ask, wish};
use super::current;
use super::error::{ApiError, Problem};
use super::extract::{Body, Signed};
use super::reads::look;
use crate::state::AppState;
use crate::wire::{ConversationSummary, PersonLive, Ref, State as ConversationState, floor::free_slots, person_live};

/// Labels that the desk offers.
const LABELS_OFFERED: usize = 100;

/// Every route of the desk.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read)).routes(routes!(set_presence))
}

/// A colleague to whom one can transfer.
#[derive(Debug, Serialize, ToSchema)]
pub struct Colleague {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Whether they are there.
    pub presence: Presence,
    /// Slots that they have free.
    pub free_slots: u8,
}

/// Everything that a desk shows at first; the live stream keeps it up to date.
#[derive(Debug, Serialize, ToSchema)]
pub struct Desk {
    /// You.
    pub me: PersonLive,
    /// What you are asked to take.
    pub offers: Vec<ConversationSummary>,
    /// What you have.
    pub conversations: Vec<ConversationSummary>,
    /// What you wrap up.
    pub wrap_ups: Vec<ConversationSummary>,
    /// Replies kept for use again.
    pub saved_replies: Vec<SavedReply>,
    /// Ways to file a conversation.
    pub dispositions: Vec<Disposition>,
    /// Labels in use.
    pub labels: Vec<String>,
    /// Queues to which one can transfer.
    pub queues: Vec<Ref>,
    /// Colleagues to whom one can transfer.
    pub people: Vec<Colleague>,
}

/// What you want to be.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PresenceBody {
    /// `available`, `away` or `offline`.
    pub presence: Presence,
    /// Why away: break, training, …
    #[serde(default)]
    pub reason: Option<Slug>,
}

/// Your desk
#[utoipa::path(get, path = "/api/desk", tag = "desk", operation_id = "read_desk", security(("session" = [])),
    responses((status = 200, body = Desk), (status = 401, body = Problem, content_type = "application/problem+json")))]
async fn read(State(state): State<AppState>, signed: Signed) -> Result<Json<Desk>, ApiError> {
    let held: Vec<ConversationId> = {
        let floor = state.floor();
        floor.desk(signed.person).map_or_else(Vec::new, |desk| desk.held.iter().map(|held| held.conversation).collect())
    };
    let summaries = current::summaries(&state, held).await;
    let today = current::person_today(&state, signed.person).await;
    let labels = look(&state, |views| views.labels(LABELS_OFFERED)).await?;
    let is_offer = |row: &ConversationSummary| {
        row.offer.as_ref().is_some_and(|offer| offer.person.id == signed.person.to_string())
    };
    let (offers, rest): (Vec<_>, Vec<_>) = summaries.into_iter().partition(is_offer);
    let (wrap_ups, conversations) = rest.into_iter().partition(|row| row.state == ConversationState::WrapUp);
    let (floor, position) = (state.floor(), state.standing.position());
    let me = person_live(signed.person, &floor, position, today).ok_or_else(|| ApiError::not_found("desk"))?;
    let directory = &floor.directory;
    let open_queues = directory.queues.values().filter(|queue| !queue.retired);
    let colleagues = directory.people.values().filter(|person| !person.retired && person.id != signed.person);
    let mut people: Vec<Colleague> = colleagues
        .filter_map(|person| {
            let desk = floor.desk(person.id)?;
            let free_slots = if desk.presence == Presence::Available { free_slots(desk, directory) } else { 0 };
            Some(Colleague {
                id: person.id.to_string(),
                name: person.name.to_string(),
                presence: desk.presence,
                free_slots,
            })
        })
        .collect();
    people.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(Json(Desk {
        me,
        offers,
        conversations,
        wrap_ups,
        saved_replies: directory
            .saved_replies
            .values()
            .filter(|reply| !reply.retired)
            .map(|reply| SavedReply::clone(reply))
            .collect(),
        dispositions: directory.dispositions.values().filter(|d| !d.retired).map(|d| Disposition::clone(d)).collect(),
        labels,
        queues: open_queues.map(|queue| Ref::queue(directory, queue.id)).collect(),
        people,
    }))
}

/// Become available, away or offline
#[utoipa::path(put, path = "/api/desk/presence", tag = "desk", operation_id = "set_presence", security(("session" = [])),
    request_body = PresenceBody,
    responses((status = 200, body = Answer), (status = 202, body = Answer),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`refused`"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn set_presence(
    State(state): State<AppState>,
    signed: Signed,
    Body(body): Body<PresenceBody>,
) -> Result<Answer, ApiError> {
    if body.presence == Presence::NotResponding {
        return Err(ApiError::invalid(
            "presence",
            "must be available, away or offline: only the router says that somebody does not respond",
        ));
    }
    let event =
        Event::PresenceAsked(PresenceAsked { person: signed.person, presence: body.presence, reason: body.reason });
    ask(&state, signed.actor(), signed.command, wish(event)).await
}
