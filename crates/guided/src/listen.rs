//! Reads what a customer wrote, by what was asked.

use crate::{
    cue::{self, Polarity},
    dialogue::{Answer, Awaiting},
    extract::{self, How},
    moves::{Guess, SayKind, Verified},
    procedure::{Instruction, Question, names_in},
    reading::{holds, plain},
    reason::Reason,
    turn::Turn,
    value::{SlotKind, Value},
};

/// The customer does not want to go on with this.
fn abandons(text: &str) -> bool {
    let words = plain(text);
    words.len() <= 8
        && ["never mind", "nevermind", "forget it", "forget about it", "leave it", "stop", "changed my mind"]
            .iter()
            .any(|phrase| holds(&words, phrase))
}

impl Turn<'_> {
    /// Reads one turn of the customer.
    pub fn listen(&mut self, text: &str, guess: Option<&Guess>) {
        self.remember(text);
        if cue::asks_whether_ai(text) {
            return self.disclose_again();
        }
        match self.dialogue.awaiting.clone() {
            Awaiting::Slot => self.hear_slot(text, guess),
            Awaiting::Consent => self.hear_consent(text, guess),
            Awaiting::Clarify { candidates } => self.hear_clarify(text, guess, &candidates),
            Awaiting::AnswerCheck => self.hear_check(text, guess),
            Awaiting::Request | Awaiting::Rephrase | Awaiting::AnythingElse => self.hear_request(text, guess),
            Awaiting::Search { .. } | Awaiting::Tool | Awaiting::Approval | Awaiting::Ended => {}
        }
    }

    fn disclose_again(&mut self) {
        let text = self.program.briefing.disclosure.clone();
        self.dialogue.is_disclosed = true;
        self.say(SayKind::Disclosure, text);
        match self.dialogue.awaiting {
            Awaiting::Slot | Awaiting::Consent => self.come_back(),
            _ => self.say(SayKind::Question, "What can I do for you?"),
        }
    }

    /// Greetings, thanks and small talk; false if it is none of these.
    fn hear_small_talk(&mut self, text: &str) -> bool {
        let reply = if cue::is_greeting(text) {
            "Hello."
        } else if cue::is_small_talk(text) {
            "Thank you for asking."
        } else {
            return false;
        };
        self.say(SayKind::Answer, reply);
        true
    }

    fn hear_request(&mut self, text: &str, guess: Option<&Guess>) {
        let is_closing = self.dialogue.awaiting == Awaiting::AnythingElse;
        let wanted = self.wanted(text, guess);
        // A clear wish for something else is a wish, not a correction.
        let is_same = wanted.is_none() || wanted == self.dialogue.last.as_ref().map(|run| run.procedure);
        if is_closing && is_same && self.correct(text) {
            return;
        }
        if wanted.is_none() {
            let says_no =
                cue::polarity(text) == Some(Polarity::No) && plain(text).len() <= 6 && !cue::is_question(text);
            if is_closing && (cue::is_done(text) || says_no) || cue::is_done(text) && self.dialogue.last.is_some() {
                return self.end(self.dialogue.resolved, true);
            }
            if cue::thanks(text) && plain(text).len() <= 6 {
                if is_closing {
                    return self.end(self.dialogue.resolved, true);
                }
                return self.say(SayKind::Question, "You are welcome. What else can I do for you?");
            }
            let is_yes = cue::polarity(text) == Some(Polarity::Yes);
            if plain(text).is_empty() || is_yes || self.hear_small_talk(text) {
                return self.say(SayKind::Question, "What can I do for you?");
            }
        }
        self.request(text, guess);
    }

    fn hear_check(&mut self, text: &str, guess: Option<&Guess>) {
        let is_new = self.wanted(text, guess).is_some() || cue::is_question(text);
        let is_thanks = (cue::thanks(text) || cue::is_done(text)) && plain(text).len() <= 8;
        let words = plain(text);
        match cue::polarity(text) {
            _ if is_new => self.request(text, guess),
            Some(Polarity::No) if !is_thanks && words.len() <= 5 => {
                self.tried("knowledge", "the answer was none to the customer");
                if self.dialogue.is_rephrased {
                    return self.hand_off(Reason::MissingKnowledge, None);
                }
                self.dialogue.is_rephrased = true;
                self.dialogue.awaiting = Awaiting::Rephrase;
                self.say(SayKind::Question, "I am sorry. Could you say it in other words?");
            }
            _ if is_thanks || cue::polarity(text) == Some(Polarity::Yes) => {
                self.dialogue.is_rephrased = false;
                self.dialogue.resolved = Some(true);
                if cue::is_done(text) {
                    return self.end(self.dialogue.resolved, true);
                }
                self.dialogue.awaiting = Awaiting::AnythingElse;
                self.say(SayKind::Question, "Is there anything else I can help you with?");
            }
            _ => self.request(text, guess),
        }
    }

    fn hear_clarify(&mut self, text: &str, guess: Option<&Guess>, candidates: &[usize]) {
        let titles: Vec<String> = candidates
            .iter()
            .filter_map(|at| self.program.procedures.get(*at))
            .map(|procedure| procedure.title.clone())
            .collect();
        let polarity = cue::polarity(text);
        let request = self.dialogue.request.clone();
        if let ([only], Some(Polarity::Yes)) = (candidates, polarity) {
            return self.start(*only, &request);
        }
        let kind = SlotKind::Choice { options: titles.clone() };
        let chosen = self.dialogue.today.and_then(|today| extract::first(&kind, text, today, How::Answer));
        let chosen = chosen.filter(|_| candidates.len() > 1 && polarity != Some(Polarity::No));
        if let Some(found) = chosen {
            let at = titles.iter().position(|title| Value::Choice(title.clone()) == found.value).unwrap_or(0);
            return self.start(candidates[at], &format!("{request} {text}"));
        }
        let best =
            self.program.index.scores(text).into_iter().find(|(at, score)| candidates.contains(at) && *score > 0.3);
        match (polarity, best) {
            (Some(Polarity::No), _) if plain(text).len() <= 6 => {
                if self.dialogue.is_rephrased {
                    return self.hand_off(Reason::LowConfidence, None);
                }
                self.dialogue.is_rephrased = true;
                self.dialogue.awaiting = Awaiting::Rephrase;
                self.say(SayKind::Question, "I see. Could you say in other words what you need?");
            }
            (_, Some((at, _))) => self.start(at, &format!("{request} {text}")),
            _ => {
                // One clarifying question is asked, not two: what is still unclear is searched for.
                self.dialogue.is_rephrased = true;
                match self.wanted(text, guess) {
                    Some(at) => self.start(at, text),
                    None => self.search(text, None),
                }
            }
        }
    }

    /// True if the text surely wants another procedure.
    fn is_elsewhere(&self, text: &str, guess: Option<&Guess>) -> bool {
        let here = self.dialogue.stack.last().map(|run| run.procedure);
        self.wanted(text, guess).is_some_and(|at| Some(at) != here)
    }

    /// True if the text leads away from the procedure and that was answered.
    fn digress(&mut self, text: &str, guess: Option<&Guess>) -> bool {
        let here = self.dialogue.stack.last().map(|run| run.procedure);
        if let Some(at) = self.wanted(text, guess).filter(|at| Some(*at) != here) {
            self.start(at, text);
            return true;
        }
        let is_question = cue::is_question(text) && plain(text).len() >= 3;
        if is_question {
            self.search(text, None);
        }
        is_question
    }

    fn hear_slot(&mut self, text: &str, guess: Option<&Guess>) {
        let Some(question) = self.question() else { return self.go_on() };
        if self.correct(text) {
            return;
        }
        let is_text = matches!(question.kind, SlotKind::Text);
        if abandons(text) {
            self.say(SayKind::Answer, "All right, I leave it as it is.");
            return self.finish(None);
        }
        let leads_away =
            is_text || plain(text).len() >= 3 && !self.names_option(text) && self.is_elsewhere(text, guess);
        if cue::is_greeting(text) || leads_away && self.digress(text, guess) {
            if cue::is_greeting(text) {
                self.ask(question, Some("Hello."));
            }
            return;
        }
        let is_question = cue::is_question(text);
        let how =
            if is_question && !matches!(question.kind, SlotKind::Choice { .. }) { How::Mention } else { How::Answer };
        let found = self.dialogue.today.and_then(|today| extract::first(&question.kind, text, today, how));
        let is_ignorant = cue::knows_not(text) && (is_text || found.is_none());
        let is_refusal = cue::polarity(text) == Some(Polarity::No) && !matches!(question.kind, SlotKind::YesNo);
        if question.is_optional && (is_ignorant || is_refusal && plain(text).len() <= 4) {
            return self.fill(question, None);
        }
        match found {
            Some(found) if !is_ignorant => {
                self.fill_from(question, found.value, text, (found.start, found.end));
            }
            _ if !is_text && self.digress(text, guess) => {}
            _ if is_ignorant => self.ask(question, Some("I cannot go on without it.")),
            _ if cue::is_small_talk(text) => self.ask(question, Some("Thank you for asking.")),
            _ => {
                let what =
                    extract::complaint(&question.kind, text).unwrap_or_else(|| "I did not understand that.".into());
                self.ask(question, Some(&what));
            }
        }
    }

    fn fill(&mut self, question: &Question, value: Option<Value>) {
        if let Some(run) = self.run() {
            run.answers.insert(question.slot.clone(), Answer { value, verified: Verified::Stated });
        }
        self.go_on();
    }

    fn fill_from(&mut self, question: &Question, value: Value, text: &str, taken: (usize, usize)) {
        if let Some(run) = self.run() {
            run.answers.insert(question.slot.clone(), Answer { value: Some(value), verified: Verified::Stated });
        }
        let later = !matches!(question.kind, SlotKind::Text | SlotKind::Choice { .. } | SlotKind::YesNo);
        if later {
            self.prefill(text, Some(taken));
        }
        self.go_on();
    }

    fn hear_consent(&mut self, text: &str, guess: Option<&Guess>) {
        if self.correct(text) {
            return;
        }
        match cue::polarity(text) {
            Some(Polarity::Yes) => self.consent(true),
            Some(Polarity::No) if !cue::is_question(text) => self.consent(false),
            _ if abandons(text) => self.consent(false),
            _ if self.digress(text, guess) => {}
            _ => self.ask_consent("Please answer with yes or no."),
        }
    }

    fn consent(&mut self, is_yes: bool) {
        let Some(Instruction::Confirm { text, expects_no }) = self.instruction() else { return };
        if let Some(run) = self.run() {
            run.consent = Some(is_yes);
            for name in names_in(text).unwrap_or_default() {
                if let Some(answer) = run.answers.get_mut(name).filter(|_| is_yes) {
                    answer.verified = Verified::Confirmed;
                }
            }
        }
        if !is_yes && !expects_no {
            self.say(SayKind::Answer, "All right, nothing was changed.");
            return self.finish(None);
        }
        self.next();
        self.go_on();
    }
}
