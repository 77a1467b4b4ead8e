//! Customers, words, alerts, audit.

mod story;

use signalbox_model::contact::*;
use signalbox_model::content::Body;
use signalbox_model::event::Event;
use signalbox_model::event::alert::*;
use signalbox_model::event::customer::*;
use signalbox_model::event::supervision::{Ask, AskRefused, RefusedBecause};
use signalbox_model::id::{AlertRuleId, Position};
use signalbox_model::setup::Document;
use signalbox_model::setup::alerting::{AlertMeasure, AlertRule, Severity};
use signalbox_model::time::DurationMs;
use signalbox_model::word::Name;
use signalbox_views::{AlertState, AuditFilter, ConversationFilter, Resolution, SNIPPET_END, SNIPPET_START, Sort};
use story::*;

fn identity(story: &mut Story, of: u128, kind: IdentityKind, value: &str) {
    let content = story.content();
    let added = IdentityAdded { customer: customer(of), identity: kind, verified: false, content };
    let body = Body::Identity { value: value.to_owned() };
    story.tell_all(1, None, Actor::System, Event::IdentityAdded(added), Some(body));
}

fn said(words: &str) -> ConversationFilter {
    ConversationFilter { text: Some(words.to_owned()), ..ConversationFilter::default() }
}

fn found(told: &Told, words: &str) -> u64 {
    told.reader.conversations(&said(words), Sort::default(), None, 10).unwrap().total
}

fn words() -> Story {
    let mut story = Story::centre();
    identity(&mut story, 1, IdentityKind::Name, "Zoë Quillfeather");
    identity(&mut story, 2, IdentityKind::Email, "someone@example.org");
    story.open(10, 1, 1);
    story.says(11, 1, "my zeppelin ticket was crumpled");
    story.take(20, 1, 1);
    story.reply(30, 1, 1, "we mend zeppelins and tickets");
    story.open(40, 2, 1);
    story.says(41, 2, "a zeppelin came late");
    story
}

#[test]
fn words_are_found_by_their_beginning_and_shown_marked() {
    let told = Told::of(&words());
    assert_eq!((found(&told, "zeppelin"), found(&told, "crump"), found(&told, "zeppelin crumpled")), (2, 1, 1));
    assert_eq!((found(&told, "balloon"), found(&told, "\"* OR")), (0, 0));
    let page = told.reader.conversations(&said("crumpl"), Sort::default(), None, 10).unwrap();
    let snippet = page.rows[0].snippet.clone().unwrap();
    assert!(snippet.contains(&format!("{SNIPPET_START}crumpled{SNIPPET_END}")), "{snippet:?}");
    assert_eq!(page.rows[0].customer_name.as_deref(), Some("Zoë Quillfeather"));
}

#[test]
fn a_reply_that_was_refused_is_not_found() {
    let mut story = words();
    story.reply(50, 1, 1, "unsayable");
    story.facts.pop();
    let mut told = Told::of(&story);
    assert_eq!(found(&told, "unsayable"), 1);
    let known = story.facts.len();
    let asked = story.head();
    let refused = AskRefused {
        ask: Ask::Reply,
        conversation: Some(conversation(1)),
        person: Some(person(1)),
        because: RefusedBecause::NotOpen,
    };
    story.tell(51, Event::AskRefused(refused));
    story.facts.last_mut().unwrap().recorded.cause = Some(asked);
    told.views.apply(&story.facts[known..]).unwrap();
    assert_eq!(found(&told, "unsayable"), 0);
}

#[test]
fn erased_words_are_found_nowhere_not_even_in_the_file() {
    let mut story = words();
    let mut told = Told::of(&story);
    let known = story.facts.len();
    let erased = CustomerErased { customer: customer(1), contents: 3, conversations: vec![conversation(1)] };
    story.tell(99, Event::CustomerErased(erased));
    told.views.apply(&story.facts[known..]).unwrap();
    assert_eq!((found(&told, "crumpled"), found(&told, "mend"), found(&told, "zeppelin")), (0, 0, 1));
    assert!(told.reader.customers("quillfeather", 10).unwrap().is_empty());
    let card = told.reader.customer(customer(1)).unwrap().unwrap();
    assert_eq!((card.name, card.identities[0].value.clone(), card.erased_at), (None, None, Some(at(99))));
    for suffix in ["", "-wal"] {
        let bytes = std::fs::read(format!("{}{suffix}", told.path().display())).unwrap_or_default();
        for word in ["crumpled", "Quillfeather", "quillfeather"] {
            assert!(
                !bytes.windows(word.len()).any(|window| window == word.as_bytes()),
                "{word} is in views.db{suffix}"
            );
        }
    }
}

#[test]
fn merged_customers_have_one_history_until_they_are_split() {
    let mut story = words();
    let mut told = Told::of(&story);
    let known = story.facts.len();
    story.tell(60, Event::CustomerMerged(CustomerMerged { customer: customer(2), merged: customer(1) }));
    told.views.apply(&story.facts[known..]).unwrap();
    let card = told.reader.customer(customer(2)).unwrap().unwrap();
    assert_eq!((card.conversations, card.identities.len(), card.merged), (2, 2, vec![(customer(1), at(60))]));
    assert_eq!(card.name.as_deref(), Some("Zoë Quillfeather"));
    let history = ConversationFilter { customer: Some(customer(1)), ..ConversationFilter::default() };
    assert_eq!(told.reader.conversations(&history, Sort::default(), None, 10).unwrap().total, 2);
    let known = story.facts.len();
    story.tell(70, Event::CustomerSplit(CustomerSplit { customer: customer(2), split: customer(1) }));
    told.views.apply(&story.facts[known..]).unwrap();
    assert_eq!(told.reader.customer(customer(2)).unwrap().unwrap().conversations, 1);
}

