//! One input being answered: what is said, how a conversation goes to a person, how it ends.

use crate::{
    dialogue::{Answer, Awaiting, Dialogue, Run},
    limits::{FUEL_MAX, NOTE_CHARS_MAX, QUERY_CHARS_MAX, SAYS_MAX, TRIED_MAX},
    moves::{Citation, Delivery, Fact, HandOff, Move, SayKind, Tried, Verified},
    procedure::{Instruction, Procedure, Question},
    program::{Autonomy, Program},
    reason::Reason,
    value::Value,
};

/// One input being answered.
pub struct Turn<'a> {
    /// What the agent goes by.
    pub program: &'a Program,
    /// Where the conversation stands.
    pub dialogue: &'a mut Dialogue,
    /// What is done.
    pub moves: Vec<Move>,
    /// Instructions that may still be carried out.
    pub fuel: u32,
}

impl<'a> Turn<'a> {
    /// Begins to answer.
    pub fn new(program: &'a Program, dialogue: &'a mut Dialogue) -> Turn<'a> {
        Turn { program, dialogue, moves: Vec::new(), fuel: FUEL_MAX }
    }

    /// True once nothing more may be done.
    pub fn is_over(&self) -> bool {
        self.dialogue.awaiting == Awaiting::Ended
    }

    /// How much the agent may do at this point.
    pub fn level(&self) -> Autonomy {
        let of_run = self.dialogue.stack.last().and_then(|run| self.program.procedures.get(run.procedure));
        let intents = of_run.map_or(&[][..], |procedure| &procedure.intents).iter().map(String::as_str);
        let asked = self.dialogue.intent.as_deref().filter(|_| of_run.is_none());
        self.program.briefing.level_for(intents.chain(asked))
    }

    /// Says something; the customer is told first that this is an AI.
    pub fn say(&mut self, kind: SayKind, text: impl Into<String>) {
        self.say_from(kind, text.into(), Vec::new());
    }

    /// The same, with its sources.
    pub fn say_from(&mut self, kind: SayKind, text: String, citations: Vec<Citation>) {
        assert!(!self.is_over(), "nothing is said after the end");
        let delivery = match self.level() {
            Autonomy::Observe => Delivery::Observe,
            Autonomy::Suggest => Delivery::Suggest,
            Autonomy::Draft => Delivery::Draft,
            Autonomy::Approval | Autonomy::Act | Autonomy::Outbound => Delivery::Send,
        };
        if !self.dialogue.is_disclosed {
            self.dialogue.is_disclosed = true;
            if kind != SayKind::Disclosure {
                let text = self.program.briefing.disclosure.clone();
                self.moves.push(Move::Say { text, citations: Vec::new(), kind: SayKind::Disclosure, delivery });
            }
        }
        let said = self.moves.iter().filter(|move_| matches!(move_, Move::Say { .. })).count();
        match self.moves.last_mut() {
            Some(Move::Say { text: last, citations: sources, kind: last_kind, .. }) if said >= SAYS_MAX => {
                *last = format!("{last} {text}");
                sources.extend(citations);
                *last_kind = kind;
            }
            _ => self.moves.push(Move::Say { text, citations, kind, delivery }),
        }
    }

    /// Searches, and waits for what is found.
    pub fn search(&mut self, text: &str, perhaps: Option<usize>) {
        let query: String = text.trim().chars().take(QUERY_CHARS_MAX).collect();
        self.moves.push(Move::Search { query: query.clone() });
        self.dialogue.awaiting = Awaiting::Search { query, perhaps };
    }

    /// Writes down what was tried.
    pub fn tried(&mut self, what: &str, result: &str) {
        self.dialogue.tried.push(Tried { what: what.into(), result: clipped(result) });
        let too_many = self.dialogue.tried.len().saturating_sub(TRIED_MAX);
        self.dialogue.tried.drain(..too_many);
    }

    /// The procedure being followed.
    pub fn procedure(&self) -> Option<&'a Procedure> {
        let run = self.dialogue.stack.last()?;
        self.program.procedures.get(run.procedure)
    }

    /// The run being followed.
    pub fn run(&mut self) -> Option<&mut Run> {
        self.dialogue.stack.last_mut()
    }

    /// The instruction that comes next.
    pub fn instruction(&self) -> Option<&'a Instruction> {
        let run = self.dialogue.stack.last()?;
        self.program.procedures.get(run.procedure)?.code.get(run.at)
    }

    /// The question that waits for its answer.
    pub fn question(&self) -> Option<&'a Question> {
        match self.instruction()? {
            Instruction::Ask(question) => Some(question),
            _ => None,
        }
    }

    /// Gives the conversation to a person. Nothing is said: whoever makes the hand-off says so.
    pub fn hand_off(&mut self, reason: Reason, queue: Option<String>) {
        assert!(!self.is_over(), "a conversation is handed off once");
        let facts = self.facts();
        let wants = match self.procedure() {
            Some(procedure) => procedure.title.clone(),
            None if self.dialogue.request.is_empty() => "not said yet".into(),
            None => format!("“{}”", self.dialogue.request),
        };
        let known = facts.iter().map(|fact| format!("{} {}{}", fact.label, fact.value, how(&fact.verified)));
        let known = known.collect::<Vec<_>>().join("; ");
        let last = self
            .dialogue
            .tried
            .last()
            .map_or_else(String::new, |tried| format!("; last tried {}: {}", tried.what, tried.result));
        let note_lines = [
            clipped(&format!("Wants: {wants}")),
            clipped(&format!("Known: {}", if known.is_empty() { "nothing yet" } else { &known })),
            clipped(&format!("Stopped because {}{last}", reason.in_words())),
        ];
        let tried = self.dialogue.tried.clone();
        self.moves.push(Move::HandOff(HandOff { reason, queue, note_lines, tried, facts }));
        self.dialogue.awaiting = Awaiting::Ended;
        self.dialogue.held.clear();
    }

    /// Ends the conversation.
    pub fn end(&mut self, resolved: Option<bool>, closes: bool) {
        if closes {
            let closing = self.program.briefing.closing.clone();
            self.say(SayKind::Closing, closing);
        }
        self.moves.push(Move::End { resolved });
        self.dialogue.awaiting = Awaiting::Ended;
        self.dialogue.held.clear();
    }

    /// What was learned in all procedures.
    fn facts(&self) -> Vec<Fact> {
        let mut facts = self.dialogue.facts.clone();
        for run in &self.dialogue.stack {
            for fact in facts_of(self.program, run) {
                facts.retain(|known| (&known.name, &known.value) != (&fact.name, &fact.value));
                facts.push(fact);
            }
        }
        facts
    }

    /// The present procedure has ended; its facts stay.
    pub fn close_run(&mut self) {
        if let Some(run) = self.dialogue.stack.pop() {
            for fact in facts_of(self.program, &run) {
                self.dialogue.facts.retain(|known| known.name != fact.name || known.value != fact.value);
                self.dialogue.facts.push(fact);
            }
            self.dialogue.last = Some(run);
        }
    }
}

/// The facts of one run.
fn facts_of(program: &Program, run: &Run) -> Vec<Fact> {
    let questions = program.procedures.get(run.procedure).map(Procedure::questions).unwrap_or_default();
    let fact = |(name, answer): (&String, &Answer)| {
        let value: Value = answer.value.clone()?;
        let label = questions.get(name.as_str()).map_or_else(|| name.clone(), |question| question.label.clone());
        Some(Fact { name: name.clone(), label, value, verified: answer.verified.clone() })
    };
    run.answers.iter().filter_map(fact).collect()
}

fn how(verified: &Verified) -> String {
    match verified {
        Verified::Stated => String::new(),
        Verified::Confirmed => " (confirmed)".into(),
        Verified::Matched { tool } => format!(" (found by {tool})"),
    }
}

fn clipped(text: &str) -> String {
    let one_line: String = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter }).collect();
    if one_line.chars().count() <= NOTE_CHARS_MAX {
        return one_line;
    }
    one_line.chars().take(NOTE_CHARS_MAX - 1).chain(['…']).collect()
}
