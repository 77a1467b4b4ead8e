//! The one entrance: what happened goes in, what to do comes out.

use crate::{
    dialogue::{Awaiting, Dialogue, Held},
    limits::{HELD_MAX, MOVES_MAX},
    moves::{Guess, Input, Move, SayKind},
    procedure::{Action, Known, clauses},
    program::Program,
    reading::readable,
    reason::Reason,
    turn::Turn,
};

/// Takes in what happened and says what to do.
///
/// The same program, dialogue and input give the same moves. After a hand-off or an end nothing is done any more. What does not
/// fit the state (a tool's outcome when none was run) changes nothing.
pub fn step(program: &Program, dialogue: &mut Dialogue, input: Input) -> Vec<Move> {
    if dialogue.awaiting == Awaiting::Ended {
        return Vec::new();
    }
    let mut turn = Turn::new(program, dialogue);
    match input {
        Input::Opened => turn.opened(),
        Input::Customer { text, intent, language: _, today } => {
            turn.dialogue.today = Some(today);
            turn.customer(readable(&text), intent);
        }
        Input::Found(outcome) => {
            if let Awaiting::Search { perhaps, .. } = turn.dialogue.awaiting.clone() {
                turn.found(&outcome, perhaps);
            }
        }
        Input::Ran(outcome) => {
            if matches!(turn.dialogue.awaiting, Awaiting::Tool | Awaiting::Approval) {
                turn.ran(outcome);
            }
        }
        Input::Whispered { text } => turn.whispered(readable(&text)),
        Input::Silence => turn.silence(),
    }
    turn.read_held();
    let moves = turn.moves;
    assert!(moves.len() <= MOVES_MAX, "a customer cannot follow more at once");
    moves
}

impl Turn<'_> {
    fn is_busy(&self) -> bool {
        matches!(
            self.dialogue.awaiting,
            Awaiting::Search { .. } | Awaiting::Tool | Awaiting::Approval | Awaiting::Ended
        )
    }

    fn opened(&mut self) {
        if self.dialogue.is_disclosed {
            return;
        }
        let briefing = &self.program.briefing;
        let text = format!("{} {}", briefing.disclosure, briefing.greeting);
        self.say(SayKind::Disclosure, text.trim());
    }

    fn customer(&mut self, text: &str, intent: Option<Guess>) {
        self.dialogue.turns += 1;
        self.dialogue.silences = 0;
        if self.gate(text, intent.as_ref()) {
            return;
        }
        if self.dialogue.turns > self.program.limits.turns_max {
            return self.hand_off(Reason::UsageLimit, None);
        }
        if self.is_busy() {
            self.dialogue.held.push(Held { text: text.to_string(), intent });
            let too_many = self.dialogue.held.len().saturating_sub(HELD_MAX);
            self.dialogue.held.drain(..too_many);
            return;
        }
        self.listen(text, intent.as_ref());
    }

    /// Reads what came while a tool or search ran.
    fn read_held(&mut self) {
        while !self.is_busy() && !self.dialogue.held.is_empty() {
            let Held { text, intent } = self.dialogue.held.remove(0);
            self.listen(&text, intent.as_ref());
        }
    }

    /// A supervisor may have a sentence said, end the conversation, or give it to a person; nothing else.
    fn whispered(&mut self, text: &str) {
        let actions = clauses(text, &Known::default()).unwrap_or_default();
        let is_fit = |action: &Action| match action {
            Action::Say(text) => !text.contains('{'),
            Action::HandOff { .. } | Action::End => true,
            _ => false,
        };
        if actions.is_empty() || !actions.iter().all(|placed| is_fit(&placed.action)) {
            let text = "Not understood. I follow: Say \"…\", Hand off because …, End.".to_string();
            self.moves.push(Move::Note { text });
            return;
        }
        for placed in actions {
            match placed.action {
                _ if self.is_over() => return,
                Action::Say(text) => self.say(SayKind::Answer, text),
                Action::HandOff { queue, reason } => self.hand_off(reason, queue),
                _ => self.end(None, true),
            }
        }
    }

    fn silence(&mut self) {
        if self.is_busy() {
            return;
        }
        self.dialogue.silences = self.dialogue.silences.saturating_add(1);
        if self.dialogue.silences >= self.program.limits.silences_max {
            return self.end(None, true);
        }
        self.say(SayKind::Question, "Are you still there?");
    }
}
