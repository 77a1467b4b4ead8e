//! Random values with a given distribution, drawn from a generator that is passed in.
//!
//! Distributions are small checked values: what cannot be drawn from is refused when it is made, with what
//! to change, and drawing never fails.

use crate::rng::Rng;
use std::f64::consts::PI;

/// How many candidates one search for an arrival tries before it gives up.
const THINNING_TRIES_MAX: u32 = 10_000_000;

/// Why a distribution was refused.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum SampleError {
    #[error("{what} must be a positive finite number, got {value}")]
    NotPositive { what: &'static str, value: f64 },
    #[error("a spread must be zero or a positive finite number, got {0}")]
    Spread(f64),
    #[error("weights must be finite, not negative and not all zero; check weight number {0}")]
    Weights(usize),
    #[error("a quantile table needs at least two points")]
    TableTooShort,
    #[error("point {0} of a quantile table: probabilities rise strictly from 0 to 1, values never fall")]
    TableOrder(usize),
}

/// Exponential with mean `mean`, in the unit of the mean: times between events of a steady rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exponential {
    mean: f64,
}

impl Exponential {
    pub fn with_mean(mean: f64) -> Result<Self, SampleError> {
        positive("the mean of an exponential", mean).map(|mean| Self { mean })
    }

    /// The rate, in events per unit of time.
    pub fn with_rate(rate: f64) -> Result<Self, SampleError> {
        positive("the rate of an exponential", rate).map(|rate| Self { mean: 1.0 / rate })
    }

    pub fn mean(&self) -> f64 {
        self.mean
    }

    pub fn draw(&self, rng: &mut Rng) -> f64 {
        -self.mean * rng.uniform_open().ln()
    }
}

/// Lognormal: the logarithm is normal. A good shape for handle times.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LogNormal {
    log_mean: f64,
    log_spread: f64,
}

impl LogNormal {
    /// By its median, in the unit wanted, and the standard deviation of its logarithm.
    pub fn with_median(median: f64, log_spread: f64) -> Result<Self, SampleError> {
        let median = positive("the median of a lognormal", median)?;
        Ok(Self { log_mean: median.ln(), log_spread: spread(log_spread)? })
    }

    /// By its mean and standard deviation, both in the unit wanted.
    pub fn with_mean(mean: f64, standard_deviation: f64) -> Result<Self, SampleError> {
        let mean = positive("the mean of a lognormal", mean)?;
        let ratio = spread(standard_deviation)? / mean;
        let log_variance = (ratio * ratio).ln_1p();
        Ok(Self { log_mean: mean.ln() - 0.5 * log_variance, log_spread: log_variance.sqrt() })
    }

    /// The mean, e^(μ + σ²/2).
    pub fn mean(&self) -> f64 {
        (self.log_mean + 0.5 * self.log_spread * self.log_spread).exp()
    }

    pub fn draw(&self, rng: &mut Rng) -> f64 {
        (self.log_mean + self.log_spread * standard_normal(rng)).exp()
    }
}

/// A distribution known by its quantiles: straight lines between the points given.
#[derive(Debug, Clone, PartialEq)]
pub struct QuantileTable {
    points: Vec<(f64, f64)>,
}

impl QuantileTable {
    /// Points `(probability, value)`. Probabilities start at 0, rise strictly and end at 1; values never fall.
    pub fn new(points: Vec<(f64, f64)>) -> Result<Self, SampleError> {
        if points.len() < 2 {
            return Err(SampleError::TableTooShort);
        }
        let last = points.len() - 1;
        for (at, &(probability, value)) in points.iter().enumerate() {
            let begins = at > 0 || probability == 0.0;
            let ends = at < last || probability == 1.0;
            let rises = at == 0 || (probability > points[at - 1].0 && value >= points[at - 1].1);
            if !(begins && ends && rises && probability.is_finite() && value.is_finite()) {
                return Err(SampleError::TableOrder(at));
            }
        }
        Ok(Self { points })
    }

    /// The value at this probability, by interpolation. `None` outside [0, 1].
    pub fn quantile(&self, probability: f64) -> Option<f64> {
        if !(0.0..=1.0).contains(&probability) {
            return None;
        }
        let right = self.points.partition_point(|point| point.0 < probability).max(1);
        let ((p0, v0), (p1, v1)) = (self.points[right - 1], self.points[right]);
        Some(v0 + (v1 - v0) * (probability - p0) / (p1 - p0))
    }