#[test]
fn customers_are_found_by_name_and_address() {
    let told = Told::of(&words());
    let ids = |words: &str| told.reader.customers(words, 10).unwrap().iter().map(|card| card.id).collect::<Vec<_>>();
    assert_eq!(ids("zoe quill"), [customer(1)]);
    assert_eq!(ids("someone@example.org"), [customer(2)]);
    assert_eq!(ids("").len(), 2);
    assert!(ids("--").is_empty());
}

#[test]
fn an_alert_has_its_state_its_owner_and_its_history() {
    let mut story = Story::centre();
    let rule = AlertRuleId::from_number(1);
    story.publish(Document::AlertRule(AlertRule {
        id: rule,
        name: Name::parse("Long wait").unwrap(),
        measure: AlertMeasure::OldestWait,
        queue: None,
        fire_at: 120.0,
        clear_at: 60.0,
        dwell_ms: DurationMs::seconds(15),
        severity: Severity::Critical,
        owner: None,
        retired: false,
    }));
    let raised = AlertRaised {
        alert: 1,
        rule,
        subject: AlertSubject::Queue { queue: queue(1) },
        value: 121.0,
        fire_at: 120.0,
        since: at(5),
        owner: None,
    };
    story.tell(20, Event::AlertRaised(raised));
    story.tell(30, Event::AlertActed(AlertActed { alert: 1, person: person(2), act: AlertAct::Acknowledge }));
    let mut told = Told::of(&story);
    let open = told.reader.alerts(true, None, 10).unwrap();
    assert_eq!(
        (open[0].state, open[0].severity, open[0].clear_at),
        (AlertState::Acknowledged, Severity::Critical, 60.0)
    );
    let known = story.facts.len();
    story.tell(90, Event::AlertCleared(AlertCleared { alert: 1, value: Some(50.0), because: ClearedBecause::Cleared }));
    told.views.apply(&story.facts[known..]).unwrap();
    assert!(told.reader.alerts(true, None, 10).unwrap().is_empty());
    let alert = told.reader.alert(1).unwrap().unwrap();
    assert_eq!(
        (alert.resolved_because, alert.history.len(), alert.acknowledged_by),
        (Some(Resolution::Cleared), 1, Some(person(2)))
    );
}

#[test]
fn the_audit_finds_facts_by_kind_person_and_conversation_newest_first() {
    let told = Told::of(&words());
    let ask = |filter: AuditFilter, limit| told.reader.audit(&filter, limit).unwrap();
    let setup = ask(AuditFilter { kinds: vec!["setup.".to_owned()], ..AuditFilter::default() }, 100);
    assert_eq!(setup.len(), 5);
    let first = ask(AuditFilter::default(), 3);
    let next = ask(AuditFilter { before: Some(first[2].position), ..AuditFilter::default() }, 3);
    assert_eq!(next[0].position, Position(first[2].position.0 - 1));
    let by_person = ask(
        AuditFilter { person: Some(person(1)), conversation: Some(conversation(1)), ..AuditFilter::default() },
        100,
    );
    assert!(by_person.iter().any(|fact| fact.event.name() == "reply.asked"));
    assert!(by_person.iter().all(|fact| fact.event.conversation() == Some(conversation(1))));
    assert!(ask(AuditFilter { kinds: vec!["no.such".to_owned()], ..AuditFilter::default() }, 10).is_empty());
}

#[test]
fn who_shares_an_address_may_be_the_same_until_they_are_merged_or_told_apart() {
    let mut story = words();
    let mut told = Told::of(&story);
    let known = story.facts.len();
    identity(&mut story, 3, IdentityKind::Email, "SOMEONE@example.org");
    identity(&mut story, 4, IdentityKind::Email, "someone@example.org");
    told.views.apply(&story.facts[known..]).unwrap();
    let others = |told: &Told, of: u128| -> Vec<_> {
        told.reader.possible_matches(customer(of)).unwrap().into_iter().map(|found| found.customer).collect()
    };
    assert_eq!(others(&told, 2), [customer(3), customer(4)]);
    let known = story.facts.len();
    story.tell(82, Event::CustomerMerged(CustomerMerged { customer: customer(2), merged: customer(3) }));
    told.views.apply(&story.facts[known..]).unwrap();
    assert_eq!((others(&told, 2), others(&told, 3)), (vec![customer(4)], vec![customer(4)]));
    let known = story.facts.len();
    story.tell(83, Event::CustomerKeptApart(CustomerKeptApart { customer: customer(4), other: customer(3) }));
    told.views.apply(&story.facts[known..]).unwrap();
    assert_eq!((others(&told, 2), others(&told, 4)), (vec![], vec![]), "for everybody who is the same");
    let card = told.reader.customer(customer(3)).unwrap().unwrap();
    let addresses = card.identities.iter().filter(|identity| identity.kind == IdentityKind::Email).count();
    assert_eq!(addresses, 1, "the same address is shown once");
    let listed = told.reader.customers("someone", 10).unwrap();
    assert_eq!(listed.len(), 2, "one row for all who are the same");
}
