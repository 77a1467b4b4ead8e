//! AI that nobody registered: writers that were refused, and services found in logs of a web proxy or of sign-ons.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::{HeaderMap, header};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use signalbox_model::contact::Actor;
use signalbox_model::event::action::{AiUseFrom, UnregisteredAiSeen};
use signalbox_model::event::{Event, NewEvent};
use signalbox_model::time::Timestamp;
use signalbox_model::word::Slug;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::incidents::facts;
use super::services::AI_SERVICES;
use crate::api::error::{ApiError, Code, Problem};
use crate::api::extract::{Params, Signed, body_error, command_id};
use crate::auth::Permission;
use crate::secrets::digest;
use crate::state::AppState;

/// Bytes of a log that is searched at once; a larger one is searched in parts.
const LOG_BYTES_MAX: usize = 20 * 1024 * 1024;
/// Services that one request adds to the list.
const SERVICES_MAX: usize = 200;
/// Rows of a log that could not be read and are told one by one.
const PROBLEMS_SHOWN: usize = 20;
/// A number below this is seconds, above it milliseconds: it lies in 1973 as milliseconds and in 5138 as seconds.
const SECONDS_BELOW: i64 = 100_000_000_000;
/// What a refused writer is called that gave itself no name.
const NAMELESS: &str = "unnamed-writer";
/// Bytes of a refused body that are looked at for a name.
const PEEK_BYTES_MAX: usize = 64 * 1024;

/// The routes of this file.
pub fn routes() -> OpenApiRouter<AppState> {
    let discover = OpenApiRouter::new().routes(routes!(discover)).layer(DefaultBodyLimit::max(LOG_BYTES_MAX));
    OpenApiRouter::new().routes(routes!(list)).merge(discover)
}

/// AI that nobody registered, as it was seen so far.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct UnregisteredAi {
    /// The name that a writer gave itself, or the service's host.
    pub name: String,
    /// What the service is called, if it is on the list.
    pub service: Option<String>,
    /// How it became known.
    pub from: AiUseFrom,
    /// How often, in everything that was read.
    pub count: u64,
    /// The most people that one log showed; none: the logs do not say.
    pub people: Option<u32>,
    /// When it became known here.
    pub first_known_at: Timestamp,
    /// When it was used last, as far as is known.
    pub last_at: Timestamp,
}

/// A service that is looked for.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AiService {
    /// The host; everything below it counts too.
    pub host: String,
    /// What it is called.
    pub name: String,
}

/// Everything that was seen, and what is looked for.
#[derive(Debug, Serialize, ToSchema)]
pub struct UnregisteredList {
    /// Last used first.
    pub seen: Vec<UnregisteredAi>,
    /// The list of services that logs are compared with.
    pub services: Vec<AiService>,
    /// Whether there are older facts, which are in the audit log.
    pub older: bool,
}

/// What kind of log it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LogKind {
    /// Of a web proxy or a name server.
    Proxy,
    /// Of sign-ons.
    SignOn,
}

/// How a log is searched.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DiscoverQuery {
    /// `proxy` or `sign_on`.
    #[param(inline)]
    log: LogKind,
    /// Hosts to look for besides the list, with commas.
    #[serde(default)]
    also: Option<String>,
    /// Hosts of the list that are allowed here and not told, with commas.
    #[serde(default)]
    except: Option<String>,
}

/// What a log showed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Discovered {
    /// Rows that were read.
    pub rows: u64,
    /// Rows that name an AI service.
    pub matched: u64,
    /// The services, most used first.
    pub found: Vec<FoundService>,
    /// Rows that could not be read.
    pub unreadable: u64,
    /// The first of them, each with its line and what is wrong.
    pub problems: Vec<String>,
    /// The same log had been searched before: nothing was added.
    pub repeated: bool,
}

/// A service in a log.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct FoundService {
    /// Its host.
    pub host: String,
    /// What it is called; none: it is on no list.
    pub service: Option<String>,
    /// Rows that name it.
    pub count: u32,
    /// How many people; none: the log does not say.
    pub people: Option<u32>,
    /// When last; none: the log does not say.
    pub last_at: Option<Timestamp>,
}

