//! What a customer wants: a procedure, an answer, a person.

use crate::{
    choose::{Choice, choose},
    cue,
    dialogue::{Answer, Awaiting, Run},
    extract::{self, How},
    limits::{DEPTH_MAX, MENTIONED_MAX},
    moves::{Guess, SayKind, Verified},
    procedure::{Instruction, Question},
    reading::{holds, plain},
    reason::Reason,
    turn::Turn,
    value::{SlotKind, Value},
};

/// Kinds whose values are plain enough to be taken from a text that was not an answer.
pub fn is_plain(kind: &SlotKind) -> bool {
    !matches!(kind, SlotKind::Text | SlotKind::Number { .. } | SlotKind::YesNo)
}

impl Turn<'_> {
    /// What no procedure may overrule: safety, a person, complaints, topics that are not for machines.
    pub fn gate(&mut self, text: &str, guess: Option<&Guess>) -> bool {
        let words = plain(text);
        let briefing = &self.program.briefing;
        let is_sure = |name: &str| {
            guess.is_some_and(|guess| guess.intent == name && guess.confidence >= self.program.limits.start)
        };
        let is_said = |phrase: &str| is_sure(phrase) || holds(&words, phrase);
        let escalation = briefing.escalate.iter().find(|escalation| is_said(&escalation.phrase));
        let verdict = if cue::is_about_safety(text) {
            Some((Reason::Safety, None))
        } else if let Some(escalation) = escalation {
            Some((escalation.reason, escalation.queue.clone()))
        } else if cue::asks_for_person(text) {
            Some((Reason::CustomerRequest, None))
        } else if cue::is_complaint(text) {
            Some((Reason::Complaint, None))
        } else if briefing.forbidden.iter().any(|phrase| is_said(phrase)) {
            Some((Reason::PolicyRestriction, None))
        } else {
            None
        };
        let Some((reason, queue)) = verdict else { return false };
        if self.dialogue.request.is_empty() {
            self.dialogue.request = text.chars().take(80).collect();
        }
        self.hand_off(reason, queue);
        true
    }

    /// How sure it is of each procedure, the classifier's word included.
    fn scores(&self, text: &str, guess: Option<&Guess>) -> Vec<(usize, f32)> {
        let mut scores = self.program.index.scores(text);
        for (at, procedure) in self.program.procedures.iter().enumerate() {
            let Some(guess) = guess.filter(|guess| procedure.intents.contains(&guess.intent)) else { continue };
            let said = guess.confidence.clamp(0.0, 1.0);
            match scores.iter_mut().find(|(known, _)| *known == at) {
                // Two signs that agree are surer than either.
                Some((_, score)) => *score = 1.0 - (1.0 - *score) * (1.0 - said),
                None => scores.push((at, said)),
            }
        }
        scores.sort_by(|a, b| b.1.total_cmp(&a.1));
        scores
    }

    /// The procedure that a text surely wants.
    pub fn wanted(&self, text: &str, guess: Option<&Guess>) -> Option<usize> {
        let limits = &self.program.limits;
        match choose(&self.scores(text, guess), limits.start, limits.clarify, limits.margin) {
            Choice::Start(at) => Some(at),
            Choice::Between(_) | Choice::None => None,
        }
    }

    /// Answers a request: begins a procedure, asks which, or searches.
    pub fn request(&mut self, text: &str, guess: Option<&Guess>) {
        self.dialogue.request = text.chars().take(120).collect();
        let limits = &self.program.limits;
        let sure = guess.filter(|guess| guess.confidence >= limits.start).map(|guess| guess.intent.clone());
        self.dialogue.intent.clone_from(&sure);
        let scores = self.scores(text, guess);
        match choose(&scores, limits.start, limits.clarify, limits.margin) {
            Choice::Start(at) => self.start(at, text),
            Choice::Between(candidates) => {
                let names: Vec<&str> = candidates
                    .iter()
                    .filter_map(|at| self.program.procedures.get(*at))
                    .map(|procedure| procedure.title.as_str())
                    .collect();
                let question = format!("Which is it: {}?", names.join(", or "));
                self.dialogue.awaiting = Awaiting::Clarify { candidates };
                self.say(SayKind::Question, question);
            }
            Choice::None => {
                let allowed = &self.program.briefing.intents;
                let is_foreign = sure
                    .is_some_and(|intent| !allowed.is_empty() && !allowed.iter().any(|known| known.intent == intent));
                if is_foreign {
                    return self.hand_off(Reason::UnsupportedRequest, None);
                }
                let perhaps = scores.first().filter(|(_, score)| *score >= limits.clarify).map(|(at, _)| *at);
                self.search(text, perhaps);
            }
        }
    }

    /// Begins a procedure with what the customer has said already.
    pub fn start(&mut self, procedure: usize, text: &str) {
        self.dialogue.runs += 1;
        self.dialogue.is_rephrased = false;
        let mut run = Run { procedure, number: self.dialogue.runs, ..Run::default() };
        self.inherit(&mut run, text);
        if self.dialogue.stack.len() >= DEPTH_MAX {
            self.close_run();
        }
        self.dialogue.stack.push(run);
        self.prefill(text, None);
        self.go_on();
    }

    /// "Cancel it" means the order that was just talked about.
    fn inherit(&self, run: &mut Run, text: &str) {
        let words = plain(text);
        let points_back =
            ["it", "its", "that", "this", "same"].iter().any(|word| words.iter().any(|have| have == word));
        let is_other = cue::means_other(text) || holds(&words, "another");
        let last = self.dialogue.last.as_ref().filter(|_| points_back);
        let Some(procedure) = self.program.procedures.get(run.procedure).filter(|_| !is_other) else { return };
        for (slot, question) in procedure.questions() {
            for source in self.dialogue.stack.iter().chain(last) {
                let theirs = self.program.procedures.get(source.procedure).map(|procedure| procedure.questions());
                let is_same =
                    theirs.is_some_and(|theirs| theirs.get(slot).is_some_and(|known| known.kind == question.kind));
                if let Some(answer) = source.answers.get(slot).filter(|_| is_same && is_plain(&question.kind)) {
                    run.answers.insert(slot.to_string(), answer.clone());
                }
            }
        }
    }

    /// Takes values for questions that are still to come.
    pub fn prefill(&mut self, text: &str, taken: Option<(usize, usize)>) {
        let Some(today) = self.dialogue.today else { return };
        let Some(procedure) = self.procedure() else { return };
        let mut taken: Vec<(usize, usize)> = taken.into_iter().collect();
        for instruction in &procedure.code {
            let Instruction::Ask(Question { slot, kind, .. }) = instruction else { continue };
            let Some(run) = self.dialogue.stack.last_mut() else { return };
            if !is_plain(kind) || run.trail.iter().any(|at| procedure.code.get(*at) == Some(instruction)) {
                continue;
            }
            let is_free =
                |found: &extract::Found| !taken.iter().any(|(start, end)| found.start < *end && *start < found.end);
            if let Some(found) = extract::all(kind, text, today, How::Mention).into_iter().find(is_free) {
                taken.push((found.start, found.end));
                run.answers.insert(slot.clone(), Answer { value: Some(found.value), verified: Verified::Stated });
            }
        }
    }

    /// Remembers numbers that were mentioned, for "the other one".
    pub fn remember(&mut self, text: &str) {
        let Some(today) = self.dialogue.today else { return };
        let patterns = self.program.procedures.iter().flat_map(|procedure| procedure.questions().into_values());
        let mut kinds: Vec<&SlotKind> = Vec::new();
        for kind in patterns.map(|question| &question.kind).filter(|kind| matches!(kind, SlotKind::Reference { .. })) {
            if !kinds.contains(&kind) {
                kinds.push(kind);
            }
        }
        let found = kinds.into_iter().flat_map(|kind| extract::all(kind, text, today, How::Mention));
        for value in found.map(|found| found.value).collect::<Vec<Value>>() {
            if !self.dialogue.mentioned.contains(&value) {
                self.dialogue.mentioned.push(value);
            }
        }
        let too_many = self.dialogue.mentioned.len().saturating_sub(MENTIONED_MAX);
        self.dialogue.mentioned.drain(..too_many);
    }
}
