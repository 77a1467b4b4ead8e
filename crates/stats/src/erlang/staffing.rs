//! How many people a line needs to keep a promise.

use super::{AGENTS_MAX, Demand, ErlangError, blocking::one_more_line, patience::Patience, positive, waiting::Waiting};

/// What a line promises, and what its people are spared.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Target {
    /// The share of contacts to be answered in time, in (0, 1).
    pub service_level: f64,
    /// What "in time" means, in seconds.
    pub within_s: f64,
    /// People are busy for at most this share of their time, in (0, 1]; 1 asks nothing.
    pub occupancy_max: f64,
    /// The share of paid time in which people are not at work on the line (breaks, training, absence), in
    /// [0, 1).
    pub shrinkage: f64,
}

/// The smallest staffing that keeps a promise.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Staffing {
    /// People working on the line at the same time.
    pub agents: u32,
    /// People to schedule so that, after shrinkage, `agents` are there.
    pub scheduled: u32,
    /// What these people achieve.
    pub service_level: f64,
    pub occupancy: f64,
    pub waiting_probability: f64,
}

/// Staffing if nobody gives up (Erlang C). First the service level is met, then people are added until
/// occupancy is low enough, then shrinkage is added on top.
pub fn agents_required(demand: Demand, target: Target) -> Result<Staffing, ErlangError> {
    target.check()?;
    let for_occupancy = target.agents_for_occupancy(demand.load_erlangs())?;
    let mut blocked = 1.0;
    for agents in 1..=AGENTS_MAX {
        blocked = one_more_line(demand.load_erlangs(), blocked, agents);
        if agents < for_occupancy {
            continue;
        }
        let line = Waiting::from_blocking(demand, agents, blocked);
        let service_level = line.service_level(target.within_s);
        if service_level >= target.service_level {
            return Ok(Staffing {
                agents,
                scheduled: target.scheduled(agents),
                service_level,
                occupancy: line.occupancy(),
                waiting_probability: line.waiting_probability(),
            });
        }
    }
    Err(ErlangError::OutOfReach)
}

/// Staffing if contacts give up after `patience_s` seconds on average (Erlang A), of whom at most a share
/// `abandonment_max` in (0, 1] may. The service level counts every abandoned contact as missed.
pub fn agents_required_with_patience(
    demand: Demand,
    patience_s: f64,
    abandonment_max: f64,
    target: Target,
) -> Result<Staffing, ErlangError> {
    target.check()?;
    in_range("the abandonment", "in (0, 1]", abandonment_max, |share| share > 0.0 && share <= 1.0)?;
    let is_enough = |line: &Patience| {
        line.answered_within(target.within_s) >= target.service_level
            && line.abandonment_probability() <= abandonment_max
            && line.occupancy() <= target.occupancy_max
    };
    let (mut too_few, mut enough) = (0, 1);
    let mut line = Patience::new(demand, enough, patience_s)?;
    while !is_enough(&line) {
        if enough == AGENTS_MAX {
            return Err(ErlangError::OutOfReach);
        }
        too_few = enough;
        enough = (enough * 2).min(AGENTS_MAX);
        line = Patience::new(demand, enough, patience_s)?;
    }
    while enough - too_few > 1 {
        let middle = too_few + (enough - too_few) / 2;
        let candidate = Patience::new(demand, middle, patience_s)?;
        if is_enough(&candidate) {
            (enough, line) = (middle, candidate);
        } else {
            too_few = middle;
        }
    }
    Ok(Staffing {
        agents: enough,
        scheduled: target.scheduled(enough),
        service_level: line.answered_within(target.within_s),
        occupancy: line.occupancy(),
        waiting_probability: line.waiting_probability(),
    })
}

impl Target {
    fn check(&self) -> Result<(), ErlangError> {
        in_range("the service level", "in (0, 1)", self.service_level, |v| v > 0.0 && v < 1.0)?;
        in_range("the time to answer", "at 0 s or above", self.within_s, |v| v >= 0.0)?;
        in_range("the occupancy", "in (0, 1]", self.occupancy_max, |v| v > 0.0 && v <= 1.0)?;
        in_range("the shrinkage", "in [0, 1)", self.shrinkage, |v| (0.0..1.0).contains(&v))
    }

