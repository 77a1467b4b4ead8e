//! The complaints of users of other systems that concern routing and queues, each as a scenario in which it does not happen.
//! The numbers are those of the list in the product's research.

use expect_test::expect;

use crate::play::check;

#[test]
fn complaint_01_nobody_gets_a_conversation_while_everybody_is_busy_or_away() {
    check(
        "
        queue billing
        profile desk queues=billing chat=1
        agent ana profile=desk available
        agent bob profile=desk available
        0s c1 opens billing
        1s ana accepts c1
        2s bob away
        3s c2 opens billing
        60s (time passes)
        61s ana closes c1
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=1
            agent ana profile=desk available
                 0s > ana available because=asked
            agent bob profile=desk available
                 0s > bob available because=asked
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=longest_idle 0s of 2,score 0 of 1
            1s ana accepts c1
                 1s > offer.accepted c1 ana
            2s bob away
                 2s > bob away because=asked
            3s c2 opens billing
                 3s > c2 waits in billing place=score because=arrived
            60s (time passes)
            61s ana closes c1
                 61s > conversation.closed c1 because=owner
                 61s > c2 offered to ana waited=58s because=only_candidate,score 966 of 1
        "#]],
    );
}

#[test]
fn complaint_02_the_oldest_waiting_is_served_first_and_new_ones_never_overtake() {
    check(
        "
        queue billing
        profile desk queues=billing chat=1
        agent ana profile=desk available
        0s c1 opens billing
        1s ana accepts c1
        10s c2 opens billing
        20s c3 opens billing
        30s ana closes c1
        31s c4 opens billing
        32s ana accepts c2
        33s ana closes c2
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=1
            agent ana profile=desk available
                 0s > ana available because=asked
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s ana accepts c1
                 1s > offer.accepted c1 ana
            10s c2 opens billing
                 10s > c2 waits in billing place=score because=arrived
            20s c3 opens billing
                 20s > c3 waits in billing place=score because=arrived
            30s ana closes c1
                 30s > conversation.closed c1 because=owner
                 30s > c2 offered to ana waited=20s because=only_candidate,score 333 of 2
            31s c4 opens billing
                 31s > c4 waits in billing place=score because=arrived
            32s ana accepts c2
                 32s > offer.accepted c2 ana
            33s ana closes c2
                 33s > conversation.closed c2 because=owner
                 33s > c3 offered to ana waited=13s because=only_candidate,score 216 of 2
        "#]],
    );
}

#[test]
fn complaint_03_load_is_even_under_a_limit_per_agent() {
    check(
        "
        queue billing
        profile desk queues=billing chat=2
        agent ana profile=desk available
        agent bob profile=desk available
        1s c1 opens billing
        2s c2 opens billing
        3s ana accepts c1
        4s bob accepts c2
        5s c3 opens billing
        6s c4 opens billing
        7s ana accepts c3
        8s bob accepts c4
        9s c5 opens billing
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=2
            agent ana profile=desk available
                 0s > ana available because=asked
            agent bob profile=desk available
                 0s > bob available because=asked
            1s c1 opens billing
                 1s > c1 waits in billing place=score because=arrived
                 1s > c1 offered to ana waited=0s because=longest_idle 1s of 2,score 0 of 1
            2s c2 opens billing
                 2s > c2 waits in billing place=score because=arrived
                 2s > c2 offered to bob waited=0s because=longest_idle 2s of 2,score 0 of 1
            3s ana accepts c1
                 3s > offer.accepted c1 ana
            4s bob accepts c2
                 4s > offer.accepted c2 bob
            5s c3 opens billing
                 5s > c3 waits in billing place=score because=arrived
                 5s > c3 offered to ana waited=0s because=longest_idle 5s of 2,score 0 of 1
            6s c4 opens billing
                 6s > c4 waits in billing place=score because=arrived
                 6s > c4 offered to bob waited=0s because=only_candidate,score 0 of 1
            7s ana accepts c3
                 7s > offer.accepted c3 ana
            8s bob accepts c4
                 8s > offer.accepted c4 bob
            9s c5 opens billing
                 9s > c5 waits in billing place=score because=arrived
        "#]],
    );
}

