//! How often something happened: an estimate with Wilson's interval.

use crate::{
    interval::{Confidence, Interval},
    normal,
};
use serde::{Deserialize, Serialize};

/// Why counts do not make a proportion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{successes} successes out of {trials} trials: count each success among the trials")]
pub struct ProportionError {
    pub successes: u64,
    pub trials: u64,
}

/// Successes out of trials.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Counts", into = "Counts")]
pub struct Proportion {
    successes: u64,
    trials: u64,
}

impl Proportion {
    /// Fails if there are more successes than trials.
    pub fn new(successes: u64, trials: u64) -> Result<Self, ProportionError> {
        if successes > trials {
            return Err(ProportionError { successes, trials });
        }
        Ok(Self { successes, trials })
    }

    /// Counts one more trial.
    pub fn add(&mut self, is_success: bool) {
        self.trials = self.trials.saturating_add(1);
        self.successes = self.successes.saturating_add(u64::from(is_success)).min(self.trials);
    }

    /// Adds the counts of another sample. Order and grouping do not matter.
    pub fn merge(&mut self, other: &Self) {
        self.trials = self.trials.saturating_add(other.trials);
        self.successes = self.successes.saturating_add(other.successes).min(self.trials);
    }

    pub fn successes(&self) -> u64 {
        self.successes
    }

    pub fn trials(&self) -> u64 {
        self.trials
    }

    /// Successes / trials, in [0, 1]. `None` without a trial.
    pub fn estimate(&self) -> Option<f64> {
        (self.trials > 0).then(|| self.successes as f64 / self.trials as f64)
    }

    /// Wilson's score interval, inside [0, 1], honest also near 0 and 1 and for few trials. `None` without
    /// a trial. Assumes independent trials. E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209.
    pub fn interval(&self, confidence: Confidence) -> Option<Interval> {
        let share = self.estimate()?;
        let n = self.trials as f64;
        let z = normal::two_sided_width(confidence);
        let shrink = 1.0 + z * z / n;
        let centre = (share + z * z / (2.0 * n)) / shrink;
        let half = z / shrink * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
        // At the ends the formula gives exactly 0 or 1; rounding must not move it past them.
        let low = if self.successes == 0 { 0.0 } else { (centre - half).max(0.0) };
        let high = if self.successes == self.trials { 1.0 } else { (centre + half).min(1.0) };
        Some(Interval { low, high })
    }
}

#[derive(Serialize, Deserialize)]
struct Counts {
    successes: u64,
    trials: u64,
}

impl TryFrom<Counts> for Proportion {
    type Error = ProportionError;

    fn try_from(counts: Counts) -> Result<Self, ProportionError> {
        Self::new(counts.successes, counts.trials)
    }
}

impl From<Proportion> for Counts {
    fn from(proportion: Proportion) -> Self {
        Self { successes: proportion.successes, trials: proportion.trials }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_interval_agrees_with_published_values() {
        // R. G. Newcombe, Statistics in Medicine 17 (1998) 857, table I, method 3.
        for (successes, trials, low, high) in
            [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)]
        {
            let proportion = Proportion::new(successes, trials).unwrap();
            let interval = proportion.interval(Confidence::P95).unwrap();
            assert!((interval.low - low).abs() < 6e-5, "{successes}/{trials}: {interval:?}");
            assert!((interval.high - high).abs() < 6e-5, "{successes}/{trials}: {interval:?}");
        }
    }

    #[test]
    fn nothing_observed_gives_no_estimate() {
        assert_eq!(Proportion::default().estimate(), None);
        assert_eq!(Proportion::default().interval(Confidence::P95), None);
    }

    #[test]
    fn more_successes_than_trials_are_refused_also_from_json() {
        assert!(Proportion::new(3, 2).is_err());
        assert!(serde_json::from_str::<Proportion>(r#"{"successes":3,"trials":2}"#).is_err());
    }

    prop_compose! {
        fn any_proportion()(trials in 0u64..1_000_000)(
            successes in 0..=trials, trials in Just(trials),
        ) -> Proportion {
            Proportion::new(successes, trials).unwrap()
        }
    }

    proptest! {
        #[test]
        fn merging_is_adding(a in any_proportion(), b in any_proportion(), c in any_proportion()) {
            let (mut left, mut bc, mut right) = (a, b, c);
            left.merge(&b);
            left.merge(&c);
            bc.merge(&c);
            let mut grouped = a;
            grouped.merge(&bc);
            right.merge(&b);
            right.merge(&a);
            prop_assert_eq!(left, grouped);
            prop_assert_eq!(left, right);
        }

        #[test]
        fn the_interval_holds_the_estimate_and_stays_a_share(p in any_proportion()) {
            if let Some(interval) = p.interval(Confidence::P95) {
                prop_assert!(interval.contains(p.estimate().unwrap()));
                prop_assert!(0.0 <= interval.low && interval.high <= 1.0);
            }
        }
    }
}
