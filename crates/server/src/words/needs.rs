//! Why a conversation needs somebody.

use signalbox_engine::need::{NeedKind, NeedReason};
use signalbox_model::time::Timestamp;

use super::names;

/// The word on the wire.
pub fn kind(kind: NeedKind) -> &'static str {
    match kind {
        NeedKind::PastTarget => "past_target",
        NeedKind::Waiting => "waiting_long",
        NeedKind::Unanswered => "unanswered",
        NeedKind::AskedForPerson => "asked_for_person",
        NeedKind::Long => "long",
        NeedKind::OnHoldLong => "on_hold_long",
        NeedKind::AgentLost => "agent_lost",
        NeedKind::NotTaken => "returned",
        NeedKind::TransferStuck => "transfer_stuck",
        NeedKind::Angry => "angry",
        NeedKind::HandoffTimedOut => "handoff_timed_out",
        NeedKind::ApprovalWaiting => "approval_waiting",
    }
}

/// The reason in words.
pub fn words(reason: &NeedReason, now: Timestamp) -> String {
    let for_how_long = reason.since.map_or_else(String::new, |since| format!(" {}", names::duration(now.since(since))));
    match reason.kind {
        NeedKind::PastTarget => format!("waiting{for_how_long}, past its target"),
        NeedKind::Waiting => format!("waiting{for_how_long}"),
        NeedKind::Unanswered => format!("customer unanswered for{for_how_long}"),
        NeedKind::AskedForPerson => format!("asked for a person{for_how_long} ago"),
        NeedKind::Long => format!("going on for{for_how_long}"),
        NeedKind::OnHoldLong => format!("on hold for{for_how_long}"),
        NeedKind::AgentLost => "its agent was lost".to_owned(),
        NeedKind::NotTaken => format!("not taken{for_how_long} ago"),
        NeedKind::TransferStuck => format!("nobody takes the transfer{for_how_long}"),
        NeedKind::Angry => "customer is angry".to_owned(),
        NeedKind::HandoffTimedOut => format!("handed over by AI{for_how_long} ago, nobody came in time"),
        NeedKind::ApprovalWaiting => format!("AI waits{for_how_long} for an approval"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_need_says_since_when() {
        let reason = NeedReason { kind: NeedKind::PastTarget, since: Some(Timestamp(0)), points: 40 };
        assert_eq!(words(&reason, Timestamp(190_000)), "waiting 3:10, past its target");
    }
}