#[test]
fn complaint_04_what_nobody_answers_goes_on_to_the_next_and_cannot_be_kept_by_silence() {
    check(
        "
        queue billing timeout=15s
        profile desk queues=billing chat=1
        agent ana profile=desk available
        0s c1 opens billing
        15s (time passes)
        agent bob profile=desk
        20s bob available
        21s bob accepts c1
        ",
        expect![[r#"
            queue billing timeout=15s
            profile desk queues=billing chat=1
            agent ana profile=desk available
                 0s > ana available because=asked
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            15s (time passes)
                 15s > offer.expired c1 ana
                 15s > ana not_responding because=offer_expired
            agent bob profile=desk
            20s bob available
                 20s > bob available because=asked
                 20s > c1 offered to bob waited=20s because=only_candidate,front
            21s bob accepts c1
                 21s > offer.accepted c1 bob
        "#]],
    );
}

#[test]
fn complaint_05_a_reopened_conversation_goes_to_who_is_there() {
    check(
        "
        queue billing
        profile desk queues=billing chat=1
        agent ana profile=desk available
        0s c1 opens billing
        1s ana accepts c1
        2s ana closes c1
        3s ana offline
        agent bob profile=desk
        4s bob available
        100s c1 reopens billing
        101s bob accepts c1
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=1
            agent ana profile=desk available
                 0s > ana available because=asked
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s ana accepts c1
                 1s > offer.accepted c1 ana
            2s ana closes c1
                 2s > conversation.closed c1 because=owner
            3s ana offline
                 3s > ana offline because=asked
            agent bob profile=desk
            4s bob available
                 4s > bob available because=asked
            100s c1 reopens billing
                 100s > conversation.reopened c1
                 100s > c1 waits in billing place=score because=reopened
                 100s > c1 offered to bob waited=0s because=only_candidate,score 0 of 1
            101s bob accepts c1
                 101s > offer.accepted c1 bob
        "#]],
    );
}

#[test]
fn complaint_06_what_somebody_had_who_goes_offline_is_back_in_line_at_once() {
    check(
        "
        queue billing
        profile desk queues=billing chat=2
        agent ana profile=desk available
        0s c1 opens billing
        1s ana accepts c1
        2s c2 opens billing
        3s ana offline
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=2
            agent ana profile=desk available
                 0s > ana available because=asked
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s ana accepts c1
                 1s > offer.accepted c1 ana
            2s c2 opens billing
                 2s > c2 waits in billing place=score because=arrived
                 2s > c2 offered to ana waited=0s because=only_candidate,score 0 of 1
            3s ana offline
                 3s > ana offline because=asked
                 3s > c1 waits in billing place=front because=agent_gone
                 3s > offer.withdrawn c2 ana because=person_unavailable
        "#]],
    );
}

#[test]
fn complaint_06_a_browser_that_dies_gives_its_work_back_after_a_grace_and_not_before() {
    check(
        "
        queue billing
        profile desk queues=billing chat=2
        agent ana profile=desk available
        0s ana opens browser
        0s c1 opens billing
        1s ana accepts c1
        2s ana loses browser
        10s ana opens browser
        20s ana loses browser
        34s (time passes)
        35s (time passes)
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=2
            agent ana profile=desk available
                 0s > ana available because=asked
            0s ana opens browser
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s ana accepts c1
                 1s > offer.accepted c1 ana
            2s ana loses browser
            10s ana opens browser
            20s ana loses browser
            34s (time passes)
            35s (time passes)
                 35s > ana offline because=desk_lost
                 35s > c1 waits in billing place=front because=agent_lost
        "#]],
    );
}

#[test]
fn complaint_07_who_has_handed_over_can_no_longer_speak() {
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
        2s ana transfers c1 queue=orders
        3s ana says c1
        4s bob accepts c1
        5s bob says c1
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
            2s ana transfers c1 queue=orders
                 2s > c1 waits in orders place=score because=transferred
                 2s > c1 offered to bob waited=0s because=only_candidate,score 0 of 1
            3s ana says c1
                 3s > ana refused: not_owner
            4s bob accepts c1
                 4s > offer.accepted c1 bob
            5s bob says c1
                 5s > reply.sent c1
        "#]],
    );
}

#[test]
fn complaint_08_a_handoff_to_a_queue_that_is_gone_is_refused_and_loses_nothing() {
    check(
        "
        queue billing
        profile desk queues=billing chat=1
        agent ana profile=desk available
        0s c1 opens billing
        1s ana accepts c1
        2s ana transfers c1 queue=nowhere
        3s ana says c1
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=1
            agent ana profile=desk available
                 0s > ana available because=asked
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s ana accepts c1
                 1s > offer.accepted c1 ana
            2s ana transfers c1 queue=nowhere
                 2s > ana refused: queue_unavailable
            3s ana says c1
                 3s > reply.sent c1
        "#]],
    );
}

#[test]
fn complaint_09_whoever_is_offered_a_conversation_can_take_it() {
    check(
        "
        queue billing
        profile desk queues=billing chat=1
        agent ana profile=desk available
        0s c1 opens billing
        1s ana accepts c1
        2s ana accepts c1
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=1
            agent ana profile=desk available
                 0s > ana available because=asked
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s ana accepts c1
                 1s > offer.accepted c1 ana
            2s ana accepts c1
                 2s > ana refused: offer_over
        "#]],
    );
}

#[test]
fn complaint_10_a_transfer_is_refused_before_anybody_is_told_when_nobody_can_take_it() {
    check(
        "
        queue billing
        profile desk queues=billing chat=1
        agent ana profile=desk available
        agent bob profile=desk
        0s c1 opens billing
        1s ana accepts c1
        2s ana transfers c1 person=bob
        3s bob available
        4s ana transfers c1 person=bob
        5s bob accepts c1
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=1
            agent ana profile=desk available
                 0s > ana available because=asked
            agent bob profile=desk
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s ana accepts c1
                 1s > offer.accepted c1 ana
            2s ana transfers c1 person=bob
                 2s > ana refused: person_unavailable
            3s bob available
                 3s > bob available because=asked
            4s ana transfers c1 person=bob
                 4s > c1 waits in billing place=front only=bob because=transferred
                 4s > c1 offered to bob waited=0s because=by_name,front
            5s bob accepts c1
                 5s > offer.accepted c1 bob
        "#]],
    );
}

#[test]
fn complaint_11_whoever_becomes_available_gets_what_waits_without_touching_anything() {
    check(
        "
        queue billing
        profile desk queues=billing chat=2
        0s c1 opens billing
        1s c2 opens billing
        agent ana profile=desk
        2s ana available
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=2
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
            1s c2 opens billing
                 1s > c2 waits in billing place=score because=arrived
            agent ana profile=desk
            2s ana available
                 2s > ana available because=asked
                 2s > c1 offered to ana waited=2s because=only_candidate,score 33 of 2
                 2s > c2 offered to ana waited=1s because=only_candidate,score 16 of 1
        "#]],
    );
}

#[test]
fn complaint_12_every_slot_counts_while_asked_owned_and_wrapping_up() {
    check(
        "
        queue billing wrap=60s
        queue orders
        profile desk queues=billing,orders chat=2
        agent ana profile=desk available
        0s c1 opens billing
        1s ana accepts c1
        2s c2 opens orders
        3s c3 opens orders
        4s ana closes c1
        5s ana accepts c2
        6s ana wraps c1
        ",
        expect![[r#"
            queue billing wrap=60s
            queue orders
            profile desk queues=billing,orders chat=2
            agent ana profile=desk available
                 0s > ana available because=asked
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s ana accepts c1
                 1s > offer.accepted c1 ana
            2s c2 opens orders
                 2s > c2 waits in orders place=score because=arrived
                 2s > c2 offered to ana waited=0s because=only_candidate,score 0 of 1
            3s c3 opens orders
                 3s > c3 waits in orders place=score because=arrived
            4s ana closes c1
                 4s > wrap_up.started c1 ana
                 4s > conversation.closed c1 because=owner
            5s ana accepts c2
                 5s > offer.accepted c2 ana
            6s ana wraps c1
                 6s > wrap_up.finished c1 ana
                 6s > c3 offered to ana waited=3s because=only_candidate,score 50 of 1
        "#]],
    );
}

#[test]
fn complaint_12_a_forwarded_conversation_leaves_its_previous_owner() {
    check(
        "
        queue billing
        profile desk queues=billing chat=1
        agent ana profile=desk available
        agent bob profile=desk available
        1s c1 opens billing
        2s ana accepts c1
        3s ana transfers c1 person=bob
        4s bob accepts c1
        5s c2 opens billing
        6s ana accepts c2
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=1
            agent ana profile=desk available
                 0s > ana available because=asked
            agent bob profile=desk available
                 0s > bob available because=asked
            1s c1 opens billing
                 1s > c1 waits in billing place=score because=arrived
                 1s > c1 offered to ana waited=0s because=longest_idle 1s of 2,score 0 of 1
            2s ana accepts c1
                 2s > offer.accepted c1 ana
            3s ana transfers c1 person=bob
                 3s > c1 waits in billing place=front only=bob because=transferred
                 3s > c1 offered to bob waited=0s because=by_name,front
            4s bob accepts c1
                 4s > offer.accepted c1 bob
            5s c2 opens billing
                 5s > c2 waits in billing place=score because=arrived
                 5s > c2 offered to ana waited=0s because=only_candidate,score 0 of 1
            6s ana accepts c2
                 6s > offer.accepted c2 ana
        "#]],
    );
}

#[test]
fn complaint_14_a_night_shift_past_midnight_is_open() {
    check(
        "
        hours night zone=Asia/Tokyo open=monday:1080-1560
        queue billing hours=night
        0s c1 opens billing
        ",
        expect![[r#"
            hours night zone=Asia/Tokyo open=monday:1080-1560
            queue billing hours=night
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
        "#]],
    );
}

#[test]
fn complaint_18_every_customer_turn_starts_the_clock_that_an_answer_stops() {
    check(
        "
        queue billing
        profile desk queues=billing chat=1
        agent ana profile=desk available
        rule silent measure=reply_wait fire=30 clear=0 dwell=0s
        0s c1 opens billing
        1s ana accepts c1
        2s c1 says
        10s ana says c1
        20s c1 says
        49s (time passes)
        50s (time passes)
        51s ana says c1
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=1
            agent ana profile=desk available
                 0s > ana available because=asked
            rule silent measure=reply_wait fire=30 clear=0 dwell=0s
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s ana accepts c1
                 1s > offer.accepted c1 ana
            2s c1 says
            10s ana says c1
                 10s > reply.sent c1
            20s c1 says
            49s (time passes)
            50s (time passes)
                 50s > alert.raised c1
            51s ana says c1
                 51s > reply.sent c1
                 51s > alert.cleared  because=cleared
        "#]],
    );
}

#[test]
fn complaint_25_two_supervisors_cannot_both_have_it_and_the_buttons_do_what_they_say() {
    check(
        "
        queue billing
        profile desk queues=billing chat=1
        agent ana profile=desk available
        supervisor eva
        supervisor tom
        0s c1 opens billing
        1s ana accepts c1
        2s eva monitors c1
        3s eva whispers c1
        4s eva takes c1
        5s tom takes c1
        6s ana says c1
        7s eva says c1
        8s eva hands c1
        9s ana says c1
        ",
        expect![[r#"
            queue billing
            profile desk queues=billing chat=1
            agent ana profile=desk available
                 0s > ana available because=asked
            supervisor eva
            supervisor tom
            0s c1 opens billing
                 0s > c1 waits in billing place=score because=arrived
                 0s > c1 offered to ana waited=0s because=only_candidate,score 0 of 1
            1s ana accepts c1
                 1s > offer.accepted c1 ana
            2s eva monitors c1
                 2s > monitor.started c1 eva
            3s eva whispers c1
                 3s > whisper.sent c1 eva
            4s eva takes c1
                 4s > supervisor.took_over c1 eva
            5s tom takes c1
                 5s > tom refused: taken_by eva
            6s ana says c1
                 6s > ana refused: not_owner, eva is
            7s eva says c1
                 7s > reply.sent c1
            8s eva hands c1
                 8s > supervisor.handed_back c1 eva
            9s ana says c1
                 9s > reply.sent c1
        "#]],
    );
}
