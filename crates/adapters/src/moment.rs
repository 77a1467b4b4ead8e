//! Instants as other systems write them: RFC 3339, or milliseconds since 1970.

use serde_json::Value;
use signalbox_model::time::{DurationMs, Timestamp};

/// 1990-01-01: whatever is before was meant as seconds, or as nothing.
const EARLIEST: Timestamp = Timestamp(631_152_000_000);
/// A clock that runs ahead by no more than this is taken for now, without a word.
pub const SKEW: DurationMs = DurationMs::seconds(300);
/// A clock that runs ahead by more than this is wrong.
pub const FUTURE_MAX: DurationMs = DurationMs::seconds(24 * 3_600);

/// An instant that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MomentError {
    /// Neither form.
    #[error("must be a time as in \"2026-11-21T09:30:00Z\", or milliseconds since 1970")]
    Form,
    /// Too early.
    #[error("must lie after 1990; numbers are milliseconds, not seconds")]
    TooEarly,
    /// Too far ahead.
    #[error("lies {hours} hours in the future: set the sender's clock")]
    Future {
        /// How far.
        hours: i64,
    },
}

/// Reads an instant.
///
/// # Errors
/// When it has neither form, or lies before 1990.
pub fn parse(value: &Value) -> Result<Timestamp, MomentError> {
    let at = match value {
        Value::Number(number) => number.as_i64().map(Timestamp),
        Value::String(text) => text.trim().parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond())),
        _ => None,
    };
    match at {
        None => Err(MomentError::Form),
        Some(at) if at < EARLIEST => Err(MomentError::TooEarly),
        Some(at) => Ok(at),
    }
}

/// An instant held against our clock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Never after our now.
    pub at: Timestamp,
    /// It was further ahead than clocks usually are, and was set to now.
    pub adjusted: bool,
}

/// Holds an instant against our clock: what lies ahead becomes now.
///
/// # Errors
/// When it lies more than a day ahead.
pub fn check(at: Timestamp, now: Timestamp) -> Result<Checked, MomentError> {
    let ahead = at.since(now);
    if ahead > FUTURE_MAX {
        return Err(MomentError::Future { hours: (ahead.0 / 3_600_000) as i64 });
    }
    Ok(Checked { at: at.min(now), adjusted: ahead > SKEW })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn both_forms_are_read_and_seconds_are_refused() {
        assert_eq!(parse(&json!("2026-11-21T09:30:00Z")), Ok(Timestamp(1_795_253_400_000)));
        assert_eq!(parse(&json!("2026-11-21T10:30:00+01:00")), Ok(Timestamp(1_795_253_400_000)));
        assert_eq!(parse(&json!(1_795_253_400_000i64)), Ok(Timestamp(1_795_253_400_000)));
        assert_eq!(parse(&json!(1_795_253_400)), Err(MomentError::TooEarly));
        assert_eq!(parse(&json!("yesterday")), Err(MomentError::Form));
        assert_eq!(parse(&json!(1.5)), Err(MomentError::Form));
    }

    #[test]
    fn a_clock_ahead_becomes_now_and_a_day_ahead_is_refused() {
        let now = Timestamp(1_795_253_400_000);
        let ahead = |seconds: i64| Timestamp(now.0 + seconds * 1_000);
        assert_eq!(check(ahead(-60), now), Ok(Checked { at: ahead(-60), adjusted: false }));
        assert_eq!(check(ahead(299), now), Ok(Checked { at: now, adjusted: false }));
        assert_eq!(check(ahead(3_600), now), Ok(Checked { at: now, adjusted: true }));
        assert_eq!(check(ahead(25 * 3_600), now), Err(MomentError::Future { hours: 25 }));
    }
}
