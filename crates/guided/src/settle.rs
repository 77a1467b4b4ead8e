//! Takes in what came of tools and searches. All of it is data: nothing in it can tell the agent what to do.

use serde_json::Value as Json;

use crate::{
    cue,
    dialogue::{Awaiting, Outcome},
    limits::{CITATIONS_MAX, EXTRACT_CHARS_MAX, RETRIES_MAX, TOOL_VALUE_CHARS_MAX},
    moves::{Citation, SayKind, SearchOutcome, ToolOutcome, Verified},
    procedure::{Call, Instruction},
    reason::Reason,
    turn::Turn,
};

/// A tool's value as words; `Err` if it may not be said.
fn plain(value: &Json) -> Result<Option<String>, ()> {
    let text = match value {
        Json::String(text) => text.trim().to_string(),
        Json::Number(number) => number.to_string(),
        Json::Bool(true) => "yes".into(),
        Json::Bool(false) => "no".into(),
        Json::Null | Json::Array(_) | Json::Object(_) => return Ok(None),
    };
    let is_fit = text.chars().count() <= TOOL_VALUE_CHARS_MAX
        && !text.chars().any(char::is_control)
        && !cue::is_instruction(&text);
    if is_fit { Ok(Some(text)) } else { Err(()) }
}

/// A passage as it is said: whole sentences, up to the limit.
fn extract(text: &str) -> String {
    let clean = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some((limit, _)) = clean.char_indices().nth(EXTRACT_CHARS_MAX) else { return clean };
    let cut = &clean[..limit];
    let end = cut.rfind(['.', '!', '?']).map_or_else(|| cut.rfind(' ').unwrap_or(limit), |at| at + 1);
    cut[..end].trim().to_string()
}

impl Turn<'_> {
    /// Takes in what came of the tool that was run.
    pub fn ran(&mut self, outcome: ToolOutcome) {
        let Some(Instruction::Call { call, expects_nothing, expects_refusal }) = self.instruction() else { return };
        match outcome {
            ToolOutcome::Ok { result } => self.returned(call, &result),
            ToolOutcome::NotFound if *expects_nothing => self.came_to(call, Outcome::NotFound, "found nothing"),
            ToolOutcome::NotFound => {
                self.tried(&call.tool, "found nothing");
                self.hand_off(Reason::MissingInformation, None);
            }
            ToolOutcome::Refused { reason } if *expects_refusal => {
                self.came_to(call, Outcome::Refused, &format!("refused: {reason}"))
            }
            ToolOutcome::Refused { reason } => {
                self.tried(&call.tool, &format!("refused: {reason}"));
                self.hand_off(Reason::PolicyRestriction, None);
            }
            ToolOutcome::NeedsApproval if self.dialogue.awaiting == Awaiting::Tool => {
                self.say(SayKind::Answer, "A colleague has to approve this. I will tell you as soon as they have.");
                self.dialogue.awaiting = Awaiting::Approval;
            }
            ToolOutcome::NeedsApproval => {}
            ToolOutcome::Approved => {
                self.tried(&call.tool, "approved");
                self.dialogue.awaiting = Awaiting::Tool;
            }
            ToolOutcome::Denied => {
                self.tried(&call.tool, "not approved");
                self.hand_off(Reason::ApprovalDenied, None);
            }
            ToolOutcome::Failed { retryable: true } => self.again(call, "failed"),
            // A look-up that did not answer may be made again; whether a change was made is not known.
            ToolOutcome::TimedOut if !call.writes => self.again(call, "did not answer in time"),
            ToolOutcome::TimedOut => self.failed(call, "did not answer in time; it may have been done"),
            ToolOutcome::Failed { retryable: false } => self.failed(call, "failed"),
        }
    }

    fn again(&mut self, call: &Call, what: &str) {
        let Some(run) = self.run() else { return };
        if run.retries >= RETRIES_MAX {
            return self.failed(call, &format!("{what}, twice"));
        }
        run.retries += 1;
        self.call(call);
    }

    fn failed(&mut self, call: &Call, what: &str) {
        self.tried(&call.tool, what);
        self.hand_off(Reason::ToolFailure, None);
    }

    fn came_to(&mut self, call: &Call, outcome: Outcome, what: &str) {
        self.tried(&call.tool, what);
        if let Some(run) = self.run() {
            run.outcomes.insert(call.tool.clone(), outcome);
            *run.calls.entry(run.at).or_insert(0) += 1;
            run.retries = 0;
        }
        self.next();
        self.go_on();
    }

    fn returned(&mut self, call: &Call, result: &Json) {
        let mut results = Vec::new();
        for (name, value) in result.as_object().into_iter().flatten() {
            match plain(value) {
                Ok(text) => results.extend(text.map(|text| (name.clone(), text))),
                Err(()) => return self.failed(call, "returned text that may not be repeated"),
            }
        }
        let Some(run) = self.run() else { return };
        run.results.extend(results);
        if call.writes {
            run.written.push(run.at);
        } else {
            for (_, slot) in &call.arguments {
                if let Some(answer) = run.answers.get_mut(slot) {
                    answer.verified = Verified::Matched { tool: call.tool.clone() };
                }
            }
        }
        self.came_to(call, Outcome::Found, "done");
    }

    /// Takes in what a search found.
    pub fn found(&mut self, outcome: &SearchOutcome, perhaps: Option<usize>) {
        let usable = outcome
            .passages
            .iter()
            .filter(|passage| !cue::is_instruction(&passage.text) && !passage.text.trim().is_empty());
        let mut usable = usable.peekable();
        let is_sure = outcome.answerable && outcome.confidence >= self.program.limits.answer;
        let is_digression = !self.dialogue.stack.is_empty();
        let Some(first) = usable.peek().filter(|_| is_sure).copied() else { return self.found_nothing(perhaps) };
        let citations: Vec<Citation> = usable.take(CITATIONS_MAX).map(|passage| passage.citation.clone()).collect();
        self.tried("knowledge", &format!("answered from “{}”", first.citation.title));
        self.say_from(SayKind::Answer, extract(&first.text), citations);
        if is_digression {
            return self.come_back();
        }
        self.dialogue.awaiting = Awaiting::AnswerCheck;
        self.say(SayKind::Question, "Does that answer your question?");
    }

    fn found_nothing(&mut self, perhaps: Option<usize>) {
        self.tried("knowledge", "no answer");
        if !self.dialogue.stack.is_empty() {
            self.say(SayKind::Answer, "I have no answer to that.");
            return self.come_back();
        }
        if self.dialogue.is_rephrased {
            return self.hand_off(Reason::MissingKnowledge, None);
        }
        self.dialogue.is_rephrased = true;
        if let Some((at, procedure)) = perhaps.and_then(|at| Some((at, self.program.procedures.get(at)?))) {
            self.dialogue.awaiting = Awaiting::Clarify { candidates: vec![at] };
            return self
                .say(SayKind::Question, format!("I am not sure that I understand. Is it about {}?", procedure.about));
        }
        self.dialogue.awaiting = Awaiting::Rephrase;
        self.say(SayKind::Question, "I am not sure that I understand. Could you say it in other words?");
    }
}
