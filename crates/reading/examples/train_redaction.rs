//! Trains the weights of redaction: `cargo xtask train redaction --data <customer_turns.train.jsonl>` runs this.

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
    /// Clean customer texts, one JSON object with `text` a line: what must not be hidden
    #[arg(long)]
    clean: Option<PathBuf>,
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
    spans: Vec<(usize, usize, String)>,
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let turns: Vec<LabelledTurn> = rows(&arguments.data)?.into_iter().map(labelled).collect();
    let clean = arguments.clean.map(|path| rows(&path)).transpose()?.unwrap_or_default();
    let clean: Vec<String> = clean.into_iter().map(|row| row.text).collect();
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
    let spans = row.spans.iter().filter_map(|(start, end, label)| Some((byte(*start), byte(*end), kind_of_label(label)?)));
    let mut spans: Vec<_> = spans.filter(|span| span.0 < span.1).collect();
    spans.sort();
    LabelledTurn { conversation: row.conv, text: row.text, spans }
}
