//! The document that describes the whole interface: what the routes say themselves, and what holds for all of them.

use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme,
};
use utoipa::openapi::tag::TagBuilder;
use utoipa::openapi::{ContentBuilder, OpenApi, PathItem, Ref, RefOr, Required, ResponseBuilder};

use super::extract::{CSRF_HEADER, SESSION_COOKIE};

/// Tags in reading order, with what is under them.
const TAGS: &[(&str, &str)] = &[
    ("session", "Signing in and out"),
    ("live", "What changes, as it changes"),
    ("desk", "The desk of whoever is signed in"),
    ("conversations", "Conversations, and what their owners do"),
    ("supervision", "Watching and stepping in"),
    ("floor", "Everything that is going on now"),
    ("alerts", "What is wrong"),
    ("customers", "Who they are, and erasing them"),
    ("measures", "Numbers and what they mean"),
    ("export", "Rows that leave the system"),
    ("setup", "Documents that people publish"),
    ("ai agents", "AI agents, their briefings and versions, and trials"),
    ("audit", "Every fact"),
    ("chat", "A customer's own chat"),
    ("ingest", "Events from another system"),
    ("system", "The server itself"),
];

/// Calls that anybody may make without having signed in, under tags where one must have.
const OPEN: &[&str] = &["sign_in", "personas"];

/// Errors that any call may answer with.
const ANYWHERE: &[(&str, &str)] = &[("429", "`too_often`"), ("500", "`internal`"), ("503", "`unavailable`")];

/// Adds what holds for every route: tags, ways to sign in, headers of changes, errors.
pub fn describe(mut document: OpenApi) -> OpenApi {
    let tag =
        |(name, description): &(&str, &str)| TagBuilder::new().name(*name).description(Some(*description)).build();
    document.tags = Some(TAGS.iter().map(tag).collect());
    if let Some(components) = &mut document.components {
        let cookie = SecurityScheme::ApiKey(ApiKey::Cookie(ApiKeyValue::with_description(
            SESSION_COOKIE,
            "From POST /api/session.",
        )));
        let bearer = |description: &str| {
            SecurityScheme::Http(
                HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some(description)).build(),
            )
        };
        components.add_security_scheme("session", cookie);
        components.add_security_scheme("token", bearer("A token made in setup."));
        components.add_security_scheme("chat", bearer("The token of one chat, from POST /api/chat/sessions."));
    }
    for (path, item) in &mut document.paths.paths {
        for (is_change, operation) in operations(item) {
            complete(operation, path, is_change);
        }
    }
    document
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = (bool, &mut Operation)> {
    let reads = item.get.iter_mut().map(|operation| (false, operation));
    let changes = [&mut item.put, &mut item.post, &mut item.delete, &mut item.patch]
        .into_iter()
        .flatten()
        .map(|operation| (true, operation));
    reads.chain(changes)
}

fn complete(operation: &mut Operation, path: &str, is_change: bool) {
    for response in operation.responses.responses.values_mut() {
        if let RefOr::T(response) = response
            && let Some(content) = response.content.swap_remove("application/json")
        {
            let is_problem = serde_json::to_string(&content).is_ok_and(|text| text.contains("/schemas/Problem\""));
            let kind = if is_problem { "application/problem+json" } else { "application/json" };
            response.content.insert(kind.to_owned(), content);
        }
    }
    let tag = operation.tags.iter().flatten().next().map_or("", String::as_str);
    let id = operation.operation_id.as_deref().unwrap_or_default();
    let way_in = match tag {
        "session" | "live" | "system" if path.starts_with("/api/") && !OPEN.contains(&id) => Some("session"),
        "ingest" => Some("token"),
        "chat" if !matches!(id, "chat_config" | "chat_open") => Some("chat"),
        _ => None,
    };
    if operation.security.is_none() {
        let scopes: [&str; 0] = [];
        operation.security = way_in.map(|scheme| vec![SecurityRequirement::new(scheme, scopes)]);
    }
    let by_session = operation
        .security
        .as_ref()
        .is_some_and(|schemes| serde_json::to_string(schemes).is_ok_and(|text| text.contains("session")));
    if by_session {
        add_problem(operation, "401", "`not_signed_in`");
    }
    for (status, description) in ANYWHERE {
        add_problem(operation, status, description);
    }
    if is_change && path.starts_with("/api/") {
        let mut parameters = operation.parameters.take().unwrap_or_default();
        if by_session {
            add_problem(operation, "403", "`forbidden` or `cross_site`");
            parameters.push(
                header_parameter(CSRF_HEADER, "Always `1`: a page of another site cannot send it.", Required::True)
                    .into(),
            );
            parameters.push(
                header_parameter(
                    "idempotency-key",
                    "Up to 100 characters: sent again with the same key it is done once.",
                    Required::False,
                )
                .into(),
            );
        }
        operation.parameters = (!parameters.is_empty()).then_some(parameters);
    }
}

fn header_parameter(name: &str, description: &str, required: Required) -> Parameter {
    ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .required(required)
        .description(Some(description))
        .schema(Some(ObjectBuilder::new().schema_type(Type::String)))
        .build()
}

fn add_problem(operation: &mut Operation, status: &str, description: &str) {
    if operation.responses.responses.contains_key(status) {
        return;
    }
    let problem = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    let mut response = ResponseBuilder::new().description(description).content("application/problem+json", problem);
    if status == "429" {
        response = response.header("retry-after", HeaderBuilder::new().description(Some("Seconds to wait.")).build());
    }
    operation.responses.responses.insert(status.to_owned(), response.build().into());
}

#[cfg(test)]
mod tests {
    use crate::api::split;

    #[test]
    fn every_operation_has_an_id_of_its_own_a_tag_and_a_summary() {
        let document = serde_json::to_value(split().1).unwrap();
        let mut ids = std::collections::BTreeSet::new();
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                let id = operation["operationId"].as_str().unwrap_or_default();
                assert!(!id.is_empty() && ids.insert(id.to_owned()), "{method} {path}: id {id:?}");
                assert!(operation["tags"][0].is_string(), "{method} {path}: no tag");
                assert!(operation["summary"].is_string(), "{method} {path}: no summary");
            }
        }
    }
}
