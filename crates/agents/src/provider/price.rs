//! What a call cost, in millionths of the currency that the price is in. Without a price or a count it cannot be said.

use serde::{Deserialize, Serialize};

use super::message::Usage;

/// Price of a million tokens, in millionths of a currency unit: 2.50 is 2,500,000.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Price {
    /// Of tokens that the model reads.
    pub input_micros_per_million: u64,
    /// Of tokens that it writes.
    pub output_micros_per_million: u64,
}

/// Why a cost cannot be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoCost {
    /// The configuration has no price for this model.
    NoPrice,
    /// The vendor did not count.
    NoCount,
}

/// A cost, or why there is none to tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cost {
    /// Millionths of the currency, rounded up.
    Micros(u64),
    /// It cannot be said.
    CannotSay(NoCost),
}

impl Cost {
    /// The cost of one call.
    pub fn of(usage: Usage, price: Option<Price>) -> Cost {
        match (price, usage.input, usage.output) {
            (None, ..) => Cost::CannotSay(NoCost::NoPrice),
            (Some(price), Some(input), Some(output)) => Cost::Micros(price.of(input, output)),
            (Some(_), ..) => Cost::CannotSay(NoCost::NoCount),
        }
    }

    /// Both together. What cannot be said of one cannot be said of the sum.
    #[must_use]
    pub fn and(self, other: Cost) -> Cost {
        match (self, other) {
            (Cost::Micros(one), Cost::Micros(two)) => Cost::Micros(one + two),
            (Cost::CannotSay(why), _) | (_, Cost::CannotSay(why)) => Cost::CannotSay(why),
        }
    }
}

impl Price {
    /// Millionths for so many tokens, rounded up once.
    pub fn of(self, input: u64, output: u64) -> u64 {
        let parts = u128::from(input) * u128::from(self.input_micros_per_million)
            + u128::from(output) * u128::from(self.output_micros_per_million);
        u64::try_from(parts.div_ceil(1_000_000)).unwrap_or(u64::MAX)
    }

    /// Tokens of output that so many millionths buy after this input; none if the input alone costs more.
    pub fn output_for(self, micros: u64, input: u64) -> Option<u64> {
        let left = micros.checked_sub(self.of(input, 0))?;
        match self.output_micros_per_million {
            0 => Some(u64::MAX),
            price => u64::try_from(u128::from(left) * 1_000_000 / u128::from(price)).ok(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICE: Price = Price { input_micros_per_million: 2_500_000, output_micros_per_million: 10_000_000 };

    #[test]
    fn a_cost_is_worked_out_by_hand() {
        let usage = |input, output| Usage { input, output };
        // 1,200 × 2.50 + 300 × 10.00, each by a million: 0.003 + 0.003 of the currency.
        assert_eq!(Cost::of(usage(Some(1_200), Some(300)), Some(PRICE)), Cost::Micros(6_000));
        assert_eq!(Cost::of(usage(Some(1), Some(0)), Some(PRICE)), Cost::Micros(3), "rounded up");
        assert_eq!(Cost::of(usage(Some(0), Some(0)), Some(PRICE)), Cost::Micros(0));
        assert_eq!(Cost::of(usage(Some(1), Some(1)), None), Cost::CannotSay(NoCost::NoPrice));
        assert_eq!(Cost::of(usage(Some(1), None), Some(PRICE)), Cost::CannotSay(NoCost::NoCount));
        assert_eq!(Cost::Micros(3).and(Cost::CannotSay(NoCost::NoCount)), Cost::CannotSay(NoCost::NoCount));
    }

    #[test]
    fn what_money_buys_never_costs_more_than_the_money() {
        assert_eq!(PRICE.output_for(6_000, 1_200), Some(300));
        assert_eq!(PRICE.output_for(2_999, 1_200), None);
        for micros in [3_000, 3_001, 3_009, 3_010, 3_011] {
            let output = PRICE.output_for(micros, 1_200).unwrap();
            assert!(PRICE.of(1_200, output) <= micros);
        }
    }
}
