//! What went wrong, as callers see it: one table of code, status and title; the reason behind it goes to the log only.

use std::time::Duration;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use signalbox_eventlog::{AppendError, ReadError, SecretError};
use signalbox_model::event::supervision::RefusedBecause;
use signalbox_model::id::IdError;
use signalbox_model::setup::SetupError;
use utoipa::ToSchema;

use crate::auth::AuthError;
use crate::ingest::CommandError;
use crate::rate::TooOften;

macro_rules! codes {
    ($( $(#[$doc:meta])* $variant:ident = $code:literal, $status:ident, $title:literal; )*) => {
        /// Every way in which a call can fail.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code { $( $(#[$doc])* $variant, )* }

        impl Code {
            /// All of them, for the document and the manual.
            pub const ALL: &'static [Code] = &[ $( Code::$variant, )* ];

            /// The word on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $( Code::$variant => $code, )* }
            }

            /// The status line.
            pub fn status(self) -> StatusCode {
                match self { $( Code::$variant => StatusCode::$status, )* }
            }

            /// The sentence that fits every case of it.
            pub fn title(self) -> &'static str {
                match self { $( Code::$variant => $title, )* }
            }
        }
    };
}

codes! {
    /// The body is not JSON.
    BadJson = "bad_json", BAD_REQUEST, "The body is not valid JSON.";
    /// The body is not UTF-8.
    NotUtf8 = "not_utf8", BAD_REQUEST, "The body is not valid UTF-8.";
    /// The body nests too deeply.
    TooDeep = "too_deep", BAD_REQUEST, "The body is nested too deeply.";
    /// The request makes no sense in another way.
    BadRequest = "bad_request", BAD_REQUEST, "The request cannot be understood.";
    /// A field is wrong.
    Invalid = "invalid", UNPROCESSABLE_ENTITY, "A field is wrong.";
    /// A field that there is not.
    UnknownField = "unknown_field", UNPROCESSABLE_ENTITY, "There is a field that is not known here.";
    /// The body is of another kind.
    MediaType = "media_type", UNSUPPORTED_MEDIA_TYPE, "The body is of a kind that is not taken here.";
    /// Too large.
    TooLarge = "too_large", PAYLOAD_TOO_LARGE, "The body is larger than the limit.";
    /// Nobody is signed in.
    NotSignedIn = "not_signed_in", UNAUTHORIZED, "Sign in first.";
    /// Wrong mail address or password.
    WrongPassword = "wrong_password", UNAUTHORIZED, "The mail address or the password is wrong.";
    /// No token, or one that is not known.
    UnknownToken = "unknown_token", UNAUTHORIZED, "The token is missing or not known.";
    /// The token is over.
    TokenOver = "token_over", UNAUTHORIZED, "The token has expired or was revoked.";
    /// Not allowed.
    Forbidden = "forbidden", FORBIDDEN, "Your role does not allow this.";
    /// Asked by a page of another site.
    CrossSite = "cross_site", FORBIDDEN, "The request comes from another site or lacks its mark.";
    /// Not there, or not for you to see.
    NotFound = "not_found", NOT_FOUND, "There is no such thing, or it is not yours to see.";
    /// There, but not in this way.
    MethodNotAllowed = "method_not_allowed", METHOD_NOT_ALLOWED, "This address does not take this method.";
    /// The engine said no.
    Refused = "refused", CONFLICT, "It was not granted.";
    /// Somebody was faster.
    ChangedMeanwhile = "changed_meanwhile", CONFLICT, "Somebody changed it meanwhile.";
    /// It does not fit what is there.
    Conflict = "conflict", CONFLICT, "It does not fit what is there.";
    /// Destroyed.
    Erased = "erased", GONE, "It was erased.";
    /// Too often.
    TooOften = "too_often", TOO_MANY_REQUESTS, "Too many requests.";
    /// The disk is full.
    NoSpace = "no_space", INSUFFICIENT_STORAGE, "The disk is full: nothing can be stored until space is freed. Reading goes on.";
    /// Not now.
    Unavailable = "unavailable", SERVICE_UNAVAILABLE, "The server cannot answer right now.";
    /// It took too long.
    TimedOut = "timed_out", GATEWAY_TIMEOUT, "It took too long.";
    /// Our fault.
    Internal = "internal", INTERNAL_SERVER_ERROR, "Something broke here. It was noted.";
}

