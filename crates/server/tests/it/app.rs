//! A server on a free port with a small contact centre in a folder of its own.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use signalbox_model::contact::{Actor, Channel, Control, Origin, Presence};
use signalbox_model::event::conversation::ConversationOpened;
use signalbox_model::event::customer::CustomerSeen;
use signalbox_model::event::presence::PresenceAsked;
use signalbox_model::event::{Event, NewEvent, SetupPublished};
use signalbox_model::id::{ConversationId, CustomerId, PersonId, ProfileId, QueueId, TokenId};
use signalbox_model::setup::Document;
use signalbox_model::setup::people::{Capacity, Person, ProfileQueue, Role, RoutingProfile, Token, TokenScope};
use signalbox_model::setup::queue::Queue;
use signalbox_model::time::DurationMs;
use signalbox_model::word::Name;
use signalbox_server::app::{self, Running};
use signalbox_server::config::Config;
use signalbox_server::ingest::{Asked, Outcome};
use signalbox_server::state::AppState;
use tempfile::TempDir;

/// How long a test waits for something that must happen.
pub const SOON: Duration = Duration::from_secs(10);

pub const QUEUE: QueueId = QueueId::from_number(1);
pub const ANA: PersonId = PersonId::from_number(1);
pub const BEN: PersonId = PersonId::from_number(2);
pub const SAM: PersonId = PersonId::from_number(3);
pub const TOM: PersonId = PersonId::from_number(4);
pub const ADA: PersonId = PersonId::from_number(5);

/// A running server.
pub struct TestApp {
    pub running: Running,
    pub folder: TempDir,
    pub http: reqwest::Client,
}

/// Somebody who is signed in.
pub struct Visitor {
    pub session: String,
    base: String,
    http: reqwest::Client,
}

fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

fn person(id: PersonId, called: &str, role: Role) -> Document {
    let profile = (role == Role::Agent).then_some(ProfileId::from_number(1));
    Document::Person(Person {
        id,
        name: name(called),
        email: format!("{}@example.com", called.to_lowercase()),
        role,
        skills: BTreeMap::new(),
        profile,
        team: None,
        retired: false,
    })
}

/// A queue, two agents who serve it, two supervisors and an admin.
fn setup() -> Vec<NewEvent> {
    let queue: Queue = serde_json::from_value(json!({"id": QUEUE, "name": "Help"})).unwrap();
    let capacity = Capacity { per_channel: BTreeMap::from([(Channel::Webchat, 2)]), total: 2, exclusive: Vec::new() };
    let served = vec![ProfileQueue { queue: QUEUE, priority: 1, delay_ms: DurationMs::ZERO }];
    let profile = RoutingProfile { id: ProfileId::from_number(1), name: name("Help"), queues: served, capacity };
    let documents = [
        Document::Queue(queue),
        Document::RoutingProfile(profile),
        person(ANA, "Ana", Role::Agent),
        person(BEN, "Ben", Role::Agent),
        person(SAM, "Sam", Role::Supervisor),
        person(TOM, "Tom", Role::Supervisor),
        person(ADA, "Ada", Role::Admin),
    ];
    let published = |document| NewEvent::now(Event::SetupPublished(SetupPublished { document, revision: 1 }));
    documents.into_iter().map(published).collect()
}

impl TestApp {
    /// With an empty folder and the small contact centre.
    pub async fn start() -> TestApp {
        TestApp::start_as(false).await
    }

    /// The same as a demo.
    pub async fn start_demo() -> TestApp {
        TestApp::start_as(true).await
    }

    async fn start_as(demo: bool) -> TestApp {
        let folder = TempDir::new().unwrap();
        let app = TestApp::start_in(folder, demo).await;
        let published = app.state().commands.submit(Actor::System, None, setup()).await.unwrap();
        app.state().floor_at(published.last).await;
        app
    }

    /// With whatever is in the folder.
    pub async fn start_in(folder: TempDir, demo: bool) -> TestApp {
        let config = Config::new("127.0.0.1:0".parse().unwrap(), folder.path().to_owned(), demo);
        let running = app::open(config).await.unwrap().start().await.unwrap();
        let http = reqwest::Client::builder().timeout(SOON).build().unwrap();
        TestApp { running, folder, http }
    }

    /// Stops cleanly and starts again from the same folder.
    pub async fn restart(self) -> TestApp {
        self.running.shutdown().await;
        TestApp::start_in(self.folder, false).await
    }

