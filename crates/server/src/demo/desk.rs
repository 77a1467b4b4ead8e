//! A simulated agent: sits at a desk through the public API until a visitor wants it.

mod work;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use signalbox_model::id::PersonId;
use signalbox_stats::Rng;

use super::client::{As, CallError, Events};
use super::stage::Stage;

/// The stream rings for every change; the desk is read at most this often.
const READ_EVERY: Duration = Duration::from_millis(400);
/// Without any ring the desk is read this often.
const LOOK_EVERY: Duration = Duration::from_secs(10);
/// After a failure.
const RETRY_AFTER: Duration = Duration::from_secs(3);
/// Things to do that are remembered; more than a desk can hold.
const PLANS_MAX: usize = 200;

/// Something that this agent has in mind, for a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Intent {
    /// Take it.
    Accept(u32),
    /// Say no.
    Decline(u32),
    /// Say the line of this number.
    Line(usize),
    /// End a hold.
    Resume(usize),
    /// Finish a warm transfer.
    Complete,
    /// End it.
    Close,
    /// Finish wrap-up.
    Finish,
    /// Answer a visitor's words, as they stood at this time.
    Improvise(u64),
    /// Ask a silent visitor.
    Nudge,
    /// Be available again.
    Back,
    /// Have a break.
    Break,
}

/// One agent.
pub struct Desk {
    stage: Arc<Stage>,
    person: PersonId,
    name: String,
    me: As,
    rng: Rng,
    plans: HashMap<(String, Intent), Instant>,
    /// Answers given to visitors, by conversation.
    said: HashMap<String, usize>,
}

impl Desk {
    /// An agent who is signed in.
    pub fn new(stage: Arc<Stage>, person: PersonId, name: &str, session: String, rng: Rng) -> Desk {
        Desk {
            stage,
            person,
            name: name.to_owned(),
            me: As::Person(session),
            rng,
            plans: HashMap::new(),
            said: HashMap::new(),
        }
    }

    /// Works for ever; failures of the server are waited out.
    pub async fn work(mut self) {
        loop {
            if self.stage.is_visited(self.person) {
                self.wait_for_the_visitor_to_go().await;
            }
            match self.sit_down().await {
                // A visitor came.
                Ok(()) => {}
                Err(error) => {
                    tracing::debug!(%error, person = %self.person, "a simulated desk tries again");
                    tokio::time::sleep(RETRY_AFTER).await;
                }
            }
        }
    }

    async fn wait_for_the_visitor_to_go(&mut self) {
        self.plans.clear();
        let mut visited = self.stage.visited.subscribe();
        let person = self.person;
        let _the_stage_is_gone = visited.wait_for(|people| !people.contains(&person)).await;
    }

    async fn sit_down(&mut self) -> Result<(), CallError> {
        let mut stream = self.stage.api.stream(&self.me, "/api/live?topics=desk").await?;
        let mut visited = self.stage.visited.subscribe();
        // Nobody has the first break at once, and not all at the same time.
        let first_break = self.stage.seconds(60.0 + 900.0 * self.rng.uniform());
        self.plans.insert((String::new(), Intent::Break), Instant::now() + first_break);
        loop {
            if self.stage.is_visited(self.person) {
                return Ok(());
            }
            let read_at = Instant::now();
            let desk = self.stage.api.get(&self.me, "/api/desk").await?;
            self.look_at(&desk).await;
            self.forget_old_plans();
            tokio::time::sleep(READ_EVERY.saturating_sub(read_at.elapsed())).await;
            tokio::select! {
                rung = ring(&mut stream) => rung?,
                () = tokio::time::sleep(self.nap()) => {}
                _ = visited.changed() => {}
            }
        }
    }

    /// Until the next thing that is planned.
    fn nap(&self) -> Duration {
        let next = self.plans.values().min().map(|at| at.saturating_duration_since(Instant::now()));
        next.unwrap_or(LOOK_EVERY).min(LOOK_EVERY)
    }

    fn forget_old_plans(&mut self) {
        // What was planned for a conversation that has gone elsewhere is never asked for again.
        let now = Instant::now();
        self.plans.retain(|_, at| now.saturating_duration_since(*at) < Duration::from_secs(120));
        if self.plans.len() > PLANS_MAX {
            self.plans.clear();
        }
        if self.said.len() > PLANS_MAX {
            self.said.clear();
        }
    }

    /// Whether the time for something has come. The first time that it is asked, it is planned.
    fn is_time(&mut self, conversation: &str, intent: Intent, seconds: f64) -> bool {
        let key = (conversation.to_owned(), intent);
        match self.plans.get(&key) {
            Some(at) if *at <= Instant::now() => {
                self.plans.remove(&key);
                true
            }
            Some(_) => false,
            None => {
                self.plans.insert(key, Instant::now() + self.stage.seconds(seconds));
                false
            }
        }
    }

