use super::*;
use proptest::prelude::*;
use serde_json::json;

const NOW: Timestamp = Timestamp(1_795_253_400_000);

fn check(value: Value) -> Report {
    parse(&value, NOW).unwrap()
}

fn refused(value: Value) -> String {
    parse(&value, NOW).unwrap_err().detail
}

#[test]
fn an_opening_brings_the_customer_and_the_queue() {
    let report = check(json!({
        "id": "e1", "type": "open", "conversation": 17, "at": NOW.0 - 5_000, "channel": "voice",
        "customer": {"external": "C-9", "name": "<b>Ana</b>", "email": "ana@example.com"},
        "queue": "Billing", "intent": "refund please", "labels": ["vip", "vip"],
    }));
    let What::Open(opening) = report.what else { panic!("not an opening") };
    assert_eq!((report.conversation.as_str(), opening.channel), ("17", Channel::Voice));
    assert_eq!(opening.identities.len(), 3);
    assert_eq!(opening.identities[2].value, "<b>Ana</b>");
    assert_eq!(opening.intent.unwrap().as_str(), "refund-please");
    assert_eq!(opening.labels.len(), 1);
}

#[test]
fn words_go_beside_the_event_and_never_into_it() {
    let words = "my card is 4929";
    let report = check(
        json!({"id": "e", "type": "turn", "conversation": "c", "at": NOW.0, "by": "ai", "name": "gpt 4o", "text": words}),
    );
    let What::Turn(said) = &report.what else { panic!("not a turn") };
    let place = Place {
        conversation: ConversationId::from_number(1),
        customer: CustomerId::from_number(2),
        origin: Origin::Ingested,
    };
    let new = place.said(said, ContentId::from_number(3), report.at);
    assert!(!serde_json::to_string(&new.event).unwrap().contains("4929"));
    assert!(!format!("{report:?} {new:?}").contains("4929"));
    assert_eq!(new.content.unwrap().body, Body::Text { text: words.into() });
    assert_eq!(new.occurred_at, Some(NOW));
}

#[test]
fn each_fault_is_said_in_words() {
    let base = |extra: Value| {
        let mut value = json!({"id": "e", "conversation": "c", "at": NOW.0});
        value.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        value
    };
    for (extra, detail) in [
        (json!({}), "type is missing"),
        (json!({"type": "close"}), "type must be open, turn, ownership or outcome"),
        (json!({"type": "turn", "by": "customer"}), "text is missing"),
        (json!({"type": "turn", "by": "customer", "text": "  "}), "text must not be empty"),
        (json!({"type": "turn", "by": "bot", "text": "x"}), "by must be customer, agent, ai or system"),
        (json!({"type": "turn", "by": "customer", "text": ["secret"]}), "text must be a text"),
        (
            json!({"type": "open", "at": "soon"}),
            "at must be a time as in \"2026-11-21T09:30:00Z\", or milliseconds since 1970",
        ),
        (
            json!({"type": "open", "at": NOW.0 + 30 * 3_600_000}),
            "at lies 30 hours in the future: set the sender's clock",
        ),
        (
            json!({"type": "open", "customer": {"email": "x"}}),
            "customer.email must be a mail address as in ana@example.com",
        ),
        (json!({"type": "ownership", "owner": {"kind": "boss"}}), "owner.kind must be queue, agent, ai or closed"),
        (
            json!({"type": "outcome", "outcome": "good"}),
            "outcome must be resolved, unresolved, contained, abandoned or turned_away",
        ),
    ] {
        assert_eq!(refused(base(extra)), detail);
    }
    assert!(
        refused(base(json!({"type": "outcome", "outcome": "resolved", "wat": 1})))
            .starts_with("wat is not a field here")
    );
    assert_eq!(refused(json!([1])), "it must be a JSON object");
}

#[test]
fn a_queue_that_is_not_known_here_is_somewhere_else() {
    let place = Place {
        conversation: ConversationId::from_number(1),
        customer: CustomerId::from_number(2),
        origin: Origin::Ingested,
    };
    let owner = |holder: Holder, queue| match place.owned(&holder, queue, NOW).event {
        Event::OwnershipReported(reported) => reported.owner,
        _ => panic!("not an ownership"),
    };
    let queue = QueueId::from_number(5);
    assert_eq!(owner(Holder::Queue(Some("Billing".into())), Some(queue)), Owner::Queue { queue });
    assert_eq!(
        owner(Holder::Queue(Some("Old Desk".into())), None),
        Owner::Elsewhere { name: Slug::parse("queue:Old-Desk").unwrap() }
    );
    assert_eq!(owner(Holder::Closed, None), Owner::Closed);
}

proptest! {
    #[test]
    fn no_json_text_panics(bytes: Vec<u8>, by in "[a-z]{0,9}", text: String, at: i64) {
        if let Ok(value) = serde_json::from_slice(&bytes) {
            let _ = parse(&value, NOW);
        }
        for kind in ["open", "turn", "ownership", "outcome"] {
            let _ = parse(&json!({"id": text, "type": kind, "conversation": by, "at": at, "by": by, "text": text, "owner": {"kind": by, "name": text}, "customer": {"name": text, "phone": text}, "labels": [text], "queue": text}), NOW);
        }
    }
}
