//! A value, or why there is none.

use serde::Serialize;

use super::definition::{Measure, Unit};

/// Why a number cannot be said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum CannotSay {
    /// Nothing that counts has happened.
    NothingYet,
    /// Fewer than a percentile needs.
    TooFew {
        /// Seen.
        have: u64,
        /// Needed.
        need: u64,
    },
    /// It is not defined for what the row stands for.
    NotDefinedHere,
}

impl CannotSay {
    /// In words, for beside the dash.
    pub fn words(self, measure: Measure) -> String {
        match self {
            CannotSay::NothingYet => match measure {
                Measure::Occupancy | Measure::SlotOccupancy => "nobody was available or busy".to_owned(),
                Measure::AverageHandleTime | Measure::AverageContactTime => "nothing finished yet".to_owned(),
                Measure::AverageSpeedOfAnswer | Measure::WaitP90 | Measure::ServiceLevelAnsweredOnly => {
                    "nothing answered yet".to_owned()
                }
                Measure::TimeToFirstResponse | Measure::TimeToFirstResponseP90 | Measure::TimeToFirstResponseMean => {
                    "nothing answered yet".to_owned()
                }
                _ => "no conversations yet".to_owned(),
            },
            CannotSay::TooFew { have, need } => format!("too few: {have} of the {need} it takes"),
            CannotSay::NotDefinedHere => {
                "not defined for this row: a person's time and a line's length belong to the person and the queue"
                    .to_owned()
            }
        }
    }
}

/// One number with all that is needed to read it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Measured {
    /// Which measure.
    #[serde(skip)]
    pub measure: Measure,
    /// The value, in its unit.
    pub value: Option<f64>,
    /// Why there is none.
    pub cannot_say: Option<CannotSay>,
    /// How many things it was computed from.
    pub n: u64,
    /// The formula's id, with its version.
    pub formula: &'static str,
    /// The unit.
    pub unit: Unit,
}

impl Measured {
    /// A value.
    pub fn of(measure: Measure, value: f64, n: u64) -> Measured {
        let definition = measure.definition();
        Measured { measure, value: Some(value), cannot_say: None, n, formula: definition.id, unit: definition.unit }
    }

    /// No value.
    pub fn cannot(measure: Measure, why: CannotSay, n: u64) -> Measured {
        let definition = measure.definition();
        Measured { measure, value: None, cannot_say: Some(why), n, formula: definition.id, unit: definition.unit }
    }

    /// A count: none is a number too.
    pub fn count(measure: Measure, count: u64) -> Measured {
        Measured::of(measure, count as f64, count)
    }

    /// A share; without a whole there is none.
    pub fn ratio(measure: Measure, part: u64, whole: u64) -> Measured {
        Measured::ratio_of(measure, part as f64, whole as f64, whole)
    }

    /// A share of amounts other than counts.
    pub fn ratio_of(measure: Measure, part: f64, whole: f64, n: u64) -> Measured {
        if whole > 0.0 {
            Measured::of(measure, part / whole, n)
        } else {
            Measured::cannot(measure, CannotSay::NothingYet, n)
        }
    }

    /// A percentile or mean that a sketch gave or did not, under a least number.
    pub fn of_sample(measure: Measure, value: Option<f64>, n: u64, need: u64) -> Measured {
        match value {
            _ if n == 0 => Measured::cannot(measure, CannotSay::NothingYet, 0),
            _ if n < need => Measured::cannot(measure, CannotSay::TooFew { have: n, need }, n),
            Some(value) => Measured::of(measure, value, n),
            None => Measured::cannot(measure, CannotSay::NothingYet, n),
        }
    }

    /// Why there is no value, in words.
    pub fn why_not(&self) -> Option<String> {
        self.cannot_say.map(|why| why.words(self.measure))
    }
}
