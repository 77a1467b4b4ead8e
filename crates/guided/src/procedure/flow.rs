//! Walks every way through a procedure: what is known where, what the customer has agreed to, what is never reached.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Condition, Guard, Instruction, Known, Problem, ProblemKind as K, Procedure, Test, compile::Place, names_in,
};

/// How surely a name has a value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Surety {
    Sure,
    /// Only if this tool found something.
    If(String),
}

/// What the customer has agreed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Consent {
    None,
    /// Asked; which answer is not yet told apart.
    Asked,
    Yes,
    No,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct State {
    names: BTreeMap<String, Surety>,
    consent: Consent,
}

impl State {
    /// What holds whichever way one came.
    fn join(&self, other: &State) -> State {
        let both = self.names.iter().filter_map(|(name, surety)| {
            let theirs = other.names.get(name)?;
            Some((name.clone(), if *surety == Surety::Sure { theirs.clone() } else { surety.clone() }))
        });
        let consent = if self.consent == other.consent { self.consent } else { Consent::None };
        State { names: both.collect(), consent }
    }
}

struct Walk<'a> {
    code: &'a [Instruction],
    known: &'a Known,
    states: Vec<Option<State>>,
}

/// Reports what cannot work on some way through the procedure.
pub fn check(procedure: &Procedure, places: &[Place], known: &Known, problems: &mut Vec<Problem>) {
    let mut walk = Walk { code: &procedure.code, known, states: vec![None; procedure.code.len()] };
    walk.run();
    for (at, instruction) in procedure.code.iter().enumerate() {
        if let Some(state) = &walk.states[at] {
            uses(instruction, state, places[at], problems);
        }
    }
    let reached = |at: &usize| walk.states[*at].is_some();
    for step in &procedure.steps {
        let mut own = (0..places.len()).filter(|at| places[*at].step == step.number).peekable();
        if own.peek().is_some() && !own.any(|at| reached(&at)) {
            problems.push(Problem::new(K::Unreachable, step.line, 1, &step.number.to_string(), ""));
        }
    }
    let leads = |at: usize| reached(&at) && matches!(procedure.code[at], Instruction::HandOff { .. });
    if !(0..procedure.code.len()).any(leads) {
        problems.push(Problem::new(K::NoWayToPerson, 1, 1, "", ""));
    }
}

impl Walk<'_> {
    fn run(&mut self) {
        let begin = State { names: BTreeMap::new(), consent: Consent::None };
        let mut open = vec![(0, begin)];
        while let Some((at, state)) = open.pop() {
            let Some(place) = self.states.get_mut(at) else { continue };
            let joined = place.as_ref().map_or_else(|| state.clone(), |before| before.join(&state));
            if place.as_ref() != Some(&joined) {
                *place = Some(joined.clone());
                open.extend(self.follow(at, joined));
            }
        }
    }

    /// Where one can come from here, and what holds there.
    fn follow(&self, at: usize, mut state: State) -> Vec<(usize, State)> {
        match &self.code[at] {
            Instruction::Ask(question) => {
                state.names.insert(question.slot.clone(), Surety::Sure);
                state.consent = Consent::None;
            }
            Instruction::Call { call, expects_nothing, expects_refusal } => {
                let is_open = *expects_nothing || *expects_refusal;
                let surety = if is_open { Surety::If(call.tool.clone()) } else { Surety::Sure };
                for name in self.results(&call.tool) {
                    state.names.insert(name.clone(), surety.clone());
                }
            }
            Instruction::Confirm { expects_no, .. } => {
                state.consent = if *expects_no { Consent::Asked } else { Consent::Yes };
            }
            Instruction::Branch { guard, if_false } => {
                let no = self.refine(state.clone(), guard, false);
                return vec![(at + 1, self.refine(state, guard, true)), (*if_false, no)];
            }
            Instruction::Jump(target) => return vec![(*target, state)],
            Instruction::Back { target, .. } => {
                return vec![(*target, self.forget(state.clone(), *target, at)), (at + 1, state)];
            }
            Instruction::HandOff { .. } | Instruction::AnythingElse | Instruction::End => return Vec::new(),
            Instruction::Say(_) => {}
        }
        vec![(at + 1, state)]
    }

    fn results(&self, tool: &str) -> &[String] {
        self.known.tool(tool).map_or(&[], |tool| &tool.results)
    }

    /// Going back asks and looks up anew.
    fn forget(&self, mut state: State, from: usize, to: usize) -> State {
        for instruction in &self.code[from..to] {
            match instruction {
                Instruction::Ask(question) => _ = state.names.remove(&question.slot),
                Instruction::Call { call, .. } => {
                    self.results(&call.tool).iter().for_each(|name| _ = state.names.remove(name))
                }
                _ => {}
            }
        }
        state.consent = Consent::None;
        state
    }

    /// What a guard tells when it holds, or does not.
    fn refine(&self, mut state: State, guard: &Guard, holds: bool) -> State {
        // "a and b" failing tells nothing of a alone; "a or b" holding neither.
        if guard.conditions.len() == 1 || guard.is_all == holds {
            for condition in &guard.conditions {
                self.refine_one(&mut state, condition, holds);
            }
        }
        state
    }

    fn refine_one(&self, state: &mut State, condition: &Condition, holds: bool) {
        let is_found = match condition.test {
            Test::Agreed | Test::Declined => {
                let yes = (condition.test == Test::Agreed) == holds;
                if state.consent != Consent::None {
                    state.consent = if yes { Consent::Yes } else { Consent::No };
                }
                return;
            }
            Test::Found => holds,
            Test::NotFound | Test::Refused => !holds,
            _ => return,
        };
        for name in self.results(&condition.subject) {
            if !is_found {
                state.names.remove(name);
            } else if let Some(surety) = state.names.get_mut(name) {
                *surety = Surety::Sure;
            }
        }
    }
}

fn uses(instruction: &Instruction, state: &State, place: Place, problems: &mut Vec<Problem>) {
    let Place { line, column, .. } = place;
    let mut push = |kind: K, a: &str, b: &str| problems.push(Problem::new(kind, line, column, a, b));
    let mut names: BTreeSet<&str> = BTreeSet::new();
    match instruction {
        Instruction::Say(text) | Instruction::Confirm { text, .. } => names.extend(names_in(text).unwrap_or_default()),
        Instruction::Ask(question) => names.extend(names_in(&question.text).unwrap_or_default()),
        Instruction::Call { call, .. } => {
            names.extend(call.arguments.iter().map(|(_, slot)| slot.as_str()));
            if call.writes && state.consent != Consent::Yes {
                push(K::WriteWithoutConfirm, &call.tool, "");
            }
        }
        Instruction::Branch { guard, .. } => {
            for condition in &guard.conditions {
                match condition.test {
                    Test::Agreed | Test::Declined if state.consent == Consent::None => {
                        push(K::NothingToConfirm, "", "")
                    }
                    Test::Agreed | Test::Declined | Test::Found | Test::NotFound | Test::Refused => {}
                    // Whether a value is known may be asked anywhere.
                    Test::Known | Test::Missing => {}
                    _ => _ = names.insert(&condition.subject),
                }
            }
        }
        _ => {}
    }
    for name in names {
        match state.names.get(name) {
            Some(Surety::Sure) => {}
            Some(Surety::If(tool)) => push(K::MaybeNotFound, name, tool),
            None => push(K::UsedTooEarly, name, ""),
        }
    }
}
