//! What must hold whatever people and customers do, in whatever order and in whatever batches the facts come.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use signalbox_engine::Engines;
use signalbox_engine::routing::eligibility::may_take;
use signalbox_model::contact::{Owner, Presence};
use signalbox_model::event::NewEvent;

use crate::play::{Play, replay};

const SETUP: &str = "
    queue billing needs=refunds:3 rings=20s:-2 wrap=10s timeout=15s overflow=90s:orders
    queue orders wrap=0s timeout=20s ranking=versatile_last max=4
    disposition done resolved
    profile desk queues=billing:1,orders:2 chat=2 voice=1 total=2 alone=voice
    profile shop queues=orders,billing@25s chat=1 total=1
    agent ana profile=desk has=refunds:5 available
    agent bob profile=desk has=refunds:2,french:4 available
    agent cyd profile=shop has=refunds:9 available
    supervisor eva
    supervisor tom
    rule slow measure=oldest_wait fire=30 clear=10 dwell=5s
    rule crowd measure=waiting_count fire=2 clear=1 dwell=3s
    rule silent measure=reply_wait fire=20 clear=0 dwell=0s
";

const PEOPLE: [&str; 5] = ["ana", "bob", "cyd", "eva", "tom"];
const PERSON_VERBS: [&str; 20] = [
    "accepts",
    "accepts",
    "accepts",
    "declines",
    "says",
    "holds",
    "resumes",
    "closes",
    "closes",
    "wraps",
    "completes",
    "stops",
    "monitors",
    "whispers",
    "barges",
    "takes",
    "hands",
    "assigns",
    "transfers",
    "warms",
];

fn line(kind: u8, person: usize, conversation: u8, pick: usize) -> String {
    let who = PEOPLE[person % PEOPLE.len()];
    let c = format!("c{}", conversation % 6);
    let queue = ["billing", "orders", "nowhere"][pick % 3];
    match kind % 12 {
        0 => format!("{c} opens {queue} priority={}", pick % 11),
        1 => format!("{c} opens {queue} channel=voice"),
        2 => format!("{c} says"),
        3 => format!("{c} {}", ["ends", "disconnects", "returns", "asks"][pick % 4]),
        4 => format!("{c} reopens {queue}"),
        5 => format!("{who} {}", ["available", "away", "offline", "available"][pick % 4]),
        6 => format!("{who} {}", ["loses browser", "opens browser"][pick % 2]),
        _ => match PERSON_VERBS[pick % PERSON_VERBS.len()] {
            // Who may step in is checked where wishes come in: only supervisors get this far.
            verb @ ("monitors" | "whispers" | "barges" | "takes" | "hands") => {
                format!("{} {verb} {c}", PEOPLE[3 + person % 2])
            }
            "assigns" => format!("{who} assigns {c} to {}", PEOPLE[conversation as usize % 3]),
            "transfers" => format!("{who} transfers {c} queue={queue}"),
            "warms" => format!("{who} transfers {c} person={} warm", PEOPLE[pick % 3]),
            verb => format!("{who} {verb} {c}"),
        },
    }
}

fn check_invariants(engines: &Engines) {
    let floor = &engines.floor;
    for desk in floor.desks.values() {
        let holds = floor.conversations.values().filter(|c| c.holders().any(|person| person == desk.person));
        let mut expected: Vec<_> = holds.map(|c| c.id).collect();
        let mut held: Vec<_> = desk.held.iter().map(|held| held.conversation).collect();
        expected.sort();
        held.sort();
        assert_eq!(held, expected, "a desk holds exactly what names it");
        if let Some(profile) = floor.directory.profile_of(desk.person) {
            let over = desk.held.len() > usize::from(profile.capacity.total);
            // Handing back returns what was theirs; nothing else may exceed the limit.
            let returned =
                floor.conversations.values().any(|c| c.segments.iter().any(|s| s.began == "supervisor.handed_back"));
            assert!(!over || returned, "nobody holds more than they can");
        }
        let offered = floor.conversations.values().filter_map(|c| c.offer.as_ref()).any(|o| o.person == desk.person);
        assert!(!offered || desk.presence == Presence::Available, "only those who are available are asked");
    }
    for conversation in floor.conversations.values() {
        let open = conversation.segments.iter().filter(|segment| segment.ended_at.is_none()).count();
        assert_eq!(open, usize::from(conversation.owner != Owner::Closed), "exactly one owner, in one open segment");
        if let Some(last) = conversation.segments.last().filter(|_| conversation.owner != Owner::Closed) {
            assert_eq!(last.owner, conversation.owner);
        }
        if let Some(offer) = &conversation.offer {
            assert!(offer.expires_at > floor.clock || offer.made_at == floor.clock, "no offer outlives its end");
        }
        if conversation.in_line && conversation.offer.is_none() {
            for person in floor.directory.people.keys() {
                let taken = may_take(floor, conversation, *person, floor.clock);
                assert!(taken.is_err(), "nobody waits for somebody who is free: {} and {person}", conversation.id);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, rng_seed: RngSeed::Fixed(20_261_121), failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn invariants_hold_whatever_happens(
        steps in prop::collection::vec((any::<u8>(), 0usize..5, any::<u8>(), 0usize..60, 0i64..12, any::<bool>()), 1..120)
    ) {
        let mut play = Play::new();
        for text in SETUP.lines().map(str::trim).filter(|text| !text.is_empty()) {
            play.line(text);
        }
        let mut batch: Vec<NewEvent> = Vec::new();
        for (kind, person, conversation, pick, seconds, joined) in steps {
            let text = line(kind, person, conversation, pick);
            let words: Vec<&str> = text.split_whitespace().collect();
            batch.push(NewEvent::now(play.event(&words)));
            if joined {
                continue;
            }
            play.say(std::mem::take(&mut batch));
            check_invariants(&play.engines);
            let later = play.now.plus(signalbox_model::time::DurationMs::seconds(seconds as u64));
            play.advance(later);
            check_invariants(&play.engines);
        }
        let replayed = replay(&play.log);
        prop_assert_eq!(serde_json::to_string(&replayed).unwrap(), serde_json::to_string(&play.engines).unwrap());
        prop_assert!(play.engines.due(play.now).is_empty());
    }

    #[test]
    fn a_state_reads_back_from_its_snapshot(
        steps in prop::collection::vec((any::<u8>(), 0usize..5, any::<u8>(), 0usize..60), 1..40)
    ) {
        let mut play = Play::new();
        for text in SETUP.lines().map(str::trim).filter(|text| !text.is_empty()) {
            play.line(text);
        }
        for (kind, person, conversation, pick) in steps {
            let text = line(kind, person, conversation, pick);
            let words: Vec<&str> = text.split_whitespace().collect();
            let event = play.event(&words);
            play.say(vec![NewEvent::now(event)]);
        }
        let text = serde_json::to_string(&play.engines).unwrap();
        let back: Engines = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(serde_json::to_string(&back).unwrap(), text);
    }
}
