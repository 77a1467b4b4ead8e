//! A simulated customer: opens a chat, says their lines when it is their turn, loses patience, goes.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use signalbox_model::contact::Channel;
use signalbox_sim::scenario::Draw;
use signalbox_stats::Rng;

use super::client::{As, CallError, Events, LiveEvent};
use super::names::{Fill, address};
use super::script::{Leaves, Line, Script};
use super::stage::{Here, Scene, Stage};

/// Real time after which a customer whose dialogue stands still goes, whatever the reason.
const STANDSTILL_MAX: Duration = Duration::from_secs(900);
/// Seconds of the demo's time after which a customer who should have got a person asks for one.
const LEFT_S: f64 = 25.0;
/// Characters that somebody types in a second.
const CHARS_PER_S: f64 = 11.0;

/// What the stream has told so far.
#[derive(Debug, Default)]
struct Seen {
    status: String,
    /// Position of the last line.
    last: u64,
    replies: u64,
    /// Whether an AI agent spoke last.
    with_ai: bool,
    /// Replies of AI agents.
    ai_replies: u64,
    /// As many as there were when something was said last: more of them are an answer.
    ai_replies_then: u64,
}

/// One customer from coming to going.
///
/// # Errors
/// When the server does not take them; the demo goes on without them.
pub async fn visit(stage: Arc<Stage>, script: Arc<Script>, patience: Draw, mut rng: Rng) -> Result<(), CallError> {
    let mut here = Here::come(&stage);
    let fill = Fill::draw(&mut rng, script.customer.as_deref(), script.about, script.order_ends);
    let email = rng.chance(0.6).then(|| address(&fill.customer));
    let mut body = json!({
        "queue": super::seed::queue_id(&script.queue).map(|id| id.to_string()),
        "name": fill.customer,
        "origin": "simulated",
        "channel": script.channel.as_str(),
        "intent": script.name,
        "page": format!("https://shop.example/{}", script.queue),
    });
    if let Some(email) = email {
        body["email"] = json!(email);
        body["verified"] = json!(true);
    }
    let begun = stage.api.post(&stage.program, "/api/chat/sessions", &body).await?;
    let (Some(token), Some(conversation)) = (begun["token"].as_str(), begun["conversation"].as_str()) else {
        return Err(CallError::Ended);
    };
    let scene = Arc::new(Scene::new(script, fill));
    here.begin(conversation, &scene);
    let patience_ms = patience.draw(&mut rng).unwrap_or(600_000);
    let me = As::Visitor(token.to_owned());
    let visit = Visit {
        leaves_at: Instant::now() + stage.seconds(patience_ms as f64 / 1_000.0),
        stage: stage.clone(),
        scene,
        me,
        rng,
        seen: Seen { status: text(&begun["state"]["status"]), ..Seen::default() },
        moved_at: Instant::now(),
        asked_person_at: None,
    };
    visit.play().await
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

struct Visit {
    stage: Arc<Stage>,
    scene: Arc<Scene>,
    me: As,
    rng: Rng,
    seen: Seen,
    leaves_at: Instant,
    moved_at: Instant,
    asked_person_at: Option<usize>,
}

/// Why a customer goes.
enum Goes {
    /// They say so.
    Themselves,
    /// The other side ended it.
    Ended,
}

impl Visit {
    async fn play(mut self) -> Result<(), CallError> {
        let mut stream = self.stage.api.stream(&self.me, "/api/chat/stream").await?;
        let goes = loop {
            if matches!(self.seen.status.as_str(), "closed" | "turned_away") {
                break Goes::Ended;
            }
            if let Some(goes) = self.step(&mut stream).await? {
                break goes;
            }
        };
        match goes {
            Goes::Themselves => self.stage.api.post(&self.me, "/api/chat/end", &json!({})).await.map(|_| ()),
            Goes::Ended => Ok(()),
        }
    }

    async fn step(&mut self, stream: &mut Events) -> Result<Option<Goes>, CallError> {
        let is_waiting = self.seen.status == "waiting";
        if is_waiting && Instant::now() >= self.leaves_at || self.moved_at.elapsed() > STANDSTILL_MAX {
            return Ok(Some(Goes::Themselves));
        }
        match self.scene.line() {
            Some((at, Line::Customer(words))) if self.may_speak(at) => {
                self.say(at, &words, stream).await?;
                Ok(None)
            }
            Some((at, Line::Person)) => {
                // Asked for again where somebody is there already, it is refused; the dialogue goes on all the same.
                let _refused = self.stage.api.post(&self.me, "/api/chat/person", &json!({})).await;
                self.go_on(at);
                Ok(None)
            }
            Some((at, Line::Wait)) if self.seen.ai_replies > self.seen.ai_replies_then => {
                self.seen.ai_replies_then = self.seen.ai_replies;
                self.go_on(at);
                Ok(None)
            }
            Some((at, Line::Agent(_))) if self.is_left_with_the_ai() => {
                // It was not handed over as the dialogue has it: the customer asks for a person, once.
                let _refused = self.stage.api.post(&self.me, "/api/chat/person", &json!({})).await;
                self.moved_at = Instant::now();
                self.asked_person_at = Some(at);
                Ok(None)
            }
            Some(_) => {
                let scene = self.scene.clone();
                self.look(stream, &scene, self.stage.seconds(4.0)).await?;
                Ok(None)
            }
            None => self.over(stream).await,
        }
    }

    /// The first lines are said while waiting, the others to somebody.
    fn may_speak(&self, at: usize) -> bool {
        if self.scene.script.is_ai {
            let is_answered = self.seen.ai_replies > self.seen.ai_replies_then;
            let is_with_a_person = self.seen.replies > 0 || self.scene.simulated_replies() > 0;
            return self.seen.status == "active" && (is_answered || is_with_a_person);
        }
        let is_opening =
            self.scene.script.lines[..at].iter().all(|line| matches!(line, Line::Customer(_) | Line::Person));
        is_opening || self.seen.status == "active"
    }

    fn is_left_with_the_ai(&self) -> bool {
        let is_theirs = self.scene.script.is_ai && self.seen.status == "active" && self.seen.with_ai;
        is_theirs && self.asked_person_at.is_none() && self.moved_at.elapsed() > self.stage.seconds(LEFT_S)
    }

    fn go_on(&mut self, at: usize) {
        self.scene.advance(at);
        self.moved_at = Instant::now();
    }

    async fn say(&mut self, at: usize, words: &str, stream: &mut Events) -> Result<(), CallError> {
        let is_voice = self.scene.script.channel == Channel::Voice;
        let first = at == 0;
        let think = if first { 0.3 } else { 3.0 + 6.0 * self.rng.uniform() };
        let typing = if first { 0.0 } else { words.chars().count() as f64 / CHARS_PER_S };
        if !first && !is_voice {
            let _lossy = self.stage.api.post(&self.me, "/api/chat/typing", &json!({})).await;
        }
        let until = Instant::now() + self.stage.seconds(think + typing);
        let scene = self.scene.clone();
        while Instant::now() < until {
            let left = until.saturating_duration_since(Instant::now());
            self.look(stream, &scene, left).await?;
            if self.seen.status == "closed" {
                return Ok(());
            }
        }
        // Nothing is said on the phone that anybody could read: ownership and times are all there is of a call.
        if !is_voice {
            let agent = "you";
            let body = json!({ "text": self.scene.fill.put_in(words, agent), "key": format!("line-{at}") });
            self.stage.api.post(&self.me, "/api/chat/turns", &body).await?;
        }
        self.seen.ai_replies_then = self.seen.ai_replies;
        self.go_on(at);
        Ok(())
    }

    /// All is said. Some go without a word, some wait for the end, nobody waits for ever.
    async fn over(&mut self, stream: &mut Events) -> Result<Option<Goes>, CallError> {
        let patience_s = match self.scene.script.leaves {
            Leaves::Waiting if self.seen.status == "waiting" => 6.0,
            Leaves::Middle => 45.0,
            Leaves::Waiting | Leaves::AtTheEnd => 40.0,
        };
        let until = Instant::now() + self.stage.seconds(patience_s);
        let scene = self.scene.clone();
        while Instant::now() < until && self.seen.status != "closed" {
            let left = until.saturating_duration_since(Instant::now());
            self.look(stream, &scene, left).await?;
        }
        Ok(Some(if self.seen.status == "closed" { Goes::Ended } else { Goes::Themselves }))
    }

    /// Waits until something happens in the chat or the dialogue, at most so long.
    async fn look(&mut self, stream: &mut Events, scene: &Scene, at_most: Duration) -> Result<(), CallError> {
        tokio::select! {
            event = stream.next() => {
                match event {
                    Ok(event) => self.fold(&event),
                    Err(_) => *stream = self.again().await?,
                }
            }
            () = scene.moved.notified() => self.moved_at = Instant::now(),
            () = tokio::time::sleep(at_most) => {}
        }
        Ok(())
    }

    /// The stream was lost: as a browser does, goes on after the last line.
    async fn again(&mut self) -> Result<Events, CallError> {
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.stage.api.stream(&self.me, &format!("/api/chat/stream?after={}", self.seen.last)).await
    }

    fn fold(&mut self, event: &LiveEvent) {
        let data: Value = serde_json::from_str(&event.data).unwrap_or(Value::Null);
        match event.name.as_str() {
            "state" => self.seen.status = text(&data["status"]),
            "item" => {
                let position = data["position"].as_u64().unwrap_or(0);
                if position <= self.seen.last {
                    return;
                }
                self.seen.last = position;
                if data["by"] == "agent" && data["is_ai"] == true {
                    self.seen.ai_replies += 1;
                    self.seen.with_ai = true;
                    self.moved_at = Instant::now();
                    return;
                }
                if data["by"] == "agent" {
                    self.seen.with_ai = false;
                    self.seen.replies += 1;
                    self.moved_at = Instant::now();
                    if self.seen.replies > self.scene.simulated_replies() {
                        self.scene.answered_by_visitor();
                        // Each answer moves the dialogue once; the two counts are level again.
                        self.seen.replies = self.scene.simulated_replies();
                    }
                }
            }
            _ => {}
        }
    }
}
