//! Names, formulas and sources. A formula is never changed: a new one gets a new version and starts a new series.

use serde::Serialize;

/// In what a value is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// A share in [0, 1].
    Ratio,
    /// Milliseconds.
    Ms,
    /// A count.
    Count,
}

impl Unit {
    /// The word on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Unit::Ratio => "ratio",
            Unit::Ms => "ms",
            Unit::Count => "count",
        }
    }
}

/// What a measure is, in words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// The measure.
    #[serde(skip)]
    pub measure: Measure,
    /// Its key in answers, without version.
    pub key: &'static str,
    /// Its key with the version of its formula.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// In what it is given.
    pub unit: Unit,
    /// The formula in words.
    pub formula: &'static str,
    /// What does not count.
    pub excludes: &'static str,
    /// Where the formula comes from.
    pub source: &'static str,
}

macro_rules! measures {
    ($( $measure:ident = $key:literal, v $version:literal, $unit:ident, $name:literal,
        formula: $formula:literal, excludes: $excludes:literal, source: $source:literal; )*) => {
        /// Every number there is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Measure {
            $( #[doc = $name] $measure, )*
        }

        /// What every measure is, in the order in which screens list them.
        pub const DEFINITIONS: &[Definition] = &[ $( Definition {
            measure: Measure::$measure,
            key: $key,
            id: concat!($key, ".v", $version),
            name: $name,
            unit: Unit::$unit,
            formula: $formula,
            excludes: $excludes,
            source: $source,
        }, )* ];
    };
}

