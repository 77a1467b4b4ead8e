//! One conversation's page.

use axum::Json;
use axum::extract::{Path, State};
use serde::Serialize;
use signalbox_engine::conversation::Conversation;
use signalbox_model::contact::{Control, Owner};
use signalbox_model::event::supervision::ReviewOrigin;
use signalbox_model::time::Timestamp;
use signalbox_views::{ConversationFilter, Sort};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::api::access::{self, Known};
use crate::api::current;
use crate::api::error::{ApiError, Problem};
use crate::api::extract::Signed;
use crate::api::reader::Reader;
use crate::api::reads::look;
use crate::auth::Permission;
use crate::state::AppState;
use crate::wire::{
    ConversationRow, ConversationSummary, CustomerCard, Ref, SegmentRow, closed_summary, conversation_row, segment_row,
};

/// Earlier conversations of the same customer that the page shows.
const PREVIOUS_ROWS: usize = 20;

/// The route of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(read))
}

/// What the caller may do with the conversation as it stands. The engine still has the last word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct May {
    /// Say something to the customer.
    pub reply: bool,
    /// Write a note.
    pub note: bool,
    /// End it.
    pub close: bool,
    /// Hold or resume it.
    pub hold: bool,
    /// Pass it on.
    pub transfer: bool,
    /// Tell the owner something.
    pub whisper: bool,
    /// Watch.
    pub monitor: bool,
    /// Speak in it.
    pub barge: bool,
    /// Own it.
    pub take_over: bool,
    /// Give it back.
    pub hand_back: bool,
    /// Give it to a person.
    pub assign: bool,
    /// Change labels.
    pub label: bool,
    /// File it.
    pub dispose: bool,
    /// Go on with it.
    pub reopen: bool,
    /// Note that they judged it.
    pub review: bool,
    /// Give it back to its AI agent, if the customer agrees.
    pub return_to_ai: bool,
    /// Look at what was hidden.
    pub reveal: bool,
    /// Decide about what its AI agent wants to do.
    pub approve: bool,
}

/// Somebody looked at it to judge it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Review {
    /// Who.
    pub person: Ref,
    /// When.
    pub at: Timestamp,
    /// What made them look.
    pub origin: ReviewOrigin,
}

/// One conversation's page.
#[derive(Debug, Serialize, ToSchema)]
pub struct ConversationDetail {
    /// As it stands.
    pub summary: ConversationSummary,
    /// Who had it when.
    pub segments: Vec<SegmentRow>,
    /// With whom.
    pub customer: CustomerCard,
    /// Other conversations of the same customer, newest first.
    pub previous: Vec<ConversationRow>,
    /// What the caller may do.
    pub may: May,
    /// Who judged it.
    pub reviews: Vec<Review>,
}

/// One conversation
///
/// A token of scope `read` gets the customer without identities.
#[utoipa::path(get, path = "/api/conversations/{id}", tag = "conversations", operation_id = "read_conversation", security(("session" = []), ("token" = [])),
    params(("id" = String, Path)),
    responses((status = 200, body = ConversationDetail), (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn read(
    State(state): State<AppState>,
    reader: Reader,
    Path(id): Path<String>,
) -> Result<Json<ConversationDetail>, ApiError> {
    let known = access::find_for(&state, &reader, &id).await?;
    let (id, customer) = (known.id, known.customer);
    // A conversation of this instant may not be in the views yet.
    if let Some(live) = &known.live {
        state.views_at(live.position).await;
    }
    let filter = ConversationFilter { customer: Some(customer), ..ConversationFilter::default() };
    let found = look(&state, move |views| {
        Ok((
            views.conversation(id)?,
            views.segments(id)?,
            views.reviews(id)?,
            (views.customer(customer)?, views.possible_matches(customer)?),
            views.conversations(&filter, Sort::OpenedDescending, None, PREVIOUS_ROWS + 1)?.rows,
        ))
    })
    .await?;
    let (row, segments, reviews, card, mut previous) = found;
    let (card, matches) = (card.0.ok_or_else(|| ApiError::not_found("customer"))?, card.1);
    // Mail addresses, claims and the like are for people; another system gets what an export holds.
    let customer = match &reader {
        Reader::Person(signed) => access::with_matches(&state, signed, card, matches).await?,
        Reader::Token(_) => CustomerCard { identities: Vec::new(), ..card.into() },
    };
    previous.retain(|row| row.id != id);
    previous.truncate(PREVIOUS_ROWS);
    let live = current::summaries(&state, vec![id]).await.into_iter().next();
    let is_routed = row.as_ref().is_some_and(|row| row.queue.is_some() && !row.observed);
    let may = match &reader {
        Reader::Person(signed) => may(signed, &known, is_routed),
        Reader::Token(_) => May::default(),
    };
    let directory = state.directory();
    let summary = live.or_else(|| row.as_ref().map(|row| closed_summary(row, &directory)));
    Ok(Json(ConversationDetail {
        summary: summary.ok_or_else(|| ApiError::not_found("conversation"))?,
        segments: segments.iter().map(|row| segment_row(row, &directory)).collect(),
        customer,
        previous: previous.iter().map(|row| conversation_row(row, &directory)).collect(),
        may,
        reviews: reviews
            .iter()
            .map(|review| Review {
                person: Ref::person(&directory, review.person),
                at: review.at,
                origin: review.origin,
            })
            .collect(),
    }))
}

fn may(signed: &Signed, known: &Known, is_routed: bool) -> May {
    let own = known.is_own(signed);
    let supervises = signed.may(Permission::StepIn);
    let always = May {
        note: own,
        label: own,
        dispose: own,
        review: supervises,
        reveal: signed.may(Permission::Reveal),
        ..May::default()
    };
    match &known.live {
        Some(live) if !live.is_closed() => may_live(signed, live, supervises, always),
        Some(_) => always,
        None => May { reopen: own && is_routed, ..always },
    }
}

fn may_live(signed: &Signed, live: &Conversation, supervises: bool, always: May) -> May {
    let me = signed.person;
    let routed = live.control == Control::Routed;
    let owner = live.owner.person();
    let mine = owner == Some(me) && routed;
    let barged = live.barged.contains(&me);
    let ai = live.ai_owner().is_some();
    let others = supervises && (ai || owner.is_some_and(|owner| owner != me));
    May {
        reply: (mine || barged && routed) && !live.truncated,
        close: mine,
        hold: mine,
        transfer: mine,
        whisper: others && routed,
        monitor: supervises && owner != Some(me),
        barge: others && routed && !barged,
        take_over: supervises && routed && owner != Some(me),
        hand_back: matches!(&live.owner, Owner::Supervisor { person } if *person == me),
        return_to_ai: mine && live.ai.work.is_some() && live.transfer.is_none(),
        approve: signed.may(Permission::Approve) && live.ai.approval.is_some(),
        assign: supervises && routed && matches!(live.owner, Owner::Queue { .. }),
        ..always
    }
}
