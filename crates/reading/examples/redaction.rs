//! Measures redaction beside the published figures of a peer: `cargo run --release -p signalbox-reading --example redaction -- ../shared/data`.

#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "measures time and reads files; nothing of it is in the crate"
)]

use anyhow::{Context as _, Result};
use serde::Deserialize;
use signalbox_reading::redact::training::kind_of_label;
use signalbox_reading::redact::{Context, Found, PersonalKind, Policy, Redactor};
use std::collections::{BTreeMap, BTreeSet};
use std::{env, fs, path::Path, time::Instant};

#[derive(Clone, Deserialize)]
struct Row {
    #[serde(default)]
    domain: String,
    text: String,
    #[serde(default)]
    spans: Vec<(usize, usize, String)>,
}

fn main() -> Result<()> {
    let folder = env::args().nth(1).unwrap_or_else(|| "../shared/data".into());
    let folder = Path::new(&folder);
    let shown = env::args().nth(2);
    let (redactor, context) = (Redactor::builtin(), Context::default());
    let turns = rows(&folder.join("customer_turns.dev.jsonl"))?;
    let sentences = rows(&folder.join("personal_data.jsonl"))?;
    let chats = chats(redactor, &context, &turns, shown.as_deref());
    println!(
        "| customer_turns.dev, {} turns, without knowing what the agent asked | ours | Presidio 2.2.366 + spaCy sm |\n|---|---|---|",
        turns.len()
    );
    chats.print();
    let seen: BTreeSet<String> =
        rows(&folder.join("customer_turns.train.jsonl"))?.into_iter().map(|row| row.text).collect();
    let unseen: Vec<Row> = turns.iter().filter(|turn| !seen.contains(&turn.text)).cloned().collect();
    let new = self::chats(redactor, &context, &unseen, None);
    println!("| … only turns whose very words are not in the training file: recall | {:.3} | |", new.recall());
    println!("| … and clean turns touched | {:.2} % | |", 100.0 * new.alarms as f64 / new.clean as f64);
    let oracle = |turn: &Row| {
        let asked = labelled(turn).fold(context.asked, |asked, (kind, ..)| asked.and(kind));
        Context { asked, ..context.clone() }
    };
    let spans = turns.iter().flat_map(|turn| {
        let mask = mask(&turn.text, &redactor.find(turn_text(turn), &oracle(turn)), &context.policy);
        labelled(turn)
            .map(move |(_, start, end)| mask[start..end].iter().all(|is_hidden| *is_hidden))
            .collect::<Vec<_>>()
    });
    let (hidden, all) = spans.fold((0, 0), |(hidden, all), is_hidden| (hidden + usize::from(is_hidden), all + 1));
    println!("| recall if every question were known (upper bound) | {:.3} | |", hidden as f64 / all as f64);
    for file in ["intents_banking77.test.jsonl", "intents_clinc150.val.jsonl"] {
        let clean = rows(&folder.join(file))?;
        let redacted: Vec<_> = clean.iter().map(|row| redactor.redact(&row.text, &context).text).collect();
        let touched = clean.iter().zip(&redacted).filter(|(row, redacted)| row.text != **redacted).count();
        if shown.as_deref() == Some("others") {
            redacted
                .iter()
                .filter(|text| text.contains("_1]") || text.contains("[name_"))
                .for_each(|text| println!("{text}"));
        }
        println!(
            "| {file}: texts touched of {} (hardly any holds personal data) | {:.2} % | |",
            clean.len(),
            100.0 * touched as f64 / clean.len() as f64
        );
    }
    let tasks = customers_of_tasks(&folder.join("conversations_tasks.jsonl"))?;
    let touched = tasks.iter().filter(|text| redactor.redact(text, &context).text != **text).count();
    println!(
        "| conversations_tasks.jsonl, no text of which was trained on: turns touched of {} | {:.2} % | |",
        tasks.len(),
        100.0 * touched as f64 / tasks.len() as f64
    );
    if shown.as_deref() == Some("tasks") {
        tasks
            .iter()
            .map(|text| redactor.redact(text, &context))
            .filter(|redacted| !redacted.spans.is_empty())
            .for_each(|redacted| println!("{}", redacted.text));
    }
    println!();
    sentences_table(redactor, &context, &sentences, shown.as_deref());
    speed(redactor, &context, &turns, &sentences);
    Ok(())
}

fn turn_text(turn: &Row) -> &str {
    &turn.text
}

fn rows(path: &Path) -> Result<Vec<Row>> {
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    text.lines().map(|line| serde_json::from_str(line).with_context(|| format!("in {}", path.display()))).collect()
}

