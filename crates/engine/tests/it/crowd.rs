//! Many at once: a crowd that comes in one batch is offered to everybody who is free.

use signalbox_model::contact::Owner;
use signalbox_model::event::NewEvent;

use crate::play::Play;

#[test]
fn a_crowd_that_comes_at_once_is_offered_while_anybody_is_free() {
    let mut play = Play::new();
    for queue in 0..10 {
        play.line(&format!("queue q{queue} needs=s{queue} timeout=900s"));
    }
    let queues: Vec<String> = (0..10).map(|queue| format!("q{queue}")).collect();
    play.line(&format!("profile all queues={} chat=20", queues.join(",")));
    for person in 0..100 {
        play.line(&format!(
            "agent p{person} profile=all has=s{}:5,s{}:5,s{}:5 available",
            person % 10,
            person / 10 % 10,
            (person * 7 + 3) % 10
        ));
    }
    let mut come = 0;
    for size in [64, 700, 1, 500] {
        let batch: Vec<NewEvent> = (come..come + size)
            .map(|number| {
                let line = format!("c{number} opens q{}", number % 10);
                let words: Vec<&str> = line.split_whitespace().collect();
                NewEvent::now(play.event(&words))
            })
            .collect();
        come += size;
        let before = play.rounds;
        play.say(batch);
        let rounds = play.rounds - before;
        // In one round nobody is asked for more than one; the rest is getting into line, and looking once more at the end.
        assert!(rounds <= size / 100 + 4, "{size} arrivals took {rounds} rounds");
        let unasked = play.engines.floor.conversations.values().filter(|c| c.offer.is_none());
        let waiting: Vec<_> = unasked.filter(|c| matches!(c.owner, Owner::Queue { .. })).map(|c| c.id).collect();
        assert!(waiting.is_empty(), "of {come}, {} wait although people are free", waiting.len());
    }
}
