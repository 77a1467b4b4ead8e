//! What goes wrong, at random moments from the seed.

use signalbox_stats::Rng;
use signalbox_stats::sample::Exponential;

use crate::agenda::{Agenda, Fault, Happening};
use crate::scenario::{Faults, Scenario};

const HOUR_MS: f64 = 3_600_000.0;
/// A clock steps back by at most this.
const STEP_BACK_MS_MAX: u64 = 5_000;

/// The plan of faults.
pub struct FaultPlan {
    rates: Faults,
    rng: Rng,
}

impl FaultPlan {
    /// Plans the first of each kind.
    pub fn new(scenario: &Scenario, begins_at: i64, rng: &Rng, agenda: &mut Agenda) -> FaultPlan {
        let mut plan = FaultPlan { rates: scenario.faults.clone(), rng: rng.fork("faults") };
        for fault in [Fault::DeskLost, Fault::ClockBack, Fault::TakeOver, Fault::CustomerLost, Fault::WrongCommand] {
            plan.plan_next(fault, begins_at, agenda);
        }
        plan
    }

    /// Plans the next of a kind.
    pub fn plan_next(&mut self, fault: Fault, now: i64, agenda: &mut Agenda) {
        let per_hour = match fault {
            Fault::DeskLost => self.rates.desk_lost_per_hour,
            Fault::ClockBack => self.rates.clock_back_per_hour,
            Fault::TakeOver => self.rates.take_over_per_hour,
            Fault::CustomerLost => self.rates.customer_lost_per_hour,
            Fault::WrongCommand => self.rates.wrong_command_per_hour,
        };
        if let Ok(gap) = Exponential::with_rate(per_hour / HOUR_MS) {
            agenda.plan(now + gap.draw(&mut self.rng) as i64 + 1, Happening::Fault { fault });
        }
    }

    /// Whether a command is sent twice, and how much later the second arrives.
    pub fn again_after(&mut self) -> Option<i64> {
        let share = self.rates.duplicate_ratio;
        (share > 0.0 && self.rng.chance(share)).then(|| self.rng.below(30_000).unwrap_or(0) as i64)
    }

    /// How far the clock steps back.
    pub fn step_back_ms(&mut self) -> i64 {
        1 + self.rng.below(STEP_BACK_MS_MAX).unwrap_or(0) as i64
    }

    /// A number below the bound.
    pub fn pick(&mut self, bound: usize) -> usize {
        self.rng.below(bound as u64).unwrap_or(0) as usize
    }
}
