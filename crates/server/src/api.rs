//! The HTTP interface: one file per resource, the error table, and the document that describes it all.

pub mod error;
pub mod page;
pub mod extract;
pub mod answer;
pub mod reads;
pub mod filter;
pub mod reader;
pub mod access;
pub mod current;
pub mod session;
pub mod live;
pub mod desk;
pub mod conversations;
pub mod contents;
pub mod floor;
pub mod alerts;
pub mod customers;
pub mod search;
pub mod measures;
pub mod export;
pub mod setup;
pub mod ai_agents;
pub mod stops;
pub mod knowledge;
pub mod connectors;
pub mod audit;
pub mod system;
pub mod chat;
pub mod ingest;
pub mod openapi;

use utoipa::openapi::{Info, License, OpenApi, OpenApiBuilder};
use utoipa_axum::router::OpenApiRouter;

use crate::state::AppState;

/// Every resource: its routes, and the document that describes them.
pub fn split() -> (axum::Router<AppState>, OpenApi) {
    let info = Info::builder()
        .title("Signalbox")
        .version(env!("CARGO_PKG_VERSION"))
        .description(Some("Everything that the screens do. Times are milliseconds since 1970, durations are milliseconds, errors are RFC 9457."))
        .license(Some(License::new("Apache-2.0")))
        .build();
    let (router, document) = OpenApiRouter::with_openapi(OpenApiBuilder::new().info(info).build())
        .merge(session::routes())
        .merge(live::routes())
        .merge(desk::routes())
        .merge(conversations::routes())
        .merge(contents::routes())
        .merge(floor::routes())
        .merge(alerts::routes())
        .merge(customers::routes())
        .merge(search::routes())
        .merge(measures::routes())
        .merge(export::routes())
        .merge(setup::routes())
        .merge(ai_agents::routes())
        .merge(stops::routes())
        .merge(knowledge::routes())
        .merge(connectors::routes())
        .merge(audit::routes())
        .merge(system::routes())
        .merge(chat::routes())
        .merge(ingest::routes())
        .split_for_parts();
    (router, openapi::describe(document))
}
