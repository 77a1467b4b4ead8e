//! What handlers ask for: who calls, with which body, parsed once and refused with a reason.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, FromRequest, FromRequestParts, MatchedPath, Request};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};
use axum_extra::extract::cookie::CookieJar;
use serde::de::DeserializeOwned;
use signalbox_model::contact::Actor;
use signalbox_model::event::access::AccessRefusedBecause;
use signalbox_model::id::{CommandId, PersonId, TokenId};
use signalbox_model::limits::JSON_DEPTH_MAX;
use signalbox_model::setup::people::{Role, TokenScope};

use super::error::{ApiError, Code};
use crate::auth::{Permission, may};
pub use crate::secrets::command_id;
use crate::state::AppState;

/// The cookie that holds the session token.
pub const SESSION_COOKIE: &str = "signalbox_session";
/// The header that a page of our own sends with every change; a form on another site cannot.
pub const CSRF_HEADER: &str = "x-signalbox-csrf";
/// Characters of an idempotency key.
const KEY_CHARS_MAX: usize = 100;

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub struct Signed {
    /// Who.
    pub person: PersonId,
    /// What they may do.
    pub role: Role,
    /// Their name.
    pub name: String,
    /// Their session token.
    pub session: String,
    /// The command id that their idempotency key stands for, if they sent one.
    pub command: Option<CommandId>,
}

impl Signed {
    /// As the one who causes facts.
    pub fn actor(&self) -> Actor {
        Actor::Person { person: self.person }
    }

    /// Whether their role allows it.
    pub fn may(&self, permission: Permission) -> bool {
        may(self.role, permission)
    }

    /// Refuses what their role does not allow, and records it.
    ///
    /// # Errors
    /// When it is not allowed.
    pub async fn require(&self, state: &AppState, permission: Permission, route: &str) -> Result<(), ApiError> {
        if self.may(permission) {
            return Ok(());
        }
        state.auth.refused(Some(self.person), None, AccessRefusedBecause::NotAllowed, route).await;
        Err(ApiError::new(Code::Forbidden, format!("It takes the permission `{}`: ask an admin.", permission.as_str())))
    }
}

/// A supervisor or admin.
#[derive(Clone, Debug)]
pub struct SupervisorUp(pub Signed);

/// An admin.
#[derive(Clone, Debug)]
pub struct AdminOnly(pub Signed);

/// Another system, by its token.
#[derive(Clone, Debug)]
pub struct TokenAuth {
    /// Which token.
    pub token: TokenId,
    /// What it may do.
    pub scopes: Vec<TokenScope>,
}

impl TokenAuth {
    /// As the one who causes facts.
    pub fn actor(&self) -> Actor {
        Actor::Token { token: self.token }
    }

    /// Refuses a token without this scope, and records it.
    ///
    /// # Errors
    /// When the token may not do it.
    pub async fn require(&self, state: &AppState, scope: TokenScope, route: &str) -> Result<(), ApiError> {
        if self.scopes.contains(&scope) {
            return Ok(());
        }
        state.auth.refused(None, Some(self.token), AccessRefusedBecause::NotAllowed, route).await;
        Err(ApiError::new(Code::Forbidden, "The token lacks the scope for this: an admin can make another one."))
    }
}

/// From where a call comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Caller {
    /// The address at the other end of the connection.
    pub address: IpAddr,
}

/// A change that comes from a page of our own, or from a program that says so.
#[derive(Clone, Copy, Debug)]
pub struct SameSite;

/// A JSON body.
#[derive(Clone, Debug)]
pub struct Body<T>(pub T);

/// The query part of the address.
#[derive(Clone, Debug)]
pub struct Params<T>(pub T);

/// The pattern of the route, for records: values are not in it.
pub fn route_of(parts: &Parts) -> String {
    let path = parts.extensions.get::<MatchedPath>().map_or("/api", MatchedPath::as_str);
    format!("{} {path}", parts.method)
}

