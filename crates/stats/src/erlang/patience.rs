//! Erlang A (M/M/n+M): whoever waits gives up after an exponential patience.
//!
//! The line is a birth-and-death process. Its state probabilities are summed outwards from the most likely
//! state, whose weight is set to one, so that nothing overflows however great the load. How long a contact
//! that finds `k` others waiting would have to wait is a sum of k + 1 exponential times whose rates rise in
//! equal steps; with the patience as unit of time, e^(-wait) then has the beta distribution with parameters
//! `c` and k + 1, where `c` is the number of contacts that the people finish per mean patience. Compare
//! A. Mandelbaum and S. Zeltyn, "Service Engineering in Action: the Palm/Erlang-A Queue" (2007).

use super::{Demand, ErlangError, checked_agents, positive};

/// Contacts per mean patience, and contacts finished per mean patience, that are still summed.
const PER_PATIENCE_MAX: f64 = 1e6;
const FINISHED_PER_PATIENCE_MAX: f64 = 1e10;
/// A term this much smaller than its sum no longer changes it.
const NEGLIGIBLE: f64 = 1e-20;

/// The long run of a line whose contacts give up.
#[derive(Debug, Clone, PartialEq)]
pub struct Patience {
    demand: Demand,
    agents: u32,
    patience_s: f64,
    /// `c`: contacts that all people together finish per mean patience.
    finished: f64,
    /// Probability that everybody is busy and exactly `k` contacts wait, by `k`.
    queue: Vec<f64>,
    waiting_probability: f64,
    mean_queue: f64,
}

impl Patience {
    /// `agents` people serve `demand`; a waiting contact gives up after `patience_s` seconds on average.
    pub fn new(demand: Demand, agents: u32, patience_s: f64) -> Result<Self, ErlangError> {
        let agents = checked_agents(agents)?;
        let patience_s = positive("the patience", patience_s)?;
        let offered = demand.contacts_per_s * patience_s;
        if offered > PER_PATIENCE_MAX {
            return Err(ErlangError::PatienceTooLong(offered));
        }
        let finished = f64::from(agents) * patience_s / demand.handle_time_s;
        if finished > FINISHED_PER_PATIENCE_MAX {
            return Err(ErlangError::PatienceTooLong(finished));
        }
        let chain = Chain { load: demand.load_erlangs(), agents, offered, finished };
        let (idle, mut queue) = chain.weights();
        let waiting: f64 = queue.iter().sum();
        let total = idle + waiting;
        for weight in &mut queue {
            *weight /= total;
        }
        let mean_queue = queue.iter().enumerate().map(|(k, p)| k as f64 * p).sum();
        let waiting_probability = (waiting / total).min(1.0);
        Ok(Self { demand, agents, patience_s, finished, queue, waiting_probability, mean_queue })
    }

    /// The share of contacts that find everybody busy.
    pub fn waiting_probability(&self) -> f64 {
        self.waiting_probability
    }

    /// The share of contacts that give up before they are answered.
    pub fn abandonment_probability(&self) -> f64 {
        (self.mean_queue / (self.demand.contacts_per_s * self.patience_s)).min(1.0)
    }

    /// The mean time in queue of all contacts, answered or not, in seconds.
    pub fn mean_wait_s(&self) -> f64 {
        self.mean_queue / self.demand.contacts_per_s
    }

    /// The mean wait of those who are answered, in seconds (average speed of answer). `None` if so few are
    /// answered that the share cannot be told from zero.
    pub fn mean_wait_of_answered_s(&self) -> Option<f64> {
        let answered = 1.0 - self.abandonment_probability();
        if answered < 1e-12 {
            return None;
        }
        let mut ahead = 0.0;
        let mut sum = 0.0;
        for (k, probability) in self.queue.iter().enumerate() {
            ahead += 1.0 / (self.finished + 1.0 + k as f64);
            sum += probability * self.answered_from(k) * ahead;
        }
        Some(sum * self.patience_s / answered)
    }

    /// The mean number of contacts waiting.
    pub fn mean_queue(&self) -> f64 {
        self.mean_queue
    }

    /// The share of their time that people are busy.
    pub fn occupancy(&self) -> f64 {
        let done = self.demand.load_erlangs() * (1.0 - self.abandonment_probability());
        (done / f64::from(self.agents)).min(1.0)
    }

