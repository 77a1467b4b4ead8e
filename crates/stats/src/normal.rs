//! The standard normal distribution: tail, cumulative probability, quantile.
//!
//! The tail uses the Taylor series of the error function near zero and its continued fraction further out
//! (Abramowitz and Stegun 7.1.6 and 7.1.14). The relative error is below 1e-13 wherever the result is a
//! normal floating-point number.

use std::f64::consts::{FRAC_1_SQRT_2, PI};

/// Where the series hands over to the continued fraction, in units of `x / sqrt(2)`.
const SERIES_BELOW: f64 = 2.0;
const SERIES_TERMS_MAX: u32 = 200;
const FRACTION_TERMS: u32 = 120;
const NEWTON_STEPS_MAX: u32 = 60;

/// P(Z > x) for a standard normal Z, accurate also far out in the tail.
pub fn upper_tail(x: f64) -> f64 {
    let scaled = x * FRAC_1_SQRT_2;
    if scaled.abs() < SERIES_BELOW {
        0.5 - 0.5 * error_function_near_zero(scaled)
    } else if scaled > 0.0 {
        0.5 * error_function_complement_far_out(scaled)
    } else {
        1.0 - 0.5 * error_function_complement_far_out(-scaled)
    }
}

/// P(Z <= x) for a standard normal Z.
pub fn cumulative(x: f64) -> f64 {
    upper_tail(-x)
}

/// The density of a standard normal at `x`.
pub fn density(x: f64) -> f64 {
    (-0.5 * x * x).exp() / (2.0 * PI).sqrt()
}

/// The `x` with P(Z <= x) = `probability`. `None` outside (0, 1).
pub fn quantile(probability: f64) -> Option<f64> {
    if !(probability > 0.0 && probability < 1.0) {
        return None;
    }
    if probability > 0.5 {
        return Some(upper_quantile(1.0 - probability));
    }
    Some(-upper_quantile(probability))
}

/// How many standard errors a two-sided interval reaches to each side, e.g. 1.96 for 95 %.
pub fn two_sided_width(confidence: crate::interval::Confidence) -> f64 {
    upper_quantile(confidence.alpha() / 2.0)
}

/// Newton's method on the logarithm of the tail, which is concave, so that the steps never overshoot far.
fn upper_quantile(tail: f64) -> f64 {
    let mut x = if tail < 0.02 { (-2.0 * tail.ln()).sqrt() } else { 0.0 };
    for _ in 0..NEWTON_STEPS_MAX {
        let here = upper_tail(x);
        let step = (here.ln() - tail.ln()) * here / density(x);
        x += step;
        if step.abs() <= 1e-15 * x.abs().max(1.0) {
            break;
        }
    }
    x
}

fn error_function_near_zero(x: f64) -> f64 {
    let square = x * x;
    let mut term = x;
    let mut sum = x;
    for n in 1..SERIES_TERMS_MAX {
        term *= 2.0 * square / f64::from(2 * n + 1);
        sum += term;
        if term.abs() <= f64::EPSILON * 0.1 * sum.abs() {
            break;
        }
    }
    2.0 / PI.sqrt() * (-square).exp() * sum
}

fn error_function_complement_far_out(x: f64) -> f64 {
    let mut fraction = x;
    for n in (1..=FRACTION_TERMS).rev() {
        fraction = x + f64::from(n) / 2.0 / fraction;
    }
    (-x * x).exp() / (fraction * PI.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interval::Confidence;
    use proptest::prelude::*;

    fn close(a: f64, b: f64, relative: f64) -> bool {
        (a - b).abs() <= relative * b.abs().max(f64::MIN_POSITIVE)
    }

    #[test]
    fn tails_agree_with_published_values() {
        // Abramowitz and Stegun, tables 26.1 and 26.2.
        for (x, tail) in [
            (0.0, 0.5),
            (1.0, 0.158_655_253_931_457_05),
            (1.96, 0.024_997_895_148_220_435),
            (3.0, 0.001_349_898_031_630_094_5),
            (5.0, 2.866_515_718_791_939e-7),
            (10.0, 7.619_853_024_160_527e-24),
        ] {
            assert!(close(upper_tail(x), tail, 1e-13), "{x}: {} {tail}", upper_tail(x));
        }
    }

    #[test]
    fn quantiles_agree_with_published_values() {
        for (p, x) in [
            (0.975, 1.959_963_984_540_054),
            (0.995, 2.575_829_303_548_901),
            (0.9, 1.281_551_565_544_600_5),
            (1e-10, -6.361_340_902_404_056),
        ] {
            assert!(close(quantile(p).unwrap(), x, 1e-13), "{p}: {:?}", quantile(p));
        }
        assert_eq!(quantile(0.0), None);
        assert_eq!(quantile(1.0), None);
        assert_eq!(quantile(f64::NAN), None);
        assert!(close(two_sided_width(Confidence::P95), 1.959_963_984_540_054, 1e-13));
    }

    proptest! {
        #[test]
        fn the_quantile_undoes_the_cumulative(x in -8.0f64..5.0) {
            let back = quantile(cumulative(x)).unwrap();
            prop_assert!((back - x).abs() < 1e-8, "{x} came back as {back}");
        }

        #[test]
        fn both_tails_sum_to_one(x in -30.0f64..30.0) {
            prop_assert!((upper_tail(x) + cumulative(x) - 1.0).abs() < 1e-14);
        }
    }
}
