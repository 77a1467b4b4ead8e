//! Corrections: the value is replaced, and what depended on it is done again. What was changed for good is not.

use crate::{
    begin::is_plain,
    cue,
    dialogue::{Answer, Run},
    execute::used,
    extract::{self, Found, How},
    moves::{SayKind, Verified},
    procedure::{Instruction, Procedure, Question},
    reading::{holds, plain},
    reason::Reason,
    turn::Turn,
    value::{SlotKind, Value},
};

/// What is to be put right.
enum Correction {
    To(String, Value),
    /// It is wrong; what is right was not said.
    Anew(String),
}

/// Questions that were answered, the latest first.
fn answered<'a>(procedure: &'a Procedure, run: &Run) -> Vec<&'a Question> {
    let mut questions: Vec<&Question> =
        procedure.questions().into_values().filter(|question| run.answers.contains_key(&question.slot)).collect();
    let place = |question: &Question| {
        procedure
            .code
            .iter()
            .position(|instruction| matches!(instruction, Instruction::Ask(asked) if asked.slot == question.slot))
    };
    questions.sort_by_key(|question| std::cmp::Reverse(place(question)));
    questions
}

impl Turn<'_> {
    /// Puts right what the customer corrects; false if this is no correction.
    pub fn correct(&mut self, text: &str) -> bool {
        if !cue::corrects(text) || self.names_option(text) {
            return false;
        }
        let is_over = self.dialogue.stack.is_empty();
        let Some(run) = self.dialogue.stack.last().or(self.dialogue.last.as_ref()) else { return false };
        let Some(procedure) = self.program.procedures.get(run.procedure) else { return false };
        let Some(correction) = self.meant(text, procedure, run) else { return false };
        if is_over && let Some(run) = self.dialogue.last.take() {
            self.dialogue.facts.retain(|fact| !run.answers.contains_key(&fact.name));
            self.dialogue.stack.push(run);
        }
        self.apply(correction, procedure);
        true
    }

    /// "Ordered by mistake" may be one of the answers that were offered.
    pub fn names_option(&self, text: &str) -> bool {
        let question = self.question().filter(|question| matches!(question.kind, SlotKind::Choice { .. }));
        let (Some(question), Some(today)) = (question, self.dialogue.today) else { return false };
        extract::first(&question.kind, text, today, How::Mention).is_some()
    }

    fn meant(&self, text: &str, procedure: &Procedure, run: &Run) -> Option<Correction> {
        let today = self.dialogue.today?;
        let words = plain(text);
        let awaited = self.question().filter(|_| !self.dialogue.stack.is_empty());
        let is_explicit = ["i meant", "i mean", "sorry", "correction", "typo", "mistyped", "should be", "instead of"]
            .iter()
            .any(|cue| holds(&words, cue));
        for question in answered(procedure, run) {
            let current = run.answers.get(&question.slot).and_then(|answer| answer.value.as_ref());
            let is_named = holds(&words, &question.label)
                || question.label.split(' ').next_back().is_some_and(|word| word.len() > 3 && holds(&words, word));
            let how = if is_named { How::Answer } else { How::Mention };
            // The words of a question are no answer to it, and free words are only taken when they are named.
            let is_fit = is_plain(&question.kind) || is_named && !matches!(question.kind, SlotKind::Text);
            let denies_current = current.is_some_and(|value| {
                text.to_lowercase().contains(&format!("not {}", value.to_string().to_lowercase()))
            });
            let is_awaited_too = awaited.is_some_and(|awaited| {
                let is_same_kind = std::mem::discriminant(&awaited.kind) == std::mem::discriminant(&question.kind);
                is_same_kind && !(is_named || is_explicit || denies_current)
            });
            if !is_fit || is_awaited_too {
                continue;
            }
            let is_new = |found: &Found| Some(&found.value) != current;
            if let Some(found) = extract::all(&question.kind, text, today, how).into_iter().find(is_new) {
                return Some(Correction::To(question.slot.clone(), found.value));
            }
        }
        self.other(text, procedure, run)
    }

    /// "The other order": the one that was mentioned beside it, or else it is asked anew.
    fn other(&self, text: &str, procedure: &Procedure, run: &Run) -> Option<Correction> {
        let words = plain(text);
        let is_short = words.len() <= 12;
        let slot =
            |question: &&&Question| matches!(question.kind, SlotKind::Reference { .. } | SlotKind::Choice { .. });
        let questions = answered(procedure, run);
        let named = |question: &&&Question| question.label.split(' ').any(|part| part.len() > 3 && holds(&words, part));
        let says_other = cue::means_other(text) && is_short;
        let says_wrong = is_short && ["wrong", "not that", "mistake"].iter().any(|cue| holds(&words, cue));
        let question = if says_other || says_wrong {
            questions
                .iter()
                .find(|question| slot(question) && named(question))
                .or_else(|| questions.iter().find(slot).filter(|_| says_other))?
        } else {
            return None;
        };
        let current = run.answers.get(&question.slot).and_then(|answer| answer.value.as_ref());
        let is_other = |value: &&Value| matches!(value, Value::Reference(_)) && Some(*value) != current;
        let others: Vec<&Value> = self.dialogue.mentioned.iter().filter(is_other).collect();
        match others.as_slice() {
            [value] if says_other && matches!(question.kind, SlotKind::Reference { .. }) => {
                Some(Correction::To(question.slot.clone(), (*value).clone()))
            }
            _ => Some(Correction::Anew(question.slot.clone())),
        }
    }

    fn apply(&mut self, correction: Correction, procedure: &Procedure) {
        let slot = match &correction {
            Correction::To(slot, _) | Correction::Anew(slot) => slot.clone(),
        };
        let Some(run) = self.dialogue.stack.last_mut() else { return };
        let asks =
            |at: usize| matches!(procedure.code.get(at), Some(Instruction::Ask(question)) if question.slot == slot);
        let depends =
            |at: usize| procedure.code.get(at).is_some_and(|instruction| used(instruction).contains(&slot.as_str()));
        let is_anew = matches!(correction, Correction::Anew(_));
        let first = run.trail.iter().position(|at| depends(*at) || is_anew && asks(*at));
        let undone = first.map_or(&[][..], |first| &run.trail[first..]);
        if undone.iter().any(|at| run.written.contains(at)) {
            self.tried("correction", &format!("{slot} was corrected after a change was made with it"));
            return self.hand_off(Reason::UnsupportedRequest, None);
        }
        match correction {
            Correction::To(slot, value) => {
                run.answers.insert(slot, Answer { value: Some(value), verified: Verified::Stated });
            }
            Correction::Anew(slot) => _ = run.answers.remove(&slot),
        }
        run.consent = None;
        if let Some(first) = first {
            let at = run.trail[first];
            let undone = run.trail.split_off(first);
            for place in undone {
                run.asked.remove(&place);
                if let Some(Instruction::Call { call, .. }) = procedure.code.get(place) {
                    run.outcomes.remove(&call.tool);
                }
            }
            run.at = at;
        } else if is_anew {
            let ask = (0..procedure.code.len()).find(|at| asks(*at));
            run.at = ask.unwrap_or(run.at);
        }
        // The question that was open is asked once more by going on; that is no repetition.
        let open = run.at;
        run.asked.remove(&open);
        self.acknowledge(&slot, procedure);
        self.go_on();
    }

    fn acknowledge(&mut self, slot: &str, procedure: &Procedure) {
        let label = procedure.questions().get(slot).map_or_else(|| slot.to_string(), |question| question.label.clone());
        let value = self.run().and_then(|run| run.answers.get(slot)?.value.clone());
        let text = value
            .map_or_else(|| "I see.".to_string(), |value| format!("Thank you, I have changed the {label} to {value}."));
        self.say(SayKind::Answer, text);
    }
}
