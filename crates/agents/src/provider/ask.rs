//! One question to one model: sent within limits, streamed, tried again where that is harmless.

use std::time::Duration;

use bytes::Bytes;
use hyper::{Method, StatusCode};
use serde_json::Value;
use tokio::sync::mpsc;
use tokio::time::Instant;
use url::Url;

use super::assembly::{Assembly, Step};
use super::budget::Budget;
use super::error::ProviderError;
use super::events::{Event, Events};
use super::message::{Completion, Prompt, Stop};
use super::price::Price;
use super::{anthropic, open_ai};
use crate::http::{Again, Answer, Attempt, Http, Pace, Request, Retries, Times, retry_after};
use crate::limits::{REFUSAL_BYTES_MAX, STREAM_BYTES_MAX};
use crate::secret::Secret;

/// Where a model is and how it is asked.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// What the configuration calls it.
    pub name: String,
    /// The address that the wire format's paths are appended to, such as `https://api.openai.com/v1/`.
    pub base: Url,
    /// The model, as the vendor calls it.
    pub model: String,
    /// The key; local servers need none.
    pub key: Option<Secret>,
    /// Its price, if it is known.
    pub price: Option<Price>,
    /// Time to the first byte.
    pub first_byte: Duration,
    /// Time between two pieces.
    pub idle: Duration,
    /// Time for one attempt.
    pub total: Duration,
    /// How often it is tried.
    pub pace: Pace,
}

/// A language model, by the wire format that it speaks.
#[derive(Clone, Debug)]
pub enum Provider {
    /// Chat completions, as OpenAI began them.
    OpenAiCompatible(Endpoint),
    /// Anthropic's messages.
    Anthropic(Endpoint),
}

/// Who looks on while a model answers.
#[derive(Debug, Default)]
pub struct Watch {
    /// Gets words as they come. A listener that cannot keep up misses some; the completion has them all.
    pub deltas: Option<mpsc::Sender<String>>,
    /// Attempts that failed.
    pub attempts: Vec<Attempt>,
}

impl Provider {
    /// Where it is.
    pub fn endpoint(&self) -> &Endpoint {
        match self {
            Provider::OpenAiCompatible(endpoint) | Provider::Anthropic(endpoint) => endpoint,
        }
    }

    /// The wire format's name, as OpenTelemetry's `gen_ai.provider.name` has it.
    pub fn wire_name(&self) -> &'static str {
        match self {
            Provider::OpenAiCompatible(_) => "openai",
            Provider::Anthropic(_) => "anthropic",
        }
    }

    /// Asks the model, within the budget.
    ///
    /// # Errors
    /// When no attempt brought a whole answer; why each one failed is in the watch.
    pub async fn complete(
        &self,
        http: &Http,
        prompt: &Prompt,
        budget: &mut Budget,
        watch: &mut Watch,
    ) -> Result<Completion, ProviderError> {
        let endpoint = self.endpoint();
        let guessed = prompt.tokens_guessed();
        let over = |which| ProviderError::OverBudget { which };
        let output = budget.take_model_turn(guessed, endpoint.price, Instant::now()).map_err(over)?;
        let body = match self {
            Provider::OpenAiCompatible(_) => open_ai::body(&endpoint.model, prompt, output),
            Provider::Anthropic(_) => anthropic::body(&endpoint.model, prompt, output),
        };
        let body = Bytes::from(body.to_string());
        let mut retries = Retries::new(endpoint.pace, http.chance(), budget.until());
        loop {
            let begun = Instant::now();
            let mut assembly = Assembly::default();
            let mut first_token_ms = None;
            let request = self.request(body.clone(), budget.until().min(begun + endpoint.total))?;
            let asked = self.attempt(http, request, &mut assembly, watch.deltas.as_ref(), &mut first_token_ms).await;
            let heard = first_token_ms.is_some();
            let had_begun = asked.is_ok() || heard || assembly.usage.input.is_some();
            if had_begun {
                budget.charge(assembly.usage, (guessed, assembly.output_guessed()), endpoint.price);
            }
            let error = match asked.and_then(|()| completion(assembly)) {
                Ok(completion) => {
                    return Ok(Completion { first_token_ms, total_ms: ms_since(begun), ..completion });
                }
                Err(error) => error,
            };
            // A listener that has heard half an answer must not hear another beginning.
            let again = if heard && watch.deltas.is_some() { Again::Never } else { error.again() };
            let pause = retries.pause(again, Instant::now());
            watch.attempts.push(Attempt {
                whom: endpoint.name.clone(),
                why: error.to_string(),
                had_begun,
                took_ms: ms_since(begun),
                pause_ms: pause.map(|pause| pause.as_millis() as u64),
            });
            match pause {
                Some(pause) => tokio::time::sleep(pause).await,
                None => return Err(error),
            }
        }
    }

    fn request(&self, body: Bytes, until: Instant) -> Result<Request, ProviderError> {
        let endpoint = self.endpoint();
        let path = match self {
            Provider::OpenAiCompatible(_) => open_ai::PATH,
            Provider::Anthropic(_) => anthropic::PATH,
        };
        let mut base = endpoint.base.clone();
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        let url = base.join(path).map_err(|_| ProviderError::Malformed { what: "the provider's address" })?;
        let mut headers = vec![
            ("content-type".to_owned(), "application/json".to_owned()),
            ("accept".to_owned(), "text/event-stream".to_owned()),
        ];
        let key = endpoint.key.as_ref().map(Secret::expose);
        match self {
            Provider::OpenAiCompatible(_) => {
                headers.extend(key.map(|key| ("authorization".to_owned(), format!("Bearer {key}"))));
            }
            Provider::Anthropic(_) => {
                headers.push((anthropic::VERSION.0.to_owned(), anthropic::VERSION.1.to_owned()));
                headers.extend(key.map(|key| ("x-api-key".to_owned(), key.to_owned())));
            }
        }
        let times = Times { first_byte: endpoint.first_byte, idle: endpoint.idle, until, bytes_max: STREAM_BYTES_MAX };
        Ok(Request { method: Method::POST, url, headers, body, times })
    }

    async fn attempt(
        &self,
        http: &Http,
        request: Request,
        assembly: &mut Assembly,
        deltas: Option<&mpsc::Sender<String>>,
        first_token_ms: &mut Option<u64>,
    ) -> Result<(), ProviderError> {
        let begun = Instant::now();
        let answer = http.send(request).await?;
        if answer.status != StatusCode::OK {
            return Err(refusal(answer).await);
        }
        let is_stream = answer.header("content-type").is_some_and(|kind| kind.starts_with("text/event-stream"));
        if !is_stream {
            return Err(ProviderError::Malformed { what: "the answer is not a stream of events" });
        }
        let mut body = answer.body;
        let mut events = Events::default();
        while let Some(chunk) = body.chunk().await? {
            events.push(&chunk);
            let malformed = |_| ProviderError::Malformed { what: "an event is too long or not text" };
            while let Some(event) = events.next_event().map_err(malformed)? {
                match self.take(assembly, &event)? {
                    Step::Nothing => {}
                    Step::End => {
                        body.done();
                        return Ok(());
                    }
                    Step::Call => _ = first_token_ms.get_or_insert_with(|| ms_since(begun)),
                    Step::Words(words) => {
                        first_token_ms.get_or_insert_with(|| ms_since(begun));
                        if let Some(deltas) = deltas {
                            // Full or gone: the completion has every word.
                            let _ = deltas.try_send(words);
                        }
                    }
                }
            }
        }
        // Some servers leave out the last event; the model has ended if it said why it stopped.
        if assembly.stop.is_some() { Ok(()) } else { Err(ProviderError::Cut) }
    }

    fn take(&self, assembly: &mut Assembly, event: &Event) -> Result<Step, ProviderError> {
        match self {
            Provider::OpenAiCompatible(_) => open_ai::take(assembly, event),
            Provider::Anthropic(_) => anthropic::take(assembly, event),
        }
    }
}

