use expect_test::{Expect, expect};
use serde_json::{Value, json};
use signalbox_model::contact::Actor;
use signalbox_model::id::{
    AlertRuleId, ContentId, ConversationId, CustomerId, DispositionId, PersonId, Position, QueueId, SkillId, TokenId,
};
use signalbox_model::time::Timestamp;

use super::*;

/// Ana, Ben and Sam; Billing and Refunds; the skill Refunds; a disposition, a rule and a token.
fn directory() -> Directory {
    let person = |number, name: &str, role| json!({"kind": "person", "id": PersonId::from_number(number), "name": name, "email": format!("p{number}@example.com"), "role": role});
    let documents = [
        person(1, "Ana", "agent"),
        person(2, "Ben", "agent"),
        person(3, "Sam", "supervisor"),
        json!({"kind": "queue", "id": QueueId::from_number(1), "name": "Billing"}),
        json!({"kind": "queue", "id": QueueId::from_number(2), "name": "Returns"}),
        json!({"kind": "skill", "id": SkillId::from_number(1), "name": "Refunds"}),
        json!({"kind": "disposition", "id": DispositionId::from_number(1), "name": "Refunded", "resolved": true}),
        json!({"kind": "token", "id": TokenId::from_number(1), "name": "Legacy", "scopes": ["ingest"]}),
        json!({"kind": "alert_rule", "id": AlertRuleId::from_number(1), "name": "Long wait", "measure": "oldest_wait", "fire_at": 180.0,
            "clear_at": 60.0, "dwell_ms": 0, "severity": "critical"}),
    ];
    let mut directory = Directory::default();
    for document in documents {
        directory.apply(&recorded("setup.published", json!({"document": document, "revision": 1})));
    }
    directory
}

fn recorded(name: &str, data: Value) -> Recorded {
    let event =
        serde_json::from_value(json!({"type": name, "data": data})).unwrap_or_else(|error| panic!("{name}: {error}"));
    let actor = Actor::Person { person: PersonId::from_number(3) };
    Recorded { position: Position(1), at: Timestamp(0), occurred_at: None, actor, command: None, cause: None, event }
}

