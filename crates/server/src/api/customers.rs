//! Customers: who they are, what they had, who is the same as whom, and erasure.

use std::collections::BTreeSet;

use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use signalbox_adapters::identity::{Proof, parse};
use signalbox_eventlog::EventLog as _;
use signalbox_model::content::{Body as Words, Content};
use signalbox_model::event::customer::{CustomerKeptApart, CustomerMerged, CustomerSplit, IdentityAdded, IdentityKind};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::id::{ContentId, CustomerId, Position};
use signalbox_views::query::customers::GROUP_MAX;
use signalbox_views::{ConversationFilter, CustomerCard as StoredCard, Sort};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::access::{talks_to, with_matches};
use super::answer::{Answer, parse_id, tell};
use super::error::{ApiError, Code, Problem};
use super::extract::{Body, Params, Signed};
use super::page::page_rows;
use super::reads::look;
use crate::auth::Permission;
use crate::clock::fresh;
use crate::state::AppState;
use crate::wire::{ConversationRow, CustomerCard, conversation_row};

/// Who adds identities here.
const PERSON: &str = "person";

/// Every route of customers.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(list))
        .routes(routes!(read))
        .routes(routes!(add_identity))
        .routes(routes!(merge))
        .routes(routes!(split))
        .routes(routes!(keep_apart))
        .routes(routes!(erase))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct CustomerParams {
    /// Words of a name, mail address, phone number or other identity; none: the newest customers.
    #[serde(default)]
    q: String,
    /// Rows, 1 to 500.
    limit: Option<usize>,
}

/// Customers.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerList {
    /// The rows.
    pub customers: Vec<CustomerCard>,
}

/// One customer's page.
#[derive(Debug, Serialize, ToSchema)]
pub struct CustomerDetail {
    /// Who they are.
    pub card: CustomerCard,
    /// What they had, newest first, over all channels.
    pub conversations: Vec<ConversationRow>,
    /// Send as `cursor` to get older ones; none: there are no more.
    pub next_cursor: Option<String>,
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
struct HistoryParams {
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// Conversations, 1 to 500.
    limit: Option<usize>,
}

/// A way to know them.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct IdentityBody {
    /// What kind.
    pub kind: IdentityKind,
    /// The value.
    #[schema(min_length = 1, max_length = 254)]
    pub value: String,
    /// Whether they proved it.
    #[serde(default)]
    pub verified: bool,
}

/// Another customer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherBody {
    /// Their id.
    pub other: CustomerId,
}

/// What must be typed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EraseBody {
    /// The word `erase`.
    #[schema(example = "erase")]
    pub confirm: String,
}

/// What was erased.
#[derive(Debug, Serialize, ToSchema)]
pub struct ErasedCustomer {
    /// Where the erasure stands in the log.
    pub position: u64,
    /// Customer records that were erased: the customer and all who are the same.
    pub customers: u64,
    /// Pieces of content that can no longer be read.
    pub contents: u64,
    /// Conversations that lost words.
    pub conversations: u64,
}

/// Find customers
#[utoipa::path(get, path = "/api/customers", tag = "customers", operation_id = "list_customers", security(("session" = [])), params(CustomerParams),
    responses((status = 200, body = CustomerList), (status = 403, body = Problem, content_type = "application/problem+json")))]
async fn list(
    State(state): State<AppState>,
    signed: Signed,
    Params(query): Params<CustomerParams>,
) -> Result<Json<CustomerList>, ApiError> {
    signed.require(&state, Permission::Customers, "GET /api/customers").await?;
    let limit = page_rows(query.limit)?;
    let found = look(&state, move |views| views.customers(&query.q, limit)).await?;
    Ok(Json(CustomerList { customers: found.into_iter().map(CustomerCard::from).collect() }))
}

async fn found(state: &AppState, id: &str) -> Result<StoredCard, ApiError> {
    let id: CustomerId = parse_id(id, "customer")?;
    look(state, move |views| views.customer(id)).await?.ok_or_else(|| ApiError::not_found("customer"))
}

/// One customer; an agent must be talking to them
#[utoipa::path(get, path = "/api/customers/{id}", tag = "customers", operation_id = "read_customer", security(("session" = [])),
    params(("id" = String, Path), HistoryParams),
    responses((status = 200, body = CustomerDetail), (status = 404, body = Problem, content_type = "application/problem+json")))]
async fn read(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Params(query): Params<HistoryParams>,
) -> Result<Json<CustomerDetail>, ApiError> {
    let card = found(&state, &id).await?;
    if !signed.may(Permission::Customers) && !talks_to(&state, signed.person, card.id).await? {
        return Err(ApiError::not_found("customer"));
    }
    let limit = page_rows(query.limit)?;
    let (filter, id) = (ConversationFilter { customer: Some(card.id), ..ConversationFilter::default() }, card.id);
    let (page, matches) = look(&state, move |views| {
        let page = views.conversations(&filter, Sort::OpenedDescending, query.cursor.as_deref(), limit)?;
        Ok((page, views.possible_matches(id)?))
    })
    .await?;
    let card = with_matches(&state, &signed, card, matches).await?;
    let directory = state.directory();
    let conversations = page.rows.iter().map(|row| conversation_row(row, &directory)).collect();
    Ok(Json(CustomerDetail { card, conversations, next_cursor: page.next_cursor }))
}

