//! A floor of many people on a real server in this process: durable routing decisions a second.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use signalbox_eventlog::EventLog as _;
use signalbox_model::contact::{Actor, Channel, Control, Origin, Presence, SkillNeed};
use signalbox_model::event::conversation::ConversationOpened;
use signalbox_model::event::presence::PresenceAsked;
use signalbox_model::event::{Event, NewEvent, SetupPublished};
use signalbox_model::id::{ConversationId, CustomerId, PersonId, ProfileId, QueueId, SkillId};
use signalbox_model::setup::Document;
use signalbox_model::setup::people::{Capacity, Person, ProfileQueue, Role, RoutingProfile, Skill};
use signalbox_model::setup::queue::Queue;
use signalbox_model::time::DurationMs;
use signalbox_model::word::Name;
use tokio::task::JoinSet;

use super::peers;
use super::{Bench, Figure};
use crate::app::{self, Running};
use crate::config::Config;
use crate::state::AppState;

/// Skills on the floor, one queue for each.
const SKILLS: u32 = 10;
/// Skills of each person.
const SKILLS_EACH: u32 = 3;
/// People on the floor.
const PEOPLE: u32 = 1_000;
/// Conversations that one of them may hold, so that the floor never fills up while it is measured.
const SLOTS: u8 = 250;
/// Callers at once.
const IN_FLIGHT: u64 = 64;
/// The supervisor who watches.
pub const WATCHER: PersonId = PersonId::from_number(1_000_000);

const TABLES: &str = "drop table if exists signalbox_agent, signalbox_taken; create table signalbox_agent (id int primary key, a int, \
    b int, c int, idle timestamptz not null default clock_timestamp()); create index on signalbox_agent (idle); insert into \
    signalbox_agent select n, n % 10, (n / 10) % 10, (n / 100) % 10 from generate_series(1, 1000) n; create table signalbox_taken \
    (id bigserial primary key, agent int, at timestamptz not null default now())";
const TAKE: &str = "\\set skill random(0, 9)\nwith free as (select id from signalbox_agent where a = :skill or b = :skill or c = :skill order \
    by idle limit 1 for update skip locked), took as (update signalbox_agent s set idle = clock_timestamp() from free where s.id = \
    free.id returning s.id) insert into signalbox_taken (agent) select id from took;\n";

fn name(text: &str) -> Name {
    Name::parse(text).expect("a name")
}

fn documents(people: u32) -> Vec<Document> {
    let skill = |number: u32| SkillId::from_number(u128::from(number % SKILLS));
    let mut documents: Vec<Document> = Vec::new();
    for number in 0..SKILLS {
        documents.push(Document::Skill(Skill { id: skill(number), name: name(&format!("Skill {number}")) }));
        let mut queue = Queue::named(QueueId::from_number(u128::from(number)), name(&format!("Queue {number}")));
        queue.needs = vec![SkillNeed { skill: skill(number), level_min: 1 }];
        queue.offer_timeout_ms = DurationMs(900_000);
        queue.waiting_max = 10_000;
        documents.push(Document::Queue(queue));
    }
    let served = |number: u32| ProfileQueue {
        queue: QueueId::from_number(u128::from(number)),
        priority: 1,
        delay_ms: DurationMs::ZERO,
    };
    let capacity =
        Capacity { per_channel: BTreeMap::from([(Channel::Webchat, SLOTS)]), total: SLOTS, exclusive: Vec::new() };
    let profile = ProfileId::from_number(1);
    let queues = (0..SKILLS).map(served).collect();
    documents.push(Document::RoutingProfile(RoutingProfile { id: profile, name: name("Everybody"), queues, capacity }));
    for number in 1..=people {
        let skills = (0..SKILLS_EACH).map(|place| (skill(number / 10u32.pow(place)), 5)).collect();
        documents.push(person(PersonId::from_number(u128::from(number)), Role::Agent, skills, Some(profile)));
    }
    documents.push(person(WATCHER, Role::Supervisor, BTreeMap::new(), None));
    documents
}

fn person(id: PersonId, role: Role, skills: BTreeMap<SkillId, u8>, profile: Option<ProfileId>) -> Document {
    let number = id.uuid().as_u128();
    let email = format!("p{number}@example.com");
    Document::Person(Person {
        id,
        name: name(&format!("Person {number}")),
        email,
        role,
        skills,
        profile,
        team: None,
        retired: false,
    })
}