/// One example of every event but those of AI agents.
fn own_examples() -> Vec<(&'static str, Value)> {
    let conversation = ConversationId::from_number(1);
    let customer = CustomerId::from_number(1);
    let (ana, ben, sam) = (PersonId::from_number(1), PersonId::from_number(2), PersonId::from_number(3));
    let (billing, returns) = (QueueId::from_number(1), QueueId::from_number(2));
    let need = json!({"skill": SkillId::from_number(1), "level_min": 3});
    let filed = DispositionId::from_number(1);
    let content = ContentId::from_number(1);
    let about = json!({"conversation": conversation});
    let by = |person: PersonId| json!({"conversation": conversation, "person": person});
    let with = |mut base: Value, more: Value| {
        base.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        base
    };
    let reopen = json!({"conversation": conversation, "customer": customer, "channel": "webchat", "origin": "native", "queue": billing,
        "priority": 0, "segments": 2, "turns": 9, "last_owner": ana});
    vec![
        (
            "setup.published",
            json!({"document": {"kind": "skill", "id": SkillId::from_number(1), "name": "Refunds"}, "revision": 2}),
        ),
        (
            "conversation.opened",
            json!({"conversation": conversation, "customer": customer, "channel": "webchat", "origin": "native",
            "control": "routed", "queue": billing, "priority": 0, "needs": [need]}),
        ),
        (
            "conversation.queued",
            with(
                about.clone(),
                json!({"queue": returns, "place": "front", "waiting_since": 0, "priority": 0,
            "because": {"kind": "agent_lost", "person": ana}}),
            ),
        ),
        (
            "conversation.turned_away",
            with(
                about.clone(),
                json!({"queue": billing, "because": {"kind": "closed", "opens_at": 1_795_424_400_000i64}}),
            ),
        ),
        ("turn.added", with(about.clone(), json!({"by": {"kind": "customer"}, "kind": "text", "content": content}))),
        ("reply.asked", with(by(ana), json!({"kind": "text", "content": content}))),
        (
            "reply.sent",
            with(
                about.clone(),
                json!({"by": {"kind": "human_agent", "person": ana}, "kind": "text", "content": content, "reply_ms": 65_000}),
            ),
        ),
        ("note.added", with(by(ana), json!({"content": content}))),
        ("conversation.truncated", with(about.clone(), json!({"turns": 2_000}))),
        ("person.asked", about.clone()),
        ("customer.left", with(about.clone(), json!({"how": "disconnected"}))),
        ("customer.returned", about.clone()),
        ("hold.asked", with(by(ana), json!({"hold": true}))),
        ("conversation.held", by(ana)),
        ("conversation.resumed", by(ana)),
        ("close.asked", with(by(ana), json!({"disposition": filed}))),
        (
            "conversation.closed",
            with(
                about.clone(),
                json!({"because": {"kind": "customer"}, "outcome": "abandoned", "abandoned_after_ms": 190_000}),
            ),
        ),
        ("reopen.asked", reopen.clone()),
        ("conversation.reopened", with(about.clone(), json!({"asked": reopen}))),
        ("wrap_up.started", with(by(ana), json!({"until": 60_000}))),
        ("wrap_up.finish_asked", by(ana)),
        ("wrap_up.finished", with(by(ana), json!({"by_time": true, "disposition": filed}))),
        ("disposition.set", with(by(ana), json!({"disposition": filed}))),
        ("label.changed", with(about.clone(), json!({"label": "vip", "on": true}))),
        ("outcome.reported", with(about.clone(), json!({"outcome": "contained", "label": "faq"}))),
        ("ownership.reported", with(about.clone(), json!({"owner": {"kind": "ai", "agent": "helper-2"}}))),
        (
            "offer.made",
            with(
                by(ana),
                json!({"offer": 1, "purpose": "take", "expires_at": 45_000, "waited_ms": 20_000, "because": [
            {"kind": "serves_queue", "queue": billing, "priority": 1}, {"kind": "skill_match", "needs": [need]},
            {"kind": "longest_idle", "idle_ms": 130_000, "over": 4}]}),
            ),
        ),
        ("offer.accept_asked", with(by(ana), json!({"offer": 1}))),
        ("offer.decline_asked", with(by(ana), json!({"offer": 1}))),
        ("offer.accepted", with(by(ana), json!({"offer": 1, "purpose": "take", "waited_ms": 20_000}))),
        ("offer.declined", with(by(ana), json!({"offer": 1}))),
        ("offer.expired", with(by(ana), json!({"offer": 1}))),
        ("offer.withdrawn", with(by(ana), json!({"offer": 1, "because": "customer_left"}))),
        ("ring.widened", with(about.clone(), json!({"ring": 1, "needs": [need]}))),
        ("wait.grown", with(about.clone(), json!({"because": "delay_passed"}))),
        ("assign.asked", with(by(sam), json!({"to": ben}))),
        ("priority.changed", with(by(sam), json!({"priority": 5}))),
        ("transfer.asked", with(by(ana), json!({"to": {"kind": "queue", "queue": returns}, "mode": "cold"}))),
        ("transfer.started", with(by(ana), json!({"to": {"kind": "person", "person": ben}, "until": 120_000}))),
        ("transfer.briefed", by(ben)),
        ("transfer.end_asked", with(by(ana), json!({"complete": true}))),
        ("transfer.completed", with(by(ben), json!({"from": ana}))),
        ("transfer.cancelled", with(about.clone(), json!({"because": "nobody_came"}))),
        ("monitor.asked", with(by(sam), json!({"on": true}))),
        ("monitor.started", by(sam)),
        ("monitor.stopped", by(sam)),
        ("whisper.asked", with(by(sam), json!({"content": content}))),
        ("whisper.sent", with(by(sam), json!({"to": ana, "content": content}))),
        ("barge.asked", by(sam)),
        ("supervisor.barged", by(sam)),
        ("take_over.asked", by(sam)),
        ("supervisor.took_over", with(by(sam), json!({"from": ana}))),
        ("hand_back.asked", by(sam)),
        ("supervisor.handed_back", with(by(sam), json!({"to": ana}))),
        ("ask.refused", with(by(ben), json!({"ask": "offer_accept", "because": {"kind": "offer_over"}}))),
        ("conversation.reviewed", with(by(sam), json!({"origin": "random"}))),
        ("presence.asked", json!({"person": ana, "presence": "away", "reason": "break"})),
        ("presence.changed", json!({"person": ana, "presence": "not_responding", "because": "offer_expired"})),
        ("desk.connected", json!({"person": ana})),
        ("desk.disconnected", json!({"person": ana})),
        ("customer.seen", json!({"customer": customer, "channel": "voice"})),
        ("identity.added", json!({"customer": customer, "identity": "email", "verified": true, "content": content})),
        ("customer.merged", json!({"customer": customer, "merged": CustomerId::from_number(2)})),
        ("customer.split", json!({"customer": customer, "split": CustomerId::from_number(2)})),
        ("customer.kept_apart", json!({"customer": customer, "other": CustomerId::from_number(2)})),
        ("customer.erased", json!({"customer": customer, "contents": 12, "conversations": [conversation]})),
        (
            "alert.raised",
            json!({"alert": 7, "rule": AlertRuleId::from_number(1), "subject": {"kind": "queue", "queue": billing}, "value": 250.0,
            "fire_at": 180.0, "since": 0, "owner": sam}),
        ),
        ("alert.act_asked", json!({"alert": 7, "person": sam, "act": {"kind": "acknowledge"}})),
        ("alert.acted", json!({"alert": 7, "person": sam, "act": {"kind": "own", "owner": ana}})),
        ("alert.cleared", json!({"alert": 7, "value": 20.0, "because": "cleared"})),
        ("person.signed_in", json!({"person": ana})),
        ("person.signed_out", json!({"person": ana})),
        (
            "access.refused",
            json!({"person": null, "token": TokenId::from_number(1), "because": "token_over", "route": "POST /api/ingest/events"}),
        ),
        ("export.made", json!({"person": sam, "what": "conversations csv", "rows": 1_204})),
    ]
}