/// Refuses changes that a page of another site could have caused.
///
/// # Errors
/// When the mark is missing, or the browser says that another site asks.
fn check_same_site(headers: &HeaderMap) -> Result<(), ApiError> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if text(CSRF_HEADER) != Some("1") {
        return Err(ApiError::new(Code::CrossSite, format!("Send the header `{CSRF_HEADER}: 1` with every change.")));
    }
    if text("sec-fetch-site").is_some_and(|site| site != "same-origin" && site != "none") {
        return Err(ApiError::new(Code::CrossSite, "The browser says that a page of another site asks for this."));
    }
    let Some(origin) = text("origin") else { return Ok(()) };
    let host = text("host").or_else(|| text(":authority"));
    let origin_host = origin.split_once("://").map(|(_, host)| host);
    match (origin_host, host) {
        (Some(origin), Some(host)) if origin.eq_ignore_ascii_case(host) => Ok(()),
        _ => Err(ApiError::new(Code::CrossSite, "The page that asks for this is not served from here.")),
    }
}

/// The command id that an idempotency key stands for: bound to who sent it and to what it does.
fn command_of(parts: &Parts, who: &str) -> Result<Option<CommandId>, ApiError> {
    let Some(value) = parts.headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| !key.is_empty() && key.chars().count() <= KEY_CHARS_MAX);
    let key = key.ok_or_else(|| {
        ApiError::invalid("idempotency-key", format!("must be 1 to {KEY_CHARS_MAX} ASCII characters"))
    })?;
    Ok(Some(command_id(&[who, parts.method.as_str(), parts.uri.path(), key])))
}

impl FromRequestParts<AppState> for Signed {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Signed, ApiError> {
        if let Some(signed) = parts.extensions.get::<Signed>() {
            return Ok(signed.clone());
        }
        let jar = CookieJar::from_headers(&parts.headers);
        let session = jar.get(SESSION_COOKIE).map(|cookie| cookie.value().to_owned());
        let session =
            session.ok_or_else(|| ApiError::new(Code::NotSignedIn, "There is no session: sign in at /sign-in."))?;
        let person = state.auth.session(&session).await?;
        let person = person.ok_or_else(|| ApiError::new(Code::NotSignedIn, "The session is over: sign in again."))?;
        if !matches!(parts.method, Method::GET | Method::HEAD | Method::OPTIONS) {
            check_same_site(&parts.headers)?;
        }
        let document = state.directory().person(person).cloned();
        let document =
            document.ok_or_else(|| ApiError::new(Code::NotSignedIn, "The session is over: sign in again."))?;
        let command = command_of(parts, &person.to_string())?;
        let signed = Signed { person, role: document.role, name: document.name.to_string(), session, command };
        parts.extensions.insert(signed.clone());
        Ok(signed)
    }
}

impl FromRequestParts<AppState> for SupervisorUp {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<SupervisorUp, ApiError> {
        let signed = Signed::from_request_parts(parts, state).await?;
        signed.require(state, Permission::Floor, &route_of(parts)).await?;
        Ok(SupervisorUp(signed))
    }
}

impl FromRequestParts<AppState> for AdminOnly {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<AdminOnly, ApiError> {
        let signed = Signed::from_request_parts(parts, state).await?;
        signed.require(state, Permission::Setup, &route_of(parts)).await?;
        Ok(AdminOnly(signed))
    }
}

/// The secret in `authorization: Bearer …`.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, secret) = value.split_once(' ')?;
    (scheme.eq_ignore_ascii_case("bearer") && !secret.trim().is_empty()).then(|| secret.trim())
}

impl FromRequestParts<AppState> for TokenAuth {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<TokenAuth, ApiError> {
        let route = route_of(parts);
        let Some(secret) = bearer(&parts.headers) else {
            state.auth.refused(None, None, AccessRefusedBecause::UnknownToken, &route).await;
            return Err(crate::auth::AuthError::UnknownToken.into());
        };
        let token = state.auth.token(secret, &route).await?;
        Ok(TokenAuth { token: token.id, scopes: token.scopes })
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Caller, Self::Rejection> {
        let address = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let address = address.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST));
        let forwarded = state.config.behind_proxy.then(|| forwarded_for(&parts.headers)).flatten();
        Ok(Caller { address: forwarded.unwrap_or(address) })
    }
}

/// The last entry is the one that our own proxy wrote; those before it are what the caller claims.
fn forwarded_for(headers: &HeaderMap) -> Option<IpAddr> {
    let value = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    value.rsplit(',').next()?.trim().parse().ok()
}

