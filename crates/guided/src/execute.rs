//! Carries out a procedure until it waits for somebody.

use crate::{
    day::Day,
    dialogue::{Awaiting, Outcome, Run},
    moves::{Argument, Move, SayKind},
    procedure::{Call, Condition, Guard, Instruction, Question, Test, names_in},
    program::Autonomy,
    reason::Reason,
    turn::Turn,
    value::Value,
};

/// Hundredths of a figure as tools and customers write it.
fn hundredths(text: &str) -> Option<i64> {
    let plain: String =
        text.chars().filter(|letter| letter.is_ascii_digit() || *letter == '.' || *letter == '-').collect();
    let number: f64 = plain.parse().ok()?;
    (number.abs() < 1e15).then(|| (number * 100.0).round() as i64)
}

/// What a name stands for, as words.
fn shown(run: &Run, name: &str) -> Option<String> {
    match run.answers.get(name) {
        Some(answer) => Some(answer.value.as_ref().map_or_else(String::new, Value::to_string)),
        None => run.results.get(name).map(|text| Day::parse(text).map_or_else(|| text.clone(), Day::in_words)),
    }
}

/// The sentence with its values; the name that has none is the error.
fn filled(run: &Run, sentence: &str) -> Result<String, String> {
    let mut text = String::new();
    let mut rest = sentence;
    for name in names_in(sentence).unwrap_or_default() {
        let Some((before, after)) = rest.split_once('{') else { break };
        let (_, after) = after.split_once('}').unwrap_or((after, ""));
        text += before;
        text += &shown(run, name).ok_or_else(|| name.to_string())?;
        rest = after;
    }
    Ok(text + rest)
}

fn holds(run: &Run, guard: &Guard) -> bool {
    let mut results = guard.conditions.iter().map(|condition| condition_holds(run, condition));
    if guard.is_all { results.all(|holds| holds) } else { results.any(|holds| holds) }
}

fn condition_holds(run: &Run, condition: &Condition) -> bool {
    let name = condition.subject.as_str();
    let text = || shown(run, name).filter(|text| !text.trim().is_empty());
    let plain = || run.results.get(name).cloned().or_else(text);
    let is_one = |values: &[String]| {
        plain().is_some_and(|text| values.iter().any(|value| value.trim().eq_ignore_ascii_case(text.trim())))
    };
    let compare = |test: fn(i64, i64) -> bool, with: i64| {
        plain().and_then(|text| hundredths(&text)).is_some_and(|have| test(have, with))
    };
    match &condition.test {
        Test::Is(values) => is_one(values),
        Test::IsNot(values) => !is_one(values),
        Test::AtLeast(number) => compare(|have, want| have >= want, *number),
        Test::MoreThan(number) => compare(|have, want| have > want, *number),
        Test::AtMost(number) => compare(|have, want| have <= want, *number),
        Test::LessThan(number) => compare(|have, want| have < want, *number),
        Test::Known => text().is_some(),
        Test::Missing => text().is_none(),
        Test::Found => run.outcomes.get(name) == Some(&Outcome::Found),
        Test::NotFound => run.outcomes.get(name) == Some(&Outcome::NotFound),
        Test::Refused => run.outcomes.get(name) == Some(&Outcome::Refused),
        Test::Agreed => run.consent == Some(true),
        Test::Declined => run.consent == Some(false),
    }
}

/// Names whose values an instruction uses.
pub fn used(instruction: &Instruction) -> Vec<&str> {
    match instruction {
        Instruction::Say(text) | Instruction::Confirm { text, .. } => names_in(text).unwrap_or_default(),
        Instruction::Ask(question) => names_in(&question.text).unwrap_or_default(),
        Instruction::Call { call, .. } => call.arguments.iter().map(|(_, slot)| slot.as_str()).collect(),
        Instruction::Branch { guard, .. } => {
            guard.conditions.iter().map(|condition| condition.subject.as_str()).collect()
        }
        _ => Vec::new(),
    }
}

