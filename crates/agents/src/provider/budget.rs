//! What one turn may use up: time, model calls, tool calls, tokens, money. It is asked before each step and charged after.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::message::Usage;
use super::price::Price;

/// Bounds of one turn, as a briefing sets them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BudgetLimits {
    /// Calls of a model.
    pub model_turns: u32,
    /// Calls of tools, all together.
    pub tool_calls: u32,
    /// Tokens, read and written, all together.
    pub tokens: u64,
    /// Tokens that one call may write.
    pub output_tokens: u64,
    /// Money in millionths of the currency; none is no bound.
    pub money_micros: Option<u64>,
    /// Time for everything.
    pub total_ms: u64,
}

impl Default for BudgetLimits {
    fn default() -> BudgetLimits {
        BudgetLimits {
            model_turns: 6,
            tool_calls: 6,
            tokens: 60_000,
            output_tokens: 1_000,
            money_micros: None,
            total_ms: 30_000,
        }
    }
}

/// Which bound was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Limit {
    /// Calls of a model.
    ModelTurns,
    /// Calls of tools.
    ToolCalls,
    /// Tokens.
    Tokens,
    /// Money.
    Money,
    /// There is a bound in money, and the model has no price: the bound could not be held.
    MoneyWithoutPrice,
    /// Time.
    Time,
}

/// What is left of a turn's bounds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Budget {
    model_turns: u32,
    tool_calls: u32,
    tokens: u64,
    output_tokens: u64,
    money_micros: Option<u64>,
    until: Instant,
}

impl Budget {
    /// A full budget that begins now.
    pub fn new(limits: &BudgetLimits, now: Instant) -> Budget {
        Budget {
            model_turns: limits.model_turns,
            tool_calls: limits.tool_calls,
            tokens: limits.tokens,
            output_tokens: limits.output_tokens,
            money_micros: limits.money_micros,
            until: now + Duration::from_millis(limits.total_ms),
        }
    }

    /// When everything must have ended.
    pub fn until(&self) -> Instant {
        self.until
    }

    /// Takes one call of a model that reads about so many tokens; says how many it may write.
    ///
    /// # Errors
    /// When a bound is reached.
    pub fn take_model_turn(&mut self, input: u64, price: Option<Price>, now: Instant) -> Result<u64, Limit> {
        if now >= self.until {
            return Err(Limit::Time);
        }
        let mut output = self.tokens.checked_sub(input).filter(|left| *left > 0).ok_or(Limit::Tokens)?;
        output = output.min(self.output_tokens);
        if let Some(money) = self.money_micros {
            let price = price.ok_or(Limit::MoneyWithoutPrice)?;
            output = output.min(price.output_for(money, input).filter(|left| *left > 0).ok_or(Limit::Money)?);
        }
        self.model_turns = self.model_turns.checked_sub(1).ok_or(Limit::ModelTurns)?;
        Ok(output)
    }

    /// Takes one call of a tool.
    ///
    /// # Errors
    /// When a bound is reached.
    pub fn take_tool_call(&mut self, now: Instant) -> Result<(), Limit> {
        if now >= self.until {
            return Err(Limit::Time);
        }
        self.tool_calls = self.tool_calls.checked_sub(1).ok_or(Limit::ToolCalls)?;
        Ok(())
    }

    /// Charges a call. Where the vendor did not count, the guess is charged: a bound holds also then.
    pub fn charge(&mut self, usage: Usage, guessed: (u64, u64), price: Option<Price>) {
        let (input, output) = (usage.input.unwrap_or(guessed.0), usage.output.unwrap_or(guessed.1));
        self.tokens = self.tokens.saturating_sub(input.saturating_add(output));
        if let (Some(money), Some(price)) = (&mut self.money_micros, price) {
            *money = money.saturating_sub(price.of(input, output));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRICE: Price = Price { input_micros_per_million: 1_000_000, output_micros_per_million: 2_000_000 };

    #[test]
    fn every_bound_is_asked_before_and_charged_after() {
        let now = Instant::now();
        let limits =
            BudgetLimits { model_turns: 2, tool_calls: 1, tokens: 1_000, output_tokens: 400, ..Default::default() };
        let mut budget = Budget::new(&limits, now);
        assert_eq!(budget.take_model_turn(1_000, None, now), Err(Limit::Tokens));
        assert_eq!(budget.take_model_turn(100, None, now), Ok(400));
        budget.charge(Usage { input: Some(700), output: None }, (100, 50), None);
        assert_eq!(budget.take_model_turn(100, None, now), Ok(150), "250 are left, 100 of them are read");
        assert_eq!(budget.take_model_turn(100, None, now), Err(Limit::ModelTurns));
        assert_eq!(budget.take_tool_call(now), Ok(()));
        assert_eq!(budget.take_tool_call(now), Err(Limit::ToolCalls));
        let late = now + Duration::from_millis(limits.total_ms);
        assert_eq!(Budget::new(&limits, now).take_model_turn(1, None, late), Err(Limit::Time));
        assert_eq!(Budget::new(&limits, now).take_tool_call(late), Err(Limit::Time));
    }

    #[test]
    fn a_bound_in_money_needs_a_price_and_bounds_what_is_written() {
        let now = Instant::now();
        let mut budget = Budget::new(&BudgetLimits { money_micros: Some(500), ..Default::default() }, now);
        assert_eq!(budget.take_model_turn(100, None, now), Err(Limit::MoneyWithoutPrice));
        assert_eq!(budget.take_model_turn(100, Some(PRICE), now), Ok(200));
        budget.charge(Usage { input: Some(100), output: Some(190) }, (0, 0), Some(PRICE));
        assert_eq!(budget.take_model_turn(100, Some(PRICE), now), Err(Limit::Money), "20 are left");
    }
}
