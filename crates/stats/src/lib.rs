//! Numbers in, numbers out: estimates with intervals, percentiles, seeded randomness, staffing formulas.
//!
//! This crate knows no word of the product. It has no IO and no clock, and randomness comes only from a
//! generator that the caller seeds and passes in. What cannot be computed is `None` or a typed error, never
//! zero. Modules are declared in reading order and use only modules above them.

pub mod interval;
pub mod normal;
pub mod student;
pub mod proportion;
pub mod mean;
pub mod quantile;
pub mod rng;
pub mod sample;
pub mod erlang;

pub use erlang::{Demand, ErlangError};
pub use interval::{Confidence, Interval};
pub use mean::Mean;
pub use proportion::Proportion;
pub use quantile::QuantileSketch;
pub use rng::Rng;
