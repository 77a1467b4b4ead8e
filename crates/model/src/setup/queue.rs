//! A waiting line: who may serve it, how it widens, where it overflows to, what it promises.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{SetupError, wrong};
use crate::contact::{Channel, SkillNeed};
use crate::id::{HoursId, QueueId};
use crate::limits::{
    NEEDS_MAX, OFFER_TIMEOUT_MS_MAX, OFFER_TIMEOUT_MS_MIN, QUEUE_WAITING_MAX, RINGS_MAX, WRAP_UP_MS_MAX,
};
use crate::time::DurationMs;
use crate::word::Name;

/// Who of those who may is asked first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Ranking {
    /// Whoever holds least, and of those whoever has been without new work for longest.
    #[default]
    LongestIdle,
    /// Highest level in the needed skills, then longest idle.
    Linear,
    /// Highest level here, lowest sum over all other skills, then longest idle: keeps versatile people free.
    VersatileLast,
}

/// The promise: this share of conversations answered within this time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ServiceTarget {
    /// Share in percent points, 1 to 100.
    #[schema(minimum = 1, maximum = 100)]
    pub percent: u8,
    /// Threshold in milliseconds for written channels.
    pub within_ms: DurationMs,
    /// Threshold in milliseconds for voice.
    pub voice_within_ms: DurationMs,
    /// An abandonment faster than this does not count.
    pub short_abandon_ms: DurationMs,
}

impl Default for ServiceTarget {
    fn default() -> Self {
        Self {
            percent: 80,
            within_ms: DurationMs::seconds(60),
            voice_within_ms: DurationMs::seconds(20),
            short_abandon_ms: DurationMs::seconds(5),
        }
    }
}

impl ServiceTarget {
    /// The threshold for a channel.
    pub fn within(&self, channel: Channel) -> DurationMs {
        match channel {
            Channel::Voice => self.voice_within_ms,
            Channel::Webchat | Channel::Messaging | Channel::Email => self.within_ms,
        }
    }
}

/// After this long in the queue the circle of those who may take it widens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Ring {
    /// Waiting time at which the ring opens; rings open in the order in which they stand.
    pub after_ms: DurationMs,
    /// Taken off every needed level, down to 1.
    #[serde(default)]
    pub levels_lower_by: u8,
    /// Needs at the end of the list that are dropped.
    #[serde(default)]
    pub needs_dropped: u8,
}

/// Where it goes when it has waited too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Overflow {
    /// Waiting time at which it moves.
    pub after_ms: DurationMs,
    /// The other queue; it keeps its waiting time.
    pub to: QueueId,
}

/// A waiting line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Queue {
    /// Its id.
    pub id: QueueId,
    /// What people call it.
    pub name: Name,
    /// Skills that everything in this queue needs, most important first.
    #[serde(default)]
    pub needs: Vec<SkillNeed>,
    /// Minutes of head start, 0 to 10: score = minutes waited + priority.
    #[serde(default)]
    #[schema(maximum = 10)]
    pub priority: u8,
    /// Who is asked first.
    #[serde(default)]
    pub ranking: Ranking,
    /// The promise.
    #[serde(default)]
    pub target: ServiceTarget,
    /// Opening hours; none means always open.
    #[serde(default)]
    pub hours: Option<HoursId>,
    /// How the circle widens.
    #[serde(default)]
    pub rings: Vec<Ring>,
    /// Where it overflows to.
    #[serde(default)]
    pub overflow: Option<Overflow>,
    /// Waiting conversations at most; one more is turned away with a sentence.
    #[serde(default = "waiting_max")]
    pub waiting_max: u32,
    /// How long an offer stands on written channels.
    #[serde(default = "offer_timeout")]
    pub offer_timeout_ms: DurationMs,
    /// How long an offer stands on voice.
    #[serde(default = "voice_offer_timeout")]
    pub voice_offer_timeout_ms: DurationMs,
    /// Wrap-up after the conversation; 0 for none.
    #[serde(default = "wrap_up")]
    pub wrap_up_ms: DurationMs,
    /// Closed for good: takes nothing new.
    #[serde(default)]
    pub retired: bool,
}

fn waiting_max() -> u32 {
    500
}

fn offer_timeout() -> DurationMs {
    DurationMs::seconds(45)
}

fn voice_offer_timeout() -> DurationMs {
    DurationMs::seconds(20)
}

fn wrap_up() -> DurationMs {
    DurationMs::seconds(60)
}

impl Queue {
    /// A queue with every default.
    pub fn named(id: QueueId, name: Name) -> Queue {
        Queue {
            id,
            name,
            needs: Vec::new(),
            priority: 0,
            ranking: Ranking::default(),
            target: ServiceTarget::default(),
            hours: None,
            rings: Vec::new(),
            overflow: None,
            waiting_max: waiting_max(),
            offer_timeout_ms: offer_timeout(),
            voice_offer_timeout_ms: voice_offer_timeout(),
            wrap_up_ms: wrap_up(),
            retired: false,
        }
    }

    /// How long an offer stands.
    pub fn offer_timeout(&self, channel: Channel) -> DurationMs {
        match channel {
            Channel::Voice => self.voice_offer_timeout_ms,
            Channel::Webchat | Channel::Messaging | Channel::Email => self.offer_timeout_ms,
        }
    }

    pub(super) fn validate(&self) -> Result<(), SetupError> {
        if self.needs.len() > NEEDS_MAX {
            return Err(wrong("needs", format!("at most {NEEDS_MAX} skills")));
        }
        for (index, need) in self.needs.iter().enumerate() {
            if !(1..=crate::limits::SKILL_LEVEL_MAX).contains(&need.level_min) {
                return Err(wrong(format!("needs[{index}].level_min"), "must be 1 to 10"));
            }
        }
        if self.priority > crate::limits::PRIORITY_MAX {
            return Err(wrong("priority", "must be 0 to 10"));
        }
        if !(1..=100).contains(&self.target.percent) {
            return Err(wrong("target.percent", "must be 1 to 100"));
        }
        self.validate_times()?;
        if self.waiting_max == 0 || self.waiting_max > QUEUE_WAITING_MAX {
            return Err(wrong("waiting_max", format!("must be 1 to {QUEUE_WAITING_MAX}")));
        }
        if self.overflow.is_some_and(|overflow| overflow.to == self.id) {
            return Err(wrong("overflow.to", "a queue cannot overflow into itself"));
        }
        Ok(())
    }

    fn validate_times(&self) -> Result<(), SetupError> {
        let offers =
            [("offer_timeout_ms", self.offer_timeout_ms), ("voice_offer_timeout_ms", self.voice_offer_timeout_ms)];
        for (field, timeout) in offers {
            if !(OFFER_TIMEOUT_MS_MIN..=OFFER_TIMEOUT_MS_MAX).contains(&timeout.0) {
                return Err(wrong(field, format!("must be {OFFER_TIMEOUT_MS_MIN} to {OFFER_TIMEOUT_MS_MAX} ms")));
            }
        }
        if self.wrap_up_ms.0 > WRAP_UP_MS_MAX {
            return Err(wrong("wrap_up_ms", format!("must be at most {WRAP_UP_MS_MAX} ms")));
        }
        if self.rings.len() > RINGS_MAX {
            return Err(wrong("rings", format!("at most {RINGS_MAX} rings")));
        }
        for (index, pair) in self.rings.windows(2).enumerate() {
            if pair[0].after_ms >= pair[1].after_ms {
                return Err(wrong(
                    format!("rings[{}].after_ms", index + 1),
                    "each ring must open later than the one before",
                ));
            }
        }
        Ok(())
    }
}
