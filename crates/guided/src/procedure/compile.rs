//! Turns sentences into instructions: conditions become jumps, numbers of steps become places.

use std::collections::BTreeMap;

use super::{Action, Condition, Guard, Instruction, Placed, Problem, ProblemKind as K, Procedure, Step, Test};
use crate::{limits::LOOP_TIMES_MAX, reason::Reason};

/// Where an instruction comes from.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// The step's number.
    pub step: u32,
    /// Line in the text.
    pub line: u32,
    /// Column in the text.
    pub column: u32,
}

struct Compiler<'a> {
    code: Vec<Instruction>,
    places: Vec<Place>,
    starts: BTreeMap<u32, usize>,
    /// Jumps to steps, to be filled in when all steps have their place.
    jumps: Vec<(usize, u32, Option<u8>)>,
    problems: &'a mut Vec<Problem>,
}

/// Fills in the code of a procedure; the place of each instruction is returned.
pub fn compile(procedure: &mut Procedure, problems: &mut Vec<Problem>) -> Vec<Place> {
    let mut compiler =
        Compiler { code: Vec::new(), places: Vec::new(), starts: BTreeMap::new(), jumps: Vec::new(), problems };
    for step in &procedure.steps {
        compiler.starts.insert(step.number, compiler.code.len());
        compiler.step(step);
    }
    compiler.land();
    name_outcomes(&mut compiler.code);
    expect(&mut compiler.code);
    procedure.code = compiler.code;
    compiler.places
}

impl Compiler<'_> {
    fn push(&mut self, instruction: Instruction, place: Place) -> usize {
        self.code.push(instruction);
        self.places.push(place);
        self.code.len() - 1
    }

    fn step(&mut self, step: &Step) {
        let place = Place { step: step.number, line: step.line, column: 1 };
        let mut branch = step.guard.clone().map(|guard| self.push(Instruction::Branch { guard, if_false: 0 }, place));
        for placed in &step.actions {
            self.action(placed, step.number);
            let is_consent =
                matches!(placed.action, Action::Confirm(_)) && branch.is_none() && !step.otherwise.is_empty();
            if is_consent {
                let agreed = Condition { subject: String::new(), test: Test::Agreed };
                let guard = Guard { conditions: vec![agreed], is_all: true };
                branch = Some(self.push(Instruction::Branch { guard, if_false: 0 }, place));
            }
        }
        let Some(branch) = branch else { return };
        let jump = (!step.otherwise.is_empty()).then(|| self.push(Instruction::Jump(0), place));
        self.point(branch, self.code.len());
        for placed in &step.otherwise {
            self.action(placed, step.number);
        }
        if let Some(jump) = jump {
            self.point(jump, self.code.len());
        }
    }

    fn action(&mut self, placed: &Placed, step: u32) {
        let place = Place { step, line: placed.line, column: placed.column };
        let instruction = match &placed.action {
            Action::Ask(question) => Instruction::Ask(question.clone()),
            Action::LookUp(call) | Action::Do(call) => {
                Instruction::Call { call: call.clone(), expects_nothing: false, expects_refusal: false }
            }
            Action::Say(text) => Instruction::Say(text.clone()),
            Action::Confirm(text) => Instruction::Confirm { text: text.clone(), expects_no: false },
            Action::HandOff { queue, reason } => Instruction::HandOff { queue: queue.clone(), reason: *reason },
            Action::AnythingElse => Instruction::AnythingElse,
            Action::End => Instruction::End,
            Action::GoTo { step: target, times, then } => {
                let at = self.push(Instruction::Jump(usize::MAX), place);
                self.jumps.push((at, *target, *times));
                for placed in then {
                    self.action(placed, step);
                }
                if times.is_some() && then.is_empty() {
                    self.push(Instruction::HandOff { queue: None, reason: Reason::MissingInformation }, place);
                }
                return;
            }
        };
        self.push(instruction, place);
    }

    fn point(&mut self, at: usize, to: usize) {
        match &mut self.code[at] {
            Instruction::Branch { if_false, .. } => *if_false = to,
            Instruction::Jump(target) => *target = to,
            _ => unreachable!("only branches and jumps are pointed"),
        }
    }

    fn land(&mut self) {
        for (at, step, times) in std::mem::take(&mut self.jumps) {
            let Place { line, column, .. } = self.places[at];
            let Some(&target) = self.starts.get(&step) else {
                let last = self.starts.keys().last().map_or_else(String::new, |last| format!("; the last is {last}"));
                self.problems.push(Problem::new(K::UnknownStep, line, column, &step.to_string(), &last));
                continue;
            };
            let is_back = target <= at;
            let is_bounded = times.is_some_and(|times| (1..=LOOP_TIMES_MAX).contains(&times));
            if is_back && !is_bounded {
                let most = LOOP_TIMES_MAX.to_string();
                self.problems.push(Problem::new(K::LoopWithoutBound, line, column, &step.to_string(), &most));
            }
            self.code[at] = match times {
                Some(times) if is_back => Instruction::Back { target, times },
                _ => Instruction::Jump(target),
            };
        }
    }
}

fn is_of_call(test: &Test) -> bool {
    matches!(test, Test::Found | Test::NotFound | Test::Refused)
}

/// "If order is not found" means the last look-up with order before it: conditions get the tool's name.
fn name_outcomes(code: &mut [Instruction]) {
    for at in 0..code.len() {
        let (before, rest) = code.split_at_mut(at);
        let Instruction::Branch { guard, .. } = &mut rest[0] else { continue };
        for condition in guard.conditions.iter_mut().filter(|condition| is_of_call(&condition.test)) {
            let subject = condition.subject.clone();
            let is_meant = |instruction: &&Instruction| {
                let Instruction::Call { call, .. } = instruction else { return false };
                let uses = call.arguments.iter().any(|(argument, slot)| *slot == subject || *argument == subject);
                subject.is_empty() || call.tool.eq_ignore_ascii_case(&subject) || uses
            };
            if let Some(Instruction::Call { call, .. }) = before.iter().rev().find(is_meant) {
                condition.subject = call.tool.clone();
            }
        }
    }
}

/// Calls and confirmations learn whether the procedure says what follows when they come to nothing.
fn expect(code: &mut [Instruction]) {
    let mut looked: Vec<(String, bool)> = Vec::new();
    for instruction in code.iter() {
        let Instruction::Branch { guard, .. } = instruction else { continue };
        let calls = guard.conditions.iter().filter(|condition| is_of_call(&condition.test));
        looked.extend(calls.map(|condition| (condition.subject.clone(), condition.test == Test::Refused)));
    }
    for at in 0..code.len() {
        let is_consent = |condition: &Condition| matches!(condition.test, Test::Agreed | Test::Declined);
        let asks_consent = matches!(code.get(at + 1), Some(Instruction::Branch { guard, .. }) if guard.conditions.iter().any(is_consent));
        match &mut code[at] {
            Instruction::Confirm { expects_no, .. } => *expects_no = asks_consent,
            Instruction::Call { call, expects_nothing, expects_refusal } => {
                *expects_nothing = looked.iter().any(|(tool, is_refusal)| *tool == call.tool && !is_refusal);
                *expects_refusal = looked.iter().any(|(tool, is_refusal)| *tool == call.tool && *is_refusal);
            }
            _ => {}
        }
    }
}
