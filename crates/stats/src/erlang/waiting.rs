//! Erlang C: everybody waits until answered, nobody gives up.

use super::{Demand, ErlangError, blocking::blocking_probability, checked_agents};

/// The long run of a line on which nobody gives up.
///
/// With a load of at least one erlang per person the line has no steady state: the queue grows without
/// bound. Then everybody waits, nobody is answered in time, everybody is always busy, and there is no mean
/// wait.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Waiting {
    demand: Demand,
    agents: u32,
    waiting_probability: f64,
}

impl Waiting {
    /// `agents` people serve `demand`.
    pub fn new(demand: Demand, agents: u32) -> Result<Self, ErlangError> {
        let agents = checked_agents(agents)?;
        let blocked = blocking_probability(demand.load_erlangs(), agents)?;
        Ok(Self::from_blocking(demand, agents, blocked))
    }

    /// From the Erlang B probability of the same line: C = n·B / (n - a·(1 - B)).
    pub(super) fn from_blocking(demand: Demand, agents: u32, blocked: f64) -> Self {
        let (n, load) = (f64::from(agents), demand.load_erlangs());
        let waiting_probability = if load < n { (n * blocked / (n - load * (1.0 - blocked))).min(1.0) } else { 1.0 };
        Self { demand, agents, waiting_probability }
    }

    /// The share of contacts that wait at all.
    pub fn waiting_probability(&self) -> f64 {
        self.waiting_probability
    }

    /// The share of contacts answered within `within_s` seconds: 1 - C·e^(-(n - a)·t / handle time).
    pub fn service_level(&self, within_s: f64) -> f64 {
        match self.spare() {
            None => 0.0,
            Some(spare) => {
                let late = (-spare * within_s.max(0.0) / self.demand.handle_time_s).exp();
                1.0 - self.waiting_probability * late
            }
        }
    }

    /// The mean wait of all contacts in seconds, also called average speed of answer. `None` if the queue
    /// grows without bound.
    pub fn mean_wait_s(&self) -> Option<f64> {
        self.mean_wait_of_waiting_s().map(|wait| wait * self.waiting_probability)
    }

    /// The mean wait of those who wait, in seconds. `None` if the queue grows without bound.
    pub fn mean_wait_of_waiting_s(&self) -> Option<f64> {
        self.spare().map(|spare| self.demand.handle_time_s / spare)
    }

    /// The mean number of contacts waiting (Little's law). `None` if the queue grows without bound.
    pub fn mean_queue(&self) -> Option<f64> {
        self.mean_wait_s().map(|wait| wait * self.demand.contacts_per_s)
    }

    /// The share of their time that people are busy.
    pub fn occupancy(&self) -> f64 {
        (self.demand.load_erlangs() / f64::from(self.agents)).min(1.0)
    }

    pub fn agents(&self) -> u32 {
        self.agents
    }

    /// People beyond the load, if there are any.
    fn spare(&self) -> Option<f64> {
        let spare = f64::from(self.agents) - self.demand.load_erlangs();
        (spare > 0.0).then_some(spare)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn one_person_is_the_textbook_line() {
        // M/M/1 at half load: half wait, and the mean wait is one handle time.
        let line = Waiting::new(Demand::new(1.0, 200.0, 100.0).unwrap(), 1).unwrap();
        assert!((line.waiting_probability() - 0.5).abs() < 1e-15);
        assert!((line.mean_wait_s().unwrap() - 100.0).abs() < 1e-12);
        assert!((line.mean_queue().unwrap() - 0.5).abs() < 1e-12);
        assert!((line.service_level(0.0) - 0.5).abs() < 1e-15);
        assert!((line.service_level(100.0) - (1.0 - 0.5 * (-0.5f64).exp())).abs() < 1e-15);
    }

    #[test]
    fn an_overloaded_line_has_no_mean_wait() {
        let line = Waiting::new(Demand::new(10.0, 60.0, 60.0).unwrap(), 10).unwrap();
        assert_eq!(line.mean_wait_s(), None);
        assert_eq!(line.mean_queue(), None);
        assert_eq!((line.waiting_probability(), line.service_level(20.0)), (1.0, 0.0));
        assert_eq!(line.occupancy(), 1.0);
    }

    #[test]
    fn thousands_of_people_are_computed_without_overflow() {
        let demand = Demand::new(19_900.0, 60.0, 60.0).unwrap();
        let line = Waiting::new(demand, 20_000).unwrap();
        let waits = line.waiting_probability();
        // Halfin and Whitt (1981): 1 / (1 + b·F(b) / f(b)) with b = (n - a) / sqrt(a) ≈ 0.709.
        let spare = 100.0 / 19_900f64.sqrt();
        let heavy = 1.0 / (1.0 + spare * crate::normal::cumulative(spare) / crate::normal::density(spare));
        assert!((waits - heavy).abs() < 0.005, "{waits} {heavy}");
    }

    proptest! {
        #[test]
        fn another_person_never_makes_it_worse(load in 0.1f64..2_000.0, spare in 1u32..200, within in 0.0f64..300.0) {
            let demand = Demand::new(load, 300.0, 300.0).unwrap();
            let agents = load.floor() as u32 + spare;
            let (few, many) = (Waiting::new(demand, agents).unwrap(), Waiting::new(demand, agents + 1).unwrap());
            prop_assert!(many.waiting_probability() <= few.waiting_probability());
            prop_assert!(many.service_level(within) >= few.service_level(within) - 1e-15);
            prop_assert!((0.0..=1.0).contains(&few.service_level(within)));
        }
    }
}
