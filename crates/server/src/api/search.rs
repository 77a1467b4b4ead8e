//! One box for everything: words that were said, and customers.

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use signalbox_views::{ConversationFilter, Sort};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::{ApiError, Problem};
use super::extract::{Params, Signed};
use super::reads::look;
use crate::auth::Permission;
use crate::state::AppState;
use crate::wire::{ConversationRow, CustomerCard, conversation_row};

/// Rows of each kind.
const ROWS: usize = 30;
/// Characters of a question.
const WORDS_CHARS_MAX: usize = 200;

/// The route of search.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new().routes(routes!(search))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct SearchParams {
    /// Words, all of which must be there; or an id.
    q: String,
}

/// What was found.
#[derive(Debug, Serialize, ToSchema)]
pub struct Found {
    /// Conversations in which the words were said, newest first. In `snippet` they stand between U+0002 and U+0003.
    pub conversations: Vec<ConversationRow>,
    /// Customers who are known by the words; agents get none.
    pub customers: Vec<CustomerCard>,
}

/// Search what was said, and customers
#[utoipa::path(get, path = "/api/search", tag = "conversations", operation_id = "search", security(("session" = [])), params(SearchParams),
    responses((status = 200, body = Found), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn search(
    State(state): State<AppState>,
    signed: Signed,
    Params(query): Params<SearchParams>,
) -> Result<Json<Found>, ApiError> {
    let words = query.q.trim().to_owned();
    if words.chars().count() > WORDS_CHARS_MAX {
        return Err(ApiError::invalid("q", format!("may have {WORDS_CHARS_MAX} characters")));
    }
    if words.is_empty() {
        return Ok(Json(Found { conversations: Vec::new(), customers: Vec::new() }));
    }
    let visible_to = (!signed.may(Permission::Floor)).then_some(signed.person);
    let sees_customers = signed.may(Permission::Customers);
    let (conversations, customers) = look(&state, move |views| {
        let by_id = words.parse().ok().map(|id| views.conversation(id)).transpose()?.flatten();
        let by_id = by_id.filter(|row| visible_to.is_none_or(|person| row.agents.contains(&person)));
        let filter = ConversationFilter { text: Some(words.clone()), visible_to, ..ConversationFilter::default() };
        let mut rows = views.conversations(&filter, Sort::OpenedDescending, None, ROWS)?.rows;
        rows.splice(0..0, by_id);
        let mut customers = if sees_customers { views.customers(&words, ROWS)? } else { Vec::new() };
        if let (true, Ok(id)) = (sees_customers, words.parse()) {
            customers.splice(0..0, views.customer(id)?);
        }
        Ok((rows, customers))
    })
    .await?;
    let directory = state.directory();
    Ok(Json(Found {
        conversations: conversations.iter().map(|row| conversation_row(row, &directory)).collect(),
        customers: customers.into_iter().map(CustomerCard::from).collect(),
    }))
}