impl<S: Send + Sync> FromRequestParts<S> for SameSite {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<SameSite, ApiError> {
        check_same_site(&parts.headers).map(|()| SameSite)
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Params<T>, ApiError> {
        let query = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        query.map(|query| Params(query.0)).map_err(|rejection| field_error(&rejection.body_text()))
    }
}

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Body<T>, ApiError> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
        let kind = kind.split(';').next().unwrap_or("").trim();
        if !(kind.eq_ignore_ascii_case("application/json") || kind.ends_with("+json")) {
            return Err(ApiError::new(Code::MediaType, "Send JSON with `content-type: application/json`."));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(body_error)?;
        parse_json(&bytes).map(Body)
    }
}

/// A body that could not be read to its end.
pub fn body_error(rejection: BytesRejection) -> ApiError {
    match rejection.status() {
        axum::http::StatusCode::PAYLOAD_TOO_LARGE => {
            ApiError::new(Code::TooLarge, "Send less at once: bodies may have 1 MiB, attachments 5 MiB.")
        }
        _ => ApiError::new(Code::BadRequest, "The body ended early: send it again."),
    }
}

/// Reads JSON with the limits that hold for everything from outside.
///
/// # Errors
/// When it is not UTF-8, not JSON, nested too deeply, or has a field that is wrong or unknown.
pub fn parse_json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, ApiError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        ApiError::new(Code::NotUtf8, format!("Byte {} cannot be read: send UTF-8.", error.valid_up_to()))
    })?;
    if depth(text.as_bytes()) > JSON_DEPTH_MAX {
        return Err(ApiError::new(Code::TooDeep, format!("At most {JSON_DEPTH_MAX} levels of [ and {{ are taken.")));
    }
    let mut json = serde_json::Deserializer::from_str(text);
    let parsed = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let path = error.path().to_string();
        json_error(&path, &error.into_inner())
    })?;
    json.end().map_err(|error| json_error(".", &error))?;
    Ok(parsed)
}

/// What is wrong, and in which field; `path` is `.` for the whole body.
fn json_error(path: &str, error: &serde_json::Error) -> ApiError {
    if error.classify() != serde_json::error::Category::Data {
        let place = format!("It breaks at line {}, column {}.", error.line(), error.column());
        return ApiError::new(Code::BadJson, place);
    }
    let sentence = error.to_string();
    // The path says where; a line helps nobody whose JSON was written by a program.
    let sentence = sentence.rsplit_once(" at line ").map_or(sentence.as_str(), |(sentence, _)| sentence);
    let within = |field: &str| match path.strip_suffix(field).map(|before| before.strip_suffix('.').unwrap_or(before)) {
        Some(parent) if parent.is_empty() || path.ends_with(&format!(".{field}")) => path.to_owned(),
        _ if path == "." => field.to_owned(),
        _ => format!("{path}.{field}"),
    };
    match (quoted(sentence, "unknown field `"), quoted(sentence, "missing field `")) {
        (Some(field), _) => ApiError::unknown_field(&within(&field)),
        (None, Some(field)) => ApiError::invalid(within(&field), "is missing"),
        (None, None) if path == "." => ApiError::invalid("body", sentence),
        (None, None) => ApiError::invalid(path, sentence),
    }
}

/// The name between `after` and the next backtick.
fn quoted(sentence: &str, after: &str) -> Option<String> {
    let rest = &sentence[sentence.find(after)? + after.len()..];
    rest.split('`').next().map(str::to_owned)
}

/// Levels of nesting, counted without building anything.
fn depth(json: &[u8]) -> usize {
    let (mut level, mut deepest, mut in_text, mut escaped) = (0usize, 0usize, false, false);
    for byte in json {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if in_text => escaped = true,
            b'"' => in_text = !in_text,
            _ if in_text => {}
            b'[' | b'{' => {
                level += 1;
                deepest = deepest.max(level);
            }
            b']' | b'}' => level = level.saturating_sub(1),
            _ => {}
        }
    }
    deepest
}

