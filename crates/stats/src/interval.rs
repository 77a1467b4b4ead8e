//! A confidence level and the range that goes with an estimate.

use serde::{Deserialize, Serialize};

/// Why a confidence level was refused.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("a confidence level lies strictly between 0 and 1, got {0}; for 95 % write 0.95")]
pub struct ConfidenceError(pub f64);

/// A two-sided confidence level, strictly between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Confidence(f64);

impl Confidence {
    /// The usual 95 %.
    pub const P95: Confidence = Confidence(0.95);

    /// Accepts a level in (0, 1).
    pub fn new(level: f64) -> Result<Self, ConfidenceError> {
        if level > 0.0 && level < 1.0 { Ok(Self(level)) } else { Err(ConfidenceError(level)) }
    }

    /// The level, in (0, 1).
    pub fn level(self) -> f64 {
        self.0
    }

    /// What is left in both tails together, `1 - level`.
    pub fn alpha(self) -> f64 {
        1.0 - self.0
    }
}

impl TryFrom<f64> for Confidence {
    type Error = ConfidenceError;

    fn try_from(level: f64) -> Result<Self, ConfidenceError> {
        Self::new(level)
    }
}

impl From<Confidence> for f64 {
    fn from(confidence: Confidence) -> f64 {
        confidence.0
    }
}

/// A closed range `[low, high]`, in the unit of what it estimates.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Interval {
    pub low: f64,
    pub high: f64,
}

impl Interval {
    /// Whether `value` lies inside, ends included.
    pub fn contains(self, value: f64) -> bool {
        self.low <= value && value <= self.high
    }

    /// `high - low`.
    pub fn width(self) -> f64 {
        self.high - self.low
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_given_in_percent_is_refused_with_advice() {
        let refused = Confidence::new(95.0).unwrap_err();
        assert!(refused.to_string().contains("0.95"));
        assert!(Confidence::new(f64::NAN).is_err());
        assert!(Confidence::new(0.0).is_err());
        assert!(Confidence::new(1.0).is_err());
    }

    #[test]
    fn a_level_survives_json_and_a_bad_one_does_not() {
        let json = serde_json::to_string(&Confidence::P95).unwrap();
        assert_eq!(json, "0.95");
        assert_eq!(serde_json::from_str::<Confidence>(&json).unwrap(), Confidence::P95);
        assert!(serde_json::from_str::<Confidence>("1.5").is_err());
    }

    #[test]
    fn an_interval_contains_its_ends() {
        let interval = Interval { low: 1.0, high: 2.0 };
        assert!(interval.contains(1.0) && interval.contains(2.0) && !interval.contains(2.1));
        assert_eq!(interval.width(), 1.0);
    }
}
