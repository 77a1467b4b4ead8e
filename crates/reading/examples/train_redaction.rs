//! Trains the weights of redaction: `cargo xtask train redaction --data <customer_turns.train.jsonl>` runs this.

#![expect(clippy::disallowed_methods, reason = "reads data and writes weights; the crate does neither")]

use anyhow::{Context, Result};
use clap::Parser;
use serde::Deserialize;
use signalbox_reading::redact::training::{LabelledTurn, kind_of_label, train};
use std::{fs, path::PathBuf};

#[derive(Parser)]
struct Arguments {
    /// Labelled customer turns, one JSON object a line
    #[arg(long)]
    data: PathBuf,
    /// Clean customer texts, one JSON object with `text` and `intent` a line: what must not be hidden. May be given again
    #[arg(long)]
    clean: Vec<PathBuf>,
    /// The same seed and data give the same weights
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the weights go
    #[arg(long, default_value = "crates/reading/weights/redaction.bin")]
    out: PathBuf,
}

#[derive(Deserialize)]
struct Row {
    #[serde(default)]
    conv: String,
    text: String,
    #[serde(default)]
    intent: Option<String>,
    #[serde(default)]
    spans: Vec<(usize, usize, String)>,
}

/// Intents whose texts name people, so that they are not clean although nothing in them is labelled.
const NAMING: [&str; 12] = [
    "user_name",
    "change_user_name",
    "change_ai_name",
    "what_is_your_name",
    "restaurant_reservation",
    "accept_reservations",
    "cancel_reservation",
    "confirm_reservation",
    "make_call",
    "text",
    "share_location",
    "calendar_update",
];

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let turns: Vec<LabelledTurn> = rows(&arguments.data)?.into_iter().map(labelled).collect();
    let mut clean = Vec::new();
    for path in &arguments.clean {
        let is_clean = |row: &Row| !row.intent.as_deref().is_some_and(|intent| NAMING.contains(&intent));
        clean.extend(rows(path)?.into_iter().filter(is_clean).map(|row| row.text));
    }
    let (bytes, report) = train(&turns, &clean, arguments.seed);
    println!("{report:#?}");
    fs::write(&arguments.out, &bytes).with_context(|| format!("cannot write {}", arguments.out.display()))?;
    println!("{} bytes in {}", bytes.len(), arguments.out.display());
    Ok(())
}

fn rows(path: &PathBuf) -> Result<Vec<Row>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    text.lines().map(|line| serde_json::from_str(line).with_context(|| format!("in {}", path.display()))).collect()
}

/// Offsets of the data count characters.
fn labelled(row: Row) -> LabelledTurn {
    let bytes: Vec<usize> = row.text.char_indices().map(|(at, _)| at).chain([row.text.len()]).collect();
    let byte = |at: usize| bytes[at.min(bytes.len() - 1)];
    let spans =
        row.spans.iter().filter_map(|(start, end, label)| Some((byte(*start), byte(*end), kind_of_label(label)?)));
    let mut spans: Vec<_> = spans.filter(|span| span.0 < span.1).collect();
    spans.sort();
    LabelledTurn { conversation: row.conv, text: row.text, spans }
}