    pub fn agents(&self) -> u32 {
        self.agents
    }

    /// The share of all contacts that are answered within `within_s` seconds. This is the service level
    /// that counts every abandoned contact as missed; other conventions follow from this and
    /// [`Self::abandoned_within`].
    pub fn answered_within(&self, within_s: f64) -> f64 {
        let mut passed = Passed::new(self.finished + 1.0, within_s.max(0.0) / self.patience_s);
        let late = self.queue.iter().enumerate();
        let waited: f64 = late.map(|(k, p)| p * self.answered_from(k) * (1.0 - passed.next_share())).sum();
        (1.0 - self.waiting_probability + waited).clamp(0.0, 1.0)
    }

    /// The share of all contacts that give up within `within_s` seconds.
    pub fn abandoned_within(&self, within_s: f64) -> f64 {
        let time = within_s.max(0.0) / self.patience_s;
        let still_patient = (-time).exp();
        let mut unanswered = Passed::new(self.finished, time);
        let mut answered = Passed::new(self.finished + 1.0, time);
        let mut sum = 0.0;
        for (k, probability) in self.queue.iter().enumerate() {
            let still_waiting = still_patient * unanswered.next_share();
            let answered_by_then = self.answered_from(k) * (1.0 - answered.next_share());
            sum += probability * (1.0 - still_waiting - answered_by_then);
        }
        sum.clamp(0.0, 1.0)
    }

    /// The probability that a contact that finds `k` others waiting is answered.
    fn answered_from(&self, k: usize) -> f64 {
        self.finished / (self.finished + k as f64 + 1.0)
    }
}

/// The birth-and-death process: state `j` has `j` contacts in the system.
struct Chain {
    load: f64,
    agents: u32,
    /// Contacts that arrive per mean patience.
    offered: f64,
    /// Contacts that all people together finish per mean patience.
    finished: f64,
}

impl Chain {
    /// The weight of all states with somebody free together, and of each state with `k` waiting; the most
    /// likely state weighs one.
    fn weights(&self) -> (f64, Vec<f64>) {
        if self.load < f64::from(self.agents) { self.around_idle() } else { self.around_busy() }
    }

    /// The most likely state has somebody free.
    fn around_idle(&self) -> (f64, Vec<f64>) {
        let peak = (self.load as u32).min(self.agents - 1);
        let mut idle = 1.0 + self.sum_down(1.0, peak);
        let mut weight = 1.0;
        for state in peak + 1..self.agents {
            weight *= self.load / f64::from(state);
            idle += weight;
        }
        let mut queue = vec![weight * self.load / f64::from(self.agents)];
        self.extend_up(&mut queue);
        (idle, queue)
    }

    /// The most likely state has everybody busy.
    fn around_busy(&self) -> (f64, Vec<f64>) {
        let peak = (self.offered - self.finished).max(0.0) as usize;
        let mut queue = vec![1.0; peak + 1];
        for k in (0..peak).rev() {
            queue[k] = queue[k + 1] * (self.finished + k as f64 + 1.0) / self.offered;
        }
        let idle = self.sum_down(queue[0], self.agents);
        self.extend_up(&mut queue);
        (idle, queue)
    }

    /// The weight of all states below `state`, whose own weight is given. Only states with somebody free
    /// are passed.
    fn sum_down(&self, weight: f64, state: u32) -> f64 {
        let mut below = weight;
        let mut sum = 0.0;
        for state in (1..=state).rev() {
            below *= f64::from(state) / self.load;
            sum += below;
            if below < NEGLIGIBLE * sum {
                break;
            }
        }
        sum
    }

    /// Adds longer queues until they no longer matter.
    fn extend_up(&self, queue: &mut Vec<f64>) {
        let mut sum: f64 = queue.iter().sum();
        let mut weight = queue[queue.len() - 1];
        while weight > NEGLIGIBLE * sum {
            weight *= self.offered / (self.finished + queue.len() as f64);
            sum += weight;
            queue.push(weight);
        }
    }
}