fn service_name(host: &str) -> Option<&'static str> {
    AI_SERVICES.iter().find(|(known, _)| *known == host).map(|(_, name)| *name)
}

/// AI that nobody registered
#[utoipa::path(get, path = "/api/unregistered-ai", tag = "ai_safety", operation_id = "list_unregistered_ai", security(("session" = [])),
    responses((status = 200, body = UnregisteredList), (status = 403, body = Problem, content_type = "application/problem+json")))]
async fn list(State(state): State<AppState>, signed: Signed) -> Result<Json<UnregisteredList>, ApiError> {
    signed.require(&state, Permission::AiRead, "GET /api/unregistered-ai").await?;
    let (facts, older) = facts(&state, &["unregistered_ai.seen"]).await?;
    let mut seen: BTreeMap<(String, AiUseFrom), UnregisteredAi> = BTreeMap::new();
    for fact in facts {
        let Event::UnregisteredAiSeen(e) = fact.event else { continue };
        let name = e.name.to_string();
        let row = seen.entry((name.clone(), e.from)).or_insert_with(|| UnregisteredAi {
            service: service_name(&name).map(str::to_owned),
            name,
            from: e.from,
            count: 0,
            people: None,
            first_known_at: fact.at,
            last_at: e.last_at.unwrap_or(fact.at),
        });
        row.count += u64::from(e.count);
        row.people = row.people.max(e.people);
        row.last_at = row.last_at.max(e.last_at.unwrap_or(fact.at));
    }
    let mut seen: Vec<UnregisteredAi> = seen.into_values().collect();
    seen.sort_by(|a, b| b.last_at.cmp(&a.last_at).then(a.name.cmp(&b.name)));
    let services = AI_SERVICES.iter().map(|(host, name)| AiService { host: (*host).into(), name: (*name).into() });
    Ok(Json(UnregisteredList { seen, services: services.collect(), older }))
}

/// Search a log of a web proxy or of sign-ons for AI services
#[utoipa::path(post, path = "/api/unregistered-ai/discover", tag = "ai_safety", operation_id = "discover_unregistered_ai", security(("session" = [])),
    params(DiscoverQuery),
    request_body(content = String, content_type = "text/csv", description = "CSV with a head that names `host` (or `url`), and if it can `user` and `time`; or the same as application/x-ndjson. At most 20 MB. Users are counted and not kept."),
    responses((status = 200, body = Discovered), (status = 403, body = Problem, content_type = "application/problem+json"),
        (status = 415, body = Problem, content_type = "application/problem+json"), (status = 422, body = Problem, content_type = "application/problem+json")))]
