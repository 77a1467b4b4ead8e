//! Conversations as texts: what comes in stands at the margin, what the agent does is indented.
//!
//! `UPDATE_EXPECT=1` writes the indented lines anew; read the difference before it is committed.

use std::{fmt::Write as _, fs, path::Path};

use serde_json::json;
use signalbox_guided::{
    Autonomy, Dialogue, Input, Move, Program, SearchOutcome, ToolOutcome,
    moves::{Citation, Delivery, Guess, Passage},
    step,
};

use crate::samples::{self, today};

fn input(line: &str) -> Option<Input> {
    let (mark, rest) = line.split_once(' ').unwrap_or((line, ""));
    let input = match mark {
        "open" => Input::Opened,
        "silence" => Input::Silence,
        "whisper" => Input::Whispered { text: rest.into() },
        ">" => {
            let (text, intent) = match rest.rsplit_once(" @") {
                Some((text, guess)) => {
                    let (intent, confidence) = guess.split_once(' ').expect("intent and confidence");
                    (text, Some(Guess { intent: intent.into(), confidence: confidence.parse().expect("a number") }))
                }
                None => (rest, None),
            };
            Input::Customer { text: text.into(), intent, language: None, today: today() }
        }
        "found" => {
            let parts: Vec<&str> = rest.split(" | ").collect();
            let confidence = parts[0].parse().expect("a number");
            let passages = parts[1..].chunks(2).map(|part| Passage {
                text: part[1].into(),
                citation: Citation { document: part[0].to_lowercase(), title: part[0].into(), passage: None },
            });
            Input::Found(SearchOutcome { passages: passages.collect(), confidence, answerable: true })
        }
        "nothing" => Input::Found(SearchOutcome { passages: vec![], confidence: 0.0, answerable: false }),
        "tool" => Input::Ran(outcome(rest)),
        _ => return None,
    };
    Some(input)
}

fn outcome(text: &str) -> ToolOutcome {
    match text {
        "not found" => ToolOutcome::NotFound,
        "needs approval" => ToolOutcome::NeedsApproval,
        "approved" => ToolOutcome::Approved,
        "denied" => ToolOutcome::Denied,
        "failed" => ToolOutcome::Failed { retryable: false },
        "failed, try again" => ToolOutcome::Failed { retryable: true },
        "timed out" => ToolOutcome::TimedOut,
        _ if text.starts_with('{') => ToolOutcome::Ok { result: serde_json::from_str(text).expect("an object") },
        _ => ToolOutcome::Refused { reason: text.strip_prefix("refused: ").expect("an outcome").into() },
    }
}

fn shown(move_: &Move) -> String {
    match move_ {
        Move::Say { text, citations, kind, delivery } => {
            let sources: String = citations.iter().map(|citation| format!(" [{}]", citation.title)).collect();
            let held = if *delivery == Delivery::Send { String::new() } else { format!(" ({delivery:?} only)") };
            format!("{}{held}: {text}{sources}", format!("{kind:?}").to_lowercase())
        }
        Move::Search { query } => format!("search: {query}"),
        Move::Run { tool, arguments, writes, needs_approval, idempotency } => {
            let arguments: Vec<String> =
                arguments.iter().map(|argument| format!("{}={}", argument.name, argument.value.to_json())).collect();
            let writes = if *writes { " writes" } else { "" };
            let approval = if *needs_approval { " needs approval" } else { "" };
            format!("run: {tool}({}) {idempotency}{writes}{approval}", arguments.join(", "))
        }
        Move::HandOff(hand_off) => {
            let queue = hand_off.queue.as_ref().map_or_else(String::new, |queue| format!(" to {queue}"));
            format!("HAND OFF {}{queue}\n        {}", hand_off.reason.name(), hand_off.note_lines.join("\n        "))
        }
        Move::Note { text } => format!("note: {text}"),
        Move::End { resolved } => format!("END resolved={}", json!(resolved)),
    }
}

/// A line that sets something up; true if it is one.
fn set(program: &mut Program, line: &str) -> bool {
    let Some((name, rest)) = line.split_once(": ") else { return false };
    match name {
        "autonomy" => {
            program.briefing.level = Autonomy::try_from(rest.parse::<u8>().expect("a level")).expect("a level");
            program.briefing.intents.clear();
        }
        "turns" => program.limits.turns_max = rest.parse().expect("a number"),
        "procedure" => {
            let text = rest.replace(" / ", "\n");
            *program = Program::new(program.briefing.clone(), vec![samples::procedure(&text)], program.limits);
        }
        _ => return false,
    }
    true
}

/// The text of a file with every answer of the agent as it is now.
fn played(text: &str) -> String {
    let mut out = String::new();
    let mut program = samples::program();
    let mut dialogue = Dialogue::default();
    for line in text.lines().filter(|line| !line.starts_with("    ")) {
        out.push_str(line);
        out.push('\n');
        if line.starts_with("## ") {
            (program, dialogue) = (samples::program(), Dialogue::default());
        } else if !line.is_empty() && !line.starts_with('#') && !set(&mut program, line) {
            let input = input(line).unwrap_or_else(|| panic!("not understood: {line}"));
            // The state must survive being written down after every step.
            let written = serde_json::to_string(&dialogue).expect("a dialogue can be written");
            dialogue = serde_json::from_str(&written).expect("and read");
            for move_ in step(&program, &mut dialogue, input) {
                writeln!(out, "    {}", shown(&move_)).expect("text");
            }
        }
    }
    out
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the conversations are files")]
fn conversations_go_as_written() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/scenarios");
    let mut files: Vec<_> =
        fs::read_dir(folder).expect("the folder").map(|entry| entry.expect("an entry").path()).collect();
    files.sort();
    let mut count = 0;
    for path in files {
        let text = fs::read_to_string(&path).expect("a file");
        count += text.lines().filter(|line| line.starts_with("## ")).count();
        expect_test::expect_file![&path].assert_eq(&played(&text));
    }
    assert!(count >= 40, "only {count} conversations");
}