/// For k = 0, 1, 2, ...: the probability that k + 1 departures take longer than a given time, which is the
/// cumulative negative binomial distribution. Terms are kept as logarithms because the first ones underflow
/// on large lines.
struct Passed {
    shape: f64,
    log_gone: f64,
    log_term: f64,
    sum: f64,
    k: f64,
}

impl Passed {
    /// `time` is in units of the mean patience.
    fn new(shape: f64, time: f64) -> Self {
        let log_gone = (-(-time).exp_m1()).ln();
        Self { shape, log_gone, log_term: -time * shape, sum: 0.0, k: 0.0 }
    }

    fn next_share(&mut self) -> f64 {
        self.sum += self.log_term.exp();
        self.log_term += self.log_gone + ((self.shape + self.k) / (self.k + 1.0)).ln();
        self.k += 1.0;
        self.sum.min(1.0)
    }
}

#[cfg(test)]
mod tests {
    use super::super::waiting::Waiting;
    use super::*;
    use crate::{rng::Rng, sample::Exponential};
    use proptest::prelude::*;

    fn close(a: f64, b: f64, relative: f64) -> bool {
        (a - b).abs() <= relative * b.abs().max(1e-300)
    }

    #[test]
    fn patience_equal_to_handle_time_is_a_poisson_number_of_contacts() {
        // Everybody leaves at the same rate, served or not, so the system holds Poisson(load) contacts.
        for (load, agents) in [(10.0, 12), (100.0, 90), (100.0, 100), (3_000.0, 3_100)] {
            let demand = Demand::new(load, 300.0, 300.0).unwrap();
            let line = Patience::new(demand, agents, 300.0).unwrap();
            let (mut log_weight, mut below) = (-load, 0.0);
            for state in 0..agents {
                below += f64::exp(log_weight);
                log_weight += (load / f64::from(state + 1)).ln();
            }
            let waits = line.waiting_probability();
            assert!((waits - (1.0 - below)).abs() < 1e-11, "{load} {agents}: {waits}");
        }
    }

    #[test]
    fn endless_patience_approaches_the_line_where_nobody_gives_up() {
        let demand = Demand::new(90.0, 300.0, 300.0).unwrap();
        let patient = Patience::new(demand, 100, 3e6).unwrap();
        let endless = Waiting::new(demand, 100).unwrap();
        assert!(close(patient.waiting_probability(), endless.waiting_probability(), 1e-3));
        assert!(close(patient.mean_wait_s(), endless.mean_wait_s().unwrap(), 2e-3));
        assert!(close(patient.answered_within(20.0), endless.service_level(20.0), 1e-3));
    }

    #[test]
    fn no_patience_is_the_line_that_loses_whoever_finds_it_busy() {
        let demand = Demand::new(20.0, 300.0, 300.0).unwrap();
        let line = Patience::new(demand, 18, 1e-6).unwrap();
        let lost = super::super::blocking::blocking_probability(20.0, 18).unwrap();
        assert!(close(line.abandonment_probability(), lost, 1e-5));
    }

    #[test]
    fn everyone_is_answered_or_gives_up_in_the_end() {
        for agents in [50, 95, 100, 130] {
            let demand = Demand::new(100.0, 300.0, 300.0).unwrap();
            let line = Patience::new(demand, agents, 180.0).unwrap();
            let gone = line.abandonment_probability();
            assert!(close(line.answered_within(f64::INFINITY), 1.0 - gone, 1e-12));
            assert!(close(line.abandoned_within(f64::INFINITY), gone, 1e-10));
            assert!(close(line.answered_within(0.0), 1.0 - line.waiting_probability(), 1e-12));
            assert!(line.abandoned_within(0.0).abs() < 1e-12);
            let answered = line.mean_wait_of_answered_s().unwrap();
            assert!(answered < line.mean_wait_s() / (1.0 - gone));
        }
    }

    #[test]
    fn great_lines_and_great_overload_are_computed() {
        let heavy = Patience::new(Demand::new(10_000.0, 60.0, 300.0).unwrap(), 1_000, 180.0).unwrap();
        // 50,000 erlangs for 1,000 people: all busy, 98 % give up.
        assert!(close(heavy.abandonment_probability(), 0.98, 1e-9));
        assert!(close(heavy.occupancy(), 1.0, 1e-9));
        assert!(close(heavy.waiting_probability(), 1.0, 1e-12));
        let large = Patience::new(Demand::new(5_000.0, 300.0, 300.0).unwrap(), 5_050, 180.0).unwrap();
        let waits = large.waiting_probability();
        assert!(waits > 0.1 && waits < 0.4, "{waits}");
        assert!(large.answered_within(20.0) > 0.99);
        let quiet = Patience::new(Demand::new(10.0, 300.0, 300.0).unwrap(), 500, 180.0).unwrap();
        assert!(quiet.waiting_probability() < 1e-200);
    }

