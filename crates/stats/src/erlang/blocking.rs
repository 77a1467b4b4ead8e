//! Erlang B: the share of contacts that find every line busy and are lost.

use super::{ErlangError, checked_agents, positive};

/// The probability that all `lines` are busy under a load in erlangs.
///
/// The recursion B(n) = a·B(n-1) / (n + a·B(n-1)), which neither overflows nor cancels (A. K. Erlang 1917;
/// the recursion is in every teletraffic handbook, e.g. ITU-D Teletraffic Engineering, 7.3).
pub fn blocking_probability(load_erlangs: f64, lines: u32) -> Result<f64, ErlangError> {
    let load = positive("the load", load_erlangs)?;
    let lines = checked_agents(lines)?;
    Ok((1..=lines).fold(1.0, |blocked, line| one_more_line(load, blocked, line)))
}

/// B(n) from B(n - 1).
pub(super) fn one_more_line(load: f64, blocked: f64, line: u32) -> f64 {
    load * blocked / (f64::from(line) + load * blocked)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn published_values_are_met() {
        // From the usual printed Erlang B tables: load at which 1 % is lost.
        for (lines, load) in [(1, 0.0101), (5, 1.361), (10, 4.461), (20, 12.03), (50, 37.90), (100, 84.06)] {
            let lost = blocking_probability(load, lines).unwrap();
            assert!((lost - 0.01).abs() < 1e-4, "{lines} lines, {load} erlangs: {lost}");
        }
        // One line: a / (1 + a).
        assert_eq!(blocking_probability(3.0, 1), Ok(0.75));
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(blocking_probability(0.0, 5).is_err());
        assert!(blocking_probability(f64::INFINITY, 5).is_err());
        assert_eq!(blocking_probability(1.0, 0), Err(ErlangError::Agents(0)));
    }

    proptest! {
        #[test]
        fn another_line_never_loses_more(load in 0.01f64..5_000.0, lines in 1u32..5_000) {
            let fewer = blocking_probability(load, lines).unwrap();
            let more = blocking_probability(load, lines + 1).unwrap();
            prop_assert!((0.0..=1.0).contains(&more) && more <= fewer);
        }
    }
}