    /// The mean of the interpolated distribution, exact.
    pub fn mean(&self) -> f64 {
        self.points.windows(2).map(|w| (w[1].0 - w[0].0) * 0.5 * (w[0].1 + w[1].1)).sum()
    }

    pub fn draw(&self, rng: &mut Rng) -> f64 {
        // A uniform draw lies inside [0, 1), where the table always has a value.
        self.quantile(rng.uniform()).unwrap_or(self.points[0].1)
    }
}

/// Chooses positions in proportion to fixed weights, in logarithmic time.
#[derive(Debug, Clone, PartialEq)]
pub struct Weighted {
    /// Running sums of the weights.
    upto: Vec<f64>,
}

impl Weighted {
    /// Weights need not sum to one. They are finite, not negative, and at least one is positive.
    pub fn new(weights: &[f64]) -> Result<Self, SampleError> {
        let mut total = 0.0;
        let mut upto = Vec::with_capacity(weights.len());
        for (at, &weight) in weights.iter().enumerate() {
            if !(weight.is_finite() && weight >= 0.0 && (total + weight).is_finite()) {
                return Err(SampleError::Weights(at));
            }
            total += weight;
            upto.push(total);
        }
        if total > 0.0 { Ok(Self { upto }) } else { Err(SampleError::Weights(0)) }
    }

    /// The position of the chosen weight; never one whose weight is zero.
    pub fn draw(&self, rng: &mut Rng) -> usize {
        let total = self.upto.last().copied().unwrap_or(0.0);
        let at = rng.uniform() * total;
        let chosen = self.upto.partition_point(|&sum| sum <= at);
        // Rounding may land on the total itself; the last weight that adds to it is meant.
        chosen.min(self.upto.partition_point(|&sum| sum < total))
    }
}

/// A standard normal value, by the method of Box and Muller (1958).
pub fn standard_normal(rng: &mut Rng) -> f64 {
    let radius = (-2.0 * rng.uniform_open().ln()).sqrt();
    radius * (2.0 * PI * rng.uniform()).cos()
}

/// The next event after `after` of a Poisson process whose rate changes with time, by thinning (Lewis and
/// Shedler, 1979).
///
/// `rate(t)` is in events per unit of time and must not exceed `rate_max`; where it does, it counts as
/// `rate_max`. `None` if no event falls before `until`, or if the rate is so far below `rate_max` that ten
/// million candidates were refused.
pub fn next_arrival(rng: &mut Rng, after: f64, until: f64, rate_max: f64, rate: impl Fn(f64) -> f64) -> Option<f64> {
    let gaps = Exponential::with_rate(rate_max).ok()?;
    let mut at = after;
    for _ in 0..THINNING_TRIES_MAX {
        at += gaps.draw(rng);
        if at.is_nan() || at >= until {
            return None;
        }
        if rng.chance(rate(at) / rate_max) {
            return Some(at);
        }
    }
    None
}

fn positive(what: &'static str, value: f64) -> Result<f64, SampleError> {
    if value.is_finite() && value > 0.0 { Ok(value) } else { Err(SampleError::NotPositive { what, value }) }
}

