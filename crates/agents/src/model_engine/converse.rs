//! One model works on a turn: it is asked, its calls are answered, its reply is checked, until there is an outcome or an error.

use tokio::time::Instant;

use super::citation::{Cited, cited};
use super::trace::ModelCall;
use super::turn::{Grounding, HandOffReason, Outcome};
use super::work::{Work, hand_off};
use crate::http::Http;
use crate::limits::REPLY_CHARS_MAX;
use crate::provider::{Completion, Cost, Message, Provider, ProviderError, Stop, Watch};

/// What is wrong with a reply. Each is told once; the second time a person takes over, or the next model.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flaw {
    Empty,
    TooLong,
    Unfinished,
    RepeatsMarks,
    InventedSource,
    NoSource,
}

impl Flaw {
    fn code(self) -> &'static str {
        match self {
            Flaw::Empty => "empty",
            Flaw::TooLong => "too_long",
            Flaw::Unfinished => "unfinished",
            Flaw::RepeatsMarks => "repeats_marks",
            Flaw::InventedSource => "invented_source",
            Flaw::NoSource => "no_source",
        }
    }

    fn correction(self) -> &'static str {
        match self {
            Flaw::Empty => "Your answer was empty. Answer, or call the tool hand_off.",
            Flaw::TooLong | Flaw::Unfinished => "Your answer was too long and was not sent. Answer in a few sentences.",
            Flaw::RepeatsMarks => "Your answer repeated the marks of data and was not sent. Answer without them.",
            Flaw::InventedSource => {
                "Your answer named a passage that you were not given and was not sent. Name only passages that you were given, \
                 or call the tool hand_off with missing_knowledge."
            }
            Flaw::NoSource => {
                "Your answer named no passage and was not sent. Put the name of the passage behind what rests on it, as in [p1]; if \
                 no passage answers the question, call the tool hand_off with missing_knowledge."
            }
        }
    }

    /// What comes of it when the correction did not help.
    fn outcome(self) -> Result<Outcome, ProviderError> {
        match self {
            Flaw::InventedSource | Flaw::NoSource => {
                Ok(hand_off(HandOffReason::MissingKnowledge, "The agent could not rest its answer on a passage."))
            }
            Flaw::Empty => Err(ProviderError::Malformed { what: "the answer is empty" }),
            Flaw::TooLong | Flaw::Unfinished => Err(ProviderError::Malformed { what: "the answer is too long" }),
            Flaw::RepeatsMarks => Err(ProviderError::Malformed { what: "the answer repeats the marks of data" }),
        }
    }
}

/// Lets one model work until there is an outcome.
pub(super) async fn converse(work: &mut Work<'_>, http: &Http, provider: &Provider) -> Result<Outcome, ProviderError> {
    let mut is_corrected = false;
    loop {
        let completion = ask(work, http, provider).await?;
        if !completion.calls.is_empty() {
            let (text, calls) = (completion.text, completion.calls.clone());
            work.prompt.messages.push(Message::Assistant { text, calls });
            if let Some(outcome) = work.calls(&completion.calls).await {
                return Ok(outcome);
            }
            continue;
        }
        let flaw = match reply(work, &completion) {
            Ok(outcome) => return Ok(outcome),
            Err(flaw) => flaw,
        };
        work.trace.corrections.push(flaw.code().to_owned());
        if std::mem::replace(&mut is_corrected, true) {
            return flaw.outcome();
        }
        if !completion.text.is_empty() {
            work.prompt.messages.push(Message::Assistant { text: completion.text, calls: Vec::new() });
        }
        work.prompt.messages.push(Message::User(flaw.correction().to_owned()));
    }
}

async fn ask(work: &mut Work<'_>, http: &Http, provider: &Provider) -> Result<Completion, ProviderError> {
    let may_hear = work.request.briefing.grounding == Grounding::Free && !work.is_heard;
    let deltas = work.request.deltas.clone().filter(|_| may_hear);
    let is_listening = deltas.is_some();
    let mut watch = Watch { deltas, attempts: Vec::new() };
    let completed = provider.complete(http, &work.prompt, &mut work.budget, &mut watch).await;
    let has_said = completed.as_ref().is_ok_and(|completion| !completion.text.is_empty());
    work.is_heard |= is_listening && (has_said || watch.attempts.iter().any(|attempt| attempt.had_begun));
    work.trace.attempts.append(&mut watch.attempts);
    let completion = completed?;
    let since_begun = (Instant::now() - work.begun).as_millis() as u64;
    if let Some(first) = completion.first_token_ms {
        let before = since_begun.saturating_sub(completion.total_ms);
        work.trace.first_token_ms.get_or_insert(before + first);
    }
    let endpoint = provider.endpoint();
    work.trace.models.push(ModelCall {
        name: endpoint.name.clone(),
        provider: provider.wire_name().to_owned(),
        model: endpoint.model.clone(),
        answered_as: completion.model.clone(),
        usage: completion.usage,
        cost: Cost::of(completion.usage, endpoint.price),
        first_token_ms: completion.first_token_ms,
        total_ms: completion.total_ms,
    });
    Ok(completion)
}

fn reply(work: &Work<'_>, completion: &Completion) -> Result<Outcome, Flaw> {
    if completion.stop == Stop::Length {
        return Err(Flaw::Unfinished);
    }
    if work.request.nonce.is_in(&completion.text) {
        return Err(Flaw::RepeatsMarks);
    }
    let Cited { text, given, has_invented } = cited(&completion.text, work.passages.len());
    if text.is_empty() {
        return Err(Flaw::Empty);
    }
    if text.chars().count() > REPLY_CHARS_MAX {
        return Err(Flaw::TooLong);
    }
    if has_invented {
        return Err(Flaw::InventedSource);
    }
    if given.is_empty() && work.request.briefing.grounding == Grounding::Required {
        return Err(Flaw::NoSource);
    }
    let citations = given.iter().map(|place| work.passages[*place].id.clone()).collect();
    Ok(Outcome::Reply { text, citations })
}
