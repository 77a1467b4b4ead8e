//! Writes a procedure in its plain form.

use super::{Action, Call, Condition, Guard, Placed, Procedure, Question, Step, Test};
use crate::value::quoted;

/// The text of a procedure.
pub fn procedure(procedure: &Procedure) -> String {
    let mut text = format!("Procedure: {}\nAbout: {}\n", procedure.title, procedure.about);
    if !procedure.triggers.is_empty() {
        text += &format!("When the customer asks: {}\n", procedure.triggers.join("; "));
    }
    if !procedure.intents.is_empty() {
        text += &format!("Intents: {}\n", procedure.intents.join(", "));
    }
    for step in &procedure.steps {
        text += &format!("{}. {}\n", step.number, sentence(step));
    }
    text
}

fn sentence(step: &Step) -> String {
    let mut text = step.guard.as_ref().map_or_else(String::new, |guard| format!("If {}, ", self::guard(guard)));
    text += &actions(&step.actions);
    text.push('.');
    if !step.otherwise.is_empty() {
        text += &format!(" Otherwise, {}.", actions(&step.otherwise));
    }
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

fn actions(actions: &[Placed]) -> String {
    actions.iter().map(|placed| action(&placed.action)).collect::<Vec<_>>().join(", then ")
}

fn action(action: &Action) -> String {
    match action {
        Action::Ask(question) => ask(question),
        Action::LookUp(call) if call.arguments.is_empty() => format!("look up with {}", call.tool),
        Action::LookUp(call) => format!("look up {} with {}", arguments(call), call.tool),
        Action::Do(call) if call.arguments.is_empty() => format!("do {}", call.tool),
        Action::Do(call) => format!("do {} with {}", call.tool, arguments(call)),
        Action::Say(text) => format!("say \"{text}\""),
        Action::Confirm(text) => format!("confirm \"{text}\""),
        Action::GoTo { step, times: None, .. } => format!("go to {step}"),
        Action::GoTo { step, times: Some(times), then } if then.is_empty() => {
            format!("go to {step}, at most {times} times")
        }
        Action::GoTo { step, times: Some(times), then } => {
            format!("go to {step}, at most {times} times, then {}", actions(then))
        }
        Action::HandOff { queue: None, reason } => format!("hand off because {}", reason.name()),
        Action::HandOff { queue: Some(queue), reason } => format!("hand off to \"{queue}\" because {}", reason.name()),
        Action::AnythingElse => "ask whether anything else is needed".into(),
        Action::End => "end".into(),
    }
}

fn ask(question: &Question) -> String {
    let optional = if question.is_optional { ", optional" } else { "" };
    let Question { slot, label, kind, text, .. } = question;
    format!("ask for the {label} ({}{optional}) as {slot}: \"{text}\"", kind.in_words())
}

fn arguments(call: &Call) -> String {
    let one = |(argument, slot): &(String, String)| {
        if argument == slot { slot.clone() } else { format!("{slot} as {argument}") }
    };
    call.arguments.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn guard(guard: &Guard) -> String {
    let joint = if guard.is_all { " and " } else { " or " };
    guard.conditions.iter().map(condition).collect::<Vec<_>>().join(joint)
}

fn condition(condition: &Condition) -> String {
    let subject = if condition.subject.is_empty() { "it" } else { &condition.subject };
    let amount = |hundredths: &i64| {
        format!("{}{}.{:02}", if *hundredths < 0 { "-" } else { "" }, hundredths.abs() / 100, hundredths.abs() % 100)
    };
    match &condition.test {
        Test::Is(values) if values.len() == 1 => format!("{subject} is {}", quoted(values)),
        Test::Is(values) => format!("{subject} is one of {}", quoted(values)),
        Test::IsNot(values) if values.len() == 1 => format!("{subject} is not {}", quoted(values)),
        Test::IsNot(values) => format!("{subject} is not one of {}", quoted(values)),
        Test::AtLeast(number) => format!("{subject} is at least {}", amount(number)),
        Test::MoreThan(number) => format!("{subject} is more than {}", amount(number)),
        Test::AtMost(number) => format!("{subject} is at most {}", amount(number)),
        Test::LessThan(number) => format!("{subject} is less than {}", amount(number)),
        Test::Known => format!("{subject} is known"),
        Test::Missing => format!("{subject} is missing"),
        Test::Found => format!("{subject} is found"),
        Test::NotFound => format!("{subject} is not found"),
        Test::Refused => format!("{subject} is refused"),
        Test::Agreed => "the customer says yes".into(),
        Test::Declined => "the customer says no".into(),
    }
}