/// Examples of facts about AI agents, in the words in which they are stored.
const OF_AI_AGENTS: &[(&str, &str)] = &[
    (
        "personal_data.hidden",
        r#"{"conversation":"conv_01k79t0000e00800000000a001","turn":"cnt_01k79t0000e00800000000d001","kinds":[{"kind":"card_number","count":1}],"original":"cnt_01k79t0000e00800000000d001"}"#,
    ),
    (
        "personal_data.revealed",
        r#"{"conversation":"conv_01k79t0000e00800000000a001","turn":"cnt_01k79t0000e00800000000d001","person":"per_01k79t0000e00800000000008b","reason":"to call back"}"#,
    ),
    (
        "turn.read",
        r#"{"conversation":"conv_01k79t0000e00800000000a001","turn":"cnt_01k79t0000e00800000000d001","intent":"refund","intent_milli":910,"language":"en","sentiment":-2}"#,
    ),
    (
        "version.proposed",
        r#"{"agent":"aia_01k79t0000e00800000000b001","version":1,"hash":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa","snapshot":{"draft":{"briefing":{"purpose":"Answer questions about orders.","tone":"Friendly and short.","forbidden":["legal advice"],"facts":["order number"],"escalation":["complaints"],"disclosure":"I am an AI assistant.","closing":"Goodbye."},"engine":{"kind":"guided"},"procedures":["Procedure: Order status"],"tools":["tol_01k79t0000e00800000000c001"],"collections":["col_01k79t0000e00800000000j001"],"intents":[{"intent":"order_status","autonomy":"act","boundary":""}],"autonomy":"act_with_approval","budgets":{"turns_max":20,"turn_ms":15000,"tokens_max":null,"cost_micros_max":null},"voice":null},"tools":[{"id":"tol_01k79t0000e00800000000c001","handle":"order_status","description":"Looks an order up.","connector":"con_01k79t0000e00800000000g001","call":{"kind":"http","method":"GET","path":"/orders/{order}"},"access":"read","arguments":[{"name":"order","value":{"kind":"text"},"required":true,"description":"Order number"}],"results":["status"],"amount_cap":null,"daily_per_customer_max":null,"approval":{"kind":"never"},"timeout_ms":5000,"retired":false}],"knowledge":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"},"revision":1,"person":"per_01k79t0000e00800000000008b","note":"first"}"#,
    ),
    (
        "version.released",
        r#"{"agent":"aia_01k79t0000e00800000000b001","version":1,"person":"per_01k79t0000e00800000000008b","reason":"tried for a week"}"#,
    ),
    (
        "version.withdrawn",
        r#"{"agent":"aia_01k79t0000e00800000000b001","version":1,"person":"per_01k79t0000e00800000000008b","reason":"wrong prices"}"#,
    ),
    (
        "ai.assigned",
        r#"{"conversation":"conv_01k79t0000e00800000000a001","agent":"aia_01k79t0000e00800000000b001","handle":"hanna","version":1,"autonomy":"act","from":"per_01k79t0000e00800000000008b","because":[{"kind":"serves_queue","version":1},{"kind":"allowed","intent":"refund","autonomy":"act"},{"kind":"load","used":3,"total":20},{"kind":"returned","by":"per_01k79t0000e00800000000008b"}]}"#,
    ),
    (
        "ai_turn.requested",
        r#"{"conversation":"conv_01k79t0000e00800000000a001","agent":"aia_01k79t0000e00800000000b001","version":1,"number":1,"task":"answer","autonomy":"act","deadline":1770000020000}"#,
    ),
    (
        "ai_turn.completed",
        r#"{"conversation":"conv_01k79t0000e00800000000a001","agent":"aia_01k79t0000e00800000000b001","version":1,"number":1,"task":"answer","outcome":{"kind":"hand_off","reason":"missing_knowledge"},"says":"cnt_01k79t0000e00800000000d001","figures":{"answered_by":"guided","prompt_hash":null,"first_token_ms":null,"total_ms":12,"input_tokens":null,"output_tokens":null,"cost_micros":null,"sources":[{"article":"art_01k79t0000e00800000000h001","revision":1,"passage":0}],"tools":[{"tool":"tol_01k79t0000e00800000000c001","access":"read","status":"ok","took_ms":9,"approved_by":null}],"confidence_milli":810}}"#,
    ),
    (
        "ai_turn.traced",
        r#"{"conversation":"conv_01k79t0000e00800000000a001","number":1,"content":"cnt_01k79t0000e00800000000d001"}"#,
    ),
    ("ai_turn.discarded", r#"{"conversation":"conv_01k79t0000e00800000000a001","number":1,"because":"not_owner"}"#),
    (
        "draft.offered",
        r#"{"conversation":"conv_01k79t0000e00800000000a001","number":2,"person":"per_01k79t0000e00800000000008b","content":"cnt_01k79t0000e00800000000d001","autonomy":"draft"}"#,
    ),
    (
        "ai.whispered",
        r#"{"conversation":"conv_01k79t0000e00800000000a001","person":"per_01k79t0000e00800000000008b","agent":"aia_01k79t0000e00800000000b001","content":"cnt_01k79t0000e00800000000d001"}"#,
    ),
    (
        "handoff.requested",
        r#"{"conversation":"conv_01k79t0000e00800000000a001","agent":"aia_01k79t0000e00800000000b001","version":1,"reason":"customer_request","turn":3}"#,
    ),
    ("handoff.timed_out", r#"{"conversation":"conv_01k79t0000e00800000000a001","waited_ms":120000}"#),
    (
        "handoff.briefed",
        r#"{"conversation":"conv_01k79t0000e00800000000a001","person":"per_01k79t0000e00800000000008b"}"#,
    ),
    (
        "handoff.ended",
        r#"{"conversation":"conv_01k79t0000e00800000000a001","how":{"kind":"completed","person":"per_01k79t0000e00800000000008b"},"after_ms":42000}"#,
    ),
    (
        "return_to_ai.asked",
        r#"{"conversation":"conv_01k79t0000e00800000000a001","person":"per_01k79t0000e00800000000008b","customer_agreed":true}"#,
    ),
    (
        "kill_switch.thrown",
        r#"{"scope":{"kind":"intent","intent":"refund"},"person":"per_01k79t0000e00800000000008b","reason":"wrong amounts"}"#,
    ),
    (
        "kill_switch.lifted",
        r#"{"scope":{"kind":"agent","agent":"aia_01k79t0000e00800000000b001"},"person":"per_01k79t0000e00800000000008b","reason":"mended"}"#,
    ),
    (
        "approval.asked",
        r#"{"approval":"apv_01k79t0000e00800000000e001","conversation":"conv_01k79t0000e00800000000a001","agent":"aia_01k79t0000e00800000000b001","number":3,"tool":"tol_01k79t0000e00800000000c001","amount":4500,"until":1770000120000,"content":"cnt_01k79t0000e00800000000d001"}"#,
    ),
    (
        "approval.decide_asked",
        r#"{"approval":"apv_01k79t0000e00800000000e001","conversation":"conv_01k79t0000e00800000000a001","person":"per_01k79t0000e00800000000008b","grant":true,"reason":"fine"}"#,
    ),
    (
        "approval.decided",
        r#"{"approval":"apv_01k79t0000e00800000000e001","conversation":"conv_01k79t0000e00800000000a001","verdict":{"kind":"granted","person":"per_01k79t0000e00800000000008b"}}"#,
    ),
    (
        "tool.started",
        r#"{"conversation":"conv_01k79t0000e00800000000a001","number":3,"tool":"tol_01k79t0000e00800000000c001","key":"k1"}"#,
    ),
    (
        "tool.finished",
        r#"{"conversation":"conv_01k79t0000e00800000000a001","tool":"tol_01k79t0000e00800000000c001","key":"k1","status":"ok"}"#,
    ),
    (
        "connector.probed",
        r#"{"connector":"con_01k79t0000e00800000000g001","ok":false,"took_ms":5000,"because":"timed_out"}"#,
    ),
    (
        "incident.opened",
        r#"{"incident":"inc_01k79t0000e00800000000f001","severity":"major","scope":{"kind":"everything"},"person":"per_01k79t0000e00800000000008b","summary":"Wrong amounts."}"#,
    ),
    (
        "incident.noted",
        r#"{"incident":"inc_01k79t0000e00800000000f001","person":"per_01k79t0000e00800000000008b","text":"Looking."}"#,
    ),
    (
        "incident.closed",
        r#"{"incident":"inc_01k79t0000e00800000000f001","person":"per_01k79t0000e00800000000008b","resolution":"Mended in version 2."}"#,
    ),
    (
        "unregistered_ai.seen",
        r#"{"name":"api.example-ai.com","from":"proxy_log","count":12,"people":3,"last_at":1770000000000}"#,
    ),
];

/// One example of every event there is.
fn examples() -> Vec<(&'static str, Value)> {
    let stored = OF_AI_AGENTS.iter().map(|(name, data)| (*name, serde_json::from_str(data).unwrap()));
    own_examples().into_iter().chain(stored).collect()
}

fn check(expected: &Expect) {
    let directory = directory();
    let text: String = examples()
        .into_iter()
        .map(|(name, data)| format!("{name}: {}\n", sentence(&recorded(name, data), &directory)))
        .collect();
    expected.assert_eq(&text);
}

#[test]
fn every_event_has_an_example_here() {
    let mut names: Vec<&str> = examples().into_iter().map(|(name, _)| name).collect();
    let mut known: Vec<&str> = Event::NAMES.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    known.sort_unstable();
    assert_eq!(names, known);
}

#[test]
fn every_event_is_said_in_one_plain_sentence() {
    check(&expect![[r#"
        setup.published: Sam changed the skill “Refunds” (revision 2).
        conversation.opened: The customer came by web chat for Billing, needs Refunds 3+.
        conversation.queued: Waits in Returns at the front: Ana’s browser was gone for too long.
        conversation.turned_away: Turned away from Billing: it is closed and opens 2026-11-23 09:00 UTC.
        turn.added: The customer wrote.
        reply.asked: Ana wants to reply.
        reply.sent: Ana replied after 1:05.
        note.added: Ana wrote a note.
        conversation.truncated: No more turns are recorded: the limit of 2000 is reached.
        person.asked: The customer asked for a person.
        customer.left: The customer’s browser is gone.
        customer.returned: The customer is back.
        hold.asked: Ana wants to put it on hold.
        conversation.held: Ana put it on hold.
        conversation.resumed: Ana took it off hold.
        close.asked: Ana wants to close it, filed as “Refunded”.
        conversation.closed: Closed: the customer left after waiting 3:10 without an answer (abandoned).
        reopen.asked: Sam wants to go on.
        conversation.reopened: Reopened for Billing, last with Ana.
        wrap_up.started: Ana wraps up.
        wrap_up.finish_asked: Ana wants to finish the wrap-up.
        wrap_up.finished: Ana’s wrap-up ended by time, filed as “Refunded”.
        disposition.set: Ana filed it as “Refunded”.
        label.changed: Sam put on the label “vip”.
        outcome.reported: The other system says: settled without a person, filed there as “faq”.
        ownership.reported: The other system says that the AI agent helper-2 has it.
        offer.made: Offered to Ana: serves Billing, has Refunds 3+, longest idle (2:10, 4 others could).
        offer.accept_asked: Ana wants to take it.
        offer.decline_asked: Ana does not want to take it.
        offer.accepted: Ana took it; the customer had waited 0:20.
        offer.declined: Ana declined.
        offer.expired: Ana did not answer in time.
        offer.withdrawn: The offer to Ana was withdrawn: the customer left.
        ring.widened: The circle widened (ring 1): needs Refunds 3+ now.
        wait.grown: It has waited so long that a group which helps out may take it.
        assign.asked: Sam wants to give it to Ben.
        priority.changed: Sam set its priority to 5 (5 minutes of head start).
        transfer.asked: Ana wants to transfer it to Returns, at once.
        transfer.started: Ana started a warm transfer to Ben.
        transfer.briefed: Ben is there and is being told what it is about.
        transfer.end_asked: Ana wants to complete the transfer.
        transfer.completed: Ben has it now, from Ana.
        transfer.cancelled: The transfer ended and it stays where it was: nobody came in time.
        monitor.asked: Sam wants to watch.
        monitor.started: Sam watches.
        monitor.stopped: Sam stopped watching.
        whisper.asked: Sam wants to whisper to the owner.
        whisper.sent: Sam whispered to Ana.
        barge.asked: Sam wants to barge in.
        supervisor.barged: Sam barged in.
        take_over.asked: Sam wants to take it over.
        supervisor.took_over: Sam took it over from Ana.
        hand_back.asked: Sam wants to hand it back.
        supervisor.handed_back: Sam handed it back to Ana.
        ask.refused: Ben wanted to take it; refused: The offer is over: it expired, was withdrawn or was already answered.
        conversation.reviewed: Sam reviewed it: drawn by chance.
        presence.asked: Ana wants to be away (break).
        presence.changed: Ana is not responding: an offer expired unanswered.
        desk.connected: Ana opened the desk.
        desk.disconnected: Ana closed the desk or lost the connection.
        customer.seen: A customer came by voice.
        identity.added: The customer is known by a mail address, verified.
        customer.merged: Sam merged two customers into one.
        customer.split: Sam split one customer into two.
        customer.kept_apart: Sam said that two customers who look alike are two people.
        customer.erased: Sam erased the customer: 12 pieces of content in 1 conversation can no longer be read.
        alert.raised: Alert 7 “Long wait”: Billing: the oldest conversation has waited 4:10 (limit 3:00). Sam has it.
        alert.act_asked: Sam wants to acknowledge it (alert 7).
        alert.acted: Sam gave alert 7 to Ana.
        alert.cleared: Alert 7 is over: the value is good again.
        person.signed_in: Ana signed in.
        person.signed_out: Ana signed out.
        access.refused: The token “Legacy” was kept out of POST /api/ingest/events: the token has expired or was revoked.
        export.made: Sam exported 1204 rows (conversations csv).
        personal_data.hidden: Personal data was hidden before it was stored: card_number × 1.
        personal_data.revealed: somebody who is gone looked at what was hidden: to call back.
        turn.read: The turn was read: about “refund”, in en and customer’s mood -2.
        version.proposed: somebody who is gone made version 1 of that is gone a candidate.
        version.released: somebody who is gone released version 1 of that is gone: tried for a week.
        version.withdrawn: somebody who is gone withdrew version 1 of that is gone: wrong prices.
        ai.assigned: The AI agent that is gone (version 1) has it, given back by somebody who is gone.
        ai_turn.requested: The AI agent that is gone is asked to answer.
        ai_turn.completed: The AI agent that is gone wants a person to have it: its knowledge does not answer it, after 12 ms.
        ai_turn.traced: How turn 1 of the AI agent came about was kept.
        ai_turn.discarded: What the AI agent said was not used: it does not have the conversation any more.
        draft.offered: somebody who is gone sees a draft of an AI agent.
        ai.whispered: somebody who is gone whispered to the AI agent that is gone.
        handoff.requested: The AI agent that is gone hands it to people: the customer asked for a person.
        handoff.timed_out: Nobody took it over within 2:00.
        handoff.briefed: somebody who is gone read what went before.
        handoff.ended: The handoff is complete: somebody who is gone has answered.
        return_to_ai.asked: somebody who is gone wants to give it back to the AI agent.
        kill_switch.thrown: somebody who is gone stopped AI agents for “refund”: wrong amounts.
        kill_switch.lifted: somebody who is gone lets the AI agent that is gone work again: mended.
        approval.asked: The AI agent that is gone wants to run a tool that is gone about 45.00; a person must agree.
        approval.decide_asked: somebody who is gone wants to approve it.
        approval.decided: somebody who is gone approved it.
        tool.started: The tool a tool that is gone is run.
        tool.finished: The tool a tool that is gone was run: ok.
        connector.probed: a connector that is gone does not answer (timed_out).
        incident.opened: somebody who is gone opened an incident: Wrong amounts..
        incident.noted: somebody who is gone added to an incident: Looking..
        incident.closed: somebody who is gone closed an incident: Mended in version 2..
        unregistered_ai.seen: AI that nobody registered was seen: api.example-ai.com (12 times).
    "#]]);
}

#[test]
fn nobody_is_called_by_an_id_and_every_sentence_ends() {
    let directory = directory();
    for (name, data) in examples() {
        let words = sentence(&recorded(name, data), &directory);
        assert!(words.ends_with('.'), "{name}: {words}");
        for prefix in ["per_", "que_", "conv_", "skl_", "cus_", "dsp_", "alr_", "tok_"] {
            assert!(!words.contains(prefix), "{name}: {words}");
        }
    }
}

#[test]
fn an_offer_says_why_this_person() {
    let directory = directory();
    let (_, data) = examples().into_iter().find(|(name, _)| *name == "offer.made").unwrap();
    let fact = recorded("offer.made", data);
    assert_eq!(
        sentence(&fact, &directory),
        "Offered to Ana: serves Billing, has Refunds 3+, longest idle (2:10, 4 others could)."
    );
    let kinds: Vec<String> = because(&fact, &directory).into_iter().map(|said| said.kind).collect();
    assert_eq!(kinds, ["serves_queue", "skill_match", "longest_idle"]);
}

#[test]
fn a_fact_that_carries_reasons_says_them() {
    let directory = directory();
    for (name, data) in examples() {
        let has_reasons = data.get("because").is_some() || name == "handoff.requested";
        // The whole sentence is the reason there.
        let is_sentence = matches!(name, "access.refused" | "wait.grown");
        assert_eq!(!because(&recorded(name, data), &directory).is_empty(), has_reasons && !is_sentence, "{name}");
    }
}