fn spread(value: f64) -> Result<f64, SampleError> {
    if value.is_finite() && value >= 0.0 { Ok(value) } else { Err(SampleError::Spread(value)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{mean::Mean, rng::Rng};
    use proptest::prelude::*;

    const DRAWS: usize = 40_000;

    /// The mean of many draws is within five standard errors of what it should be.
    fn check_mean(expected: f64, mut draw: impl FnMut() -> f64) {
        let mean: Mean = (0..DRAWS).map(|_| draw()).collect();
        let (got, error) = (mean.estimate().unwrap(), mean.standard_error().unwrap());
        assert!((got - expected).abs() < 5.0 * error, "{got} is not {expected} ± {error}");
    }

    #[test]
    fn draws_have_the_mean_asked_for() {
        let mut rng = Rng::seeded(11);
        let exponential = Exponential::with_mean(180.0).unwrap();
        check_mean(180.0, || exponential.draw(&mut rng));
        let lognormal = LogNormal::with_mean(300.0, 200.0).unwrap();
        assert!((lognormal.mean() - 300.0).abs() < 1e-9);
        check_mean(300.0, || lognormal.draw(&mut rng));
        let table = QuantileTable::new(vec![(0.0, 5.0), (0.5, 60.0), (0.9, 200.0), (1.0, 900.0)]).unwrap();
        check_mean(table.mean(), || table.draw(&mut rng));
        check_mean(0.0, || standard_normal(&mut rng));
    }

    #[test]
    fn a_lognormal_has_the_median_asked_for() {
        let mut rng = Rng::seeded(12);
        let lognormal = LogNormal::with_median(240.0, 0.7).unwrap();
        let below = (0..DRAWS).filter(|_| lognormal.draw(&mut rng) < 240.0).count();
        assert!(below.abs_diff(DRAWS / 2) < 500, "{below}");
    }

    #[test]
    fn weights_are_honoured_and_zero_is_never_chosen() {
        let mut rng = Rng::seeded(13);
        let weighted = Weighted::new(&[0.0, 3.0, 0.0, 1.0, 0.0]).unwrap();
        let mut counts = [0usize; 5];
        for _ in 0..DRAWS {
            counts[weighted.draw(&mut rng)] += 1;
        }
        assert_eq!((counts[0], counts[2], counts[4]), (0, 0, 0));
        assert!(counts[1].abs_diff(DRAWS * 3 / 4) < 450, "{counts:?}");
    }

    #[test]
    fn thinning_follows_a_rate_that_changes() {
        let mut rng = Rng::seeded(14);
        let rate = |t: f64| if t < 5_000.0 { 1.0 } else { 3.0 };
        let (mut at, mut early, mut late) = (0.0, 0i32, 0i32);
        while let Some(next) = next_arrival(&mut rng, at, 10_000.0, 4.0, rate) {
            at = next;
            *(if at < 5_000.0 { &mut early } else { &mut late }) += 1;
        }
        assert!((early - 5_000).abs() < 400, "{early}");
        assert!((late - 15_000).abs() < 700, "{late}");
        assert_eq!(next_arrival(&mut rng, 0.0, 1.0, 0.0, |_| 0.0), None);
    }

    #[test]
    fn what_cannot_be_drawn_from_is_refused_with_what_to_change() {
        let refused = Exponential::with_mean(0.0).unwrap_err().to_string();
        assert_eq!(refused, "the mean of an exponential must be a positive finite number, got 0");
        assert!(LogNormal::with_mean(10.0, f64::NAN).is_err());
        assert!(LogNormal::with_median(-1.0, 0.5).is_err());
        assert_eq!(Weighted::new(&[1.0, -1.0]), Err(SampleError::Weights(1)));
        assert!(Weighted::new(&[]).is_err());
        assert!(Weighted::new(&[0.0]).is_err());
        assert_eq!(QuantileTable::new(vec![(0.0, 1.0)]), Err(SampleError::TableTooShort));
        for (points, at) in [
            (vec![(0.1, 1.0), (1.0, 2.0)], 0),
            (vec![(0.0, 1.0), (0.9, 2.0)], 1),
            (vec![(0.0, 3.0), (1.0, 2.0)], 1),
            (vec![(0.0, 1.0), (0.5, 2.0), (0.5, 3.0), (1.0, 4.0)], 2),
        ] {
            assert_eq!(QuantileTable::new(points), Err(SampleError::TableOrder(at)));
        }
    }

    proptest! {
        #[test]
        fn a_quantile_table_returns_its_own_points(steps in proptest::collection::vec(0.01f64..10.0, 2..20)) {
            let n = (steps.len() - 1) as f64;
            let mut value = 0.0;
            let points: Vec<(f64, f64)> = steps.iter().enumerate().map(|(at, step)| {
                value += step;
                (at as f64 / n, value)
            }).collect();
            let table = QuantileTable::new(points.clone()).unwrap();
            for (probability, value) in points {
                prop_assert!((table.quantile(probability).unwrap() - value).abs() < 1e-9);
            }
            prop_assert_eq!(table.quantile(1.01), None);
        }
    }
}
