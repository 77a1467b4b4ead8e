//! A destination that fails again and again is left alone for a while: its callers learn at once that nobody answers.

use std::time::Duration;

use tokio::time::Instant;

use crate::limits::{BREAKER_FAILURES_MAX, BREAKER_OPEN_MS};

/// What one destination's circuit says. Pure: the time is an argument.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Breaker {
    /// Requests pass; so many have failed in a row.
    #[default]
    Closed,
    /// Requests pass, some failed in a row.
    Failing(u32),
    /// Nothing passes until this instant.
    Open(Instant),
    /// One request is trying whether the destination is back.
    HalfOpen,
}

/// May a request be made?
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// Yes.
    Yes,
    /// Yes, and its result decides for all others.
    Trial,
    /// No, for so long.
    No(Duration),
}

impl Breaker {
    /// Asks for leave.
    pub fn ask(&mut self, now: Instant) -> Pass {
        match *self {
            Breaker::Closed | Breaker::Failing(_) => Pass::Yes,
            Breaker::Open(until) if until <= now => {
                *self = Breaker::HalfOpen;
                Pass::Trial
            }
            Breaker::Open(until) => Pass::No(until - now),
            // How long the trial takes is not known; the next look is soon.
            Breaker::HalfOpen => Pass::No(Duration::from_millis(BREAKER_OPEN_MS / 10)),
        }
    }

    /// An answer came.
    pub fn answered(&mut self) {
        *self = Breaker::Closed;
    }

    /// None came, or one that says that the destination is broken.
    pub fn failed(&mut self, now: Instant) {
        *self = match *self {
            Breaker::HalfOpen => Breaker::Open(now + Duration::from_millis(BREAKER_OPEN_MS)),
            Breaker::Open(until) => Breaker::Open(until),
            Breaker::Closed | Breaker::Failing(_) => {
                let count = if let Breaker::Failing(count) = *self { count + 1 } else { 1 };
                match count >= BREAKER_FAILURES_MAX {
                    true => Breaker::Open(now + Duration::from_millis(BREAKER_OPEN_MS)),
                    false => Breaker::Failing(count),
                }
            }
        };
    }

    /// A trial was given up before it had a result: the next one may try at once.
    pub fn given_up(&mut self, now: Instant) {
        if *self == Breaker::HalfOpen {
            *self = Breaker::Open(now);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_circuit_opens_after_failures_lets_one_try_and_closes_on_its_answer() {
        let open_for = Duration::from_millis(BREAKER_OPEN_MS);
        let (mut breaker, mut now) = (Breaker::default(), Instant::now());
        for _ in 0..BREAKER_FAILURES_MAX {
            assert_eq!(breaker.ask(now), Pass::Yes);
            breaker.failed(now);
        }
        assert_eq!(breaker.ask(now), Pass::No(open_for));
        now += open_for;
        assert_eq!(breaker.ask(now), Pass::Trial);
        assert!(matches!(breaker.ask(now), Pass::No(_)), "one trial at a time");
        breaker.failed(now);
        assert_eq!(breaker.ask(now), Pass::No(open_for));
        now += open_for;
        assert_eq!(breaker.ask(now), Pass::Trial);
        breaker.given_up(now);
        assert_eq!(breaker.ask(now), Pass::Trial);
        breaker.answered();
        assert_eq!(breaker.ask(now), Pass::Yes);
    }

    #[test]
    fn an_answer_in_between_forgives_earlier_failures() {
        let (mut breaker, now) = (Breaker::default(), Instant::now());
        for _ in 0..3 * BREAKER_FAILURES_MAX {
            breaker.failed(now);
            breaker.answered();
        }
        assert_eq!(breaker.ask(now), Pass::Yes);
    }
}