    fn is_planned(&self, conversation: &str, intent: &Intent) -> bool {
        self.plans.contains_key(&(conversation.to_owned(), intent.clone()))
    }

    async fn look_at(&mut self, desk: &Value) {
        self.mind_presence(desk).await;
        for offer in rows(&desk["offers"]) {
            self.answer_offer(offer).await;
        }
        for conversation in rows(&desk["conversations"]) {
            self.attend(conversation).await;
        }
        for conversation in rows(&desk["wrap_ups"]) {
            let id = conversation["id"].as_str().unwrap_or_default();
            let seconds = 4.0 + 14.0 * self.rng.uniform();
            if self.is_time(id, Intent::Finish, seconds) {
                let body = self.disposition(id, conversation);
                self.act(&format!("/api/conversations/{id}/wrap-up/finish"), body).await;
            }
        }
    }

    async fn mind_presence(&mut self, desk: &Value) {
        let presence = desk["me"]["presence"].as_str().unwrap_or_default();
        let back_s = match presence {
            "available" => {
                self.maybe_break(desk).await;
                return;
            }
            "offline" => 0.0,
            "not_responding" => 12.0,
            _ => 60.0 + 60.0 * self.rng.uniform(),
        };
        if self.is_time("", Intent::Back, back_s) || presence == "offline" {
            self.present("available", None).await;
        }
    }

    async fn maybe_break(&mut self, desk: &Value) {
        let is_free = rows(&desk["conversations"]).is_empty() && rows(&desk["offers"]).is_empty();
        let seconds = 480.0 + 900.0 * self.rng.uniform();
        let is_due = self.plans.get(&(String::new(), Intent::Break)).is_some_and(|at| *at <= Instant::now());
        if is_due && !is_free {
            // Whoever has work goes later.
            self.plans.insert((String::new(), Intent::Break), Instant::now() + self.stage.seconds(20.0));
            return;
        }
        if self.is_time("", Intent::Break, seconds) {
            let reason = self.rng.choose(&["break", "training", "meeting"]).copied();
            self.present("away", reason).await;
        }
    }

    async fn present(&mut self, presence: &str, reason: Option<&str>) {
        let body = json!({ "presence": presence, "reason": reason });
        if let Err(error) = self.stage.api.put(&self.me, "/api/desk/presence", &body).await {
            tracing::debug!(%error, "a simulated agent's presence was not changed");
        }
    }

    async fn answer_offer(&mut self, offer: &Value) {
        let id = offer["id"].as_str().unwrap_or_default();
        let number = offer["offer"]["number"].as_u64().unwrap_or(0) as u32;
        // A few are not noticed, a few are declined: the floor has to show what happens then.
        let is_decided =
            [Intent::Accept(number), Intent::Decline(number)].iter().any(|intent| self.is_planned(id, intent));
        let mood = if is_decided { 1.0 } else { self.rng.uniform() };
        let seconds = 1.0 + 4.0 * self.rng.uniform();
        if mood < 0.015 {
            self.plans.insert((id.to_owned(), Intent::Accept(number)), Instant::now() + self.stage.seconds(40.0));
        } else if mood < 0.035 || self.is_planned(id, &Intent::Decline(number)) {
            if self.is_time(id, Intent::Decline(number), seconds) {
                self.act(&format!("/api/conversations/{id}/offers/{number}/decline"), json!({})).await;
            }
        } else if self.is_time(id, Intent::Accept(number), seconds) {
            self.act(&format!("/api/conversations/{id}/offers/{number}/accept"), json!({})).await;
        }
    }

    /// Asks for something. Somebody else may have been faster; then the next look shows how it is.
    async fn act(&mut self, path: &str, body: Value) -> bool {
        match self.stage.api.post(&self.me, path, &body).await {
            Ok(_) => true,
            Err(error) => {
                tracing::debug!(%error, "a simulated agent was refused");
                false
            }
        }
    }

    fn disposition(&self, id: &str, conversation: &Value) -> Value {
        let is_filed = !conversation["disposition"].is_null();
        let name = self.stage.scene(id).map_or("Answered".to_owned(), |scene| scene.script.disposition.clone());
        match super::seed::disposition_id(&name) {
            Some(disposition) if !is_filed => json!({ "disposition": disposition.to_string() }),
            _ => json!({}),
        }
    }
}

/// Waits for one ring, and takes all that rang meanwhile.
async fn ring(stream: &mut Events) -> Result<(), CallError> {
    loop {
        let event = stream.next().await?;
        if event.name == "batch" {
            return Ok(());
        }
    }
}

fn rows(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}
