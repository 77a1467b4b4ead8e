//! AI agents on the floor: they get, answer, hand over, are stopped, and speak only while they own.

use expect_test::expect;

use crate::play::check;

#[test]
fn it_gets_the_conversation_says_hello_answers_and_closes() {
    check(
        "
        queue billing
        ai bot queues=billing
        0s c1 opens billing
        1s bot answers c1
        5s c1 says
        6s bot answers c1
        9s c1 says
        10s bot closes c1
        ",
        expect![[r#"
            queue billing
            ai bot queues=billing
            0s c1 opens billing
                 0s > ai.assigned c1 handle=bot
                 0s > ai_turn.requested c1 task=open
            1s bot answers c1
                 1s > reply.sent c1
            5s c1 says
                 5s > ai_turn.requested c1 task=answer
            6s bot answers c1
                 6s > reply.sent c1
            9s c1 says
                 9s > ai_turn.requested c1 task=answer
            10s bot closes c1
                 10s > reply.sent c1
                 10s > conversation.closed c1 because=ai_agent outcome=contained
        "#]],
    );
}

#[test]
fn a_handoff_goes_to_the_front_of_the_line_with_its_reason_and_is_completed_by_the_first_human_word() {
    check(
        "
        queue billing
        profile desk queues=billing chat=1
        ai bot queues=billing capacity=1
        agent ana profile=desk
        0s c1 opens billing
        1s c2 opens billing
        2s bot answers c1
        3s c1 says
        4s bot hands_off c1 reason=missing_knowledge
        5s ana available
        6s ana accepts c1
        7s ana says c1
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=1
            ai bot queues=billing capacity=1
            agent ana profile=desk
            0s c1 opens billing
                 0s > ai.assigned c1 handle=bot
                 0s > ai_turn.requested c1 task=open
            1s c2 opens billing
                 1s > c2 waits in billing place=score because=arrived
            2s bot answers c1
                 2s > reply.sent c1
            3s c1 says
                 3s > ai_turn.requested c1 task=answer
            4s bot hands_off c1 reason=missing_knowledge
                 4s > reply.sent c1
                 4s > handoff.requested c1 reason=missing_knowledge
                 4s > c1 waits in billing place=front because=handed_off
            5s ana available
                 5s > ana available because=asked
                 5s > c1 offered to ana waited=1s because=only_candidate,front
            6s ana accepts c1
                 6s > offer.accepted c1 ana
            7s ana says c1
                 7s > reply.sent c1
                 7s > handoff.ended c1 how=completed
        "#]],
    );
}

#[test]
fn whoever_does_not_answer_by_the_deadline_loses_it_to_people_and_what_comes_late_is_not_said() {
    check(
        "
        queue billing
        profile desk queues=billing chat=1
        ai bot queues=billing
        agent ana profile=desk available
        0s c1 opens billing
        25s bot answers c1
        26s ana accepts c1
        27s bot answers c1
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=1
            ai bot queues=billing
            agent ana profile=desk available
                 0s > ana available because=asked
            0s c1 opens billing
                 0s > ai.assigned c1 handle=bot
                 0s > ai_turn.requested c1 task=open
            25s bot answers c1
                 20s > handoff.requested c1 reason=no_answer
                 20s > c1 waits in billing place=front because=handed_off
                 20s > c1 offered to ana waited=0s because=only_candidate,front
                 25s > ai_turn.discarded c1 because=not_owner
            26s ana accepts c1
                 26s > offer.accepted c1 ana
            27s bot answers c1
        "#]],
    );
}

#[test]
fn the_customer_gets_a_person_at_any_time() {
    check(
        "
        queue billing
        ai bot queues=billing
        0s c1 opens billing
        1s c1 asks
        2s bot answers c1
        3s c1 ends
        ",
        expect![[r#"
            queue billing
            ai bot queues=billing
            0s c1 opens billing
                 0s > ai.assigned c1 handle=bot
                 0s > ai_turn.requested c1 task=open
            1s c1 asks
                 1s > handoff.requested c1 reason=customer_request
                 1s > c1 waits in billing place=front because=handed_off
            2s bot answers c1
                 2s > ai_turn.discarded c1 because=not_owner
            3s c1 ends
                 3s > handoff.ended c1 how=customer_left
                 3s > conversation.closed c1 because=customer
        "#]],
    );
}

#[test]
fn a_stop_hands_over_what_is_live_and_lets_nothing_new_in_until_it_is_lifted() {
    check(
        "
        queue billing
        ai bot queues=billing capacity=3
        ai kit queues=billing capacity=1
        0s c1 opens billing
        0s c2 opens billing intent=refund
        0s c3 opens billing
        5s boss stops bot
        6s c4 opens billing
        7s boss lifts bot
        8s c5 opens billing
        9s boss stops intent=refund
        10s c6 opens billing intent=refund
        11s boss stops everything
        12s (time passes)
        ",
        expect![[r#"
            queue billing
            ai bot queues=billing capacity=3
            ai kit queues=billing capacity=1
            0s c1 opens billing
                 0s > ai.assigned c1 handle=bot
                 0s > ai_turn.requested c1 task=open
            0s c2 opens billing intent=refund
                 0s > ai.assigned c2 handle=bot
                 0s > ai_turn.requested c2 task=open
            0s c3 opens billing
                 0s > ai.assigned c3 handle=bot
                 0s > ai_turn.requested c3 task=open
            5s boss stops bot
            6s c4 opens billing
                 5s > handoff.requested c1 reason=stopped
                 5s > c1 waits in billing place=front because=handed_off
                 5s > handoff.requested c2 reason=stopped
                 5s > c2 waits in billing place=front because=handed_off
                 5s > handoff.requested c3 reason=stopped
                 5s > c3 waits in billing place=front because=handed_off
                 6s > ai.assigned c4 handle=kit
                 6s > ai_turn.requested c4 task=open
            7s boss lifts bot
            8s c5 opens billing
                 8s > ai.assigned c5 handle=bot
                 8s > ai_turn.requested c5 task=open
            9s boss stops intent=refund
            10s c6 opens billing intent=refund
                 10s > c6 waits in billing place=score because=arrived
            11s boss stops everything
            12s (time passes)
                 11s > handoff.requested c4 reason=stopped
                 11s > c4 waits in billing place=front because=handed_off
                 11s > handoff.requested c5 reason=stopped
                 11s > c5 waits in billing place=front because=handed_off
        "#]],
    );
}

#[test]
fn autonomy_decides_by_intent_who_has_it_and_who_only_drafts() {
    check(
        "
        queue billing
        profile desk queues=billing chat=2
        ai bot queues=billing refund:draft greeting:observe
        agent ana profile=desk available
        0s c1 opens billing intent=refund
        1s ana accepts c1
        2s c1 says
        3s c1 says
        4s bot answers c1 turn=1
        5s bot answers c1 turn=2
        6s ana says c1
        7s c2 opens billing intent=greeting
        8s ana accepts c2
        9s c2 says
        10s bot answers c2
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=2
            ai bot queues=billing refund:draft greeting:observe
            agent ana profile=desk available
                 0s > ana available because=asked
            0s c1 opens billing intent=refund
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s ana accepts c1
                 1s > offer.accepted c1 ana
            2s c1 says
                 2s > ai_turn.requested c1 task=draft
            3s c1 says
                 3s > ai_turn.requested c1 task=draft
            4s bot answers c1 turn=1
            5s bot answers c1 turn=2
                 5s > draft.offered c1 ana
            6s ana says c1
                 6s > reply.sent c1
            7s c2 opens billing intent=greeting
                 7s > c2 waits in billing place=score because=arrived
                 7s > c2 offered to ana waited=0s because=only_candidate,score 0 of 1
            8s ana accepts c2
                 8s > offer.accepted c2 ana
            9s c2 says
                 9s > ai_turn.requested c2 task=shadow
            10s bot answers c2
        "#]],
    );
}

#[test]
fn an_approval_is_granted_once_denied_or_runs_out() {
    check(
        "
        queue billing
        ai bot queues=billing capacity=5
        supervisor sue
        0s c1 opens billing
        1s bot waits c1
        2s c1 says
        3s sue grants c1
        4s sue grants c1
        5s bot answers c1
        6s c2 opens billing
        7s bot waits c2
        68s bot hands_off c2 reason=approval_denied
        69s c3 opens billing
        70s bot waits c3
        71s c3 asks
        72s sue denies c3
        ",
        expect![[r#"
            queue billing
            ai bot queues=billing capacity=5
            supervisor sue
            0s c1 opens billing
                 0s > ai.assigned c1 handle=bot
                 0s > ai_turn.requested c1 task=open
            1s bot waits c1
                 1s > reply.sent c1
            2s c1 says
            3s sue grants c1
                 3s > approval.decided c1 verdict=granted
                 3s > ai_turn.requested c1 task=continue
            4s sue grants c1
                 4s > sue refused: approval_over
            5s bot answers c1
                 5s > reply.sent c1
            6s c2 opens billing
                 6s > ai.assigned c2 handle=bot
                 6s > ai_turn.requested c2 task=open
            7s bot waits c2
                 7s > reply.sent c2
            68s bot hands_off c2 reason=approval_denied
                 67s > approval.decided c2 verdict=expired
                 67s > ai_turn.requested c2 task=continue
                 68s > reply.sent c2
                 68s > handoff.requested c2 reason=approval_denied
                 68s > c2 waits in billing place=front because=handed_off
            69s c3 opens billing
                 69s > ai.assigned c3 handle=bot
                 69s > ai_turn.requested c3 task=open
            70s bot waits c3
                 70s > reply.sent c3
            71s c3 asks
                 71s > approval.decided c3 verdict=void
                 71s > handoff.requested c3 reason=customer_request
                 71s > c3 waits in billing place=front because=handed_off
            72s sue denies c3
                 72s > sue refused: approval_over
        "#]],
    );
}

#[test]
fn a_supervisor_whispers_to_it_takes_over_and_it_comes_back_only_if_the_customer_agrees() {
    check(
        "
        queue billing
        ai bot queues=billing
        supervisor sue
        0s c1 opens billing
        1s bot answers c1
        2s sue whispers c1
        3s c1 says
        4s sue takes c1
        5s bot answers c1
        6s sue says c1
        7s sue returns c1
        8s sue returns c1 agreed
        9s c1 says
        10s bot answers c1
        ",
        expect![[r#"
            queue billing
            ai bot queues=billing
            supervisor sue
            0s c1 opens billing
                 0s > ai.assigned c1 handle=bot
                 0s > ai_turn.requested c1 task=open
            1s bot answers c1
                 1s > reply.sent c1
            2s sue whispers c1
                 2s > ai.whispered c1 sue
            3s c1 says
                 3s > ai_turn.requested c1 task=answer
            4s sue takes c1
                 4s > supervisor.took_over c1 sue
            5s bot answers c1
            6s sue says c1
                 6s > reply.sent c1
            7s sue returns c1
                 7s > sue refused: customer_must_agree
            8s sue returns c1 agreed
                 8s > ai.assigned c1 handle=bot
            9s c1 says
                 9s > ai_turn.requested c1 task=answer
            10s bot answers c1
                 10s > reply.sent c1
        "#]],
    );
}

#[test]
fn nobody_in_time_is_said_once_and_the_place_at_the_front_is_kept() {
    check(
        "
        queue billing
        ai bot queues=billing
        0s c1 opens billing
        1s bot hands_off c1 reason=complaint says=no
        130s (time passes)
        131s c1 ends
        ",
        expect![[r#"
            queue billing
            ai bot queues=billing
            0s c1 opens billing
                 0s > ai.assigned c1 handle=bot
                 0s > ai_turn.requested c1 task=open
            1s bot hands_off c1 reason=complaint says=no
                 1s > handoff.requested c1 reason=complaint
                 1s > c1 waits in billing place=front because=handed_off
            130s (time passes)
                 121s > handoff.timed_out c1
            131s c1 ends
                 131s > handoff.ended c1 how=customer_left
                 131s > conversation.closed c1 because=customer
        "#]],
    );
}

#[test]
fn it_holds_no_more_than_it_may_and_a_budget_of_turns_ends_with_a_person() {
    check(
        "
        queue billing
        ai bot queues=billing capacity=1 turns=2
        0s c1 opens billing
        0s c2 opens billing
        1s bot answers c1
        2s c1 says
        3s bot answers c1
        4s c3 opens billing
        ",
        expect![[r#"
            queue billing
            ai bot queues=billing capacity=1 turns=2
            0s c1 opens billing
                 0s > ai.assigned c1 handle=bot
                 0s > ai_turn.requested c1 task=open
            0s c2 opens billing
                 0s > c2 waits in billing place=score because=arrived
            1s bot answers c1
                 1s > reply.sent c1
            2s c1 says
                 2s > ai_turn.requested c1 task=answer
            3s bot answers c1
                 3s > reply.sent c1
                 3s > handoff.requested c1 reason=usage_limit
                 3s > c1 waits in billing place=front because=handed_off
            4s c3 opens billing
                 4s > ai.assigned c3 handle=bot
                 4s > ai_turn.requested c3 task=open
        "#]],
    );
}

#[test]
fn silence_ends_it_and_nothing_unreleased_gets_anything() {
    check(
        "
        queue billing
        ai new queues=billing unreleased
        0s c1 opens billing
        1s c1 ends
        2s boss lifts everything
        ai bot queues=billing
        3s c2 opens billing
        4s bot answers c2
        1000s (time passes)
        ",
        expect![[r#"
            queue billing
            ai new queues=billing unreleased
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
            1s c1 ends
                 1s > conversation.closed c1 because=customer outcome=abandoned
            2s boss lifts everything
            ai bot queues=billing
            3s c2 opens billing
                 3s > ai.assigned c2 handle=bot
                 3s > ai_turn.requested c2 task=open
            4s bot answers c2
                 4s > reply.sent c2
            1000s (time passes)
                 904s > conversation.closed c2 because=silence outcome=contained
        "#]],
    );
}