/// Turns the sentence of the parser of queries into a named field where it names one.
fn field_error(sentence: &str) -> ApiError {
    if let Some(field) = quoted(sentence, "unknown field `") {
        return ApiError::unknown_field(&field);
    }
    if let Some(field) = quoted(sentence, "missing field `") {
        return ApiError::invalid(field, "is missing");
    }
    let sentence = sentence.strip_prefix("Failed to deserialize query string: ").unwrap_or(sentence);
    match sentence.split_once(": ") {
        Some((field, problem)) if field.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') => {
            ApiError::invalid(field, problem)
        }
        _ => ApiError::invalid("body", sentence),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        #[allow(dead_code)]
        text: String,
    }

    fn code_of(bytes: &[u8]) -> Code {
        parse_json::<Sample>(bytes).unwrap_err().code()
    }

    #[test]
    fn bad_bodies_are_told_apart() {
        assert!(parse_json::<Sample>(br#"{"text":"[[[[ \" {{{{"}"#).is_ok());
        assert_eq!(code_of(b"{\"text\":"), Code::BadJson);
        assert_eq!(code_of(b"{\"text\":\"\xff\"}"), Code::NotUtf8);
        assert_eq!(code_of("[".repeat(33).as_bytes()), Code::TooDeep);
        assert_eq!(code_of("[".repeat(1_000_000).as_bytes()), Code::TooDeep);
        assert_eq!(code_of(b"{\"text\":\"a\",\"colour\":1}"), Code::UnknownField);
        assert_eq!(code_of(b"{\"text\":7}"), Code::Invalid);
        assert_eq!(code_of(b"{}"), Code::Invalid);
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nested {
        #[allow(dead_code)]
        rings: Vec<Ring>,
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Ring {
        #[allow(dead_code)]
        after_ms: u64,
        #[serde(default)]
        #[allow(dead_code)]
        sample: Option<Sample>,
    }

    #[test]
    fn a_wrong_field_is_named_by_its_path_however_deep_it_is() {
        let detail = |body: &str| parse_json::<Nested>(body.as_bytes()).unwrap_err().detail().to_owned();
        let told = [
            r#"{"rings":[{"after_ms":1},{"after_ms":"soon"}]}"#,
            r#"{"rings":[{"after_ms":1},{}]}"#,
            r#"{"rings":[{"after_ms":1,"colour":2}]}"#,
            r#"{"rings":[{"after_ms":1,"sample":{"text":"a","text2":2}}]}"#,
            r#"{"rings":[{"after_ms":1,"sample":{}}]}"#,
            r#"{"rings":{}}"#,
            r#"{"colour":{}}"#,
            r#"{}"#,
            r#"7"#,
        ]
        .map(detail);
        let expected = [
            "rings[1].after_ms: invalid type: string \"soon\", expected u64",
            "rings[1].after_ms: is missing",
            "`rings[0].colour` is not a field of this request: remove it or correct its name.",
            "`rings[0].sample.text2` is not a field of this request: remove it or correct its name.",
            "rings[0].sample.text: is missing",
            "rings: invalid type: map, expected a sequence",
            "`colour` is not a field of this request: remove it or correct its name.",
            "rings: is missing",
            "body: invalid type: integer `7`, expected struct Nested",
        ];
        assert_eq!(told, expected);
        assert_eq!(parse_json::<Nested>(br#"{"rings":[]} x"#).unwrap_err().code(), Code::BadJson);
    }

    #[test]
    fn changes_need_the_mark_and_the_same_origin() {
        let check = |pairs: &[(&'static str, &'static str)]| {
            let mut headers = HeaderMap::new();
            for (name, value) in pairs {
                headers.insert(*name, axum::http::HeaderValue::from_static(value));
            }
            check_same_site(&headers).is_ok()
        };
        let mark = (CSRF_HEADER, "1");
        assert!(!check(&[]));
        assert!(check(&[mark]));
        assert!(check(&[
            mark,
            ("origin", "http://floor.test:8080"),
            ("host", "floor.test:8080"),
            ("sec-fetch-site", "same-origin")
        ]));
        assert!(!check(&[mark, ("origin", "http://evil.test"), ("host", "floor.test")]));
        assert!(!check(&[mark, ("origin", "null"), ("host", "floor.test")]));
        assert!(!check(&[mark, ("sec-fetch-site", "cross-site")]));
        assert!(!check(&[mark, ("sec-fetch-site", "same-site")]));
    }

    #[test]
    fn a_command_id_is_bound_to_all_its_parts() {
        assert_eq!(command_id(&["a", "b"]), command_id(&["a", "b"]));
        assert_ne!(command_id(&["a", "b"]), command_id(&["ab", ""]));
    }
}
