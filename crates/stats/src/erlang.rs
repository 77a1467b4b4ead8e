//! Staffing formulas: how many people a line needs, and how long people wait in it.
//!
//! Three models of a line with Poisson arrivals and exponential handle times:
//! - [`blocking`] (Erlang B): whoever finds everybody busy is lost;
//! - [`waiting`] (Erlang C): whoever finds everybody busy waits, however long;
//! - [`patience`] (Erlang A): whoever waits gives up after an exponential patience.
//!
//! All describe the long run of a steady line. Times are in seconds, loads in erlangs (contacts per second
//! times handle time in seconds), probabilities and shares in [0, 1]. Sums are arranged so that nothing
//! overflows for any input within the limits below.

/// More people on one line are refused.
pub const AGENTS_MAX: u32 = 100_000;
/// A greater load on one line is refused, in erlangs.
pub const LOAD_MAX_ERLANGS: f64 = 1e6;

/// Why a formula could not be used.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum ErlangError {
    #[error("{what} must be a positive finite number, got {value}")]
    NotPositive { what: &'static str, value: f64 },
    #[error("a load of {0} erlangs is beyond {LOAD_MAX_ERLANGS}; split the line")]
    LoadTooHigh(f64),
    #[error("between 1 and {AGENTS_MAX} people can work on one line, got {0}")]
    Agents(u32),
    #[error("{what} must lie {range}, got {value}")]
    OutOfRange { what: &'static str, range: &'static str, value: f64 },
    #[error("contacts per mean patience are {0}, beyond a million; shorten the patience or split the line")]
    PatienceTooLong(f64),
    #[error("not even {AGENTS_MAX} people reach the target; relax the target or shorten the handle time")]
    OutOfReach,
}

/// What arrives at a line: contacts per second, each handled for a mean time in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Demand {
    contacts_per_s: f64,
    handle_time_s: f64,
}

impl Demand {
    /// `contacts` in an interval of `interval_s` seconds, each handled for `handle_time_s` seconds on average.
    pub fn new(contacts: f64, interval_s: f64, handle_time_s: f64) -> Result<Self, ErlangError> {
        let contacts = positive("the number of contacts", contacts)?;
        let interval_s = positive("the interval", interval_s)?;
        let handle_time_s = positive("the handle time", handle_time_s)?;
        let demand = Self { contacts_per_s: contacts / interval_s, handle_time_s };
        let load = positive("the load", demand.load_erlangs())?;
        if load > LOAD_MAX_ERLANGS {
            return Err(ErlangError::LoadTooHigh(load));
        }
        Ok(demand)
    }

    pub fn contacts_per_s(&self) -> f64 {
        self.contacts_per_s
    }

    pub fn handle_time_s(&self) -> f64 {
        self.handle_time_s
    }

    /// The work that arrives, in erlangs: so many people would be busy if nobody ever waited.
    pub fn load_erlangs(&self) -> f64 {
        self.contacts_per_s * self.handle_time_s
    }
}

pub mod blocking;
pub mod waiting;
pub mod patience;
pub mod staffing;

fn positive(what: &'static str, value: f64) -> Result<f64, ErlangError> {
    if value.is_finite() && value > 0.0 { Ok(value) } else { Err(ErlangError::NotPositive { what, value }) }
}

fn checked_agents(agents: u32) -> Result<u32, ErlangError> {
    if (1..=AGENTS_MAX).contains(&agents) { Ok(agents) } else { Err(ErlangError::Agents(agents)) }
}

#[cfg(test)]
mod golden;