async fn discover(
    State(state): State<AppState>,
    signed: Signed,
    Params(query): Params<DiscoverQuery>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Discovered>, ApiError> {
    signed.require(&state, Permission::AiStop, "POST /api/unregistered-ai/discover").await?;
    let body = body.map_err(body_error)?;
    let hosts = wanted(&query)?;
    let kind = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let read = match kind.split(';').next().unwrap_or_default().trim() {
        "text/csv" => csv_rows(&body, &hosts)?,
        "application/x-ndjson" => json_rows(&body, &hosts),
        _ => {
            return Err(ApiError::new(
                Code::MediaType,
                "Send `content-type: text/csv`, or application/x-ndjson with one object a line.",
            ));
        }
    };
    let found = read.found();
    let from = match query.log {
        LogKind::Proxy => AiUseFrom::ProxyLog,
        LogKind::SignOn => AiUseFrom::SignOnLog,
    };
    let events: Vec<NewEvent> = found.iter().filter_map(|found| seen_event(found, from)).collect();
    let mut repeated = false;
    if !events.is_empty() {
        // The same log for the same hosts is one observation, however often it is sent.
        let hosts: String = hosts.iter().cloned().collect::<Vec<_>>().join(",");
        let text = String::from_utf8_lossy(&body);
        let command = command_id(&["unregistered_ai", &hosts, &digest(&text)]);
        let appended = state.commands.submit(signed.actor(), Some(command), events).await?;
        state.floor_at(appended.last).await;
        repeated = appended.repeated;
    }
    Ok(Json(Discovered {
        rows: read.rows,
        matched: found.iter().map(|found| u64::from(found.count)).sum(),
        found,
        unreadable: read.unreadable,
        problems: read.problems,
        repeated,
    }))
}

fn seen_event(found: &FoundService, from: AiUseFrom) -> Option<NewEvent> {
    let name = Slug::parse(&found.host).ok()?;
    let seen = UnregisteredAiSeen { name, from, count: found.count, people: found.people, last_at: found.last_at };
    Some(NewEvent::now(Event::UnregisteredAiSeen(seen)))
}

/// The hosts that are looked for.
fn wanted(query: &DiscoverQuery) -> Result<BTreeSet<String>, ApiError> {
    let parse = |field: &str, text: &Option<String>| -> Result<Vec<String>, ApiError> {
        let hosts: Vec<String> = text
            .iter()
            .flat_map(|text| text.split(','))
            .map(|host| host.trim().trim_start_matches("*.").to_lowercase())
            .filter(|host| !host.is_empty())
            .collect();
        let is_host =
            |host: &String| host.contains('.') && Slug::parse(host).is_ok() && !host.contains(['/', '@', ':']);
        match hosts.iter().find(|host| !is_host(host)) {
            Some(_) => Err(ApiError::invalid(field, "must be hosts with commas, as in ai.example.com")),
            None if hosts.len() > SERVICES_MAX => {
                Err(ApiError::invalid(field, format!("must have at most {SERVICES_MAX}, has {}", hosts.len())))
            }
            None => Ok(hosts),
        }
    };
    let mut hosts: BTreeSet<String> = AI_SERVICES.iter().map(|(host, _)| (*host).to_owned()).collect();
    hosts.extend(parse("also", &query.also)?);
    for host in parse("except", &query.except)? {
        hosts.remove(&host);
    }
    Ok(hosts)
}

/// The part of an address that names the host, in lower case.
fn host_of(text: &str) -> Option<String> {
    let text = text.trim();
    let after = text.split_once("://").map_or(text, |(_, rest)| rest);
    let host = after.split(['/', '?', '#']).next()?;
    let host = host.rsplit_once('@').map_or(host, |(_, host)| host);
    let host =
        host.rsplit_once(':').filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit())).map_or(host, |(h, _)| h);
    let host = host.trim_end_matches('.').to_lowercase();
    (!host.is_empty()).then_some(host)
}

fn instant(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Ok(number) = text.parse::<i64>() {
        return Some(Timestamp(if number < SECONDS_BELOW { number * 1_000 } else { number }));
    }
    if let Ok(at) = text.parse::<jiff::Timestamp>() {
        return Some(Timestamp(at.as_millisecond()));
    }
    let civil: jiff::civil::DateTime = text.parse().ok()?;
    civil.to_zoned(jiff::tz::TimeZone::UTC).ok().map(|zoned| Timestamp(zoned.timestamp().as_millisecond()))
}

/// What was read of a log. Who it was is kept as a digest for counting, and only while it is read.
#[derive(Default)]
struct Reading {
    rows: u64,
    unreadable: u64,
    problems: Vec<String>,
    services: BTreeMap<String, Uses>,
}

#[derive(Default)]
struct Uses {
    count: u32,
    people: BTreeSet<String>,
    last_at: Option<Timestamp>,
}