/// Add a way to know a customer
#[utoipa::path(post, path = "/api/customers/{id}/identities", tag = "customers", operation_id = "add_identity", security(("session" = [])),
    params(("id" = String, Path)), request_body = IdentityBody,
    responses((status = 200, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 410, body = Problem, content_type = "application/problem+json", description = "`erased`"),
        (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn add_identity(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<IdentityBody>,
) -> Result<Answer, ApiError> {
    signed.require(&state, Permission::Customers, "POST /api/customers/{id}/identities").await?;
    let card = found(&state, &id).await?;
    let proof = if body.verified { Proof::Proved } else { Proof::Claimed };
    let identity =
        parse(body.kind, &body.value, proof).map_err(|error| ApiError::invalid("value", error.to_string()))?;
    let is_verified = identity.is_verified();
    let content = Content {
        id: ContentId::new(fresh()),
        customer: card.id,
        conversation: None,
        lookup: identity.lookup(PERSON),
        body: Words::Identity { value: identity.value },
    };
    let added = IdentityAdded { customer: card.id, identity: body.kind, verified: is_verified, content: content.id };
    let event = NewEvent { content: Some(content), ..NewEvent::now(Event::IdentityAdded(added)) };
    tell(&state, signed.actor(), signed.command, event).await
}

/// Say that two customers are one
#[utoipa::path(post, path = "/api/customers/{id}/merge", tag = "customers", operation_id = "merge_customers", security(("session" = [])),
    params(("id" = String, Path)), request_body = OtherBody,
    responses((status = 200, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`conflict`: they are one already")))]
async fn merge(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<OtherBody>,
) -> Result<Answer, ApiError> {
    signed.require(&state, Permission::Customers, "POST /api/customers/{id}/merge").await?;
    let card = found(&state, &id).await?;
    let other = found(&state, &body.other.to_string()).await?;
    if card.id == other.id || card.merged.iter().any(|(id, _)| *id == other.id) {
        return Err(ApiError::new(Code::Conflict, "They are one customer already."));
    }
    let event = Event::CustomerMerged(CustomerMerged { customer: card.id, merged: other.id });
    tell(&state, signed.actor(), signed.command, NewEvent::now(event)).await
}

/// Undo a merge
#[utoipa::path(post, path = "/api/customers/{id}/split", tag = "customers", operation_id = "split_customers", security(("session" = [])),
    params(("id" = String, Path)), request_body = OtherBody,
    responses((status = 200, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`conflict`: they are not one")))]
async fn split(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<OtherBody>,
) -> Result<Answer, ApiError> {
    signed.require(&state, Permission::Customers, "POST /api/customers/{id}/split").await?;
    let card = found(&state, &id).await?;
    if !card.merged.iter().any(|(id, _)| *id == body.other) {
        return Err(ApiError::new(Code::Conflict, "They are not one customer: there is nothing to split."));
    }
    let event = Event::CustomerSplit(CustomerSplit { customer: card.id, split: body.other });
    tell(&state, signed.actor(), signed.command, NewEvent::now(event)).await
}

/// Say that two customers who look alike are two people: they are no possible match any more
#[utoipa::path(post, path = "/api/customers/{id}/keep_apart", tag = "customers", operation_id = "keep_customers_apart", security(("session" = [])),
    params(("id" = String, Path)), request_body = OtherBody,
    responses((status = 200, body = Answer), (status = 404, body = Problem, content_type = "application/problem+json"),
        (status = 409, body = Problem, content_type = "application/problem+json", description = "`conflict`: they are one customer")))]
async fn keep_apart(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<OtherBody>,
) -> Result<Answer, ApiError> {
    signed.require(&state, Permission::Customers, "POST /api/customers/{id}/keep_apart").await?;
    let card = found(&state, &id).await?;
    let other = found(&state, &body.other.to_string()).await?;
    if card.id == other.id || card.merged.iter().any(|(id, _)| *id == other.id) {
        return Err(ApiError::new(Code::Conflict, "They are one customer: split them first."));
    }
    let event = Event::CustomerKeptApart(CustomerKeptApart { customer: card.id, other: other.id });
    tell(&state, signed.actor(), signed.command, NewEvent::now(event)).await
}

/// Destroy a customer's words, files and identities for good
#[utoipa::path(post, path = "/api/customers/{id}/erase", tag = "customers", operation_id = "erase_customer", security(("session" = [])),
    params(("id" = String, Path)), request_body = EraseBody,
    responses((status = 200, body = ErasedCustomer), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 404, body = Problem, content_type = "application/problem+json"), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn erase(
    State(state): State<AppState>,
    signed: Signed,
    Path(id): Path<String>,
    Body(body): Body<EraseBody>,
) -> Result<Json<ErasedCustomer>, ApiError> {
    signed.require(&state, Permission::Erase, "POST /api/customers/{id}/erase").await?;
    if body.confirm != "erase" {
        return Err(ApiError::invalid("confirm", "must be the word erase: this cannot be undone"));
    }
    let card = found(&state, &id).await?;
    // Whoever was found to be the same person is erased with them; each has a key of their own.
    let everybody = everybody(&state, card.id).await?;
    let mut done = ErasedCustomer { position: 0, customers: 0, contents: 0, conversations: 0 };
    for customer in everybody {
        let erased = state.log.erase(customer, state.clock.now(), signed.actor()).await?;
        done.position = done.position.max(erased.position.0);
        done.customers += 1;
        done.contents += erased.contents;
        done.conversations += erased.conversations.len() as u64;
    }
    state.floor_at(Position(done.position)).await;
    Ok(Json(done))
}

/// Everybody who is the same as this customer, also where that is more than one look at the views holds.
async fn everybody(state: &AppState, customer: CustomerId) -> Result<BTreeSet<CustomerId>, ApiError> {
    look(state, move |views| {
        let mut found = BTreeSet::from([customer]);
        let mut open = vec![customer];
        while let Some(next) = open.pop() {
            let group = views.customer_group(next)?;
            let is_whole = group.len() < GROUP_MAX;
            open.extend(group.into_iter().filter(|other| found.insert(*other)));
            if is_whole {
                break;
            }
        }
        Ok(found)
    })
    .await
}