fn ms_since(begun: Instant) -> u64 {
    (Instant::now() - begun).as_millis() as u64
}

fn completion(assembly: Assembly) -> Result<Completion, ProviderError> {
    let stop = assembly.stop.ok_or(ProviderError::Cut)?;
    let mut calls: Vec<_> = assembly.calls.into_iter().map(|(_, call)| call).collect();
    if stop == Stop::Length {
        // The last call may lack its end, and half an order must not be carried out.
        calls.clear();
    }
    if calls.iter().any(|call| call.name.is_empty()) {
        return Err(ProviderError::Malformed { what: "a tool call has no name" });
    }
    for (number, call) in calls.iter_mut().enumerate().filter(|(_, call)| call.id.is_empty()) {
        call.id = format!("call_{number}");
    }
    let (text, model, usage) = (assembly.text, assembly.model, assembly.usage);
    Ok(Completion { text, calls, stop, usage, model, first_token_ms: None, total_ms: 0 })
}

/// What a status that is not good means. Of the body only the vendor's code is read; its sentences may repeat a customer's.
async fn refusal(answer: Answer) -> ProviderError {
    let (status, asked) = (answer.status, retry_after(&answer.headers));
    let body = answer.body.beginning(REFUSAL_BYTES_MAX).await;
    let said: Value = serde_json::from_slice(&body).unwrap_or_default();
    let error = &said["error"];
    let word = |name: &str| error[name].as_str().unwrap_or_default();
    let is_too_long = word("code") == "context_length_exceeded" || word("message").contains("prompt is too long");
    match status.as_u16() {
        _ if is_too_long => ProviderError::ContextTooLong,
        401 | 403 => ProviderError::Unauthorised,
        413 => ProviderError::ContextTooLong,
        429 => ProviderError::RateLimited { retry_after: asked },
        503 | 529 => ProviderError::Overloaded,
        status if status >= 500 => ProviderError::Server { status },
        status => ProviderError::Rejected { status, code: slug([word("code"), word("type")]) },
    }
}

fn slug(words: [&str; 2]) -> String {
    let word = words.into_iter().find(|word| !word.is_empty()).unwrap_or("no code");
    word.chars().filter(|letter| letter.is_ascii_alphanumeric() || " _-.".contains(*letter)).take(64).collect()
}
