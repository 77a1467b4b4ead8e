//! Reads the lines of a procedure: its title, when it is used, its numbered sentences.

use super::{
    Known, Problem, ProblemKind as K, Procedure, Step,
    lex::{self, Token},
    sentence,
};
use crate::limits::{STEPS_MAX, TRIGGERS_MAX};

/// What stands before a colon at the start of a line.
enum Heading {
    Title,
    About,
    Triggers,
    Intents,
}

/// A numbered sentence before it is read; it may go on over several lines.
struct Raw {
    number: u32,
    line: u32,
    tokens: Vec<Token>,
}

/// Reads a procedure; what is wrong is added to the problems.
pub fn read(text: &str, known: &Known, problems: &mut Vec<Problem>) -> Procedure {
    let mut procedure = Procedure {
        title: String::new(),
        about: String::new(),
        triggers: Vec::new(),
        intents: Vec::new(),
        steps: Vec::new(),
        code: Vec::new(),
    };
    let mut raw: Vec<Raw> = Vec::new();
    let mut is_in_triggers = false;
    for (at, written) in text.lines().enumerate() {
        let line = at as u32 + 1;
        let trimmed = written.trim();
        if trimmed.is_empty() || trimmed.starts_with("//") {
            continue;
        }
        let indent = written.chars().take_while(|letter| letter.is_whitespace()).count() as u32;
        if let Some((number, rest)) = numbered(trimmed) {
            is_in_triggers = false;
            let skipped = (trimmed.chars().count() - rest.chars().count()) as u32;
            raw.push(Raw { number, line, tokens: pieces(rest, line, indent + skipped + 1, problems) });
        } else if let Some(last) = raw.last_mut() {
            last.tokens.extend(pieces(trimmed, line, indent + 1, problems));
        } else if let Some((heading, rest)) = heading(trimmed) {
            is_in_triggers = matches!(heading, Heading::Triggers);
            take(&mut procedure, &heading, rest);
        } else if is_in_triggers {
            take(&mut procedure, &Heading::Triggers, trimmed.trim_start_matches(['-', '*', '•']));
        } else {
            problems.push(Problem::new(
                K::NotUnderstood,
                line,
                indent + 1,
                &trimmed.chars().take(40).collect::<String>(),
                "",
            ));
        }
    }
    steps(&mut procedure, raw, known, problems);
    whole(&procedure, problems);
    if procedure.about.is_empty() {
        procedure.about = procedure.title.to_lowercase();
    }
    procedure
}

fn pieces(text: &str, line: u32, column: u32, problems: &mut Vec<Problem>) -> Vec<Token> {
    lex::pieces(text, line, column).unwrap_or_else(|column| {
        problems.push(Problem::new(K::QuoteOpen, line, column, "", ""));
        Vec::new()
    })
}

/// `3. text` or `3) text`
fn numbered(line: &str) -> Option<(u32, &str)> {
    let line = line.strip_prefix("Step ").or_else(|| line.strip_prefix("step ")).unwrap_or(line);
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    let rest = line[digits..].strip_prefix(['.', ')', ':'])?;
    Some((line[..digits].parse().ok()?, rest))
}

fn heading(line: &str) -> Option<(Heading, &str)> {
    let (name, rest) = line.split_once(':')?;
    let name = name.trim().to_lowercase();
    let heading = match name.as_str() {
        "procedure" | "title" | "name" => Heading::Title,
        "about" | "this is about" => Heading::About,
        "intent" | "intents" => Heading::Intents,
        "trigger" | "triggers" | "use when" => Heading::Triggers,
        other if other.starts_with("when ") && other.contains("customer") => Heading::Triggers,
        _ => return None,
    };
    Some((heading, rest.trim()))
}

fn take(procedure: &mut Procedure, heading: &Heading, rest: &str) {
    let list = |separators: &[char]| -> Vec<String> {
        let clean = |part: &str| part.trim().trim_matches(['"', '“', '”', '.']).trim().to_string();
        rest.split(separators).map(clean).filter(|part| !part.is_empty()).collect()
    };
    match heading {
        Heading::Title => procedure.title = rest.to_string(),
        Heading::About => procedure.about = rest.trim_end_matches('.').to_string(),
        Heading::Triggers => procedure.triggers.extend(list(&[';'])),
        Heading::Intents => procedure.intents.extend(list(&[';', ','])),
    }
}

fn steps(procedure: &mut Procedure, raw: Vec<Raw>, known: &Known, problems: &mut Vec<Problem>) {
    let mut last = 0;
    for Raw { number, line, tokens } in raw {
        if number <= last {
            problems.push(Problem::new(K::StepOrder, line, 1, &number.to_string(), &last.to_string()));
        }
        last = last.max(number);
        let before = problems.len();
        let said = sentence::read(&tokens, known, problems);
        if said.actions.is_empty() && problems.len() == before && !tokens.is_empty() {
            problems.push(Problem::new(K::NotUnderstood, line, tokens[0].column, "a step that does nothing", ""));
        }
        procedure.steps.push(Step {
            number,
            line,
            guard: said.guard,
            actions: said.actions,
            otherwise: said.otherwise,
        });
    }
}

fn whole(procedure: &Procedure, problems: &mut Vec<Problem>) {
    let lacks = [
        (procedure.title.is_empty(), K::NoTitle),
        (procedure.triggers.is_empty() && procedure.intents.is_empty(), K::NoTriggers),
        (procedure.steps.is_empty(), K::NoSteps),
    ];
    problems.extend(lacks.into_iter().filter(|(lacks, _)| *lacks).map(|(_, kind)| Problem::new(kind, 1, 1, "", "")));
    if procedure.steps.len() > STEPS_MAX {
        problems.push(Problem::new(
            K::TooLong,
            procedure.steps[STEPS_MAX].line,
            1,
            "the procedure",
            &format!("{STEPS_MAX} steps"),
        ));
    }
    if procedure.triggers.len() > TRIGGERS_MAX {
        problems.push(Problem::new(
            K::TooLong,
            1,
            1,
            "the list of what customers say",
            &format!("{TRIGGERS_MAX} phrases"),
        ));
    }
}
