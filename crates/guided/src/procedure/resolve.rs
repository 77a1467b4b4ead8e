//! Looks every name up: what is asked, what tools take and return, what sentences and conditions use.

use std::collections::BTreeMap;

use super::{
    Action, Call, Known, Placed, Problem, ProblemKind as K, Procedure, Question, Test, names_in, problem::meant,
};
use crate::value::SlotKind;

/// What gives a name its value.
enum Source {
    Asked(Question),
    Returned,
}

type Names = BTreeMap<String, Source>;

/// Fills in arguments that have the names of slots, and reports names that nothing gives.
pub fn resolve(procedure: &mut Procedure, known: &Known, problems: &mut Vec<Problem>) {
    let names = collect(procedure, known, problems);
    for step in &mut procedure.steps {
        if let Some(guard) = &step.guard {
            for condition in &guard.conditions {
                check_condition(&condition.subject, &condition.test, &names, known, step.line, problems);
            }
        }
        for placed in step.actions.iter_mut().chain(&mut step.otherwise) {
            check_action(placed, &names, known, problems);
        }
    }
}

fn each<'a>(actions: &'a [Placed], visit: &mut impl FnMut(&'a Placed)) {
    for placed in actions {
        visit(placed);
        if let Action::GoTo { then, .. } = &placed.action {
            each(then, visit);
        }
    }
}

fn collect(procedure: &Procedure, known: &Known, problems: &mut Vec<Problem>) -> Names {
    let mut names = Names::new();
    let mut visit = |placed: &Placed| match &placed.action {
        Action::Ask(question) => {
            let before = names.insert(question.slot.clone(), Source::Asked(question.clone()));
            if matches!(&before, Some(Source::Asked(other)) if other.kind != question.kind) {
                problems.push(Problem::new(K::TwoKinds, placed.line, placed.column, &question.slot, ""));
            }
        }
        Action::LookUp(call) | Action::Do(call) => {
            for result in known.tool(&call.tool).map_or(&[][..], |tool| &tool.results) {
                names.entry(result.clone()).or_insert(Source::Returned);
            }
        }
        _ => {}
    };
    for step in &procedure.steps {
        each(&step.actions, &mut visit);
        each(&step.otherwise, &mut visit);
    }
    names
}

fn unknown(name: &str, names: &Names, line: u32, column: u32) -> Option<Problem> {
    let near = || meant(name, names.keys().map(String::as_str));
    (!names.contains_key(name)).then(|| Problem::new(K::UnknownName, line, column, name, &near()))
}

fn check_condition(subject: &str, test: &Test, names: &Names, known: &Known, line: u32, problems: &mut Vec<Problem>) {
    match test {
        Test::Agreed | Test::Declined => {}
        Test::Found | Test::NotFound | Test::Refused => {
            if !subject.is_empty() && known.tool(subject).is_none() {
                problems.extend(unknown(subject, names, line, 1));
            }
        }
        Test::Is(values) | Test::IsNot(values) => {
            problems.extend(unknown(subject, names, line, 1));
            let Some(Source::Asked(Question { kind: SlotKind::Choice { options }, .. })) = names.get(subject) else {
                return;
            };
            let is_option = |value: &String| options.iter().any(|option| option.eq_ignore_ascii_case(value));
            let never = values.iter().filter(|value| !is_option(value));
            problems.extend(never.map(|value| Problem::new(K::NoSuchOption, line, 1, subject, value)));
        }
        _ => problems.extend(unknown(subject, names, line, 1)),
    }
}

fn check_action(placed: &mut Placed, names: &Names, known: &Known, problems: &mut Vec<Problem>) {
    let (line, column) = (placed.line, placed.column);
    match &mut placed.action {
        Action::Say(text) | Action::Confirm(text) => check_names(text, names, line, column, problems),
        Action::Ask(question) => check_names(&question.text, names, line, column, problems),
        Action::LookUp(call) | Action::Do(call) => check_call(call, names, known, (line, column), problems),
        Action::GoTo { then, .. } => then.iter_mut().for_each(|placed| check_action(placed, names, known, problems)),
        Action::HandOff { .. } | Action::AnythingElse | Action::End => {}
    }
}

fn check_names(text: &str, names: &Names, line: u32, column: u32, problems: &mut Vec<Problem>) {
    let used = names_in(text).unwrap_or_default();
    problems.extend(used.into_iter().filter_map(|name| unknown(name, names, line, column)));
}

fn check_call(call: &mut Call, names: &Names, known: &Known, (line, column): (u32, u32), problems: &mut Vec<Problem>) {
    let Some(tool) = known.tool(&call.tool) else { return };
    for argument in &tool.arguments {
        let given = call.arguments.iter().any(|(name, _)| *name == argument.name);
        if !given && names.contains_key(&argument.name) {
            call.arguments.push((argument.name.clone(), argument.name.clone()));
        } else if !given && argument.required {
            problems.push(Problem::new(K::MissingArgument, line, column, &argument.name, &tool.name));
        }
    }
    for (argument, slot) in &call.arguments {
        problems.extend(unknown(slot, names, line, column));
        let wanted = tool.arguments.iter().find(|wanted| wanted.name == *argument);
        let (Some(wanted), Some(Source::Asked(question))) = (wanted, names.get(slot)) else { continue };
        if !question.kind.fits(&wanted.kind) {
            problems.push(Problem::new(K::WrongKind, line, column, slot, &tool.name));
        }
        if question.is_optional && wanted.required {
            problems.push(Problem::new(K::MissingArgument, line, column, argument, &tool.name));
        }
    }
}
