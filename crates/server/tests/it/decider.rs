//! Races are settled in one place, once, also across a restart.

use signalbox_model::contact::Owner;
use signalbox_model::event::Event;
use signalbox_model::event::routing::OfferAcceptAsked;
use signalbox_model::event::supervision::{RefusedBecause, TakeOverAsked};
use signalbox_model::id::{ConversationId, PersonId};
use signalbox_server::ingest::Outcome;

use crate::app::{ANA, SAM, TOM, TestApp, answer};

fn accept(conversation: ConversationId, person: PersonId, offer: u32) -> Event {
    Event::OfferAcceptAsked(OfferAcceptAsked { conversation, person, offer })
}

fn take_over(conversation: ConversationId, person: PersonId) -> Event {
    Event::TakeOverAsked(TakeOverAsked { conversation, person })
}

#[tokio::test]
async fn of_two_racing_accepts_of_one_offer_one_is_granted() {
    let app = TestApp::start().await;
    app.make_available(ANA).await;
    let conversation = app.open_conversation(10).await;
    let (person, offer) = app.until_offered(conversation).await;
    let (one, two) = tokio::join!(
        app.wish(person, accept(conversation, person, offer)),
        app.wish(person, accept(conversation, person, offer))
    );
    let granted = [&one, &two].iter().filter(|asked| matches!(asked.outcome, Outcome::Done(_))).count();
    assert_eq!(granted, 1, "{one:?} {two:?}");
    let refused = [&one, &two].iter().any(|asked| matches!(asked.outcome, Outcome::Refused(_)));
    assert!(refused, "{one:?} {two:?}");
    let owner = app.until("an owner", |floor| floor.conversation(conversation)?.owner.person()).await;
    assert_eq!(owner, ANA);
}

#[tokio::test]
async fn of_two_supervisors_who_take_over_at_once_one_has_it_and_keeps_it_over_a_restart() {
    let app = TestApp::start().await;
    app.make_available(ANA).await;
    let conversation = app.open_conversation(10).await;
    let (person, offer) = app.until_offered(conversation).await;
    app.wish(person, accept(conversation, person, offer)).await;
    let (sam, tom) =
        tokio::join!(app.wish(SAM, take_over(conversation, SAM)), app.wish(TOM, take_over(conversation, TOM)));
    let winner = match (&sam.outcome, &tom.outcome) {
        (Outcome::Done(_), Outcome::Refused(RefusedBecause::TakenBy { person })) => (SAM, *person),
        (Outcome::Refused(RefusedBecause::TakenBy { person }), Outcome::Done(_)) => (TOM, *person),
        other => panic!("{other:?}"),
    };
    assert_eq!(winner.0, winner.1, "the loser is told who has it");
    let app = app.restart().await;
    let owner = app.state().floor().conversation(conversation).map(|conversation| conversation.owner.clone());
    assert_eq!(owner, Some(Owner::Supervisor { person: winner.0 }));
    let again = app.wish(winner.0, take_over(conversation, winner.0)).await;
    assert!(matches!(again.outcome, Outcome::Refused(_)), "{again:?}");
}

#[tokio::test]
async fn a_command_that_is_sent_again_is_done_once_and_answered_alike() {
    let app = TestApp::start().await;
    app.make_available(ANA).await;
    let conversation = app.open_conversation(10).await;
    let (person, offer) = app.until_offered(conversation).await;
    let ana = app.visitor(person).await;
    let path = format!("/api/conversations/{conversation}/offers/{offer}/accept");
    let send = || answer(ana.ask(reqwest::Method::POST, &path).header("idempotency-key", "once"));
    let (first, second) = (send().await, send().await);
    assert_eq!(first.0, 200, "{}", first.1);
    assert_eq!(first, second);
}

#[tokio::test]
async fn what_was_not_decided_before_the_end_is_decided_after_the_next_start() {
    let folder = tempfile::TempDir::new().unwrap();
    let app = TestApp::start_in(folder, false).await;
    app.running.shutdown().await;
    let config =
        signalbox_server::config::Config::new("127.0.0.1:0".parse().unwrap(), app.folder.path().to_owned(), false);
    let opened = signalbox_server::app::open(config).await.unwrap();
    // Nothing decides yet: this wish is as one that came in the instant before a crash.
    let wish = signalbox_model::event::NewEvent::now(take_over(ConversationId::from_number(99), SAM));
    let asked =
        opened.state().commands.submit(signalbox_model::contact::Actor::System, None, vec![wish]).await.unwrap();
    let running = opened.start().await.unwrap();
    let outcome = running.state.commands.outcome_of(asked.last, false).await.unwrap();
    assert!(matches!(outcome, Outcome::Refused(RefusedBecause::NotOpen)), "{outcome:?}");
    running.shutdown().await;
}

#[tokio::test]
async fn a_server_whose_decider_has_ended_says_that_it_failed() {
    let mut app = TestApp::start().await;
    // The log is gone from under it, as after a panic nothing decides any more.
    app.state().log.close().await;
    let why = app.running.wait_for_signal().await;
    assert_eq!(why, signalbox_server::app::Why::DeciderEnded);
    assert_ne!(format!("{:?}", why.exit_code()), format!("{:?}", std::process::ExitCode::SUCCESS));
    app.running.shutdown().await;
}