/// A field that is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldProblem {
    /// Where, as in `rings[1].after_ms`.
    pub field: String,
    /// What is wrong and what would be right.
    pub problem: String,
}

/// A failed call.
#[derive(Debug)]
pub struct ApiError {
    code: Code,
    detail: String,
    fields: Vec<FieldProblem>,
    refused: Option<RefusedBecause>,
    retry_after: Option<Duration>,
    internal: Option<String>,
}

/// What is sent: RFC 9457.
#[derive(Debug, Serialize, ToSchema)]
pub struct Problem {
    /// The kind, as an address that need not lead anywhere.
    #[serde(rename = "type")]
    pub kind: String,
    /// What always fits this code.
    pub title: String,
    /// The status line again.
    pub status: u16,
    /// One word for programs.
    pub code: String,
    /// What happened in this case and what to do.
    pub detail: String,
    /// The fields that are wrong.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldProblem>,
    /// Why the engine did not grant it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refused: Option<RefusedBecause>,
}

impl ApiError {
    /// A failure with a sentence about this case. The sentence goes out: no words of customers, nothing internal.
    pub fn new(code: Code, detail: impl Into<String>) -> ApiError {
        ApiError { code, detail: detail.into(), fields: Vec::new(), refused: None, retry_after: None, internal: None }
    }

    /// A failure of ours; what it was goes to the log only.
    pub fn internal(what: impl std::fmt::Display) -> ApiError {
        let mut error = ApiError::new(Code::Internal, "Try again; if it stays so, look at the server's log.");
        error.internal = Some(what.to_string());
        error
    }

    /// A field is wrong.
    pub fn invalid(field: impl Into<String>, problem: impl Into<String>) -> ApiError {
        let (field, problem) = (field.into(), problem.into());
        let mut error = ApiError::new(Code::Invalid, format!("{field}: {problem}"));
        error.fields.push(FieldProblem { field, problem });
        error
    }

    /// Several fields are wrong.
    pub fn invalid_fields(fields: Vec<FieldProblem>) -> ApiError {
        let detail =
            fields.iter().map(|field| format!("{}: {}", field.field, field.problem)).collect::<Vec<_>>().join("; ");
        ApiError { fields, ..ApiError::new(Code::Invalid, detail) }
    }

    /// A field that there is not.
    pub fn unknown_field(field: &str) -> ApiError {
        let mut error = ApiError::new(
            Code::UnknownField,
            format!("`{field}` is not a field of this request: remove it or correct its name."),
        );
        error.fields.push(FieldProblem { field: field.to_owned(), problem: "not known here".to_owned() });
        error
    }

    /// Not there, or not theirs to see: nobody learns which.
    pub fn not_found(what: &str) -> ApiError {
        ApiError::new(Code::NotFound, format!("No such {what}, or it is not yours to see."))
    }

    /// The engine said no.
    pub fn refused(because: RefusedBecause) -> ApiError {
        ApiError { refused: Some(because.clone()), ..ApiError::new(Code::Refused, refused_words(&because)) }
    }

    /// The same, with another sentence about this case.
    pub fn with_detail(self, detail: impl Into<String>) -> ApiError {
        ApiError { detail: detail.into(), ..self }
    }

    /// Which.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What is told.
    pub fn detail(&self) -> &str {
        &self.detail
    }
}

/// Why a wish was not granted, in words.
pub fn refused_words(because: &RefusedBecause) -> &'static str {
    match because {
        RefusedBecause::NotOpen => "The conversation is over.",
        RefusedBecause::StillOpen => "The conversation is still open.",
        RefusedBecause::NotOwner { .. } => "Somebody else has the conversation.",
        RefusedBecause::OfferOver => "The offer is over: it expired, was withdrawn or was answered already.",
        RefusedBecause::TakenBy { .. } => "Another supervisor has taken it over.",
        RefusedBecause::AlreadySo => "It is so already.",
        RefusedBecause::NobodyThere => "Nobody works on it yet: it waits in a queue.",
        RefusedBecause::PersonUnavailable => "The person is not available or has no slot free.",
        RefusedBecause::QueueUnavailable => "The queue does not exist, is closed or is full.",
        RefusedBecause::Truncated => "The conversation has reached its limit of turns: nothing more is recorded.",
        RefusedBecause::Observed => "The conversation lives in another system, which alone can do that.",
        RefusedBecause::TransferState => "A transfer is under way already, or there is none to end.",
        RefusedBecause::AlertOver => "The alert is over.",
        RefusedBecause::NoSuchPerson => "The person does not exist or has left.",
        RefusedBecause::AiMayNot { .. } => "The AI agent may not have it now.",
        RefusedBecause::CustomerMustAgree => "The customer must agree.",
        RefusedBecause::ApprovalOver => "It is decided already, or its time is over.",
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let status = self.code.status();
        if let Some(internal) = &self.internal {
            tracing::error!(code = self.code.as_str(), error = %internal, "request failed");
        }
        let problem = Problem {
            kind: format!("urn:signalbox:problem:{}", self.code.as_str()),
            title: self.code.title().to_owned(),
            status: status.as_u16(),
            code: self.code.as_str().to_owned(),
            detail: self.detail,
            fields: self.fields,
            refused: self.refused,
        };
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if let Some(wait) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(wait.as_secs() + 1));
        }
        response
    }
}

