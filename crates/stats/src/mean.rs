//! Mean and variance, one value at a time and mergeable.
//!
//! Welford's update; the merge is that of Chan, Golub and LeVeque (1979). Neither subtracts large sums, so
//! that a small spread around a large mean survives.

use crate::{
    interval::{Confidence, Interval},
    normal, student,
};
use serde::{Deserialize, Serialize};

/// Count, mean and sum of squared deviations of the values seen so far, in the unit of the values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
pub struct Mean {
    count: u64,
    mean: f64,
    squares: f64,
}

impl Mean {
    /// Takes in one value. A value that is not finite is left out, and `false` says so.
    pub fn add(&mut self, value: f64) -> bool {
        if !value.is_finite() {
            return false;
        }
        self.count += 1;
        let before = value - self.mean;
        self.mean += before / self.count as f64;
        self.squares += before * (value - self.mean);
        true
    }

    /// Takes in what another sample saw. Order and grouping matter only to rounding.
    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        if self.count == 0 {
            *self = *other;
            return;
        }
        let (ours, theirs) = (self.count as f64, other.count as f64);
        let both = ours + theirs;
        let apart = other.mean - self.mean;
        self.mean += apart * theirs / both;
        self.squares += other.squares + apart * apart * ours * theirs / both;
        self.count += other.count;
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    /// The arithmetic mean. `None` without a value.
    pub fn estimate(&self) -> Option<f64> {
        (self.count > 0).then_some(self.mean)
    }

    /// The unbiased sample variance, in the squared unit. `None` with fewer than two values.
    pub fn variance(&self) -> Option<f64> {
        (self.count > 1).then(|| (self.squares / (self.count - 1) as f64).max(0.0))
    }

    /// The square root of the variance. `None` with fewer than two values.
    pub fn standard_deviation(&self) -> Option<f64> {
        self.variance().map(f64::sqrt)
    }

    /// The standard error of the mean. `None` with fewer than two values.
    pub fn standard_error(&self) -> Option<f64> {
        self.variance().map(|variance| (variance / self.count as f64).sqrt())
    }

    /// Student's t interval around the mean: exact for normal values, good for others from some dozens on.
    /// `None` with fewer than two values. Assumes independent values.
    pub fn interval(&self, confidence: Confidence) -> Option<Interval> {
        let degrees = self.count.checked_sub(1)? as f64;
        self.reach(student::two_sided_width(confidence, degrees)?)
    }

    /// The large-sample interval, mean ± z standard errors. `None` with fewer than two values.
    pub fn normal_interval(&self, confidence: Confidence) -> Option<Interval> {
        self.reach(normal::two_sided_width(confidence))
    }

    fn reach(&self, errors: f64) -> Option<Interval> {
        let half = errors * self.standard_error()?;
        Some(Interval { low: self.mean - half, high: self.mean + half })
    }
}

impl FromIterator<f64> for Mean {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Self {
        let mut mean = Self::default();
        for value in values {
            mean.add(value);
        }
        mean
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_known_sample_gives_its_known_moments() {
        let mean: Mean = [2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0].into_iter().collect();
        assert_eq!(mean.estimate(), Some(5.0));
        assert!((mean.variance().unwrap() - 32.0 / 7.0).abs() < 1e-12);
        let interval = mean.interval(Confidence::P95).unwrap();
        // t(7) = 2.3646; standard error = sqrt(32 / 7 / 8).
        assert!((interval.high - 5.0 - 2.364_624_25 * (32.0f64 / 56.0).sqrt()).abs() < 1e-6);
        assert!(mean.normal_interval(Confidence::P95).unwrap().width() < interval.width());
    }

    #[test]
    fn too_little_gives_no_answer() {
        let mut mean = Mean::default();
        assert_eq!(mean.estimate(), None);
        assert_eq!(mean.interval(Confidence::P95), None);
        assert!(!mean.add(f64::NAN));
        assert!(mean.add(3.0));
        assert_eq!((mean.estimate(), mean.variance()), (Some(3.0), None));
        assert_eq!(mean.interval(Confidence::P95), None);
    }

    #[test]
    fn a_small_spread_around_a_large_mean_survives() {
        let mean: Mean = [1e9 + 4.0, 1e9 + 7.0, 1e9 + 13.0, 1e9 + 16.0].into_iter().collect();
        assert!((mean.variance().unwrap() - 30.0).abs() < 1e-6);
    }

    proptest! {
        #[test]
        fn merging_parts_gives_the_whole(
            a in proptest::collection::vec(-1e6f64..1e6, 0..50),
            b in proptest::collection::vec(-1e6f64..1e6, 0..50),
        ) {
            let whole: Mean = a.iter().chain(&b).copied().collect();
            let (left, right): (Mean, Mean) =
                (a.iter().copied().collect(), b.iter().copied().collect());
            for (mut first, second) in [(left, right), (right, left)] {
                first.merge(&second);
                prop_assert_eq!(first.count(), whole.count());
                if let (Some(merged), Some(direct)) = (first.estimate(), whole.estimate()) {
                    prop_assert!((merged - direct).abs() < 1e-6);
                }
                if let (Some(merged), Some(direct)) = (first.variance(), whole.variance()) {
                    prop_assert!((merged - direct).abs() <= 1e-9 * direct.max(1.0));
                }
            }
        }
    }
}