impl Reading {
    fn row(&mut self, wanted: &BTreeSet<String>, host: &str, user: Option<&str>, time: Option<&str>) {
        self.rows += 1;
        let Some(host) = host_of(host) else { return };
        // From the whole host up to its last two parts: the longest entry of the list that it falls under.
        let mut rest = host.as_str();
        let found = loop {
            if wanted.contains(rest) {
                break Some(rest.to_owned());
            }
            match rest.split_once('.') {
                Some((_, above)) if above.contains('.') => rest = above,
                _ => break None,
            }
        };
        let Some(found) = found else { return };
        let uses = self.services.entry(found).or_default();
        uses.count = uses.count.saturating_add(1);
        if let Some(user) = user.map(str::trim).filter(|user| !user.is_empty()) {
            uses.people.insert(digest(&user.to_lowercase()));
        }
        uses.last_at = uses.last_at.max(time.and_then(instant));
    }

    fn problem(&mut self, line: u64, what: &str) {
        self.unreadable += 1;
        if self.problems.len() < PROBLEMS_SHOWN {
            self.problems.push(format!("line {line}: {what}"));
        }
    }

    fn found(&self) -> Vec<FoundService> {
        let mut found: Vec<FoundService> = self
            .services
            .iter()
            .map(|(host, uses)| FoundService {
                service: service_name(host).map(str::to_owned),
                host: host.clone(),
                count: uses.count,
                people: (!uses.people.is_empty()).then(|| u32::try_from(uses.people.len()).unwrap_or(u32::MAX)),
                last_at: uses.last_at,
            })
            .collect();
        found.sort_by(|a, b| b.count.cmp(&a.count).then(a.host.cmp(&b.host)));
        found
    }
}

const HOST_FIELDS: [&str; 6] = ["host", "url", "domain", "destination", "app", "application"];
const USER_FIELDS: [&str; 5] = ["user", "username", "email", "client", "account"];
const TIME_FIELDS: [&str; 5] = ["time", "timestamp", "date", "at", "datetime"];

fn csv_rows(bytes: &[u8], wanted: &BTreeSet<String>) -> Result<Reading, ApiError> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(bytes);
    let head = reader.headers().map_err(|_| ApiError::invalid("body", "its first line cannot be read: send UTF-8"))?;
    let head: Vec<String> = head.iter().map(|name| name.trim_start_matches('\u{feff}').to_lowercase()).collect();
    let column = |names: &[&str]| names.iter().find_map(|name| head.iter().position(|have| have == name));
    let host = column(&HOST_FIELDS).ok_or_else(|| {
        ApiError::invalid("body", "its first line must name the columns, one of them `host` or `url`")
    })?;
    let (user, time) = (column(&USER_FIELDS), column(&TIME_FIELDS));
    let mut read = Reading::default();
    for record in reader.records() {
        match record {
            Ok(record) => match record.get(host) {
                Some(text) => {
                    let field = |at: Option<usize>| at.and_then(|at| record.get(at));
                    read.row(wanted, text, field(user), field(time));
                }
                None => {
                    let line = record.position().map_or(0, csv::Position::line);
                    read.problem(line, "it has too few columns");
                }
            },
            Err(error) => {
                let line = error.position().map_or(0, csv::Position::line);
                read.problem(line, "it is not UTF-8 or has a quote that does not end");
            }
        }
    }
    Ok(read)
}

fn json_rows(bytes: &[u8], wanted: &BTreeSet<String>) -> Reading {
    let mut read = Reading::default();
    for (line, text) in (1u64..).zip(bytes.split(|byte| *byte == b'\n')) {
        if text.iter().all(u8::is_ascii_whitespace) {
            continue;
        }
        let Ok(Value::Object(row)) = serde_json::from_slice::<Value>(text) else {
            read.problem(line, "it is no JSON object");
            continue;
        };
        let field = |names: &[&str]| {
            names.iter().find_map(|name| match row.get(*name)? {
                Value::String(text) => Some(text.clone()),
                Value::Number(number) => Some(number.to_string()),
                _ => None,
            })
        };
        match field(&HOST_FIELDS) {
            Some(host) => {
                read.row(wanted, &host, field(&USER_FIELDS).as_deref(), field(&TIME_FIELDS).as_deref());
            }
            None => read.problem(line, "it has no `host` and no `url`"),
        }
    }
    read
}