impl From<AppendError> for ApiError {
    fn from(error: AppendError) -> ApiError {
        match error {
            AppendError::NoSpace => ApiError::new(
                Code::NoSpace,
                "Free disk space on the server, then send it again: nothing of it was stored.",
            ),
            AppendError::Closed => {
                ApiError::new(Code::Unavailable, "The server is shutting down: send it again in a moment.")
            }
            AppendError::CustomerErased(_) => {
                ApiError::new(Code::Erased, "The customer was erased: nothing is kept for them again.")
            }
            AppendError::TooManyEvents { .. } | AppendError::TooManyBytes { .. } => {
                ApiError::new(Code::TooLarge, error.to_string())
            }
            other => ApiError::internal(other),
        }
    }
}

impl From<ReadError> for ApiError {
    fn from(error: ReadError) -> ApiError {
        match error {
            ReadError::Closed => {
                ApiError::new(Code::Unavailable, "The server is shutting down: send it again in a moment.")
            }
            other => ApiError::internal(other),
        }
    }
}

impl From<CommandError> for ApiError {
    fn from(error: CommandError) -> ApiError {
        match error {
            CommandError::Append(error) => error.into(),
            CommandError::Read(error) => error.into(),
        }
    }
}

impl From<SecretError> for ApiError {
    fn from(error: SecretError) -> ApiError {
        ApiError::internal(error)
    }
}

impl From<SetupError> for ApiError {
    fn from(error: SetupError) -> ApiError {
        ApiError::invalid(error.field, error.problem)
    }
}

/// An id in an address that is no id names nothing.
impl From<IdError> for ApiError {
    fn from(_: IdError) -> ApiError {
        ApiError::not_found("thing")
    }
}

impl From<TooOften> for ApiError {
    fn from(error: TooOften) -> ApiError {
        let seconds = error.retry_after.as_secs() + 1;
        let unit = if seconds == 1 { "second" } else { "seconds" };
        ApiError {
            retry_after: Some(error.retry_after),
            ..ApiError::new(Code::TooOften, format!("Try again in {seconds} {unit}."))
        }
    }
}

impl From<AuthError> for ApiError {
    fn from(error: AuthError) -> ApiError {
        match error {
            AuthError::WrongPassword => ApiError::new(
                Code::WrongPassword,
                "Check both and try again. An admin can set a new password in setup.",
            ),
            AuthError::TooOften(too_often) => too_often.into(),
            AuthError::WeakPassword { .. } => ApiError::invalid("password", error.to_string()),
            AuthError::UnknownToken => ApiError::new(
                Code::UnknownToken,
                "Send `authorization: Bearer <token>`; an admin makes tokens in setup.",
            ),
            AuthError::TokenOver => ApiError::new(Code::TokenOver, "An admin can make a new one in setup."),
            AuthError::Append(error) => error.into(),
            AuthError::Secret(error) => error.into(),
            AuthError::Hash(error) => ApiError::internal(error),
            AuthError::Gone(what) => ApiError::internal(what),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_is_one_word_of_its_own_and_says_what_it_is() {
        let mut seen = std::collections::HashSet::new();
        for code in Code::ALL {
            assert!(seen.insert(code.as_str()), "{} is there twice", code.as_str());
            assert!(code.title().ends_with('.'));
            assert!(code.status().is_client_error() || code.status().is_server_error());
        }
    }

    #[test]
    fn what_broke_inside_does_not_go_out() {
        let response = ApiError::internal("the secret reason").into_response();
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        let error = ApiError::internal("the secret reason");
        assert!(!error.detail().contains("secret"));
    }
}
