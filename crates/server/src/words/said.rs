//! A reason as data and in words, and why somebody was offered something.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use signalbox_engine::directory::Directory;
use signalbox_model::event::routing::OfferReason;
use utoipa::ToSchema;

use super::names;

/// A reason as data and in words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Said {
    /// Which kind of reason.
    #[schema(example = "longest_idle")]
    pub kind: String,
    /// The reason in words.
    #[schema(example = "longest idle (2:10, 4 others could)")]
    pub words: String,
    /// The reason as the fact holds it.
    #[schema(value_type = Object)]
    pub data: Value,
}

impl Said {
    /// From anything that serialises with a `kind` inside.
    pub fn new(data: &impl Serialize, words: String) -> Said {
        let data = serde_json::to_value(data).unwrap_or(Value::Null);
        let kind = data.get("kind").and_then(Value::as_str).or_else(|| data.as_str()).unwrap_or("reason").to_owned();
        Said { kind, words, data }
    }
}

/// Why this person was asked, one row for each reason.
pub fn offer(reasons: &[OfferReason], directory: &Directory) -> Vec<Said> {
    reasons.iter().map(|reason| Said::new(reason, offer_reason(reason, directory))).collect()
}

fn offer_reason(reason: &OfferReason, directory: &Directory) -> String {
    match reason {
        OfferReason::ServesQueue { queue, priority: 0 | 1 } => format!("serves {}", names::queue(directory, *queue)),
        OfferReason::ServesQueue { queue, priority } => {
            format!("serves {} (their priority {priority})", names::queue(directory, *queue))
        }
        OfferReason::SkillMatch { needs } => format!("has {}", names::needs(directory, needs)),
        OfferReason::NoSkillNeeded => "no skill needed".to_owned(),
        OfferReason::RingOpen { ring } => format!("circle widened {}", names::count(u64::from(*ring), "time", "times")),
        OfferReason::LongestIdle { idle_ms, over } => {
            format!("longest idle ({}, {})", names::duration(*idle_ms), others(*over))
        }
        OfferReason::HighestLevel { level, over } => format!("highest level ({level}, {})", others(*over)),
        OfferReason::LeastVersatile { other_levels, over } => {
            format!("fewest other skills ({other_levels}, {})", others(*over))
        }
        OfferReason::OnlyCandidate => "the only one who may and can".to_owned(),
        OfferReason::HighestScore { score_milli, over } => {
            format!(
                "first in line (score {:.1}, {} behind it)",
                *score_milli as f64 / 1_000.0,
                names::count(u64::from(*over), "other", "others")
            )
        }
        OfferReason::ReturnedToFront => "returned to the front of the line".to_owned(),
        OfferReason::AskedForByName { by: Some(by) } => format!("asked for by {}", names::person(directory, *by)),
        OfferReason::AskedForByName { by: None } => "asked for by name".to_owned(),
        OfferReason::Load { used, total } => format!("holds {used} of {total}"),
    }
}

fn others(over: u32) -> String {
    match over {
        0 => "nobody else could".to_owned(),
        1 => "1 other could".to_owned(),
        more => format!("{more} others could"),
    }
}