/// Records that a writer without a known token tried to write, under the name that it gave its AI.
pub async fn refused_writer(state: &AppState, body: &[u8]) {
    let name = claimed(body).unwrap_or_else(|| Slug::parse(NAMELESS).expect("a word"));
    if !state.auth.may_record_writer() {
        return;
    }
    let now = state.clock.now();
    let seen = UnregisteredAiSeen { name, from: AiUseFrom::Refused, count: 1, people: None, last_at: Some(now) };
    let event = NewEvent::now(Event::UnregisteredAiSeen(seen));
    if let Err(error) = state.commands.submit(Actor::System, None, vec![event]).await {
        tracing::warn!(%error, "a refused writer was not recorded");
    }
}

/// The name that the first event of a body gives an AI. Names of people and customers are not looked at.
fn claimed(body: &[u8]) -> Option<Slug> {
    if body.len() > PEEK_BYTES_MAX {
        return None;
    }
    let whole: Option<Value> = serde_json::from_slice(body).ok();
    let events: Vec<Value> = match whole {
        Some(Value::Array(events)) => events,
        Some(Value::Object(mut object)) => match object.remove("events") {
            Some(Value::Array(events)) => events,
            _ => vec![Value::Object(object)],
        },
        _ => body.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok()).collect(),
    };
    let name = events.iter().find_map(|event| {
        if event["by"] == "ai" {
            return event["name"].as_str();
        }
        let owner = &event["owner"];
        if owner["kind"] == "ai" { owner["name"].as_str() } else { None }
    })?;
    let letters = name.trim().chars().map(|c| if c.is_alphanumeric() || "-_.:".contains(c) { c } else { '-' });
    let slug: String = letters.take(signalbox_model::limits::SLUG_CHARS_MAX).collect();
    Slug::parse(&slug).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_found_in_every_form_in_which_logs_write_it() {
        for text in
            ["https://chat.openai.com/c/1?x=2", "chat.openai.com:443", "CHAT.openai.com.", "u:p@chat.openai.com"]
        {
            assert_eq!(host_of(text).as_deref(), Some("chat.openai.com"), "{text}");
        }
        assert_eq!(host_of("  "), None);
    }

    #[test]
    fn a_host_below_a_service_counts_and_one_that_only_ends_alike_does_not() {
        let wanted = BTreeSet::from(["claude.ai".to_owned()]);
        let mut read = Reading::default();
        for host in ["claude.ai", "files.claude.ai", "notclaude.ai", "claude.ai.example.com", "ai"] {
            read.row(&wanted, host, Some("Kim"), Some("2026-11-20T10:00:00Z"));
        }
        let found = read.found();
        assert_eq!((read.rows, found.len(), found[0].count, found[0].people), (5, 1, 2, Some(1)));
        assert_eq!(found[0].last_at, Some(Timestamp(1_795_168_800_000)));
    }

    #[test]
    fn times_are_read_as_seconds_milliseconds_and_iso() {
        let at = Some(Timestamp(1_795_168_800_000));
        for text in ["1795168800", "1795168800000", "2026-11-20T10:00:00Z", "2026-11-20 10:00:00"] {
            assert_eq!(instant(text), at, "{text}");
        }
        assert_eq!(instant("yesterday"), None);
    }

    #[test]
    fn the_claimed_name_is_that_of_an_ai_and_of_nobody_else() {
        let name = |text: &str| claimed(text.as_bytes()).map(|name| name.to_string());
        assert_eq!(name(r#"{"events":[{"by":"ai","name":"Robot 2"}]}"#).as_deref(), Some("Robot-2"));
        assert_eq!(name(r#"[{"owner":{"kind":"ai","name":"bot"}}]"#).as_deref(), Some("bot"));
        assert_eq!(
            name("{\"by\":\"customer\",\"name\":\"Kim\"}\n{\"by\":\"ai\",\"name\":\"x\"}").as_deref(),
            Some("x")
        );
        assert_eq!(name(r#"{"events":[{"by":"customer","name":"Kim"}]}"#), None);
        assert_eq!(name("no json"), None);
    }
}