    #[test]
    fn a_seeded_simulation_agrees() {
        let demand = Demand::new(20.0, 300.0, 300.0).unwrap();
        let line = Patience::new(demand, 19, 120.0).unwrap();
        let seen = simulate(&demand, 19, 120.0, 20.0, 400_000);
        assert!((seen.waited - line.waiting_probability()).abs() < 0.01, "{seen:?}");
        assert!((seen.abandoned - line.abandonment_probability()).abs() < 0.005, "{seen:?}");
        assert!((seen.answered_within - line.answered_within(20.0)).abs() < 0.01, "{seen:?}");
        assert!((seen.abandoned_within - line.abandoned_within(20.0)).abs() < 0.003, "{seen:?}");
        let answered = line.mean_wait_of_answered_s().unwrap();
        assert!((seen.mean_wait_of_answered_s / answered - 1.0).abs() < 0.02, "{seen:?} {answered}");
    }

    #[derive(Debug, Default)]
    struct Seen {
        waited: f64,
        abandoned: f64,
        answered_within: f64,
        abandoned_within: f64,
        mean_wait_of_answered_s: f64,
    }

    /// First come, first served by whoever is free next; a contact whose patience ends earlier leaves.
    fn simulate(demand: &Demand, agents: usize, patience_s: f64, within_s: f64, contacts: u32) -> Seen {
        let gaps = Exponential::with_rate(demand.contacts_per_s()).unwrap();
        let handling = Exponential::with_mean(demand.handle_time_s()).unwrap();
        let patience = Exponential::with_mean(patience_s).unwrap();
        let mut rng = Rng::seeded(20);
        let mut free_at = vec![0.0f64; agents];
        let (mut now, mut seen) = (0.0, Seen::default());
        for _ in 0..contacts {
            now += gaps.draw(&mut rng);
            let (next, at) = free_at.iter().copied().enumerate().min_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
            let (wait, patience) = ((at - now).max(0.0), patience.draw(&mut rng));
            seen.waited += f64::from(wait > 0.0);
            if wait > patience {
                seen.abandoned += 1.0;
                seen.abandoned_within += f64::from(patience <= within_s);
            } else {
                seen.answered_within += f64::from(wait <= within_s);
                seen.mean_wait_of_answered_s += wait;
                free_at[next] = now + wait + handling.draw(&mut rng);
            }
        }
        let all = f64::from(contacts);
        seen.mean_wait_of_answered_s /= all - seen.abandoned;
        for share in [&mut seen.waited, &mut seen.abandoned, &mut seen.answered_within, &mut seen.abandoned_within] {
            *share /= all;
        }
        seen
    }

    proptest! {
        #[test]
        fn shares_are_shares_and_more_people_help(
            load in 0.1f64..800.0, staffing in 0.2f64..2.0, patience_s in 1.0f64..3_000.0, within_s in 0.0f64..600.0,
        ) {
            let demand = Demand::new(load, 300.0, 300.0).unwrap();
            let agents = ((load * staffing) as u32).max(1);
            let line = Patience::new(demand, agents, patience_s).unwrap();
            let more = Patience::new(demand, agents + 1, patience_s).unwrap();
            for share in [line.waiting_probability(), line.abandonment_probability(), line.occupancy(),
                line.answered_within(within_s), line.abandoned_within(within_s)] {
                prop_assert!((0.0..=1.0).contains(&share), "{share}");
            }
            prop_assert!(line.answered_within(within_s) + line.abandoned_within(within_s) <= 1.0 + 1e-9);
            prop_assert!(more.abandonment_probability() <= line.abandonment_probability() + 1e-9);
            prop_assert!(more.answered_within(within_s) >= line.answered_within(within_s) - 1e-9);
        }
    }
}