measures! {
    ServiceLevel = "service_level", v 1, Ratio, "Service level",
        formula: "answered within T / (answered + abandoned - abandoned under S). T and S are those of the queue and channel when the wait ended.",
        excludes: "Short abandons; stays that overflowed or moved to another queue (they count there, with their whole wait); conversations turned away.",
        source: "Signalbox, after the convention of excluding short abandons";
    ServiceLevelConnect = "service_level_connect", v 1, Ratio, "Service level, Amazon Connect's convention",
        formula: "(answered within T + abandoned within T) / (answered + abandoned). A fast abandon counts as success.",
        excludes: "Stays that overflowed or moved to another queue; conversations turned away.",
        source: "Amazon Connect, metric SERVICE_LEVEL";
    ServiceLevelAnsweredOnly = "service_level_answered_only", v 1, Ratio, "Service level of the answered",
        formula: "answered within T / answered. Abandons do not count at all.",
        excludes: "All abandons; stays that overflowed or moved; conversations turned away.",
        source: "Genesys Cloud, service level with abandons switched off";
    ServiceLevelAllAbandons = "service_level_all_abandons", v 1, Ratio, "Service level, all abandons counted",
        formula: "answered within T / (answered + abandoned). Every abandon counts as failure.",
        excludes: "Stays that overflowed or moved; conversations turned away.",
        source: "Genesys Cloud, service level with all abandons counted";
    AverageSpeedOfAnswer = "average_speed_of_answer", v 1, Ms, "Average speed of answer",
        formula: "sum of the waits of answered stays / answered. The wait runs from joining the line to the answer, through overflow.",
        excludes: "Waits that ended without an answer.",
        source: "Amazon Connect, average queue answer time; Genesys Cloud, ASA";
    WaitP90 = "wait_ms_p90", v 1, Ms, "Wait, 90th percentile",
        formula: "the wait that nine in ten answered stays did not exceed (nearest rank, within 1/128).",
        excludes: "Waits that ended without an answer. Cannot be said under 10 answers.",
        source: "Signalbox";
    AbandonmentRate = "abandonment_rate", v 1, Ratio, "Abandonment rate",
        formula: "abandoned / (answered + abandoned), short abandons included.",
        excludes: "Stays that overflowed or moved; conversations turned away.",
        source: "Amazon Connect and Genesys Cloud, abandonment rate";
    ShortAbandonmentRate = "short_abandonment_rate", v 1, Ratio, "Abandonment rate under the short limit",
        formula: "abandoned under S / (answered + abandoned): the part of the abandonment rate that service level leaves out.",
        excludes: "Stays that overflowed or moved; conversations turned away.",
        source: "Signalbox";
    AverageHandleTime = "average_handle_time", v 1, Ms, "Average handle time",
        formula: "sum over people's segments of (talk + hold + wrap-up + AI review) / overlap, divided by segments. Overlap is how many conversations the person had at once, averaged over the segment: time spent on three chats at once counts a third for each.",
        excludes: "Segments of AI agents and of people in other systems; segments that are not over, wrap-up included.",
        source: "Signalbox: AHT per segment, concurrency divided out";
    AverageContactTime = "average_contact_time", v 1, Ms, "Average handle time, concurrency not divided",
        formula: "sum over people's segments of (talk + hold + wrap-up + AI review) / segments. Chats held at the same time count in full each.",
        excludes: "Segments of AI agents and of people in other systems; segments that are not over, wrap-up included.",
        source: "Amazon Connect, average handle time";
    Occupancy = "occupancy", v 1, Ratio, "Occupancy",
        formula: "time with at least one conversation or wrap-up / (that time + time available without any), by the clock on the wall. For a queue: of everybody who serves it.",
        excludes: "Time away, not responding and offline without a conversation. Concurrency is ignored.",
        source: "Amazon Connect, occupancy";
    SlotOccupancy = "slot_occupancy", v 1, Ratio, "Slot occupancy",
        formula: "slots taken x time / slots there are x time, while available or with a conversation.",
        excludes: "Time away, not responding and offline without a conversation.",
        source: "Signalbox";
    TimeToFirstResponse = "time_to_first_response", v 1, Ms, "Time to first response, median",
        formula: "the median of the time from the opening of a conversation to the first turn of anybody but the customer and the system.",
        excludes: "Conversations without an answer so far.",
        source: "Signalbox; Chatwoot, first response time";
    TimeToFirstResponseP90 = "time_to_first_response_p90", v 1, Ms, "Time to first response, 90th percentile",
        formula: "the time to first response that nine in ten conversations did not exceed (nearest rank, within 1/128).",
        excludes: "Conversations without an answer so far. Cannot be said under 10.",
        source: "Signalbox";
    TimeToFirstResponseMean = "time_to_first_response_mean", v 1, Ms, "Time to first response, mean",
        formula: "sum of times to first response / conversations answered.",
        excludes: "Conversations without an answer so far.",
        source: "Chatwoot, average first response time";
    OfferedCount = "offered_count", v 1, Count, "Offered",
        formula: "answered + abandoned: stays in a queue that ended with an answer or without one.",
        excludes: "Those still waiting; stays that overflowed or moved; conversations turned away.",
        source: "Signalbox";
    AnsweredCount = "answered_count", v 1, Count, "Answered",
        formula: "stays in a queue that ended because somebody took the conversation.",
        excludes: "Nothing.",
        source: "Signalbox";
    AbandonedCount = "abandoned_count", v 1, Count, "Abandoned",
        formula: "stays in a queue that ended because the customer left, short ones included.",
        excludes: "Nothing.",
        source: "Signalbox";
    ShortAbandonedCount = "short_abandoned_count", v 1, Count, "Abandoned under the short limit",
        formula: "stays in a queue that the customer left after less than S.",
        excludes: "Nothing.",
        source: "Signalbox";
    MovedCount = "moved_count", v 1, Count, "Overflowed or moved",
        formula: "stays in a queue that ended because the conversation went on waiting in another queue.",
        excludes: "Nothing.",
        source: "Signalbox";
    TurnedAwayCount = "turned_away_count", v 1, Count, "Turned away",
        formula: "conversations that could not be taken in: nobody works, or the queue was full.",
        excludes: "Nothing.",
        source: "Signalbox";
    HandledCount = "handled_count", v 1, Count, "Handled",
        formula: "segments of people that are over, wrap-up included.",
        excludes: "Segments of AI agents and of people in other systems.",
        source: "Signalbox";
    NotRespondingCount = "not_responding_count", v 1, Count, "Offers not answered",
        formula: "offers that expired because the person did not answer.",
        excludes: "Nothing.",
        source: "Amazon Connect, agent non-response";
    DeclinedCount = "declined_count", v 1, Count, "Offers declined",
        formula: "offers that the person said no to.",
        excludes: "Nothing.",
        source: "Signalbox";
    WaitingCountMax = "waiting_count_max", v 1, Count, "Most waiting at once",
        formula: "the largest number of conversations that waited in the queue at the same instant.",
        excludes: "Conversations that another system routes. Cannot be said per channel or person.",
        source: "Amazon Connect, max queued";
}

impl Measure {
    /// What it is, in words.
    pub fn definition(self) -> &'static Definition {
        &DEFINITIONS[self as usize]
    }

    /// Its key in answers.
    pub fn key(self) -> &'static str {
        self.definition().key
    }
}
