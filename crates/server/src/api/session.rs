//! `/api/session`: signing in and out, and one's own password.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite as CookieSameSite};
use serde::{Deserialize, Serialize};
use signalbox_model::id::PersonId;
use signalbox_model::setup::people::Role;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::error::{ApiError, Code, Problem};
use super::extract::{Body, Caller, SESSION_COOKIE, SameSite, Signed};
use crate::auth::{Permission, SESSION_MAX, may};
use crate::state::AppState;

/// Personas that the sign-in page of a demo lists.
const PERSONAS_MAX: usize = 100;

/// Everything about one's own session.
pub fn routes() -> OpenApiRouter<AppState> {
    OpenApiRouter::new()
        .routes(routes!(session, sign_in, sign_out))
        .routes(routes!(personas))
        .routes(routes!(change_password))
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
struct SessionPerson {
    /// Their id.
    id: String,
    /// Their name.
    name: String,
    /// Their mail address.
    email: String,
    /// Their role.
    role: Role,
}

/// A session.
#[derive(Debug, Serialize, ToSchema)]
struct SessionInfo {
    /// Who is signed in.
    person: SessionPerson,
    /// What they may do.
    permissions: Vec<&'static str>,
    /// Whether this is a demonstration.
    demo: bool,
}

/// How to sign in: by mail address and password, or in a demo as a persona.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    /// The mail address.
    email: Option<String>,
    /// The password.
    password: Option<String>,
    /// In a demo: the id of a persona.
    persona: Option<String>,
}

/// Somebody to be in the demo.
#[derive(Debug, Serialize, ToSchema)]
struct Persona {
    /// What to send as `persona`.
    id: String,
    /// Their name.
    name: String,
    /// Their role.
    role: Role,
    /// Their team.
    team: Option<String>,
}

/// Everybody to be in the demo; nobody elsewhere.
#[derive(Debug, Serialize, ToSchema)]
struct Personas {
    /// Whether this is a demonstration.
    demo: bool,
    /// Supervisors and admins first.
    personas: Vec<Persona>,
}

/// A new password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct NewPassword {
    /// The password of now.
    current: String,
    /// The password from now on: at least 10 characters.
    new: String,
}

fn info(state: &AppState, person: PersonId) -> Result<SessionInfo, ApiError> {
    let directory = state.directory();
    let document = directory
        .person(person)
        .ok_or_else(|| ApiError::new(Code::NotSignedIn, "The session is over: sign in again."))?;
    let allowed = Permission::ALL.iter().filter(|permission| may(document.role, **permission));
    Ok(SessionInfo {
        person: SessionPerson {
            id: person.to_string(),
            name: document.name.to_string(),
            email: document.email.clone(),
            role: document.role,
        },
        permissions: allowed.map(|permission| permission.as_str()).collect(),
        demo: state.config.demo,
    })
}

/// Who is signed in
#[utoipa::path(get, path = "/api/session", tag = "session", responses((status = 200, body = SessionInfo), (status = 401, body = Problem)))]
async fn session(State(state): State<AppState>, signed: Signed) -> Result<Json<SessionInfo>, ApiError> {
    info(&state, signed.person).map(Json)
}

/// Sign in
#[utoipa::path(
    post,
    path = "/api/session",
    tag = "session",
    request_body = SignIn,
    responses((status = 200, body = SessionInfo), (status = 401, body = Problem), (status = 429, body = Problem))
)]
async fn sign_in(
    State(state): State<AppState>,
    caller: Caller,
    _: SameSite,
    headers: HeaderMap,
    Body(body): Body<SignIn>,
) -> Result<Response, ApiError> {
    let (token, person) = match (body.email, body.password, body.persona) {
        (Some(email), Some(password), None) => state.auth.sign_in(caller.address, &email, &password).await?,
        (None, None, Some(persona)) => as_persona(&state, &persona).await?,
        _ => return Err(ApiError::invalid("email", "send `email` and `password`, or in a demo `persona` alone")),
    };
    // The session of before, if there was one, is not left open behind the new one.
    if let Some(old) = CookieJar::from_headers(&headers).get(SESSION_COOKIE)
        && let Ok(Some(before)) = state.auth.session(old.value()).await
    {
        state.auth.sign_out(old.value(), before).await?;
    }
    let mut response = Json(info(&state, person)?).into_response();
    set_cookie(&state, &mut response, token, SESSION_MAX.0 / 1_000)?;
    Ok(response)
}

async fn as_persona(state: &AppState, persona: &str) -> Result<(String, PersonId), ApiError> {
    if !state.config.demo {
        return Err(ApiError::new(
            Code::Forbidden,
            "Personas are there in a demo only: sign in with mail address and password.",
        ));
    }
    let person = persona.parse::<PersonId>()?;
    if state.directory().person(person).is_none() {
        return Err(ApiError::not_found("persona"));
    }
    Ok((state.auth.begin_recorded(person).await?, person))
}

fn set_cookie(state: &AppState, response: &mut Response, value: String, seconds: u64) -> Result<(), ApiError> {
    let cookie = Cookie::build((SESSION_COOKIE, value))
        .http_only(true)
        .same_site(CookieSameSite::Lax)
        .path("/")
        .secure(state.config.secure_cookies);
    let text = format!("{}; Max-Age={seconds}", cookie.build());
    let value = HeaderValue::from_str(&text).map_err(ApiError::internal)?;
    response.headers_mut().append(header::SET_COOKIE, value);
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(())
}

/// Sign out
#[utoipa::path(delete, path = "/api/session", tag = "session", responses((status = 204, description = "Signed out"), (status = 401, body = Problem)))]
async fn sign_out(State(state): State<AppState>, signed: Signed) -> Result<Response, ApiError> {
    state.auth.sign_out(&signed.session, signed.person).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&state, &mut response, String::new(), 0)?;
    Ok(response)
}

/// Whom one can be in a demo
#[utoipa::path(get, path = "/api/session/personas", tag = "session", responses((status = 200, body = Personas)))]
async fn personas(State(state): State<AppState>) -> Json<Personas> {
    let mut personas = Vec::new();
    if state.config.demo {
        let directory = state.directory();
        let mut people: Vec<_> = directory.people.values().filter(|person| !person.retired).collect();
        people.sort_by(|a, b| b.role.cmp(&a.role).then_with(|| a.name.cmp(&b.name)));
        personas.extend(people.into_iter().take(PERSONAS_MAX).map(|person| Persona {
            id: person.id.to_string(),
            name: person.name.to_string(),
            role: person.role,
            team: person.team.as_ref().map(ToString::to_string),
        }));
    }
    Json(Personas { demo: state.config.demo, personas })
}

/// Change one's own password
///
/// All other sessions of the person end.
#[utoipa::path(
    put,
    path = "/api/session/password",
    tag = "session",
    request_body = NewPassword,
    responses((status = 204, description = "Changed"), (status = 401, body = Problem), (status = 422, body = Problem), (status = 429, body = Problem))
)]
async fn change_password(
    State(state): State<AppState>,
    caller: Caller,
    signed: Signed,
    Body(body): Body<NewPassword>,
) -> Result<StatusCode, ApiError> {
    state.auth.change_password(caller.address, signed.person, &body.current, &body.new, &signed.session).await?;
    Ok(StatusCode::NO_CONTENT)
}