    /// The fewest people who are busy no more than allowed, when nobody gives up.
    fn agents_for_occupancy(&self, load: f64) -> Result<u32, ErlangError> {
        let agents = whole(positive("the load", load)? / self.occupancy_max);
        if agents > f64::from(AGENTS_MAX) { Err(ErlangError::OutOfReach) } else { Ok(agents as u32) }
    }

    fn scheduled(&self, agents: u32) -> u32 {
        whole(f64::from(agents) / (1.0 - self.shrinkage)) as u32
    }
}

/// Rounds up, but not because of the last digits of a division that should have come out even.
fn whole(people: f64) -> f64 {
    (people * (1.0 - 1e-12)).ceil()
}

fn in_range(
    what: &'static str,
    range: &'static str,
    value: f64,
    is_inside: impl Fn(f64) -> bool,
) -> Result<(), ErlangError> {
    if is_inside(value) { Ok(()) } else { Err(ErlangError::OutOfRange { what, range, value }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const TARGET: Target = Target { service_level: 0.8, within_s: 20.0, occupancy_max: 1.0, shrinkage: 0.0 };

    #[test]
    fn one_person_fewer_would_break_the_promise() {
        for load in [0.3, 5.0, 10.6, 100.0, 2_000.0] {
            let demand = Demand::new(load, 240.0, 240.0).unwrap();
            let staffing = agents_required(demand, TARGET).unwrap();
            assert!(staffing.service_level >= 0.8);
            if staffing.agents > 1 {
                let fewer = Waiting::new(demand, staffing.agents - 1).unwrap();
                assert!(fewer.service_level(20.0) < 0.8, "{load}");
            }
        }
    }

    #[test]
    fn people_who_give_up_need_fewer_agents_and_the_limit_is_kept() {
        let demand = Demand::new(100.0, 300.0, 300.0).unwrap();
        let endless = agents_required(demand, TARGET).unwrap();
        let patient = agents_required_with_patience(demand, 180.0, 1.0, TARGET).unwrap();
        assert!(patient.agents <= endless.agents);
        let strict = agents_required_with_patience(demand, 180.0, 0.005, TARGET).unwrap();
        assert!(strict.agents > patient.agents);
        let fewer = Patience::new(demand, strict.agents - 1, 180.0).unwrap();
        assert!(fewer.abandonment_probability() > 0.005);
    }

    #[test]
    fn shrinkage_that_comes_out_even_adds_nobody() {
        let target = Target { shrinkage: 0.3, ..TARGET };
        assert_eq!(target.scheduled(14), 20);
        assert_eq!(target.scheduled(7), 10);
        assert_eq!(target.scheduled(15), 22);
    }

    #[test]
    fn impossible_targets_are_refused_with_the_range() {
        let demand = Demand::new(100.0, 300.0, 300.0).unwrap();
        let refused = agents_required(demand, Target { service_level: 80.0, ..TARGET }).unwrap_err();
        assert_eq!(refused.to_string(), "the service level must lie in (0, 1), got 80");
        assert!(agents_required(demand, Target { shrinkage: 1.0, ..TARGET }).is_err());
        assert!(agents_required(demand, Target { occupancy_max: 0.0, ..TARGET }).is_err());
        assert!(agents_required(demand, Target { within_s: f64::NAN, ..TARGET }).is_err());
        let huge = Demand::new(500_000.0, 300.0, 300.0).unwrap();
        assert_eq!(agents_required(huge, TARGET), Err(ErlangError::OutOfReach));
    }

    proptest! {
        #[test]
        fn occupancy_and_service_level_are_kept(load in 0.1f64..500.0, occupancy in 0.5f64..1.0) {
            let demand = Demand::new(load, 300.0, 300.0).unwrap();
            let staffing = agents_required(demand, Target { occupancy_max: occupancy, ..TARGET }).unwrap();
            prop_assert!(staffing.occupancy <= occupancy + 1e-9);
            prop_assert!(staffing.service_level >= 0.8);
        }
    }
}