/// A server with so many people, all of them available.
pub async fn open_floor(folder: &Path, people: u32) -> anyhow::Result<Running> {
    let config = Config::new("127.0.0.1:0".parse()?, folder.to_owned(), false);
    let running = app::open(config).await?.start().await?;
    let commands = &running.state.commands;
    let mut events: Vec<NewEvent> = documents(people)
        .into_iter()
        .map(|document| NewEvent::now(Event::SetupPublished(SetupPublished { document, revision: 1 })))
        .collect();
    events.extend((1..=people).map(|number| {
        let person = PersonId::from_number(u128::from(number));
        NewEvent::now(Event::PresenceAsked(PresenceAsked { person, presence: Presence::Available, reason: None }))
    }));
    for chunk in events.chunks(500) {
        commands.submit(Actor::System, None, chunk.to_vec()).await?;
    }
    let state = running.state.clone();
    until(&state, |state| {
        state.floor().desks.values().filter(|desk| desk.presence == Presence::Available).count() >= people as usize
    })
    .await?;
    Ok(running)
}

/// Waits until the floor says so.
///
/// # Errors
/// After two minutes.
pub async fn until(state: &AppState, is_so: impl Fn(&AppState) -> bool) -> anyhow::Result<()> {
    let began = Instant::now();
    while !is_so(state) {
        anyhow::ensure!(began.elapsed() < Duration::from_secs(120), "the floor never got there");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    Ok(())
}

/// A conversation comes in.
pub async fn open_conversation(state: &AppState, number: u64) -> anyhow::Result<ConversationId> {
    let conversation = ConversationId::from_number(u128::from(number));
    let customer = CustomerId::from_number(u128::from(number));
    let opened = Event::ConversationOpened(ConversationOpened {
        conversation,
        customer,
        channel: Channel::Webchat,
        origin: Origin::Simulated,
        control: Control::Routed,
        queue: Some(QueueId::from_number(u128::from(number % u64::from(SKILLS)))),
        priority: 0,
        needs: Vec::new(),
        intent: None,
        language: None,
    });
    state.commands.submit(Actor::Customer { customer }, None, vec![NewEvent::now(opened)]).await?;
    Ok(conversation)
}

/// Durable routing decisions a second: a conversation arrives, the best of those who may take it is chosen with reasons, and both
/// facts are on disk.
pub async fn routing(bench: &Bench) -> anyhow::Result<Vec<Figure>> {
    let running = open_floor(&bench.folder.join("routing"), PEOPLE).await?;
    let opened = Arc::new(AtomicU64::new(0));
    let began = Instant::now();
    let mut callers = JoinSet::new();
    for _ in 0..IN_FLIGHT {
        let (state, opened, until) = (running.state.clone(), opened.clone(), began + bench.length);
        callers.spawn(async move {
            while Instant::now() < until {
                let number = opened.fetch_add(1, Ordering::Relaxed) + 1;
                open_conversation(&state, number).await?;
            }
            anyhow::Ok(())
        });
    }
    while let Some(done) = callers.join_next().await {
        done??;
    }
    let asked = opened.load(Ordering::Relaxed);
    // Looking through all conversations would cost more than deciding: whether all were offered is looked at once, at the end.
    let log = running.state.log.clone();
    until(&running.state, |state| state.settled.through() >= log.head()).await?;
    let ours = asked as f64 / began.elapsed().as_secs_f64();
    let all_offered =
        |state: &AppState| state.floor().conversations.values().filter(|c| c.offer.is_some()).count() as u64 >= asked;
    until(&running.state, all_offered).await?;
    running.shutdown().await;
    let mut figures = vec![Figure::new(
        format!("durable routing decisions, {PEOPLE} people with {SKILLS_EACH} of {SKILLS} skills"),
        ours,
        "decisions/s",
        format!("{IN_FLIGHT} arrivals in flight; three facts each"),
    )];
    let theirs = peers::psql(&bench.postgres, TABLES)
        .and_then(|()| peers::pgbench(&bench.postgres, &bench.folder, TAKE, IN_FLIGHT as usize, bench.length));
    let what = "PostgreSQL, select … for update skip locked";
    figures.push(match theirs {
        Ok(tps) => Figure::new(what, tps, "decisions/s", format!("ours is {:.1} times that", ours / tps)),
        Err(why) => Figure::missing(what, "decisions/s", why),
    });
    Ok(figures)
}
