//! Everything that can go wrong with a model, by kind.

use std::time::Duration;

use super::budget::Limit;
use crate::http::{Again, HttpError, Stage};

/// What the world did to a model call. No variant holds words of the vendor: it may repeat what a customer said.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// Too many requests.
    #[error("the model's vendor limits our rate; wait, or ask for a higher limit")]
    RateLimited {
        /// When it may be tried again, if the vendor says.
        retry_after: Option<Duration>,
    },
    /// The vendor has no capacity.
    #[error("the model's vendor is overloaded; another model takes over where one is configured")]
    Overloaded,
    /// The vendor is broken.
    #[error("the model's vendor answered with status {status}")]
    Server {
        /// Its status.
        status: u16,
    },
    /// Too slow.
    #[error("the model was too slow ({stage:?})")]
    TimedOut {
        /// Where time ran out.
        stage: Stage,
    },
    /// The stream ended before the model had.
    #[error("the model's answer broke off")]
    Cut,
    /// Not what the wire format says.
    #[error("the model's answer is not in the expected format: {what}")]
    Malformed {
        /// What is wrong with it.
        what: &'static str,
    },
    /// The model or its vendor will not answer this.
    #[error("the model refused to answer")]
    Refused,
    /// More than is taken.
    #[error("the model's answer is longer than {limit} bytes")]
    TooLarge {
        /// Bytes that are taken.
        limit: usize,
    },
    /// The key is wrong.
    #[error("the model's vendor does not accept the key; check it in the provider's settings")]
    Unauthorised,
    /// The request is refused for what it is.
    #[error("the model's vendor rejected the request with status {status} ({code}); check model name and settings")]
    Rejected {
        /// Its status.
        status: u16,
        /// The vendor's code, a slug.
        code: String,
    },
    /// No connection.
    #[error("the model cannot be reached: {0}")]
    Unreachable(HttpError),
    /// The conversation is longer than the model can read.
    #[error(
        "the conversation is longer than the model can read; shorten the briefing or choose a model that reads more"
    )]
    ContextTooLong,
    /// A bound of the turn is reached.
    #[error("the turn's budget is used up: {which:?}")]
    OverBudget {
        /// Which one.
        which: Limit,
    },
    /// The vendor failed too often and is left alone.
    #[error("the model's vendor failed too often and is left alone for {} s", wait.as_secs() + 1)]
    CircuitOpen {
        /// For how long.
        wait: Duration,
    },
}

impl ProviderError {
    /// Whether the same request may be worth another attempt.
    pub fn again(&self) -> Again {
        match self {
            ProviderError::RateLimited { retry_after: Some(wait) } => Again::After(*wait),
            ProviderError::RateLimited { retry_after: None }
            | ProviderError::Overloaded
            | ProviderError::Server { .. }
            | ProviderError::Cut
            | ProviderError::TimedOut { stage: Stage::Connect | Stage::FirstByte | Stage::Idle }
            | ProviderError::Unreachable(HttpError::Unreachable) => Again::Soon,
            // Said once, format errors are said again; so are the rest.
            ProviderError::Malformed { .. }
            | ProviderError::TimedOut { stage: Stage::Total }
            | ProviderError::Refused
            | ProviderError::TooLarge { .. }
            | ProviderError::Unauthorised
            | ProviderError::Rejected { .. }
            | ProviderError::Unreachable(_)
            | ProviderError::ContextTooLong
            | ProviderError::OverBudget { .. }
            | ProviderError::CircuitOpen { .. } => Again::Never,
        }
    }
}

impl From<HttpError> for ProviderError {
    fn from(error: HttpError) -> ProviderError {
        match error {
            HttpError::CircuitOpen { wait, .. } => ProviderError::CircuitOpen { wait },
            HttpError::TimedOut(stage) => ProviderError::TimedOut { stage },
            HttpError::Cut => ProviderError::Cut,
            HttpError::TooLarge { limit } => ProviderError::TooLarge { limit },
            HttpError::Header { .. } => ProviderError::Unauthorised,
            HttpError::Address(_) | HttpError::Unreachable => ProviderError::Unreachable(error),
        }
    }
}
