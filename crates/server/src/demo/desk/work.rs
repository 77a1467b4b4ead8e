//! What a simulated agent does with a conversation: the lines of its dialogue, or answers to a visitor.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Desk, Intent, rows};
use crate::demo::improvise;
use crate::demo::script::{Line, Script};
use crate::demo::seed::queue_id;
use crate::demo::stage::Scene;

/// Characters that an agent types in a second; much of it is saved replies.
const CHARS_PER_S: f64 = 16.0;
/// A visitor who is silent for this long is asked; after twice that, the chat is ended. Real time.
const SILENCE_MAX: Duration = Duration::from_secs(150);

impl Desk {
    /// Does whatever is next for a conversation that is in this agent's hands.
    pub(super) async fn attend(&mut self, conversation: &Value) {
        let id = conversation["id"].as_str().unwrap_or_default().to_owned();
        if conversation["owner"]["person"]["id"] != json!(self.person.to_string()) {
            // Being told about it by whoever has it.
            return;
        }
        if !conversation["transfer"].is_null() {
            self.mind_transfer(&id, &conversation["transfer"]).await;
            return;
        }
        match self.stage.scene(&id) {
            Some(scene) => self.play(&id, &scene, conversation).await,
            None if conversation["origin"] == "simulated" => self.end_orphan(&id, conversation).await,
            None => self.improvise(&id, conversation).await,
        }
    }

    async fn mind_transfer(&mut self, id: &str, transfer: &Value) {
        if !transfer["briefed"].is_null() && self.is_time(id, Intent::Complete, 5.0) {
            self.act(&format!("/api/conversations/{id}/transfer/end"), json!({ "complete": true })).await;
        }
    }

    async fn play(&mut self, id: &str, scene: &Arc<Scene>, conversation: &Value) {
        let script = scene.script.clone();
        let is_voice = conversation["channel"] == "voice";
        match scene.line() {
            Some((at, Line::Agent(words))) => self.say(id, scene, at, &words, is_voice).await,
            Some((at, Line::Note(words))) => {
                if self.is_time(id, Intent::Line(at), 1.5) {
                    let text = scene.fill.put_in(&words, &self.name);
                    self.act(&format!("/api/conversations/{id}/notes"), json!({ "text": text })).await;
                    scene.advance(at);
                }
            }
            Some((at, Line::Hold(seconds))) => self.hold(id, scene, at, seconds, conversation).await,
            Some((at, Line::Transfer { to, is_warm })) => self.pass_on(id, scene, at, &to, is_warm).await,
            // The AI agent gave it away before its dialogue was over.
            Some((at, Line::Customer(_) | Line::Wait)) if scene.script.is_ai && scene.simulated_replies() == 0 => {
                self.say(id, scene, at, improvise::TAKEN_OVER, is_voice).await;
                if scene.simulated_replies() > 0 {
                    scene.finish();
                }
            }
            Some((_, Line::Customer(_) | Line::Person | Line::Wait)) => {}
            None => self.finish(id, &script, conversation).await,
        }
    }

    async fn say(&mut self, id: &str, scene: &Scene, at: usize, words: &str, is_voice: bool) {
        let is_new = !self.is_planned(id, &Intent::Line(at));
        let think_s = 2.5 + 5.0 * self.rng.uniform();
        let seconds = if is_voice {
            20.0 + 30.0 * self.rng.uniform()
        } else {
            think_s + words.chars().count() as f64 / CHARS_PER_S
        };
        let is_time = self.is_time(id, Intent::Line(at), seconds);
        if is_new && !is_voice {
            self.act(&format!("/api/conversations/{id}/typing"), json!({})).await;
        }
        if !is_time {
            return;
        }
        if !is_voice {
            // Counted before it is sent: the customer must not take it for a visitor's.
            scene.count_reply();
            let text = scene.fill.put_in(words, &self.name);
            self.act(&format!("/api/conversations/{id}/turns"), json!({ "text": text })).await;
        }
        scene.advance(at);
    }

    async fn hold(&mut self, id: &str, scene: &Scene, at: usize, seconds: u64, conversation: &Value) {
        let path = format!("/api/conversations/{id}/hold");
        if conversation["held_since"].is_null() {
            if self.is_time(id, Intent::Line(at), 1.0) && !self.act(&path, json!({ "hold": true })).await {
                scene.advance(at);
            }
            return;
        }
        if self.is_time(id, Intent::Resume(at), seconds as f64) {
            self.act(&path, json!({ "hold": false })).await;
            scene.advance(at);
        }
    }