/// What the customers say in two-party conversations; few of them name a person, many a town, a restaurant or a film.
fn customers_of_tasks(path: &Path) -> Result<Vec<String>> {
    #[derive(Deserialize)]
    struct Conversation {
        turns: Vec<Turn>,
    }
    #[derive(Deserialize)]
    struct Turn {
        speaker: String,
        text: String,
    }
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut turns = Vec::new();
    for line in text.lines() {
        let conversation: Conversation =
            serde_json::from_str(line).with_context(|| format!("in {}", path.display()))?;
        turns.extend(conversation.turns.into_iter().filter(|turn| turn.speaker == "customer").map(|turn| turn.text));
    }
    Ok(turns)
}

/// What is labelled personal and hidden by default, in characters.
fn labelled(turn: &Row) -> impl Iterator<Item = (PersonalKind, usize, usize)> {
    let policy = Policy::default();
    turn.spans.iter().filter_map(move |(start, end, label)| {
        let kind = kind_of_label(label).filter(|kind| policy.hide.contains(kind))?;
        (start < end).then_some((kind, *start, *end))
    })
}

/// For each character whether it is hidden; what lies between two hidden neighbours counts as they do.
fn mask(text: &str, found: &[Found], policy: &Policy) -> Vec<bool> {
    let mut mask = vec![false; text.chars().count()];
    let char_at = |byte: usize| text[..byte].chars().count();
    for found in found.iter().filter(|found| policy.hide.contains(&found.kind)) {
        mask[char_at(found.start)..char_at(found.end)].fill(true);
    }
    for (at, _) in text.chars().enumerate().filter(|(_, char)| char.is_whitespace()) {
        mask[at] |= at > 0 && mask[at - 1] && mask.get(at + 1).is_some_and(|is_hidden| *is_hidden);
    }
    mask
}

#[derive(Default)]
struct Chats {
    whole: BTreeMap<PersonalKind, (usize, usize)>,
    touched: usize,
    clean: usize,
    alarms: usize,
    alarms_by_domain: BTreeMap<String, (usize, usize)>,
}

fn chats(redactor: &Redactor, context: &Context, turns: &[Row], shown: Option<&str>) -> Chats {
    let mut chats = Chats::default();
    for turn in turns {
        let found = redactor.find(&turn.text, context);
        let mask = mask(&turn.text, &found, &context.policy);
        let is_touched = mask.iter().any(|is_hidden| *is_hidden);
        let mut is_clean = true;
        for (kind, start, end) in labelled(turn) {
            is_clean = false;
            let end = end.min(mask.len());
            let is_whole = mask[start..end].iter().all(|is_hidden| *is_hidden);
            let count = chats.whole.entry(kind).or_default();
            count.0 += usize::from(is_whole);
            count.1 += 1;
            chats.touched += usize::from(mask[start..end].iter().any(|is_hidden| *is_hidden));
            if !is_whole && shown == Some("missed") {
                println!(
                    "missed {kind:?} {:?} in {:?}",
                    &turn.text.chars().skip(start).take(end - start).collect::<String>(),
                    turn.text
                );
            }
        }
        if is_clean {
            chats.clean += 1;
            chats.alarms += usize::from(is_touched);
            let count = chats.alarms_by_domain.entry(turn.domain.clone()).or_default();
            count.0 += usize::from(is_touched);
            count.1 += 1;
            if is_touched && shown == Some("alarms") {
                println!("alarm {:?} -> {:?}", turn.text, redactor.redact(&turn.text, context).text);
            }
        }
    }
    chats
}

impl Chats {
    fn recall(&self) -> f64 {
        let all = self.whole.values().fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
        all.0 as f64 / all.1 as f64
    }

    fn print(&self) {
        let all = self.whole.values().fold((0, 0), |sum, count| (sum.0 + count.0, sum.1 + count.1));
        println!("| spans hidden whole, of {} | {:.3} | .578 |", all.1, all.0 as f64 / all.1 as f64);
        println!("| spans touched | {:.3} | |", self.touched as f64 / all.1 as f64);
        let peer = |kind| match kind {
            PersonalKind::Name => ".466",
            PersonalKind::CardNumber => ".434",
            PersonalKind::Email => ".143",
            PersonalKind::Address => ".097",
            PersonalKind::Password => ".582",
            _ => "",
        };
        for (kind, (hidden, count)) in &self.whole {
            println!("| … {}, of {count} | {:.3} | {} |", kind.word(), *hidden as f64 / *count as f64, peer(*kind));
        }
        println!(
            "| clean turns touched, of {} | {:.2} % | 13.7 % |",
            self.clean,
            100.0 * self.alarms as f64 / self.clean as f64
        );
        for (domain, (touched, count)) in &self.alarms_by_domain {
            println!("| … {domain}, of {count} | {:.2} % | |", 100.0 * *touched as f64 / *count as f64);
        }
    }
}

#[derive(Default)]
struct Overlap {
    both: usize,
    found: usize,
    gold: usize,
}

