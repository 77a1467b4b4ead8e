//! What people do with their time: stretches in which nothing changed, and the clock by which concurrent work is divided.

use serde::{Deserialize, Serialize};
use signalbox_model::contact::Presence;
use signalbox_model::time::{DurationMs, Timestamp};
use signalbox_model::word::Slug;

/// What somebody is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Activity {
    /// Has at least one conversation.
    OnConversation,
    /// Works on one that is over.
    WrapUp,
    /// Is asked to take one.
    Offered,
    /// Waits for one.
    Available,
    /// Signed in, takes nothing new.
    Away,
    /// Did not answer when asked.
    NotResponding,
    /// Not here.
    Offline,
}

impl Activity {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Activity::OnConversation => "on_conversation",
            Activity::WrapUp => "wrap_up",
            Activity::Offered => "offered",
            Activity::Available => "available",
            Activity::Away => "away",
            Activity::NotResponding => "not_responding",
            Activity::Offline => "offline",
        }
    }
}

/// What holds for a person between two changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Load {
    /// What they set, or the engine had to set.
    pub presence: Presence,
    /// Why away.
    #[serde(default)]
    pub reason: Option<Slug>,
    /// Conversations that they own.
    pub owned: u32,
    /// Conversations that they wrap up.
    pub wrap_ups: u32,
    /// Conversations that they are asked to take or told about.
    pub asked: u32,
    /// Slots over all channels, by their profile.
    pub slots: u32,
}

impl Load {
    /// Conversations that take their time now.
    pub fn engaged(&self) -> u32 {
        self.owned + self.wrap_ups
    }

    /// What they are doing.
    pub fn activity(&self) -> Activity {
        match self.presence {
            _ if self.owned > 0 => Activity::OnConversation,
            _ if self.wrap_ups > 0 => Activity::WrapUp,
            _ if self.asked > 0 => Activity::Offered,
            Presence::Available => Activity::Available,
            Presence::Away => Activity::Away,
            Presence::NotResponding => Activity::NotResponding,
            Presence::Offline => Activity::Offline,
        }
    }
}

/// A stretch in which a person's load did not change. It may cross midnight and any boundary of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivitySpan {
    /// When it began.
    pub from: Timestamp,
    /// When it ended.
    pub until: Timestamp,
    /// What held.
    pub load: Load,
}

impl ActivitySpan {
    /// The part of it between two instants, if there is one.
    pub fn clipped(&self, from: Timestamp, until: Timestamp) -> Option<ActivitySpan> {
        let (from, until) = (self.from.max(from), self.until.min(until));
        (from < until).then(|| ActivitySpan { from, until, load: self.load.clone() })
    }

    /// How long it lasted.
    pub fn length(&self) -> DurationMs {
        self.until.since(self.from)
    }
}

/// A person's present load, since when, and the clock by which their concurrent work is divided.
///
/// The clock runs at full speed with one conversation, at half speed with two, at a third with three, and stands without
/// any: its advance over a segment is the segment's share of the person's time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonClock {
    /// What holds.
    pub load: Load,
    /// Since when.
    pub since: Timestamp,
    ticked_at: Timestamp,
    divided_micros: u64,
}

impl PersonClock {
    /// The divided clock, in microseconds.
    pub fn divided_micros(&mut self, at: Timestamp) -> u64 {
        let passed = at.since(self.ticked_at).0;
        self.divided_micros += match u64::from(self.load.engaged()) {
            0 => 0,
            engaged => passed.saturating_mul(1_000) / engaged,
        };
        self.ticked_at = self.ticked_at.max(at);
        self.divided_micros
    }

    /// Changes the load; the stretch before the change comes back if it had a length and the load did change.
    pub fn change(&mut self, at: Timestamp, update: impl FnOnce(&mut Load)) -> Option<ActivitySpan> {
        self.divided_micros(at);
        let mut load = self.load.clone();
        update(&mut load);
        if load == self.load {
            return None;
        }
        let before = std::mem::replace(&mut self.load, load);
        let until = at.max(self.since);
        let from = std::mem::replace(&mut self.since, until);
        let is_first = from == Timestamp::default();
        (!is_first && from < until).then_some(ActivitySpan { from, until, load: before })
    }

    /// The stretch that is still going on.
    pub fn open_span(&self, now: Timestamp) -> Option<ActivitySpan> {
        (self.since != Timestamp::default() && self.since < now).then(|| ActivitySpan {
            from: self.since,
            until: now,
            load: self.load.clone(),
        })
    }
}