impl Turn<'_> {
    /// Goes on with the present procedure until it waits, ends, or gives up.
    pub fn go_on(&mut self) {
        loop {
            if self.is_over() {
                return;
            }
            if self.fuel == 0 {
                return self.hand_off(Reason::UsageLimit, None);
            }
            self.fuel -= 1;
            let Some(instruction) = self.instruction() else { return self.finish(Some(true)) };
            if !self.carry_out(instruction) {
                return;
            }
        }
    }

    /// Carries out one instruction; false if the procedure waits or has ended.
    fn carry_out(&mut self, instruction: &Instruction) -> bool {
        match instruction {
            Instruction::Ask(question) => {
                let is_known = self.run().is_some_and(|run| run.answers.contains_key(&question.slot));
                if is_known {
                    self.run().into_iter().for_each(|run| run.consent = None);
                    return self.next();
                }
                self.ask(question, None);
                false
            }
            Instruction::Say(text) => self.speak(text, SayKind::Answer) && self.next(),
            Instruction::Confirm { text, .. } => {
                if self.speak(text, SayKind::Confirm) {
                    self.dialogue.awaiting = Awaiting::Consent;
                }
                false
            }
            Instruction::Call { call, .. } => {
                self.call(call);
                false
            }
            Instruction::Branch { guard, if_false } => {
                let Some(run) = self.run() else { return false };
                let is_true = holds(run, guard);
                if is_true { self.next() } else { self.jump(*if_false) }
            }
            Instruction::Jump(target) => self.jump(*target),
            Instruction::Back { target, times } => self.back(*target, *times),
            Instruction::HandOff { queue, reason } => {
                self.hand_off(*reason, queue.clone());
                false
            }
            Instruction::AnythingElse | Instruction::End => {
                let is_end = matches!(instruction, Instruction::End) && self.dialogue.stack.len() == 1;
                if is_end {
                    self.close_run();
                    self.end(Some(true), true);
                } else {
                    self.finish(Some(true));
                }
                false
            }
        }
    }

    /// Marks the present instruction as done.
    pub fn next(&mut self) -> bool {
        if let Some(run) = self.run() {
            run.trail.push(run.at);
            run.at += 1;
        }
        true
    }

    fn jump(&mut self, target: usize) -> bool {
        if let Some(run) = self.run() {
            run.trail.push(run.at);
            run.at = target;
        }
        true
    }

    /// Goes back, unless that was done often enough: what was asked and looked up since is asked and looked up anew.
    fn back(&mut self, target: usize, times: u8) -> bool {
        let code = self.procedure().map_or(&[][..], |procedure| &procedure.code);
        let Some(run) = self.run() else { return false };
        let at = run.at;
        let taken = run.loops.entry(at).or_insert(0);
        if *taken >= times {
            return self.next();
        }
        *taken += 1;
        for (place, instruction) in code.iter().enumerate().take(at).skip(target) {
            match instruction {
                Instruction::Ask(question) => {
                    run.answers.remove(&question.slot);
                    run.asked.remove(&place);
                }
                Instruction::Call { call, .. } => _ = run.outcomes.remove(&call.tool),
                _ => {}
            }
        }
        run.consent = None;
        run.trail.retain(|place| !(target..=at).contains(place));
        run.at = target;
        true
    }

    fn speak(&mut self, sentence: &str, kind: SayKind) -> bool {
        let Some(run) = self.run() else { return false };
        match filled(run, sentence) {
            Ok(text) => {
                self.say(kind, text);
                true
            }
            Err(name) => {
                self.tried(&name, "the tool did not return it");
                self.hand_off(Reason::ToolFailure, None);
                false
            }
        }
    }

    /// Asks a question, unless it was asked often enough.
    pub fn ask(&mut self, question: &Question, before: Option<&str>) {
        let most = self.program.limits.questions_max;
        let Some(run) = self.run() else { return };
        let times = run.asked.entry(run.at).or_insert(0);
        if *times >= most {
            self.tried(&format!("asking for the {}", question.label), "no usable answer");
            return self.hand_off(Reason::MissingInformation, None);
        }
        *times += 1;
        let text = filled(run, &question.text).unwrap_or_else(|_| format!("What is your {}?", question.label));
        self.dialogue.awaiting = Awaiting::Slot;
        self.say(SayKind::Question, before.map_or_else(|| text.clone(), |before| format!("{before} {text}")));
    }

    /// Asks again for consent, unless it was asked often enough.
    pub fn ask_consent(&mut self, before: &str) {
        let most = self.program.limits.questions_max;
        let Some(Instruction::Confirm { text, .. }) = self.instruction() else { return };
        let Some(run) = self.run() else { return };
        let times = run.asked.entry(run.at).or_insert(1);
        if *times >= most {
            self.tried("asking for consent", "neither yes nor no");
            return self.hand_off(Reason::LowConfidence, None);
        }
        *times += 1;
        let text = filled(run, text).unwrap_or_default();
        self.dialogue.awaiting = Awaiting::Consent;
        self.say(SayKind::Confirm, format!("{before} {text}").trim());
    }

    /// Runs a tool, if the agent may.
    pub fn call(&mut self, call: &Call) {
        let level = self.level();
        let title = self.procedure().map_or("", |procedure| &procedure.title);
        let Some(run) = self.run() else { return };
        let is_consented = run.consent == Some(true);
        if call.writes && (level <= Autonomy::Draft || !is_consented) {
            let why = if is_consented { "the agent may not act on this intent" } else { "the customer has not agreed" };
            self.tried(&call.tool, why);
            return self.hand_off(Reason::PolicyRestriction, None);
        }
        let mut arguments = Vec::new();
        for (name, slot) in &call.arguments {
            let answered = run.answers.get(slot).and_then(|answer| answer.value.clone());
            let value = answered.or_else(|| run.results.get(slot).cloned().map(Value::Text));
            arguments.extend(value.map(|value| Argument { name: name.clone(), value }));
        }
        let (number, at, count) = (run.number, run.at, run.calls.get(&run.at).copied().unwrap_or(0));
        let short: String = title.to_lowercase().split_whitespace().collect::<Vec<_>>().join("-");
        let idempotency = format!("{short}.{number}.{at}.{count}");
        let needs_approval = call.writes && level == Autonomy::Approval;
        let (tool, writes) = (call.tool.clone(), call.writes);
        self.moves.push(Move::Run { tool, arguments, writes, needs_approval, idempotency });
        self.dialogue.awaiting = Awaiting::Tool;
    }

    /// The procedure has come to its end: back to the one that waited, or to what else is needed.
    ///
    /// Whether the customer got what they wanted cannot be said of a procedure that was broken off.
    pub fn finish(&mut self, resolved: Option<bool>) {
        self.dialogue.resolved = resolved;
        self.close_run();
        if self.dialogue.stack.is_empty() {
            self.dialogue.awaiting = Awaiting::AnythingElse;
            return self.say(SayKind::Question, "Is there anything else I can help you with?");
        }
        self.come_back();
    }

    /// Comes back to what was asked before a digression.
    pub fn come_back(&mut self) {
        let Some(procedure) = self.procedure() else { return };
        let Some(run) = self.run() else { return };
        let lead = format!("Back to {}:", procedure.about);
        let text = match procedure.code.get(run.at) {
            Some(Instruction::Ask(question)) => Some((Awaiting::Slot, SayKind::Question, question.text.as_str())),
            Some(Instruction::Confirm { text, .. }) => Some((Awaiting::Consent, SayKind::Confirm, text.as_str())),
            _ => None,
        };
        match text {
            Some((awaiting, kind, text)) => {
                let text = filled(run, text).unwrap_or_else(|_| text.to_string());
                self.dialogue.awaiting = awaiting;
                self.say(kind, format!("{lead} {text}"));
            }
            None => self.go_on(),
        }
    }
}
