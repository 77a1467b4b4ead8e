//! Student's t distribution, for intervals around means of few values.
//!
//! The tail is a regularised incomplete beta function, by its continued fraction (NIST Digital Library of
//! Mathematical Functions 8.17.22); the logarithm of the gamma function is Stirling's series (5.11.1).

use crate::{interval::Confidence, normal};

const FRACTION_STEPS_MAX: u32 = 500;
const BISECTION_STEPS: u32 = 200;
/// Above this many degrees of freedom the normal quantile is right to eight digits.
const NORMAL_ABOVE: f64 = 1e8;

/// How many standard errors a two-sided interval reaches to each side with `degrees` of freedom, e.g. 2.262
/// for 95 % and 9. `None` unless `degrees` is a positive finite number.
pub fn two_sided_width(confidence: Confidence, degrees: f64) -> Option<f64> {
    if !(degrees.is_finite() && degrees > 0.0) {
        return None;
    }
    let normal_width = normal::two_sided_width(confidence);
    if degrees > NORMAL_ABOVE {
        return Some(normal_width);
    }
    let alpha = confidence.alpha();
    let (mut low, mut high) = (0.0, normal_width.max(1.0));
    while two_sided_tail(high, degrees) > alpha {
        low = high;
        high *= 2.0;
        if !high.is_finite() {
            return None;
        }
    }
    for _ in 0..BISECTION_STEPS {
        let middle = 0.5 * (low + high);
        if middle <= low || middle >= high {
            break;
        }
        if two_sided_tail(middle, degrees) > alpha {
            low = middle;
        } else {
            high = middle;
        }
    }
    Some(0.5 * (low + high))
}

/// P(|T| > t) with `degrees` of freedom.
pub fn two_sided_tail(t: f64, degrees: f64) -> f64 {
    incomplete_beta(0.5 * degrees, 0.5, degrees / (degrees + t * t))
}

/// The regularised incomplete beta function I_x(a, b), for positive a and b and x in [0, 1].
pub fn incomplete_beta(a: f64, b: f64, x: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let log_front = a * x.ln() + b * (-x).ln_1p() + ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
    // The continued fraction converges fast on the side of the mean; the other side is its complement.
    if x < (a + 1.0) / (a + b + 2.0) {
        log_front.exp() * beta_fraction(a, b, x) / a
    } else {
        1.0 - log_front.exp() * beta_fraction(b, a, 1.0 - x) / b
    }
}

/// The natural logarithm of the gamma function for `x > 0`.
pub fn ln_gamma(x: f64) -> f64 {
    // Stirling's series is accurate from 15 on; smaller arguments are shifted up by the recurrence.
    let mut shifted = x;
    let mut product: f64 = 1.0;
    while shifted < 15.0 {
        product *= shifted;
        shifted += 1.0;
    }
    let inverse = 1.0 / shifted;
    let square = inverse * inverse;
    let series = inverse
        * (1.0 / 12.0 - square * (1.0 / 360.0 - square * (1.0 / 1260.0 - square * (1.0 / 1680.0 - square / 1188.0))));
    let half_log_two_pi = 0.5 * (2.0 * std::f64::consts::PI).ln();
    (shifted - 0.5) * shifted.ln() - shifted + half_log_two_pi + series - product.ln()
}

/// Lentz's evaluation of the continued fraction of the incomplete beta function.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let away_from_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let mut c = 1.0;
    let mut d = 1.0 / away_from_zero(1.0 - (a + b) * x / (a + 1.0));
    let mut result = d;
    for step in 1..=FRACTION_STEPS_MAX {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        d = 1.0 / away_from_zero(1.0 + even * d);
        c = away_from_zero(1.0 + even / c);
        result *= d * c;
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        d = 1.0 / away_from_zero(1.0 + odd * d);
        c = away_from_zero(1.0 + odd / c);
        result *= d * c;
        if (d * c - 1.0).abs() < 1e-15 {
            break;
        }
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn widths_agree_with_the_printed_table() {
        // Two-sided 95 %: the column found in every statistics textbook.
        for (degrees, width) in [(1.0, 12.706), (2.0, 4.303), (5.0, 2.571), (9.0, 2.262), (30.0, 2.042), (120.0, 1.980)]
        {
            let ours = two_sided_width(Confidence::P95, degrees).unwrap();
            assert!((ours - width).abs() < 5e-4, "{degrees}: {ours} is not {width}");
        }
    }

    #[test]
    fn one_degree_of_freedom_is_the_cauchy_distribution() {
        let exact = (std::f64::consts::PI * 0.475).tan();
        let ours = two_sided_width(Confidence::P95, 1.0).unwrap();
        assert!((ours / exact - 1.0).abs() < 1e-11, "{ours} {exact}");
    }

    #[test]
    fn many_degrees_approach_the_normal() {
        let ours = two_sided_width(Confidence::P95, 1e7).unwrap();
        assert!((ours - 1.959_963_984_540_054).abs() < 1e-6);
        assert!(two_sided_width(Confidence::P95, 0.0).is_none());
        assert!(two_sided_width(Confidence::P95, f64::NAN).is_none());
    }

    #[test]
    fn the_gamma_function_is_the_factorial() {
        let mut factorial: f64 = 1.0;
        for n in 1..=20u32 {
            factorial *= f64::from(n);
            assert!((ln_gamma(f64::from(n) + 1.0) - factorial.ln()).abs() < 1e-12);
        }
        assert!((ln_gamma(0.5) - 0.5 * std::f64::consts::PI.ln()).abs() < 1e-14);
    }

    proptest! {
        #[test]
        fn the_incomplete_beta_is_symmetric(a in 0.2f64..50.0, b in 0.2f64..50.0, x in 0.0f64..1.0) {
            let sum = incomplete_beta(a, b, x) + incomplete_beta(b, a, 1.0 - x);
            prop_assert!((sum - 1.0).abs() < 1e-10, "{sum}");
        }
    }
}
