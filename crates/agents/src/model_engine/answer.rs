//! The way to an outcome: one model after the other, then the guided engine or a person, within one budget.

use tokio::time::Instant;

use super::converse::converse;
use super::hands::Hands;
use super::turn::{HandOffReason, Outcome, TurnRequest, TurnResult};
use super::work::{Work, hand_off};
use crate::http::Http;
use crate::limits::FALLBACKS_MAX;
use crate::provider::{Limit, Provider, ProviderError};

/// One step of the way, in the order that the configuration names.
#[derive(Clone, Debug)]
#[expect(clippy::large_enum_variant, reason = "an agent has at most four of these, and they stay where they are")]
pub enum Fallback {
    /// A language model.
    Model(Provider),
    /// The engine that needs no model.
    Guided,
    /// A person.
    Person,
}

impl Fallback {
    fn name(&self) -> &str {
        match self {
            Fallback::Model(provider) => &provider.endpoint().name,
            Fallback::Guided => "guided",
            Fallback::Person => "person",
        }
    }
}

/// Answers customers' turns with language models.
#[derive(Clone, Debug)]
pub struct ModelEngine {
    http: Http,
    steps: Vec<Fallback>,
}

impl ModelEngine {
    /// An engine that goes these steps, the first model first. Steps beyond the limit are not gone.
    pub fn new(http: Http, steps: Vec<Fallback>) -> ModelEngine {
        ModelEngine { http, steps: steps.into_iter().take(FALLBACKS_MAX).collect() }
    }

    /// Works out what to do with a customer's turn. Always comes back, within the seconds of the budget.
    pub async fn answer(&self, request: TurnRequest, hands: &Hands) -> TurnResult {
        let mut work = Work::new(&request, hands, Instant::now());
        let outcome = self.walk(&mut work).await;
        let (trace, done) = work.finish();
        TurnResult { outcome, trace, done }
    }

    async fn walk(&self, work: &mut Work<'_>) -> Outcome {
        let mut last: Option<ProviderError> = None;
        for step in &self.steps {
            let used_up = used_up(last.as_ref());
            match step {
                // What this turn may use up is used up, whoever would go on.
                Fallback::Model(_) if used_up.is_some() => {}
                Fallback::Model(provider) => {
                    work.enter(step.name());
                    match converse(work, &self.http, provider).await {
                        Ok(outcome) => return outcome,
                        Err(error) => {
                            work.leave(error.to_string());
                            last = Some(error);
                        }
                    }
                }
                Fallback::Guided => {
                    work.enter(step.name());
                    return Outcome::Guided { because: because(last.as_ref()) };
                }
                Fallback::Person => {
                    work.enter(step.name());
                    return match used_up {
                        Some(limit) => Work::over(limit),
                        None => hand_off(HandOffReason::ModelUnavailable, because(last.as_ref())),
                    };
                }
            }
        }
        match last {
            Some(error) => Outcome::Failed { error },
            None => hand_off(HandOffReason::ModelUnavailable, because(None)),
        }
    }
}

fn used_up(error: Option<&ProviderError>) -> Option<Limit> {
    match error {
        Some(ProviderError::OverBudget { which: which @ (Limit::Time | Limit::Tokens | Limit::ModelTurns) }) => {
            Some(*which)
        }
        _ => None,
    }
}

fn because(error: Option<&ProviderError>) -> String {
    error.map_or_else(|| "No model is configured.".to_owned(), ToString::to_string)
}