    pub fn state(&self) -> &AppState {
        &self.running.state
    }

    pub fn base(&self) -> String {
        format!("http://{}", self.running.address)
    }

    /// A request from nobody.
    pub fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.http.request(method, format!("{}{path}", self.base()))
    }

    /// Signs in without a password, as this program does for people whom it plays.
    pub async fn visitor(&self, person: PersonId) -> Visitor {
        let session = self.state().auth.begin(person).await.unwrap();
        Visitor { session, base: self.base(), http: self.http.clone() }
    }

    /// A conversation comes in and waits or is offered.
    pub async fn open_conversation(&self, number: u128) -> ConversationId {
        let (conversation, customer) = (ConversationId::from_number(number), CustomerId::from_number(number));
        let seen = Event::CustomerSeen(CustomerSeen { customer, channel: Channel::Webchat });
        let opened = Event::ConversationOpened(ConversationOpened {
            conversation,
            customer,
            channel: Channel::Webchat,
            origin: Origin::Native,
            control: Control::Routed,
            queue: Some(QUEUE),
            priority: 0,
            needs: Vec::new(),
            intent: None,
            language: None,
        });
        let events = vec![NewEvent::now(seen), NewEvent::now(opened)];
        let asked = self.state().commands.ask_with(Actor::Customer { customer }, None, events).await.unwrap();
        assert!(matches!(asked.outcome, Outcome::Done(_)), "{asked:?}");
        conversation
    }

    /// A wish of a person, without HTTP.
    pub async fn wish(&self, person: PersonId, event: Event) -> Asked {
        let asked = self.state().commands.ask(Actor::Person { person }, None, NewEvent::now(event)).await.unwrap();
        self.state().floor_at(asked.position).await;
        asked
    }

    pub async fn make_available(&self, person: PersonId) {
        let wish = Event::PresenceAsked(PresenceAsked { person, presence: Presence::Available, reason: None });
        let asked = self.wish(person, wish).await;
        assert!(matches!(asked.outcome, Outcome::Done(_)), "{asked:?}");
    }

    /// Waits until the floor says so.
    pub async fn until<T>(&self, what: &str, mut look: impl FnMut(&signalbox_engine::Floor) -> Option<T>) -> T {
        let mut advanced = self.state().standing.advanced();
        let waited = tokio::time::timeout(SOON, async {
            loop {
                advanced.borrow_and_update();
                if let Some(found) = look(&self.state().floor()) {
                    return found;
                }
                advanced.changed().await.unwrap();
            }
        });
        waited.await.unwrap_or_else(|_| panic!("{what} did not happen"))
    }

    /// Waits until the conversation is offered, and says to whom and by which number.
    pub async fn until_offered(&self, conversation: ConversationId) -> (PersonId, u32) {
        let offered = self.until("an offer", |floor| {
            let offer = floor.conversation(conversation)?.offer.as_ref()?;
            Some((offer.person, offer.number))
        });
        offered.await
    }

    /// A token of another system and its secret.
    pub async fn token(&self, number: u128, scopes: Vec<TokenScope>, revoked: bool) -> String {
        let id = TokenId::from_number(number);
        let document = Document::Token(Token { id, name: name("Test"), scopes, expires_at: None, revoked });
        let published = NewEvent::now(Event::SetupPublished(SetupPublished { document, revision: 1 }));
        let appended = self.state().commands.submit(Actor::System, None, vec![published]).await.unwrap();
        self.state().floor_at(appended.last).await;
        self.state().auth.issue_token(id).await.unwrap()
    }
}

impl Visitor {
    /// A request with the session and the mark of our own pages.
    pub fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        self.ask_unmarked(method, path).header("x-signalbox-csrf", "1")
    }

    /// A request with the session alone.
    pub fn ask_unmarked(&self, method: Method, path: &str) -> RequestBuilder {
        self.http
            .request(method, format!("{}{path}", self.base))
            .header("cookie", format!("signalbox_session={}", self.session))
    }

    pub async fn get(&self, path: &str) -> (StatusCode, Value) {
        answer(self.ask(Method::GET, path)).await
    }

    pub async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.ask(Method::POST, path).json(&body)).await
    }
}

/// The status and the JSON of an answer.
pub async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

/// Checks status and code of a refusal.
#[track_caller]
pub fn assert_problem(answer: &(StatusCode, Value), status: u16, code: &str) {
    assert_eq!((answer.0.as_u16(), answer.1["code"].as_str()), (status, Some(code)), "{}", answer.1);
}
