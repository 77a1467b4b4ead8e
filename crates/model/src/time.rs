//! Instants and lengths of time. There is no `now()` here: the edge reads the clock and passes it in.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An instant: milliseconds since 1970-01-01 00:00 UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = i64, example = 1_795_300_000_000i64)]
pub struct Timestamp(pub i64);

/// A length of time in milliseconds; never negative.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
#[schema(value_type = u64, example = 60_000)]
pub struct DurationMs(pub u64);

impl Timestamp {
    /// Milliseconds since 1970.
    pub fn millis(self) -> i64 {
        self.0
    }

    /// Time from `earlier` to here; zero when `earlier` is later, so that a clock that runs back never gives a negative wait.
    pub fn since(self, earlier: Timestamp) -> DurationMs {
        DurationMs(self.0.saturating_sub(earlier.0).max(0) as u64)
    }

    /// The instant `length` from here.
    pub fn plus(self, length: DurationMs) -> Timestamp {
        Timestamp(self.0.saturating_add(i64::try_from(length.0).unwrap_or(i64::MAX)))
    }

    /// The instant `length` before here.
    pub fn minus(self, length: DurationMs) -> Timestamp {
        Timestamp(self.0.saturating_sub(i64::try_from(length.0).unwrap_or(i64::MAX)))
    }
}

impl DurationMs {
    /// No time at all.
    pub const ZERO: DurationMs = DurationMs(0);

    /// From whole seconds.
    pub const fn seconds(seconds: u64) -> DurationMs {
        DurationMs(seconds * 1_000)
    }

    /// As seconds with a fraction.
    pub fn as_seconds(self) -> f64 {
        self.0 as f64 / 1_000.0
    }

    /// The sum, saturating.
    pub fn plus(self, other: DurationMs) -> DurationMs {
        DurationMs(self.0.saturating_add(other.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_runs_back_gives_a_wait_of_zero() {
        assert_eq!(Timestamp(5).since(Timestamp(9)), DurationMs::ZERO);
        assert_eq!(Timestamp(9).since(Timestamp(5)), DurationMs(4));
    }
}
