//! Rules that raise alerts: a measure, a threshold to fire, another to clear, and how long it must last.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{SetupError, wrong};
use crate::id::{AlertRuleId, PersonId, QueueId};
use crate::time::DurationMs;
use crate::word::Name;

/// What a rule watches. Times are in seconds, ratios in [0, 1], counts as they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AlertMeasure {
    /// Seconds that the oldest waiting conversation has waited; per queue.
    OldestWait,
    /// Conversations waiting; per queue.
    WaitingCount,
    /// Share answered in time over the last 30 minutes; per queue; fires when below.
    ServiceLevel,
    /// People available for the queue with a free slot; per queue; fires when below.
    AgentsFree,
    /// Seconds since the customer wrote and nobody answered; per conversation.
    ReplyWait,
    /// Seconds since the conversation was taken; per conversation.
    HandleTime,
    /// Seconds on hold; per conversation.
    HoldTime,
}

impl AlertMeasure {
    /// Whether low values are the bad ones.
    pub fn fires_below(self) -> bool {
        matches!(self, AlertMeasure::ServiceLevel | AlertMeasure::AgentsFree)
    }

    /// Whether it is watched per conversation rather than per queue.
    pub fn per_conversation(self) -> bool {
        matches!(self, AlertMeasure::ReplyWait | AlertMeasure::HandleTime | AlertMeasure::HoldTime)
    }
}

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Look when you can.
    Warning,
    /// Look now.
    Critical,
}

/// A rule that raises alerts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AlertRule {
    /// Its id.
    pub id: AlertRuleId,
    /// What people call it.
    pub name: Name,
    /// What it watches.
    pub measure: AlertMeasure,
    /// Only this queue; none: every queue.
    #[serde(default)]
    pub queue: Option<QueueId>,
    /// Fires past this value.
    pub fire_at: f64,
    /// Clears at this value: on the good side of `fire_at`, so that it does not flap.
    pub clear_at: f64,
    /// It must be so for this long before it fires.
    pub dwell_ms: DurationMs,
    /// How bad it is.
    pub severity: Severity,
    /// Who gets it unless somebody takes it.
    #[serde(default)]
    pub owner: Option<PersonId>,
    /// Switched off.
    #[serde(default)]
    pub retired: bool,
}

/// Values are finite by validation, so equality is total.
impl Eq for AlertRule {}

impl AlertRule {
    pub(super) fn validate(&self) -> Result<(), SetupError> {
        if !self.fire_at.is_finite() || self.fire_at < 0.0 {
            return Err(wrong("fire_at", "must be zero or more"));
        }
        if !self.clear_at.is_finite() || self.clear_at < 0.0 {
            return Err(wrong("clear_at", "must be zero or more"));
        }
        let clears_wrongly = match self.measure.fires_below() {
            true => self.clear_at < self.fire_at,
            false => self.clear_at > self.fire_at,
        };
        if clears_wrongly {
            return Err(wrong("clear_at", "must lie on the good side of fire_at, or the alert would flap"));
        }
        if self.dwell_ms.0 > 24 * 3_600_000 {
            return Err(wrong("dwell_ms", "must be at most a day"));
        }
        Ok(())
    }
}