    async fn pass_on(&mut self, id: &str, scene: &Scene, at: usize, to: &str, is_warm: bool) {
        if !self.is_time(id, Intent::Line(at), 2.5) {
            return;
        }
        let mode = if is_warm { "warm" } else { "cold" };
        let queue = queue_id(to).map(|queue| queue.to_string());
        let note = format!("About {}: please read above.", scene.script.name.replace('_', " "));
        let body = json!({ "to": { "kind": "queue", "queue": queue }, "mode": mode, "note": note });
        self.act(&format!("/api/conversations/{id}/transfer"), body).await;
        // Where it was refused, this agent goes on with the lines that were meant for the other one.
        scene.advance(at);
    }

    async fn finish(&mut self, id: &str, script: &Script, conversation: &Value) {
        let seconds = 3.0 + 6.0 * self.rng.uniform();
        if !self.is_time(id, Intent::Close, seconds) {
            return;
        }
        for label in &script.labels {
            self.act(&format!("/api/conversations/{id}/labels"), json!({ "label": label, "on": true })).await;
        }
        let body = self.disposition(id, conversation);
        self.act(&format!("/api/conversations/{id}/close"), body).await;
    }

    /// A conversation of an earlier run, whose customer is no longer there.
    async fn end_orphan(&mut self, id: &str, conversation: &Value) {
        if self.is_time(id, Intent::Close, 6.0) {
            let body = self.disposition(id, conversation);
            self.act(&format!("/api/conversations/{id}/close"), body).await;
        }
    }

    /// A visitor writes themselves.
    async fn improvise(&mut self, id: &str, conversation: &Value) {
        let unanswered = conversation["unanswered_since"].as_u64();
        let turns = conversation["turns"].as_u64().unwrap_or(0);
        let said = self.said.get(id).copied().unwrap_or(0);
        if unanswered.is_none() && !(turns == 0 && said == 0) {
            self.mind_silence(id, conversation).await;
            return;
        }
        let since = unanswered.unwrap_or(0);
        let is_new = !self.is_planned(id, &Intent::Improvise(since));
        let seconds = 2.5 + 2.5 * self.rng.uniform();
        let is_time = self.is_time(id, Intent::Improvise(since), seconds);
        if is_new {
            self.act(&format!("/api/conversations/{id}/typing"), json!({})).await;
        }
        if !is_time {
            return;
        }
        let words = self.last_words(id).await;
        let text = match words {
            Some(words) => improvise::answer(&words, &self.name, said),
            None => improvise::GREETING.replace("{agent}", self.name.split(' ').next().unwrap_or(&self.name)),
        };
        if self.act(&format!("/api/conversations/{id}/turns"), json!({ "text": text })).await {
            *self.said.entry(id.to_owned()).or_default() += 1;
        }
    }

    /// What the customer wrote last.
    async fn last_words(&self, id: &str) -> Option<String> {
        let transcript = self.stage.api.get(&self.me, &format!("/api/conversations/{id}/transcript")).await.ok()?;
        let turns = rows(&transcript["items"]).iter().rev();
        let mut by_customer = turns.filter(|item| item["kind"] == "turn" && item["by"]["kind"] == "customer");
        by_customer.find_map(|item| item["text"].as_str()).map(str::to_owned)
    }

    async fn mind_silence(&mut self, id: &str, conversation: &Value) {
        let last = conversation["last_turn_at"].as_i64().or(conversation["owned_since"].as_i64());
        let now = crate::clock::Clock::wall().now().0;
        let silent = Duration::from_millis(now.saturating_sub(last.unwrap_or(now)).max(0) as u64);
        // The question itself is a turn, so the second silence begins anew.
        let was_asked = self.said.contains_key(&nudged(id));
        if silent < SILENCE_MAX {
            return;
        }
        if was_asked {
            let body = self.disposition(id, conversation);
            self.act(&format!("/api/conversations/{id}/close"), body).await;
        } else if self.act(&format!("/api/conversations/{id}/turns"), json!({ "text": improvise::STILL_THERE })).await {
            self.said.insert(nudged(id), 1);
        }
    }
}

/// Under which key it is remembered that a visitor was asked.
fn nudged(id: &str) -> String {
    format!("{id} asked")
}
