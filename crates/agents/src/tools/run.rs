//! One call of an HTTP tool, made once: a write is sent again only under a key by which the other side knows it again.

use std::time::Duration;

use bytes::Bytes;
use hyper::Method;
use serde_json::{Map, Value};
use tokio::time::Instant;

use super::answer::{ToolOutcome, read, trim};
use super::definition::{Access, DryRun, Idempotency, Tool};
use crate::http::{Again, Answer, Attempt, Http, HttpError, Pace, Request, Retries, Stage, Times, retry_after};
use crate::limits::ANSWER_BYTES_MAX;
use crate::secret::Secrets;

/// A call that was checked and may be made.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// The tool.
    pub tool: &'a Tool,
    /// Checked arguments: an object.
    pub arguments: &'a Map<String, Value>,
    /// The key under which it is done once.
    pub key: Option<&'a str>,
    /// Whether it is only rehearsed.
    pub dry_run: bool,
    /// When it must have ended; its own time-out may be earlier.
    pub until: Instant,
    /// How often it is tried.
    pub pace: Pace,
}

/// What one attempt came to.
struct Tried {
    outcome: ToolOutcome,
    again: Again,
    why: String,
}

/// Makes the call.
pub async fn run_http(http: &Http, secrets: &Secrets, order: Order<'_>, attempts: &mut Vec<Attempt>) -> ToolOutcome {
    let Order { tool, dry_run, .. } = order;
    let definition = tool.definition();
    let is_write = definition.access == Access::Write;
    if dry_run && is_write && definition.dry_run == DryRun::Unsupported {
        return ToolOutcome::NotSent { why: "a rehearsal, and this tool cannot be rehearsed".to_owned() };
    }
    let until = order.until.min(Instant::now() + Duration::from_millis(definition.timeout_ms));
    let request = match request(secrets, &order, until) {
        Ok(request) => request,
        Err(why) => return ToolOutcome::NotSent { why },
    };
    // Without a key nobody could tell a second attempt from a second order.
    let is_repeatable = !is_write || (definition.idempotency != Idempotency::None && order.key.is_some());
    let mut retries = Retries::new(order.pace, http.chance(), until);
    loop {
        let begun = Instant::now();
        let tried = attempt(http, request.clone(), tool, is_write).await;
        let is_sure = !is_write || !tried.outcome.may_have_happened();
        let again = if is_repeatable || is_sure { tried.again } else { Again::Never };
        if matches!(tried.outcome, ToolOutcome::Ok(_) | ToolOutcome::NotFound) {
            return tried.outcome;
        }
        let pause = retries.pause(again, Instant::now());
        attempts.push(Attempt {
            whom: definition.name.clone(),
            why: tried.why,
            had_begun: false,
            took_ms: (Instant::now() - begun).as_millis() as u64,
            pause_ms: pause.map(|pause| pause.as_millis() as u64),
        });
        match pause {
            Some(pause) => tokio::time::sleep(pause).await,
            None => return tried.outcome,
        }
    }
}

fn request(secrets: &Secrets, order: &Order<'_>, until: Instant) -> Result<Request, String> {
    let tool = order.tool;
    let template = tool.template.as_ref().ok_or("not a tool that is reached over HTTP")?;
    let mut filled = template.fill(order.arguments, secrets).map_err(|error| error.to_string())?;
    let mut set = |name: &str, value: Value| {
        if let Value::Object(fields) = filled.body.get_or_insert_with(|| Value::Object(Map::new())) {
            fields.insert(name.to_owned(), value);
        }
    };
    match (&tool.definition().idempotency, order.key) {
        (Idempotency::Argument(name), Some(key)) => set(name, Value::from(key)),
        (Idempotency::Header(name), Some(key)) => filled.headers.push((name.clone(), key.to_owned())),
        (Idempotency::None, _) | (_, None) => {}
    }
    if order.dry_run {
        match &tool.definition().dry_run {
            DryRun::Argument(name) => {
                if let Value::Object(fields) = filled.body.get_or_insert_with(|| Value::Object(Map::new())) {
                    fields.insert(name.clone(), Value::Bool(true));
                }
            }
            DryRun::Header(name, value) => filled.headers.push((name.clone(), value.clone())),
            DryRun::Unsupported => {}
        }
    }
    let mut headers = vec![("accept".to_owned(), "application/json".to_owned())];
    let body = match &filled.body {
        Some(body) if template.method != Method::GET => {
            headers.push(("content-type".to_owned(), "application/json".to_owned()));
            Bytes::from(body.to_string())
        }
        _ => Bytes::new(),
    };
    headers.extend(filled.headers);
    let patience = Duration::from_millis(tool.definition().timeout_ms);
    let times = Times { first_byte: patience, idle: patience, until, bytes_max: ANSWER_BYTES_MAX };
    Ok(Request { method: template.method.clone(), url: filled.url, headers, body, times })
}

async fn attempt(http: &Http, request: Request, tool: &Tool, is_write: bool) -> Tried {
    let answer = match http.send(request).await {
        Ok(answer) => answer,
        Err(error) => return not_answered(&error, is_write),
    };
    let status = answer.status.as_u16();
    let said = |outcome, again| Tried { outcome, again, why: format!("answered with status {status}") };
    match status {
        200..=299 => answered(answer, tool, is_write).await,
        404 | 410 => said(ToolOutcome::NotFound, Again::Never),
        429 => {
            let again = retry_after(&answer.headers).map_or(Again::Soon, Again::After);
            // It says that it did not even begin.
            said(ToolOutcome::Failed { is_retryable: true, may_have_happened: false }, again)
        }
        500..=599 => {
            let again = retry_after(&answer.headers).map_or(Again::Soon, Again::After);
            said(ToolOutcome::Failed { is_retryable: true, may_have_happened: is_write }, again)
        }
        _ => said(ToolOutcome::Refused { status: Some(status) }, Again::Never),
    }
}

async fn answered(answer: Answer, tool: &Tool, is_write: bool) -> Tried {
    let kind = answer.header("content-type").map(str::to_owned);
    match answer.body.whole().await {
        Err(error) => not_answered(&error, is_write),
        Ok(bytes) => match read(kind.as_deref(), &bytes) {
            Ok(value) => {
                let outcome = ToolOutcome::Ok(trim(&value, &tool.definition().kept));
                Tried { outcome, again: Again::Never, why: String::new() }
            }
            Err(what) => Tried { outcome: ToolOutcome::BadAnswer { what }, again: Again::Never, why: what.to_owned() },
        },
    }
}

fn not_answered(error: &HttpError, is_write: bool) -> Tried {
    let failed = |is_retryable, may_have_happened| ToolOutcome::Failed { is_retryable, may_have_happened };
    let (outcome, again) = match error {
        HttpError::Address(_) | HttpError::Header { .. } => {
            (ToolOutcome::NotSent { why: error.to_string() }, Again::Never)
        }
        HttpError::CircuitOpen { .. } => (failed(true, false), Again::Never),
        HttpError::Unreachable => (failed(true, false), Again::Soon),
        HttpError::TimedOut(Stage::Connect) => (ToolOutcome::TimedOut { may_have_happened: false }, Again::Soon),
        HttpError::TimedOut(_) => (ToolOutcome::TimedOut { may_have_happened: is_write }, Again::Soon),
        HttpError::Cut => (failed(true, is_write), Again::Soon),
        HttpError::TooLarge { .. } => (ToolOutcome::TooLarge, Again::Never),
    };
    Tried { outcome, again, why: error.to_string() }
}
