//! Lines, offers and what waiting brings.

use expect_test::expect;

use crate::play::check;

#[test]
fn offer_expires_and_the_next_agent_is_asked() {
    check(
        "
        queue billing needs=refunds timeout=15s
        profile desk queues=billing chat=1
        agent ana profile=desk has=refunds:5 available
        1s (time passes)
        agent bob profile=desk has=refunds:5 available
        10s c1 opens billing
        40s (time passes)
        ",
        expect![[r#"
            queue billing needs=refunds timeout=15s
            profile desk queues=billing chat=1
            agent ana profile=desk has=refunds:5 available
                 0s > ana available because=asked
            1s (time passes)
            agent bob profile=desk has=refunds:5 available
                 1s > bob available because=asked
            10s c1 opens billing
                 10s > c1 waits in billing place=score because=arrived
                 10s > c1 offered to ana waited=0s because=skill refunds:1,longest_idle 10s of 2,score 0 of 1
            40s (time passes)
                 25s > offer.expired c1 ana
                 25s > ana not_responding because=offer_expired
                 25s > c1 offered to bob waited=15s because=skill refunds:1,only_candidate,front
                 40s > offer.expired c1 bob
                 40s > bob not_responding because=offer_expired
        "#]],
    );
}

#[test]
fn a_late_click_on_an_expired_offer_is_refused_and_nobody_owns_it_twice() {
    check(
        "
        queue billing timeout=15s
        profile desk queues=billing chat=2
        agent ana profile=desk available
        agent bob profile=desk
        0s c1 opens billing
        15s (time passes)
        16s bob available
        17s ana accepts c1 offer=1
        18s bob accepts c1
        19s ana says c1
        20s bob says c1
        ",
        expect![[r#"
            queue billing timeout=15s
            profile desk queues=billing chat=2
            agent ana profile=desk available
                 0s > ana available because=asked
            agent bob profile=desk
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            15s (time passes)
                 15s > offer.expired c1 ana
                 15s > ana not_responding because=offer_expired
            16s bob available
                 16s > bob available because=asked
                 16s > c1 offered to bob waited=16s because=only_candidate,front
            17s ana accepts c1 offer=1
                 17s > ana refused: offer_over
            18s bob accepts c1
                 18s > offer.accepted c1 bob
            19s ana says c1
                 19s > ana refused: not_owner, bob is
            20s bob says c1
                 20s > reply.sent c1
        "#]],
    );
}

#[test]
fn rings_widen_with_the_wait_and_say_so() {
    check(
        "
        queue billing needs=refunds:8 rings=30s:-4,60s:drop1
        profile desk queues=billing chat=1
        agent ana profile=desk has=refunds:5 available
        0s c1 opens billing
        40s (time passes)
        41s ana accepts c1
        42s c2 opens billing
        100s ana closes c1
        110s (time passes)
        ",
        expect![[r#"
            queue billing needs=refunds:8 rings=30s:-4,60s:drop1
            profile desk queues=billing chat=1
            agent ana profile=desk has=refunds:5 available
                 0s > ana available because=asked
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
            40s (time passes)
                 30s > ring.widened c1 ring=1
                 30s > c1 offered to ana waited=30s because=skill refunds:4,ring 1,only_candidate,score 500 of 1
            41s ana accepts c1
                 41s > offer.accepted c1 ana
            42s c2 opens billing
                 42s > c2 waits in billing place=score because=arrived
            100s ana closes c1
                 72s > ring.widened c2 ring=1
                 100s > conversation.closed c1 because=owner
                 100s > c2 offered to ana waited=58s because=skill refunds:4,ring 1,only_candidate,score 966 of 1
            110s (time passes)
        "#]],
    );
}

#[test]
fn who_waits_too_long_overflows_once_and_keeps_its_wait() {
    check(
        "
        queue general overflow=60s:billing
        queue billing overflow=30s:general
        profile desk queues=general chat=1
        0s c1 opens billing
        31s (time passes)
        200s (time passes)
        agent ana profile=desk
        210s ana available
        ",
        expect![[r#"
            queue general overflow=60s:billing
            queue billing overflow=30s:general
            profile desk queues=general chat=1
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
            31s (time passes)
                 30s > c1 waits in general place=score because=overflowed from billing
            200s (time passes)
            agent ana profile=desk
            210s ana available
                 210s > ana available because=asked
                 210s > c1 offered to ana waited=210s because=only_candidate,score 3500 of 1
        "#]],
    );
}

#[test]
fn a_group_that_helps_out_sees_conversations_after_its_delay() {
    check(
        "
        queue billing
        profile desk queues=billing chat=1
        profile helpers queues=billing@30s chat=1
        agent ana profile=helpers available
        0s c1 opens billing
        29s (time passes)
        30s (time passes)
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=1
            profile helpers queues=billing@30s chat=1
            agent ana profile=helpers available
                 0s > ana available because=asked
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
            29s (time passes)
            30s (time passes)
                 30s > wait.grown c1 because=delay_passed
                 30s > c1 offered to ana waited=30s because=only_candidate,score 500 of 1
        "#]],
    );
}

#[test]
fn minutes_waited_plus_priority_decide_who_is_first() {
    check(
        "
        queue billing
        profile desk queues=billing chat=1
        agent ana profile=desk
        0s c1 opens billing
        60s c2 opens billing priority=3
        90s c3 opens billing
        100s ana available
        101s ana accepts c2
        102s ana closes c2
        103s ana accepts c1
        104s ana closes c1
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=1
            agent ana profile=desk
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
            60s c2 opens billing priority=3
                 60s > c2 waits in billing place=score because=arrived
            90s c3 opens billing
                 90s > c3 waits in billing place=score because=arrived
            100s ana available
                 100s > ana available because=asked
                 100s > c2 offered to ana waited=40s because=only_candidate,score 3666 of 3
            101s ana accepts c2
                 101s > offer.accepted c2 ana
            102s ana closes c2
                 102s > conversation.closed c2 because=owner
                 102s > c1 offered to ana waited=102s because=only_candidate,score 1700 of 2
            103s ana accepts c1
                 103s > offer.accepted c1 ana
            104s ana closes c1
                 104s > conversation.closed c1 because=owner
                 104s > c3 offered to ana waited=14s because=only_candidate,score 233 of 1
        "#]],
    );
}

#[test]
fn linear_ranking_asks_the_highest_level_first() {
    check(
        "
        queue billing needs=refunds ranking=linear
        profile desk queues=billing chat=2
        agent ana profile=desk has=refunds:3 available
        agent bob profile=desk has=refunds:9 available
        10s c1 opens billing
        ",
        expect![[r#"
            queue billing needs=refunds ranking=linear
            profile desk queues=billing chat=2
            agent ana profile=desk has=refunds:3 available
                 0s > ana available because=asked
            agent bob profile=desk has=refunds:9 available
                 0s > bob available because=asked
            10s c1 opens billing
                 10s > c1 waits in billing place=score because=arrived
                 10s > c1 offered to bob waited=0s because=skill refunds:1,highest_level 9 of 2,score 0 of 1
        "#]],
    );
}

#[test]
fn versatile_people_are_kept_free() {
    check(
        "
        queue billing needs=refunds ranking=versatile_last
        profile desk queues=billing chat=2
        agent ana profile=desk has=refunds:5,french:8 available
        agent bob profile=desk has=refunds:5 available
        10s c1 opens billing
        ",
        expect![[r#"
            queue billing needs=refunds ranking=versatile_last
            profile desk queues=billing chat=2
            agent ana profile=desk has=refunds:5,french:8 available
                 0s > ana available because=asked
            agent bob profile=desk has=refunds:5 available
                 0s > bob available because=asked
            10s c1 opens billing
                 10s > c1 waits in billing place=score because=arrived
                 10s > c1 offered to bob waited=0s because=skill refunds:1,least_versatile 0 of 2,score 0 of 1
        "#]],
    );
}

#[test]
fn a_call_leaves_no_room_for_chats_and_chats_none_for_a_call() {
    check(
        "
        queue billing
        profile desk queues=billing chat=3 voice=1 total=3 alone=voice
        agent ana profile=desk available
        0s c1 opens billing
        1s ana accepts c1
        2s c2 opens billing channel=voice
        3s c3 opens billing
        4s ana accepts c3
        5s ana closes c1
        6s ana closes c3
        7s ana accepts c2
        8s c4 opens billing
        9s ana closes c2
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=3 voice=1 total=3 alone=voice
            agent ana profile=desk available
                 0s > ana available because=asked
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s ana accepts c1
                 1s > offer.accepted c1 ana
            2s c2 opens billing channel=voice
                 2s > c2 waits in billing place=score because=arrived
            3s c3 opens billing
                 3s > c3 waits in billing place=score because=arrived
                 3s > c3 offered to ana waited=0s because=only_candidate,score 0 of 2
            4s ana accepts c3
                 4s > offer.accepted c3 ana
            5s ana closes c1
                 5s > conversation.closed c1 because=owner
            6s ana closes c3
                 6s > conversation.closed c3 because=owner
                 6s > c2 offered to ana waited=4s because=only_candidate,score 66 of 1
            7s ana accepts c2
                 7s > offer.accepted c2 ana
            8s c4 opens billing
                 8s > c4 waits in billing place=score because=arrived
            9s ana closes c2
                 9s > conversation.closed c2 because=owner
                 9s > c4 offered to ana waited=1s because=only_candidate,score 16 of 1
        "#]],
    );
}

#[test]
fn outside_opening_hours_the_customer_is_told_and_inside_served() {
    check(
        "
        hours office zone=UTC open=monday:540-541
        queue billing hours=office
        0s c1 opens billing
        60s c2 opens billing
        ",
        expect![[r#"
            hours office zone=UTC open=monday:540-541
            queue billing hours=office
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
            60s c2 opens billing
                 60s > conversation.turned_away c2 because=closed
        "#]],
    );
}

#[test]
fn a_full_queue_turns_away_and_loses_nobody_who_waits() {
    check(
        "
        queue billing max=2
        0s c1 opens billing
        1s c2 opens billing
        2s c3 opens billing
        3s c4 opens nowhere
        ",
        expect![[r#"
            queue billing max=2
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
            1s c2 opens billing
                 1s > c2 waits in billing place=score because=arrived
            2s c3 opens billing
                 2s > conversation.turned_away c3 because=queue_full
            3s c4 opens nowhere
                 3s > conversation.turned_away c4 because=no_such_queue
        "#]],
    );
}

#[test]
fn wrap_up_takes_the_slot_until_it_is_done_or_its_time_is_over() {
    check(
        "
        queue billing wrap=30s
        disposition done resolved
        profile desk queues=billing chat=1
        agent ana profile=desk available
        0s c1 opens billing
        1s ana accepts c1
        2s c2 opens billing
        10s ana closes c1 as=done
        20s ana wraps c1
        21s ana accepts c2
        30s c2 ends
        70s (time passes)
        ",
        expect![[r#"
            queue billing wrap=30s
            disposition done resolved
            profile desk queues=billing chat=1
            agent ana profile=desk available
                 0s > ana available because=asked
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s ana accepts c1
                 1s > offer.accepted c1 ana
            2s c2 opens billing
                 2s > c2 waits in billing place=score because=arrived
            10s ana closes c1 as=done
                 10s > wrap_up.started c1 ana
                 10s > conversation.closed c1 because=owner outcome=resolved
            20s ana wraps c1
                 20s > wrap_up.finished c1 ana
                 20s > c2 offered to ana waited=18s because=only_candidate,score 300 of 1
            21s ana accepts c2
                 21s > offer.accepted c2 ana
            30s c2 ends
                 30s > wrap_up.started c2 ana
                 30s > conversation.closed c2 because=customer
            70s (time passes)
                 60s > wrap_up.finished c2 ana
        "#]],
    );
}

#[test]
fn an_alert_dwells_fires_once_and_clears_at_its_other_threshold() {
    check(
        "
        queue billing
        profile desk queues=billing chat=3
        agent ana profile=desk
        rule slow measure=oldest_wait fire=120 clear=60 dwell=15s
        0s c1 opens billing
        70s c2 opens billing
        134s (time passes)
        135s (time passes)
        140s ana available
        141s ana acknowledges 1
        142s ana accepts c1
        150s ana accepts c2
        160s ana dismisses 1
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=3
            agent ana profile=desk
            rule slow measure=oldest_wait fire=120 clear=60 dwell=15s
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
            70s c2 opens billing
                 70s > c2 waits in billing place=score because=arrived
            134s (time passes)
            135s (time passes)
                 135s > alert.raised 
            140s ana available
                 140s > ana available because=asked
                 140s > c1 offered to ana waited=140s because=only_candidate,score 2333 of 2
                 140s > c2 offered to ana waited=70s because=only_candidate,score 1166 of 1
            141s ana acknowledges 1
                 141s > alert.acted ana
            142s ana accepts c1
                 142s > offer.accepted c1 ana
            150s ana accepts c2
                 150s > offer.accepted c2 ana
                 150s > alert.cleared  because=cleared
            160s ana dismisses 1
                 160s > ana refused: alert_over
        "#]],
    );
}

#[test]
fn counts_fire_after_their_dwell_unless_they_come_back_before() {
    check(
        "
        queue billing
        rule crowd measure=waiting_count fire=1 clear=0 dwell=10s
        0s c1 opens billing
        1s c2 opens billing
        5s c2 ends
        20s (time passes)
        21s c3 opens billing
        31s (time passes)
        32s c3 ends
        33s c1 ends
        ",
        expect![[r#"
            queue billing
            rule crowd measure=waiting_count fire=1 clear=0 dwell=10s
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
            1s c2 opens billing
                 1s > c2 waits in billing place=score because=arrived
            5s c2 ends
                 5s > conversation.closed c2 because=customer outcome=abandoned
            20s (time passes)
            21s c3 opens billing
                 21s > c3 waits in billing place=score because=arrived
            31s (time passes)
                 31s > alert.raised 
            32s c3 ends
                 32s > conversation.closed c3 because=customer outcome=abandoned
            33s c1 ends
                 33s > conversation.closed c1 because=customer outcome=abandoned
                 33s > alert.cleared  because=cleared
        "#]],
    );
}