impl Overlap {
    fn add(&mut self, found: &[bool], gold: &[bool]) {
        self.both += found.iter().zip(gold).filter(|(found, gold)| **found && **gold).count();
        self.found += found.iter().filter(|is_found| **is_found).count();
        self.gold += gold.iter().filter(|is_gold| **is_gold).count();
    }

    fn print(&self, name: &str, peer: [&str; 3]) {
        let (recall, precision) = (self.both as f64 / self.gold as f64, self.both as f64 / self.found as f64);
        let f2 = 5.0 * precision * recall / (4.0 * precision + recall);
        println!(
            "| {name}: recall | {recall:.3} | {} |\n| precision | {precision:.3} | {} |\n| F2 | {f2:.3} | {} |",
            peer[0], peer[1], peer[2]
        );
    }
}

/// What this crate hides by default, in the labels of the data.
const HIDDEN: [&str; 9] = [
    "PERSON",
    "STREET_ADDRESS",
    "CREDIT_CARD",
    "PHONE_NUMBER",
    "EMAIL_ADDRESS",
    "ZIP_CODE",
    "IBAN_CODE",
    "IP_ADDRESS",
    "US_SSN",
];

fn sentences_table(redactor: &Redactor, context: &Context, sentences: &[Row], shown: Option<&str>) {
    let everything = Policy { hide: PersonalKind::ALL.into() };
    let (mut any, mut hidden) = (Overlap::default(), Overlap::default());
    let mut by_label: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for row in sentences {
        let found = redactor.find(&row.text, context);
        let found_mask = mask(&row.text, &found, &everything);
        let gold = |is_meant: &dyn Fn(&str) -> bool| {
            let mut gold = vec![false; found_mask.len()];
            row.spans.iter().filter(|span| is_meant(&span.2)).for_each(|span| gold[span.0..span.1].fill(true));
            gold
        };
        for (start, end, label) in &row.spans {
            let count = by_label.entry(label).or_default();
            count.0 += found_mask[*start..*end].iter().filter(|is_found| **is_found).count();
            count.1 += end - start;
        }
        let all = gold(&|_| true);
        any.add(&found_mask, &all);
        hidden.add(
            &mask(&row.text, &found, &context.policy),
            &gold(&|label| HIDDEN.contains(&label) || label == "US_DRIVER_LICENSE"),
        );
        if shown == Some("sentences") {
            let show = |mask: &[bool]| {
                row.text.chars().zip(mask).map(|(char, is_on)| if *is_on { '█' } else { char }).collect::<String>()
            };
            println!("{:?}\n  found {:?}\n  gold  {:?}", row.text, show(&found_mask), show(&all));
        }
    }
    println!(
        "| personal_data, {} sentences, by character | ours | Presidio 2.2.366 + spaCy sm |\n|---|---|---|",
        sentences.len()
    );
    any.print("any of 17 kinds, found", [".665", ".839", ".694"]);
    hidden.print("the 10 kinds hidden by default, hidden", ["", "", ""]);
    for (label, (found, count)) in by_label {
        println!("| … {label}: characters found, of {count} | {:.3} | |", found as f64 / count as f64);
    }
    println!();
}

/// Seconds that this program has computed; where the system does not tell, seconds that have passed since `began`.
fn seconds(began: Instant) -> f64 {
    let computed =
        fs::read_to_string("/proc/self/schedstat").ok().and_then(|line| line.split(' ').next()?.parse::<f64>().ok());
    computed.map_or_else(|| began.elapsed().as_secs_f64(), |nanoseconds| nanoseconds / 1e9)
}

fn speed(redactor: &Redactor, context: &Context, turns: &[Row], sentences: &[Row]) {
    let epoch = Instant::now();
    let rate = |rows: &[Row], times: usize| {
        let began = seconds(epoch);
        let mut bytes = 0;
        for _ in 0..times {
            bytes += rows.iter().map(|row| redactor.redact(&row.text, context).text.len()).sum::<usize>();
        }
        assert!(bytes > 0);
        (rows.len() * times) as f64 / (seconds(epoch) - began)
    };
    println!("| speed, one thread | ours | Presidio 2.2.366 + spaCy sm |\n|---|---|---|");
    println!("| personal_data, sentences/CPU-s | {:.0} | 65 |", rate(sentences, 20));
    println!("| customer_turns.dev, turns/CPU-s | {:.0} | |", rate(turns, 3));
    let mut times: Vec<f64> = turns
        .iter()
        .map(|row| {
            let began = Instant::now();
            assert!(!redactor.redact(&row.text, context).text.is_empty() || row.text.is_empty());
            began.elapsed().as_secs_f64() * 1e6
        })
        .collect();
    times.sort_by(f64::total_cmp);
    println!(
        "| µs a turn (time passed), p50 / p99 | {:.1} / {:.1} | |",
        times[times.len() / 2],
        times[times.len() * 99 / 100]
    );
}
