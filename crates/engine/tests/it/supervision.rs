//! Stepping in, and passing on.

use expect_test::expect;

use crate::play::check;

#[test]
fn a_warm_transfer_briefs_first_and_moves_when_both_are_ready() {
    check(
        "
        queue billing
        queue orders
        profile desk queues=billing chat=1
        profile shop queues=orders chat=1
        agent ana profile=desk available
        agent bob profile=shop available
        0s c1 opens billing
        1s ana accepts c1
        2s ana transfers c1 queue=orders warm
        3s ana says c1
        4s bob accepts c1
        5s bob says c1
        6s ana completes c1
        7s bob says c1
        8s ana says c1
        ",
        expect![[r#"
            queue billing
            queue orders
            profile desk queues=billing chat=1
            profile shop queues=orders chat=1
            agent ana profile=desk available
                 0s > ana available because=asked
            agent bob profile=shop available
                 0s > bob available because=asked
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s ana accepts c1
                 1s > offer.accepted c1 ana
            2s ana transfers c1 queue=orders warm
                 2s > c1 warm transfer to orders
                 2s > c1 offered to bob to brief waited=0s because=only_candidate
            3s ana says c1
                 3s > reply.sent c1
            4s bob accepts c1
                 4s > offer.accepted c1 bob
                 4s > transfer.briefed c1 bob
            5s bob says c1
                 5s > bob refused: not_owner, ana is
            6s ana completes c1
                 6s > transfer.completed c1 bob
            7s bob says c1
                 7s > reply.sent c1
            8s ana says c1
                 8s > ana refused: not_owner, bob is
        "#]],
    );
}

#[test]
fn a_warm_transfer_that_nobody_takes_ends_and_it_stays_where_it_was() {
    check(
        "
        queue billing
        queue orders
        profile desk queues=billing chat=1
        agent ana profile=desk available
        0s c1 opens billing
        1s ana accepts c1
        2s ana transfers c1 queue=orders warm
        200s ana says c1
        ",
        expect![[r#"
            queue billing
            queue orders
            profile desk queues=billing chat=1
            agent ana profile=desk available
                 0s > ana available because=asked
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s ana accepts c1
                 1s > offer.accepted c1 ana
            2s ana transfers c1 queue=orders warm
                 2s > c1 warm transfer to orders
            200s ana says c1
                 122s > transfer.cancelled c1 because=nobody_came
                 200s > reply.sent c1
        "#]],
    );
}

#[test]
fn a_warm_transfer_ends_when_the_customer_leaves() {
    check(
        "
        queue billing
        queue orders
        profile desk queues=billing chat=1
        profile shop queues=orders chat=1
        agent ana profile=desk available
        agent bob profile=shop available
        0s c1 opens billing
        1s ana accepts c1
        2s ana transfers c1 queue=orders warm
        3s c1 ends
        4s bob accepts c1
        ",
        expect![[r#"
            queue billing
            queue orders
            profile desk queues=billing chat=1
            profile shop queues=orders chat=1
            agent ana profile=desk available
                 0s > ana available because=asked
            agent bob profile=shop available
                 0s > bob available because=asked
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s ana accepts c1
                 1s > offer.accepted c1 ana
            2s ana transfers c1 queue=orders warm
                 2s > c1 warm transfer to orders
                 2s > c1 offered to bob to brief waited=0s because=only_candidate
            3s c1 ends
                 3s > offer.withdrawn c1 bob because=customer_left
                 3s > transfer.cancelled c1 because=customer_left
                 3s > conversation.closed c1 because=customer
            4s bob accepts c1
                 4s > bob refused: offer_over
        "#]],
    );
}

#[test]
fn a_supervisor_takes_over_from_the_line_and_the_offer_is_withdrawn() {
    check(
        "
        queue billing
        profile desk queues=billing chat=1
        agent ana profile=desk available
        supervisor eva
        0s c1 opens billing
        1s eva takes c1
        2s ana accepts c1
        3s eva hands c1
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=1
            agent ana profile=desk available
                 0s > ana available because=asked
            supervisor eva
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s eva takes c1
                 1s > offer.withdrawn c1 ana because=taken_elsewhere
                 1s > supervisor.took_over c1 eva
            2s ana accepts c1
                 2s > ana refused: offer_over
            3s eva hands c1
                 3s > supervisor.handed_back c1 eva
                 3s > c1 waits in billing place=front because=handed_back
                 3s > c1 offered to ana waited=0s because=only_candidate,front
        "#]],
    );
}

#[test]
fn a_supervisor_who_barges_speaks_and_the_agent_stays_the_owner() {
    check(
        "
        queue billing
        profile desk queues=billing chat=1
        agent ana profile=desk available
        supervisor eva
        0s c1 opens billing
        1s eva barges c1
        2s ana accepts c1
        3s eva says c1
        4s eva barges c1
        5s eva says c1
        6s ana says c1
        7s eva leaves c1
        8s eva says c1
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=1
            agent ana profile=desk available
                 0s > ana available because=asked
            supervisor eva
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s eva barges c1
                 1s > eva refused: nobody_there
            2s ana accepts c1
                 2s > offer.accepted c1 ana
            3s eva says c1
                 3s > eva refused: not_owner, ana is
            4s eva barges c1
                 4s > supervisor.barged c1 eva
            5s eva says c1
                 5s > reply.sent c1
            6s ana says c1
                 6s > reply.sent c1
            7s eva leaves c1
                 7s > monitor.stopped c1 eva
            8s eva says c1
                 8s > eva refused: not_owner, ana is
        "#]],
    );
}

#[test]
fn a_supervisor_assigns_to_one_person_and_then_to_all_if_that_person_does_not_take_it() {
    check(
        "
        queue billing timeout=15s
        profile desk queues=billing chat=1
        agent ana profile=desk available
        agent bob profile=desk available
        supervisor eva
        1s c1 opens billing
        2s eva assigns c1 to bob
        17s (time passes)
        ",
        expect![[r#"
            queue billing timeout=15s
            profile desk queues=billing chat=1
            agent ana profile=desk available
                 0s > ana available because=asked
            agent bob profile=desk available
                 0s > bob available because=asked
            supervisor eva
            1s c1 opens billing
                 1s > c1 waits in billing place=score because=arrived
                 1s > c1 offered to ana waited=0s because=longest_idle 1s of 2,score 0 of 1
            2s eva assigns c1 to bob
                 2s > offer.withdrawn c1 ana because=taken_elsewhere
                 2s > c1 waits in billing place=front only=bob because=assigned
                 2s > c1 offered to bob waited=1s because=by_name,front
            17s (time passes)
                 17s > offer.expired c1 bob
                 17s > bob not_responding because=offer_expired
                 17s > c1 waits in billing place=front because=not_taken
                 17s > c1 offered to ana waited=16s because=only_candidate,front
        "#]],
    );
}

#[test]
fn a_customer_who_leaves_while_waiting_has_abandoned_and_frees_who_was_asked() {
    check(
        "
        queue billing
        profile desk queues=billing chat=1
        agent ana profile=desk available
        0s c1 opens billing
        1s c2 opens billing
        2s c1 ends
        3s ana accepts c2
        4s c2 disconnects
        1000s c2 returns
        1001s c2 disconnects
        3000s (time passes)
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=1
            agent ana profile=desk available
                 0s > ana available because=asked
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s c2 opens billing
                 1s > c2 waits in billing place=score because=arrived
            2s c1 ends
                 2s > offer.withdrawn c1 ana because=customer_left
                 2s > conversation.closed c1 because=customer outcome=abandoned
                 2s > c2 offered to ana waited=1s because=only_candidate,score 16 of 1
            3s ana accepts c2
                 3s > offer.accepted c2 ana
            4s c2 disconnects
            1000s c2 returns
            1001s c2 disconnects
            3000s (time passes)
                 2801s > conversation.closed c2 because=customer_gone
        "#]],
    );
}

#[test]
fn a_waiting_customer_whose_browser_stays_away_has_abandoned_when_they_went() {
    check(
        "
        queue billing
        0s c1 opens billing
        30s c1 disconnects
        60s c1 returns
        70s c1 disconnects
        130s (time passes)
        ",
        expect![[r#"
            queue billing
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
            30s c1 disconnects
            60s c1 returns
            70s c1 disconnects
            130s (time passes)
                 130s > conversation.closed c1 because=customer_gone outcome=abandoned
        "#]],
    );
}

#[test]
fn an_observed_conversation_cannot_be_taken_but_can_be_watched() {
    check(
        "
        queue billing
        supervisor eva
        0s c1 opens billing observed=yes
        1s eva takes c1
        2s eva monitors c1
        3s c1 asks
        ",
        expect![[r#"
            queue billing
            supervisor eva
            0s c1 opens billing observed=yes
            1s eva takes c1
                 1s > eva refused: observed
            2s eva monitors c1
                 2s > monitor.started c1 eva
            3s c1 asks
        "#]],
    );
}
